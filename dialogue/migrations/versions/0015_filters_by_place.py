"""filters of stories answered by one index

Revision 0015, after 0014.
"""

from __future__ import annotations

from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

BEFORE = ['dialogue_id', 'channel', 'voice', 'lang', 'mark']


def upgrade() -> None:
    op.drop_index('ix_story_index_filters', 'story_index')
    op.create_index('ix_story_index_filters', 'story_index', [*BEFORE, 'area', 'story_id'])


def downgrade() -> None:
    op.drop_index('ix_story_index_filters', 'story_index')
    op.create_index('ix_story_index_filters', 'story_index', BEFORE)
