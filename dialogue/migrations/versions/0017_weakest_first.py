"""a theme's weakest stories found by an index

Revision 0017, after 0016.
"""

from __future__ import annotations

from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

COLUMNS = ['theme_id', 'strongest', 'act', 'strength', 'story_id']


def upgrade() -> None:
    op.create_index('ix_theme_story_weakest', 'theme_story', COLUMNS)


def downgrade() -> None:
    op.drop_index('ix_theme_story_weakest', 'theme_story')
