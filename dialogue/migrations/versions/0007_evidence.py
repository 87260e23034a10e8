"""the safety desk, claims and their evidence

Revision 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        'published_claim',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('publication_id', sa.Uuid(), nullable=False),
        sa.Column('theme', sa.Uuid(), nullable=False),
        sa.Column('claim', sa.Uuid(), nullable=False),
        sa.Column('place', sa.Integer(), nullable=False),
        sa.Column('words', JSON, nullable=False),
        sa.Column('by_machine', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['publication_id'], ['publication.id'], name=op.f('fk_published_claim_publication_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_published_claim'))
    )
    with op.batch_alter_table('published_claim') as batch_op:
        batch_op.create_index(batch_op.f('ix_published_claim_publication_id'), ['publication_id'])

    op.create_table(
        'claim',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('theme_id', sa.Uuid(), nullable=False),
        sa.Column('place', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(length=20), nullable=False),
        sa.Column('proposed_sv', sa.Text(), nullable=False),
        sa.Column('proposed_en', sa.Text(), nullable=False),
        sa.Column('proposed_easy', sa.Text(), nullable=False),
        sa.Column('words_sv', sa.Text(), nullable=False),
        sa.Column('words_en', sa.Text(), nullable=False),
        sa.Column('words_easy', sa.Text(), nullable=False),
        sa.Column('by_machine', sa.Boolean(), nullable=False),
        sa.Column('written_by', sa.Uuid(), nullable=True),
        sa.Column('decided_by', sa.Uuid(), nullable=True),
        sa.Column('decided_at', sa.DateTime(), nullable=True),
        sa.Column('made_at', sa.DateTime(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['decided_by'], ['user.id'], name=op.f('fk_claim_decided_by'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_claim_dialogue_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_claim_theme_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['written_by'], ['user.id'], name=op.f('fk_claim_written_by'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_claim'))
    )
    with op.batch_alter_table('claim') as batch_op:
        batch_op.create_index(batch_op.f('ix_claim_dialogue_id'), ['dialogue_id'])
        batch_op.create_index(batch_op.f('ix_claim_theme_id'), ['theme_id'])

    op.create_table(
        'desk_decision',
        sa.Column('number', sa.Integer(), autoincrement=True, nullable=False),
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('story_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('code', sa.String(length=40), nullable=False),
        sa.Column('why', sa.String(length=200), nullable=False),
        sa.Column('rules', sa.String(length=20), nullable=False),
        sa.Column('stood', JSON, nullable=False),
        sa.Column('by', sa.Uuid(), nullable=True),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('undone_by', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['by'], ['user.id'], name=op.f('fk_desk_decision_by'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_desk_decision_dialogue_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_desk_decision_story_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['undone_by'], ['desk_decision.number'], name=op.f('fk_desk_decision_undone_by')),
        sa.PrimaryKeyConstraint('number', name=op.f('pk_desk_decision'))
    )
    with op.batch_alter_table('desk_decision') as batch_op:
        batch_op.create_index('ix_desk_decision_of_dialogue', ['dialogue_id', 'number'])
        batch_op.create_index(batch_op.f('ix_desk_decision_story_id'), ['story_id'])

    op.create_table(
        'story_original',
        sa.Column('story_id', sa.Uuid(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('delete_on', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_original_story_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('story_id', name=op.f('pk_story_original')),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table('story_original') as batch_op:
        batch_op.create_index(batch_op.f('ix_story_original_delete_on'), ['delete_on'])

    op.create_table(
        'story_screening',
        sa.Column('story_id', sa.Uuid(), nullable=False),
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('rules', sa.String(length=20), nullable=False),
        sa.Column('marks', JSON, nullable=False),
        sa.Column('open', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_story_screening_dialogue_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_screening_story_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('story_id', name=op.f('pk_story_screening')),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table('story_screening') as batch_op:
        batch_op.create_index('ix_story_screening_open', ['dialogue_id', 'open'])

    op.create_table(
        'theme_summary',
        sa.Column('theme_id', sa.Uuid(), nullable=False),
        sa.Column('decided_at', sa.DateTime(), nullable=False),
        sa.Column('decided_by', sa.Uuid(), nullable=True),
        sa.Column('seen', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['decided_by'], ['user.id'], name=op.f('fk_theme_summary_decided_by'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_summary_theme_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('theme_id', name=op.f('pk_theme_summary'))
    )
    op.create_table(
        'evidence',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('claim_id', sa.Uuid(), nullable=False),
        sa.Column('story_id', sa.Uuid(), nullable=False),
        sa.Column('place', sa.Integer(), nullable=False),
        sa.Column('start', sa.Integer(), nullable=False),
        sa.Column('end', sa.Integer(), nullable=False),
        sa.Column('span_digest', sa.String(length=64), nullable=False),
        sa.Column('text_digest', sa.String(length=64), nullable=False),
        sa.Column('verified_at', sa.DateTime(), nullable=True),
        sa.Column('broken', sa.String(length=20), nullable=False),
        sa.Column('broken_at', sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_evidence_claim_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_evidence_story_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence'))
    )
    with op.batch_alter_table('evidence') as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_claim_id'), ['claim_id'])
        batch_op.create_index(batch_op.f('ix_evidence_story_id'), ['story_id'])

    op.create_table(
        'redaction',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('story_id', sa.Uuid(), nullable=False),
        sa.Column('decision', sa.Integer(), nullable=False),
        sa.Column('start', sa.Integer(), nullable=False),
        sa.Column('end', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('mark', sa.String(length=40), nullable=False),
        sa.Column('sealed', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['decision'], ['desk_decision.number'], name=op.f('fk_redaction_decision'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_redaction_story_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_redaction')),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table('redaction') as batch_op:
        batch_op.create_index(batch_op.f('ix_redaction_decision'), ['decision'])
        batch_op.create_index(batch_op.f('ix_redaction_story_id'), ['story_id'])

    with op.batch_alter_table('published_quote') as batch_op:
        batch_op.add_column(sa.Column('story_digest', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('claim_id', sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f('ix_published_quote_claim_id'), ['claim_id'])
        batch_op.create_foreign_key(batch_op.f('fk_published_quote_claim_id'), 'published_claim', ['claim_id'], ['id'], ondelete='CASCADE')


def downgrade() -> None:
    with op.batch_alter_table('published_quote') as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_published_quote_claim_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_published_quote_claim_id'))
        batch_op.drop_column('claim_id')
        batch_op.drop_column('story_digest')

    op.drop_table('redaction')
    op.drop_table('evidence')
    op.drop_table('theme_summary')
    op.drop_table('story_screening')
    op.drop_table('story_original')
    op.drop_table('desk_decision')
    op.drop_table('claim')
    op.drop_table('published_claim')
