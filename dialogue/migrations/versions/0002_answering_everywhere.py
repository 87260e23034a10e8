"""opening hours, drafts, invitations, transcripts and corrections

Revision 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    with op.batch_alter_table('survey', schema=None) as batch_op:
        batch_op.add_column(sa.Column('opening', JSON, server_default='{}', nullable=False))

    op.create_table('correction',
    sa.Column('receipt_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('old_words', sa.LargeBinary(length=32), nullable=False),
    sa.Column('corrected_on', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('receipt_hash', 'old_words', name=op.f('pk_correction')),
    sqlite_with_rowid=False
    )
    op.create_table('surveys_draft',
    sa.Column('code_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('answer_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('fields', JSON, nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['survey_version.id'], name=op.f('fk_surveys_draft_version_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_surveys_draft')),
    sa.UniqueConstraint('answer_hash', name=op.f('uq_surveys_draft_answer_hash')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('surveys_draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_surveys_draft_expires_on'), ['expires_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_surveys_draft_version_id'), ['version_id'], unique=False)

    op.create_table('invitation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('survey_id', sa.Uuid(), nullable=False),
    sa.Column('label', sa.String(length=120), nullable=False),
    sa.Column('made', sa.Integer(), nullable=False),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_invitation_survey_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_survey_id'), ['survey_id'], unique=False)

    op.create_table('invitation_code',
    sa.Column('code_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('invitation_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_invitation_code_invitation_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_invitation_code')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('invitation_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_code_invitation_id'), ['invitation_id'], unique=False)

    op.create_table('transcript',
    sa.Column('contribution_id', sa.Uuid(), nullable=False),
    sa.Column('written_by', sa.Uuid(), nullable=True),
    sa.Column('written_on', sa.Date(), nullable=False),
    sa.Column('compared_by', sa.Uuid(), nullable=True),
    sa.Column('compared_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['compared_by'], ['user.id'], name=op.f('fk_transcript_compared_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_transcript_contribution_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['written_by'], ['user.id'], name=op.f('fk_transcript_written_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('contribution_id', name=op.f('pk_transcript')),
    sqlite_with_rowid=False
    )


def downgrade() -> None:
    op.drop_table('transcript')
    op.drop_table('invitation_code')
    op.drop_table('invitation')
    op.drop_table('surveys_draft')
    op.drop_table('correction')
    with op.batch_alter_table('survey', schema=None) as batch_op:
        batch_op.drop_column('opening')
