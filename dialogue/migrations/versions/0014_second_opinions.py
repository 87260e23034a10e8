"""second opinions, and steps that a dialogue takes by itself

Revision 0014, after 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


NOT_LET_THROUGH = """
    SELECT story.id FROM story JOIN dialogue ON dialogue.id = story.dialogue_id
    WHERE dialogue.release = 'redacted_stories' AND dialogue.host_id IS NOT NULL
    AND dialogue.host_id <> dialogue.organisation_id AND story.desk = 'waiting'
"""
"""Stories that are no longer read before their host has let them through; they are placed then."""


def upgrade() -> None:
    for table in ('theme_story', 'theme_quote', 'story_outcome'):
        op.execute(f'DELETE FROM {table} WHERE story_id IN ({NOT_LET_THROUGH})')
    op.create_table('second_opinion',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('dialogue_id', sa.Uuid(), nullable=False),
    sa.Column('story_id', sa.Uuid(), nullable=False),
    sa.Column('question', sa.String(length=200), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=True),
    sa.Column('asked_at', sa.DateTime(), nullable=False),
    sa.Column('says', sa.String(length=20), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('said_by', sa.Uuid(), nullable=True),
    sa.Column('said_at', sa.DateTime(), nullable=True),
    sa.Column('taken_back_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['asked_by'], ['user.id'], name=op.f('fk_second_opinion_asked_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_second_opinion_dialogue_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['said_by'], ['user.id'], name=op.f('fk_second_opinion_said_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_second_opinion_story_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_second_opinion'))
    )
    with op.batch_alter_table('second_opinion') as batch_op:
        batch_op.create_index(batch_op.f('ix_second_opinion_dialogue_id'), ['dialogue_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_second_opinion_story_id'), ['story_id'], unique=False)

    with op.batch_alter_table('dialogue_step') as batch_op:
        batch_op.add_column(sa.Column('by_itself', sa.Boolean(), server_default=sa.false(), nullable=False))



def downgrade() -> None:
    with op.batch_alter_table('dialogue_step') as batch_op:
        batch_op.drop_column('by_itself')

    with op.batch_alter_table('second_opinion') as batch_op:
        batch_op.drop_index(batch_op.f('ix_second_opinion_story_id'))
        batch_op.drop_index(batch_op.f('ix_second_opinion_dialogue_id'))

    op.drop_table('second_opinion')
