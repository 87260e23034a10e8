"""organisations' looks, invitations and a dialogue's life

Revision 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    op.create_table(
        'organisation_logo',
        sa.Column('organisation_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('width', sa.Integer(), nullable=False),
        sa.Column('height', sa.Integer(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('data', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_organisation_logo_organisation_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('organisation_id', name=op.f('pk_organisation_logo')),
    )
    op.create_table(
        'staff_identity',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('issuer', sa.String(length=255), nullable=False),
        sa.Column('subject', sa.String(length=255), nullable=False),
        sa.Column('joined_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_staff_identity_user_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_identity')),
        sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_staff_identity_issuer_subject')),
    )
    op.create_table(
        'broken_glass',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('reason', sa.String(length=600), nullable=False),
        sa.Column('began_at', sa.DateTime(), nullable=False),
        sa.Column('ends_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_broken_glass_dialogue_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_broken_glass_user_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_broken_glass')),
    )
    with op.batch_alter_table('broken_glass') as batch_op:
        batch_op.create_index(batch_op.f('ix_broken_glass_dialogue_id'), ['dialogue_id'], unique=False)

    op.create_table(
        'dialogue_message',
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('moment', sa.String(length=20), nullable=False),
        sa.Column('sv', sa.Text(), nullable=False),
        sa.Column('en', sa.Text(), nullable=False),
        sa.Column('easy', sa.Text(), nullable=False),
        sa.Column('changed_on', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_dialogue_message_dialogue_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('dialogue_id', 'moment', name=op.f('pk_dialogue_message')),
    )
    op.create_table(
        'dialogue_step',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('verb', sa.String(length=40), nullable=False),
        sa.Column('before', sa.String(length=40), nullable=False),
        sa.Column('after', sa.String(length=40), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=True),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('words', sa.String(length=600), nullable=False),
        sa.ForeignKeyConstraint(['by'], ['user.id'], name=op.f('fk_dialogue_step_by'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_dialogue_step_dialogue_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_dialogue_step')),
    )
    with op.batch_alter_table('dialogue_step') as batch_op:
        batch_op.create_index(batch_op.f('ix_dialogue_step_dialogue_id'), ['dialogue_id'], unique=False)

    op.create_table(
        'staff_invitation',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('organisation_id', sa.Uuid(), nullable=False),
        sa.Column('dialogue_id', sa.Uuid(), nullable=True),
        sa.Column('role', sa.String(length=40), nullable=False),
        sa.Column('email', sa.String(length=255), nullable=False),
        sa.Column('name', sa.String(length=200), nullable=False),
        sa.Column('secret_hash', sa.String(length=64), nullable=False),
        sa.Column('made_by', sa.Uuid(), nullable=True),
        sa.Column('made_at', sa.DateTime(), nullable=False),
        sa.Column('ends_at', sa.DateTime(), nullable=False),
        sa.Column('used_at', sa.DateTime(), nullable=True),
        sa.Column('withdrawn_at', sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_staff_invitation_dialogue_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['made_by'], ['user.id'], name=op.f('fk_staff_invitation_made_by'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_staff_invitation_organisation_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_invitation')),
        sa.UniqueConstraint('secret_hash', name=op.f('uq_staff_invitation_secret_hash')),
    )
    with op.batch_alter_table('staff_invitation') as batch_op:
        batch_op.create_index(batch_op.f('ix_staff_invitation_organisation_id'), ['organisation_id'], unique=False)

    with op.batch_alter_table('dialogue') as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=40), server_default='survey', nullable=False))
        batch_op.add_column(sa.Column('promise', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('release', sa.String(length=40), server_default='all', nullable=False))
        batch_op.add_column(sa.Column('public_since', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('kept', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('kept_told_on', sa.Date(), nullable=True))

    with op.batch_alter_table('organisation') as batch_op:
        batch_op.add_column(sa.Column('about_sv', sa.String(length=600), server_default='', nullable=False))
        batch_op.add_column(sa.Column('about_en', sa.String(length=600), server_default='', nullable=False))
        batch_op.add_column(sa.Column('accent', sa.String(length=7), server_default='', nullable=False))
        batch_op.add_column(sa.Column('languages', JSON, server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('retention', sa.String(length=300), server_default='', nullable=False))
        batch_op.add_column(sa.Column('retention_months', sa.Integer(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('organisation') as batch_op:
        batch_op.drop_column('retention_months')
        batch_op.drop_column('retention')
        batch_op.drop_column('languages')
        batch_op.drop_column('accent')
        batch_op.drop_column('about_en')
        batch_op.drop_column('about_sv')

    with op.batch_alter_table('dialogue') as batch_op:
        batch_op.drop_column('kept_told_on')
        batch_op.drop_column('kept')
        batch_op.drop_column('public_since')
        batch_op.drop_column('release')
        batch_op.drop_column('promise')
        batch_op.drop_column('kind')

    with op.batch_alter_table('staff_invitation') as batch_op:
        batch_op.drop_index(batch_op.f('ix_staff_invitation_organisation_id'))

    op.drop_table('staff_invitation')
    with op.batch_alter_table('dialogue_step') as batch_op:
        batch_op.drop_index(batch_op.f('ix_dialogue_step_dialogue_id'))

    op.drop_table('dialogue_step')
    op.drop_table('dialogue_message')
    with op.batch_alter_table('broken_glass') as batch_op:
        batch_op.drop_index(batch_op.f('ix_broken_glass_dialogue_id'))

    op.drop_table('broken_glass')
    op.drop_table('staff_identity')
    op.drop_table('organisation_logo')
