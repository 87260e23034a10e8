"""codings, joint sessions and the story library

Revision 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        'coding',
        sa.Column('story_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('mark', sa.String(length=20), nullable=False),
        sa.Column('points', JSON, nullable=False),
        sa.Column('themes', JSON, nullable=False),
        sa.Column('coded_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_coding_story_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_coding_user_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('story_id', 'user_id', name=op.f('pk_coding')),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'joint_session',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.Column('phase', sa.String(length=20), nullable=False),
        sa.Column('led_by', sa.Uuid(), nullable=True),
        sa.Column('made_at', sa.DateTime(), nullable=False),
        sa.Column('talk_began_at', sa.DateTime(), nullable=True),
        sa.Column('settled_at', sa.DateTime(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_joint_session_dialogue_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['led_by'], ['user.id'], name=op.f('fk_joint_session_led_by'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_joint_session')),
    )
    op.create_index(op.f('ix_joint_session_dialogue_id'), 'joint_session', ['dialogue_id'])
    op.create_table(
        'joint_story',
        sa.Column('session_id', sa.Uuid(), nullable=False),
        sa.Column('story_id', sa.Uuid(), nullable=False),
        sa.Column('place', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['session_id'], ['joint_session.id'], name=op.f('fk_joint_story_session_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_joint_story_story_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('session_id', 'story_id', name=op.f('pk_joint_story')),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'joint_coding',
        sa.Column('session_id', sa.Uuid(), nullable=False),
        sa.Column('story_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('said', sa.String(length=10), nullable=False),
        sa.Column('mark', sa.String(length=20), nullable=False),
        sa.Column('points', JSON, nullable=False),
        sa.ForeignKeyConstraint(['session_id'], ['joint_session.id'], name=op.f('fk_joint_coding_session_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_joint_coding_story_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_joint_coding_user_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('session_id', 'story_id', 'user_id', 'said', name=op.f('pk_joint_coding')),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'settled_coding',
        sa.Column('session_id', sa.Uuid(), nullable=False),
        sa.Column('story_id', sa.Uuid(), nullable=False),
        sa.Column('mark', sa.String(length=20), nullable=False),
        sa.Column('note', sa.String(length=400), nullable=False),
        sa.Column('settled_by', sa.Uuid(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['session_id'], ['joint_session.id'], name=op.f('fk_settled_coding_session_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['settled_by'], ['user.id'], name=op.f('fk_settled_coding_settled_by'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_settled_coding_story_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('session_id', 'story_id', name=op.f('pk_settled_coding')),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'library_story',
        sa.Column('story_id', sa.Uuid(), nullable=False),
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('place', sa.String(length=80), nullable=False),
        sa.Column('released_by', sa.Uuid(), nullable=True),
        sa.Column('released_on', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_library_story_dialogue_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['released_by'], ['user.id'], name=op.f('fk_library_story_released_by'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_library_story_story_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('story_id', name=op.f('pk_library_story')),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f('ix_library_story_dialogue_id'), 'library_story', ['dialogue_id'])
    op.create_table(
        'coding_figures',
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('figures', JSON, nullable=False),
        sa.Column('counted_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_coding_figures_dialogue_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('dialogue_id', name=op.f('pk_coding_figures')),
    )


def downgrade() -> None:
    op.drop_table('coding_figures')
    op.drop_table('library_story')
    op.drop_table('settled_coding')
    op.drop_table('joint_coding')
    op.drop_table('joint_story')
    op.drop_table('joint_session')
    op.drop_table('coding')
