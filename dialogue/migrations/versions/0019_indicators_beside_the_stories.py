"""indicators beside the stories

Revision 0019, after 0018.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('indicator',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('dialogue_id', sa.Uuid(), nullable=False),
    sa.Column('ready', sa.String(length=80), nullable=False),
    sa.Column('name_sv', sa.String(length=160), nullable=False),
    sa.Column('name_en', sa.String(length=160), nullable=False),
    sa.Column('about_sv', sa.String(length=600), nullable=False),
    sa.Column('about_en', sa.String(length=600), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('better', sa.String(length=20), nullable=False),
    sa.Column('node', sa.String(length=120), nullable=False),
    sa.Column('source', sa.String(length=600), nullable=False),
    sa.Column('whole', sa.String(length=60), nullable=False),
    sa.Column('why', sa.String(length=400), nullable=False),
    sa.Column('chosen_by', sa.Uuid(), nullable=True),
    sa.Column('chosen_at', sa.DateTime(), nullable=False),
    sa.Column('dropped_by', sa.Uuid(), nullable=True),
    sa.Column('dropped_at', sa.DateTime(), nullable=True),
    sa.Column('dropped_because', sa.String(length=400), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['chosen_by'], ['user.id'], name=op.f('fk_indicator_chosen_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_indicator_dialogue_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['dropped_by'], ['user.id'], name=op.f('fk_indicator_dropped_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator'))
    )
    op.create_index('ix_indicator_dialogue_id', 'indicator', ['dialogue_id'])
    op.create_table('indicator_reading',
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('indicator_id', sa.Uuid(), nullable=False),
    sa.Column('verdict', sa.String(length=20), nullable=False),
    sa.Column('note', sa.String(length=400), nullable=False),
    sa.Column('settled_by', sa.Uuid(), nullable=True),
    sa.Column('settled_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['indicator_id'], ['indicator.id'], name=op.f('fk_indicator_reading_indicator_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['joint_session.id'], name=op.f('fk_indicator_reading_session_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['settled_by'], ['user.id'], name=op.f('fk_indicator_reading_settled_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('session_id', 'indicator_id', name=op.f('pk_indicator_reading'))
    )
    op.create_index('ix_indicator_reading_indicator_id', 'indicator_reading', ['indicator_id'])
    op.create_table('indicator_value',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('indicator_id', sa.Uuid(), nullable=False),
    sa.Column('period', sa.String(length=7), nullable=False),
    sa.Column('place', sa.String(length=60), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('entered_by', sa.Uuid(), nullable=True),
    sa.Column('entered_at', sa.DateTime(), nullable=False),
    sa.Column('ended_by', sa.Uuid(), nullable=True),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['ended_by'], ['user.id'], name=op.f('fk_indicator_value_ended_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['entered_by'], ['user.id'], name=op.f('fk_indicator_value_entered_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['indicator_id'], ['indicator.id'], name=op.f('fk_indicator_value_indicator_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator_value'))
    )
    op.create_index('ix_indicator_value_standing', 'indicator_value', ['indicator_id', 'ended_at'])


def downgrade() -> None:
    op.drop_index('ix_indicator_value_standing', 'indicator_value')
    op.drop_table('indicator_value')
    op.drop_index('ix_indicator_reading_indicator_id', 'indicator_reading')
    op.drop_table('indicator_reading')
    op.drop_index('ix_indicator_dialogue_id', 'indicator')
    op.drop_table('indicator')
