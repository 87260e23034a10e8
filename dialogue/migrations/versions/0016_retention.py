"""until when stories are kept

Revision 0016, after 0015.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from dialogue.ground.clock import today

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('let_go_receipt',
    sa.Column('receipt_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('dialogue_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_let_go_receipt_dialogue_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('receipt_hash', name=op.f('pk_let_go_receipt')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('dialogue') as batch_op:
        batch_op.add_column(sa.Column('let_go_on', sa.Date(), nullable=True))

    with op.batch_alter_table('organisation') as batch_op:
        batch_op.add_column(sa.Column('retention_since', sa.Date(), nullable=True))

    # A rule that stands already deletes nothing for its days of grace, either.
    ruled = sa.table('organisation', sa.column('retention_months'), sa.column('retention_since', sa.Date()))
    op.execute(ruled.update().where(ruled.c.retention_months.is_not(None)).values(retention_since=today()))



def downgrade() -> None:
    with op.batch_alter_table('organisation') as batch_op:
        batch_op.drop_column('retention_since')

    with op.batch_alter_table('dialogue') as batch_op:
        batch_op.drop_column('let_go_on')

    op.drop_table('let_go_receipt')
