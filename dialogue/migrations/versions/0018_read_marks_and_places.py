"""read marks found by their reader, and how many people a meeting's address is for

Revision 0018, after 0017.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_story_opening_by_reader', 'story_opening', ['user_id', 'story_id'])
    places = sa.Column('places', sa.Integer(), nullable=False, server_default='200')
    op.add_column('confirmation_link', places)


def downgrade() -> None:
    with op.batch_alter_table('confirmation_link') as table:
        table.drop_column('places')
    op.drop_index('ix_story_opening_by_reader', 'story_opening')
