"""bridges between the versions of a survey

Revision 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    with op.batch_alter_table('survey_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mapping', JSON, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('survey_version', schema=None) as batch_op:
        batch_op.drop_column('mapping')
