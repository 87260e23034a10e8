"""live rooms, statements and votes

Revision 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('live_room',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('release', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_live_room_meeting_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_live_room')),
    sa.UniqueConstraint('code', name=op.f('uq_live_room_code')),
    sa.UniqueConstraint('meeting_id', name=op.f('uq_live_room_meeting_id'))
    )
    op.create_table('live_saying',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('room_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('lang', sa.String(length=12), nullable=False),
    sa.Column('from_room', sa.Boolean(), nullable=False),
    sa.Column('quotable', sa.Boolean(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('receipt_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('contribution_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_live_saying_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['room_id'], ['live_room.id'], name=op.f('fk_live_saying_room_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_live_saying')),
    sa.UniqueConstraint('receipt_hash', name=op.f('uq_live_saying_receipt_hash')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('live_saying', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_live_saying_contribution_id'), ['contribution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_live_saying_room_id'), ['room_id'], unique=False)

    op.create_table('live_vote',
    sa.Column('voter', sa.LargeBinary(length=32), nullable=False),
    sa.Column('saying_id', sa.Uuid(), nullable=False),
    sa.Column('choice', sa.SmallInteger(), nullable=False),
    sa.ForeignKeyConstraint(['saying_id'], ['live_saying.id'], name=op.f('fk_live_vote_saying_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('voter', 'saying_id', name=op.f('pk_live_vote')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('live_vote', schema=None) as batch_op:
        batch_op.create_index('ix_live_vote_saying_id', ['saying_id', 'choice'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('live_vote', schema=None) as batch_op:
        batch_op.drop_index('ix_live_vote_saying_id')

    op.drop_table('live_vote')
    with op.batch_alter_table('live_saying', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_live_saying_room_id'))
        batch_op.drop_index(batch_op.f('ix_live_saying_contribution_id'))

    op.drop_table('live_saying')
    op.drop_table('live_room')
