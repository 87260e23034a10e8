"""meetings, registrations, notes and minutes

Revision 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('meeting',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('dialogue_id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('format', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('texts', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('starts_at', sa.DateTime(), nullable=False),
    sa.Column('ends_at', sa.DateTime(), nullable=False),
    sa.Column('area', sa.String(length=80), nullable=False),
    sa.Column('access', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('registers', sa.Boolean(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('registers_until', sa.DateTime(), nullable=True),
    sa.Column('forget_after', sa.Integer(), nullable=False),
    sa.Column('registered', sa.Integer(), nullable=True),
    sa.Column('came', sa.Integer(), nullable=True),
    sa.Column('forgotten_on', sa.Date(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(), nullable=False),
    sa.Column('codes_version', sa.Integer(), nullable=False),
    sa.Column('table_code_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('minutes_code_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('margin_before', sa.Integer(), nullable=False),
    sa.Column('margin_after', sa.Integer(), nullable=False),
    sa.Column('script', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('closing', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_meeting_dialogue_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting')),
    sa.UniqueConstraint('dialogue_id', 'slug', name=op.f('uq_meeting_dialogue_id_slug')),
    sa.UniqueConstraint('minutes_code_hash', name=op.f('uq_meeting_minutes_code_hash')),
    sa.UniqueConstraint('table_code_hash', name=op.f('uq_meeting_table_code_hash'))
    )
    op.create_table('meeting_table',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('remote', sa.Boolean(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meeting_table_meeting_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_table'))
    )
    with op.batch_alter_table('meeting_table', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_table_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('minutes',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('lang', sa.String(length=12), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('notes', sa.Integer(), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=True),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('answer_by', sa.Date(), nullable=True),
    sa.Column('locked_on', sa.Date(), nullable=True),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['made_by'], ['user.id'], name=op.f('fk_minutes_made_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_minutes_meeting_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minutes')),
    sa.UniqueConstraint('meeting_id', 'number', name=op.f('uq_minutes_meeting_id_number'))
    )
    op.create_table('registration',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('contact', sa.String(length=200), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('needs', sa.Text(), nullable=False),
    sa.Column('came', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_registration_meeting_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registration')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_registration_code_hash')),
    sa.UniqueConstraint('meeting_id', 'turn', name=op.f('uq_registration_meeting_id_turn'))
    )
    op.create_table('room_theme',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('dots', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_room_theme_meeting_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room_theme'))
    )
    with op.batch_alter_table('room_theme', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_room_theme_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('minutes_answer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('minutes_id', sa.Uuid(), nullable=False),
    sa.Column('key_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('verdict', sa.String(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['minutes_id'], ['minutes.id'], name=op.f('fk_minutes_answer_minutes_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minutes_answer')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_minutes_answer_key_hash')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('minutes_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_minutes_answer_minutes_id'), ['minutes_id'], unique=False)

    op.create_table('minutes_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('minutes_id', sa.Uuid(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('contribution_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_minutes_line_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['minutes_id'], ['minutes.id'], name=op.f('fk_minutes_line_minutes_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minutes_line'))
    )
    with op.batch_alter_table('minutes_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_minutes_line_contribution_id'), ['contribution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_minutes_line_minutes_id'), ['minutes_id'], unique=False)

    op.create_table('table_note',
    sa.Column('contribution_id', sa.Uuid(), nullable=False),
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('table_id', sa.Uuid(), nullable=True),
    sa.Column('manner', sa.String(length=20), nullable=False),
    sa.Column('read_back', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_table_note_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_table_note_meeting_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['table_id'], ['meeting_table.id'], name=op.f('fk_table_note_table_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('contribution_id', name=op.f('pk_table_note')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('table_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_table_note_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_table_note_table_id'), ['table_id'], unique=False)

    op.create_table('table_photo',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('table_id', sa.Uuid(), nullable=True),
    sa.Column('alt', sa.Text(), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('picture', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_table_photo_meeting_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['table_id'], ['meeting_table.id'], name=op.f('fk_table_photo_table_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_table_photo')),
    sa.UniqueConstraint('meeting_id', 'digest', name=op.f('uq_table_photo_meeting_id_digest'))
    )
    with op.batch_alter_table('table_photo', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_table_photo_table_id'), ['table_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('table_photo', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_table_photo_table_id'))

    op.drop_table('table_photo')
    with op.batch_alter_table('table_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_table_note_table_id'))
        batch_op.drop_index(batch_op.f('ix_table_note_meeting_id'))

    op.drop_table('table_note')
    with op.batch_alter_table('minutes_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_minutes_line_minutes_id'))
        batch_op.drop_index(batch_op.f('ix_minutes_line_contribution_id'))

    op.drop_table('minutes_line')
    with op.batch_alter_table('minutes_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_minutes_answer_minutes_id'))

    op.drop_table('minutes_answer')
    with op.batch_alter_table('room_theme', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_room_theme_meeting_id'))

    op.drop_table('room_theme')
    op.drop_table('registration')
    op.drop_table('minutes')
    with op.batch_alter_table('meeting_table', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_table_meeting_id'))

    op.drop_table('meeting_table')
    op.drop_table('meeting')
