"""codebooks edited by people, and their versions

Revision 0013, after 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    for table in ("story", "story_index"):
        op.add_column(table, sa.Column("area", sa.String(60), nullable=False, server_default=""))
    with op.batch_alter_table("analysis_run") as batch_op:
        batch_op.add_column(sa.Column("kept", sa.LargeBinary(), nullable=True))
    op.create_table('codebook_edition',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=40), nullable=False),
    sa.Column('document', JSON, nullable=False),
    sa.Column('note', sa.String(length=400), nullable=False),
    sa.Column('kept_by', sa.Uuid(), nullable=True),
    sa.Column('kept_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['kept_by'], ['user.id'], name=op.f('fk_codebook_edition_kept_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_codebook_edition_organisation_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_codebook_edition')),
    sa.UniqueConstraint('organisation_id', 'key', 'number', name=op.f('uq_codebook_edition_organisation_id_key_number'))
    )
    with op.batch_alter_table('codebook_edition') as batch_op:
        batch_op.create_index(batch_op.f('ix_codebook_edition_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('codebook_draft',
    sa.Column('dialogue_id', sa.Uuid(), nullable=False),
    sa.Column('document', JSON, nullable=False),
    sa.Column('before', JSON, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('previewed', sa.Integer(), nullable=True),
    sa.Column('preview', JSON, nullable=False),
    sa.Column('changed_by', sa.Uuid(), nullable=True),
    sa.Column('changed_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by'], ['user.id'], name=op.f('fk_codebook_draft_changed_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_codebook_draft_dialogue_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('dialogue_id', name=op.f('pk_codebook_draft'))
    )
    op.create_table('dialogue_codebook',
    sa.Column('dialogue_id', sa.Uuid(), nullable=False),
    sa.Column('edition_id', sa.Uuid(), nullable=True),
    sa.Column('shipped', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_dialogue_codebook_dialogue_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['edition_id'], ['codebook_edition.id'], name=op.f('fk_dialogue_codebook_edition_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('dialogue_id', name=op.f('pk_dialogue_codebook'))
    )


def downgrade() -> None:
    for table in ("story_index", "story"):
        op.drop_column(table, "area")
    op.drop_table('dialogue_codebook')
    op.drop_table('codebook_draft')
    with op.batch_alter_table('codebook_edition') as batch_op:
        batch_op.drop_index(batch_op.f('ix_codebook_edition_organisation_id'))

    op.drop_table('codebook_edition')
    with op.batch_alter_table("analysis_run") as batch_op:
        batch_op.drop_column("kept")
