"""second signers, confirmation rounds and reservations

Revision 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

ACTS = "('kept', 'renamed', 'merged', 'split', 'moved', 'dropped', 'made', 'undone')"
"""The kinds of acts that change what a signature vouches for."""

FROZEN = {
    "sign_off": ("theme_id", "signed_at", "content", "digest"),
    "publication": ("dialogue_id", "number", "snapshot", "digest", "published_at"),
}
"""Columns that say what was signed or published, and never change."""


def _guard() -> None:
    """Two people for each signature, and nothing that was signed or published changes."""
    acted = (
        f"SELECT 1 FROM theme_act WHERE theme_act.theme_id = NEW.theme_id "
        f"AND theme_act.\"by\" = NEW.signed_by AND theme_act.kind IN {ACTS}"
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER sign_off_by_another BEFORE INSERT ON sign_off "
            f"WHEN EXISTS ({acted}) "
            "BEGIN SELECT RAISE(ABORT, 'whoever changed a theme cannot sign it'); END"
        )
        for table, columns in FROZEN.items():
            op.execute(
                f"CREATE TRIGGER {table}_stands BEFORE UPDATE OF {', '.join(columns)} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'what was signed or published does not change'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION sign_off_by_another() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF EXISTS ({acted}) THEN "
        "RAISE EXCEPTION 'whoever changed a theme cannot sign it'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER sign_off_by_another BEFORE INSERT ON sign_off "
        "FOR EACH ROW EXECUTE FUNCTION sign_off_by_another()"
    )
    op.execute(
        "CREATE FUNCTION signed_stands() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'what was signed or published does not change'; END $$"
    )
    for table, columns in FROZEN.items():
        op.execute(
            f"CREATE TRIGGER {table}_stands BEFORE UPDATE OF {', '.join(columns)} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION signed_stands()"
        )


def _unguard() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table in (
        ("sign_off_by_another", "sign_off"), ("sign_off_stands", "sign_off"),
        ("publication_stands", "publication"),
    ):
        op.execute(f"DROP TRIGGER {name}" if on_sqlite else f"DROP TRIGGER {name} ON {table}")
    if not on_sqlite:
        op.execute("DROP FUNCTION sign_off_by_another")
        op.execute("DROP FUNCTION signed_stands")


def upgrade() -> None:
    op.create_table(
        'sign_off',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('theme_id', sa.Uuid(), nullable=False),
        sa.Column('signed_by', sa.Uuid(), nullable=True),
        sa.Column('signed_at', sa.DateTime(), nullable=False),
        sa.Column('content', JSON, nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('lifted_at', sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_sign_off_dialogue_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['signed_by'], ['user.id'], name=op.f('fk_sign_off_signed_by'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_sign_off_theme_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_off')),
    )
    op.create_index(op.f('ix_sign_off_dialogue_id'), 'sign_off', ['dialogue_id'])
    op.create_index(op.f('ix_sign_off_theme_id'), 'sign_off', ['theme_id'])
    op.create_table(
        'confirmation_round',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('started_by', sa.Uuid(), nullable=True),
        sa.Column('started_at', sa.DateTime(), nullable=False),
        sa.Column('starts_on', sa.Date(), nullable=True),
        sa.Column('ends_on', sa.Date(), nullable=True),
        sa.Column('because', sa.String(length=600), nullable=False),
        sa.Column('snapshot', JSON, nullable=False),
        sa.Column('publication_id', sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_confirmation_round_dialogue_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['publication_id'], ['publication.id'], name=op.f('fk_confirmation_round_publication_id'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['started_by'], ['user.id'], name=op.f('fk_confirmation_round_started_by'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_confirmation_round')),
        sa.UniqueConstraint('dialogue_id', 'number', name=op.f('uq_confirmation_round_dialogue_id_number')),
    )
    op.create_index(op.f('ix_confirmation_round_dialogue_id'), 'confirmation_round', ['dialogue_id'])
    op.create_table(
        'round_claim',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('round_id', sa.Uuid(), nullable=False),
        sa.Column('theme', sa.Uuid(), nullable=False),
        sa.Column('place', sa.Integer(), nullable=False),
        sa.Column('words', JSON, nullable=False),
        sa.ForeignKeyConstraint(['round_id'], ['confirmation_round.id'], name=op.f('fk_round_claim_round_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_round_claim')),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f('ix_round_claim_round_id'), 'round_claim', ['round_id'])
    op.create_table(
        'round_quote',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('round_id', sa.Uuid(), nullable=False),
        sa.Column('story_id', sa.Uuid(), nullable=False),
        sa.Column('theme', sa.Uuid(), nullable=False),
        sa.Column('place', sa.Integer(), nullable=False),
        sa.Column('start', sa.Integer(), nullable=False),
        sa.Column('end', sa.Integer(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('claim_id', sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(['claim_id'], ['round_claim.id'], name=op.f('fk_round_quote_claim_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['round_id'], ['confirmation_round.id'], name=op.f('fk_round_quote_round_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_round_quote_story_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_round_quote')),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f('ix_round_quote_round_id'), 'round_quote', ['round_id'])
    op.create_index(op.f('ix_round_quote_story_id'), 'round_quote', ['story_id'])
    op.create_index(op.f('ix_round_quote_claim_id'), 'round_quote', ['claim_id'])
    op.create_table(
        'round_story',
        sa.Column('round_id', sa.Uuid(), nullable=False),
        sa.Column('story_id', sa.Uuid(), nullable=False),
        sa.Column('theme', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['round_id'], ['confirmation_round.id'], name=op.f('fk_round_story_round_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_round_story_story_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('round_id', 'story_id', name=op.f('pk_round_story')),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'confirmation_link',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('round_id', sa.Uuid(), nullable=False),
        sa.Column('token', sa.String(length=40), nullable=False),
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.Column('made_by', sa.Uuid(), nullable=True),
        sa.Column('made_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['made_by'], ['user.id'], name=op.f('fk_confirmation_link_made_by'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['round_id'], ['confirmation_round.id'], name=op.f('fk_confirmation_link_round_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_confirmation_link')),
        sa.UniqueConstraint('token', name=op.f('uq_confirmation_link_token')),
    )
    op.create_index(op.f('ix_confirmation_link_round_id'), 'confirmation_link', ['round_id'])
    op.create_table(
        'confirmation_say',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('round_id', sa.Uuid(), nullable=False),
        sa.Column('about', sa.String(length=40), nullable=False),
        sa.Column('voice', sa.LargeBinary(length=32), nullable=False),
        sa.Column('channel', sa.String(length=20), nullable=False),
        sa.Column('contribution_id', sa.Uuid(), nullable=True),
        sa.Column('link_id', sa.Uuid(), nullable=True),
        sa.Column('entered_by', sa.Uuid(), nullable=True),
        sa.Column('verdict', sa.String(length=20), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('lang', sa.String(length=12), nullable=False),
        sa.Column('said_on', sa.Date(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_confirmation_say_contribution_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['entered_by'], ['user.id'], name=op.f('fk_confirmation_say_entered_by'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['link_id'], ['confirmation_link.id'], name=op.f('fk_confirmation_say_link_id'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['round_id'], ['confirmation_round.id'], name=op.f('fk_confirmation_say_round_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_confirmation_say')),
        sa.UniqueConstraint('round_id', 'about', 'voice', name=op.f('uq_confirmation_say_round_id_about_voice')),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f('ix_confirmation_say_contribution_id'), 'confirmation_say', ['contribution_id'])
    op.create_table(
        'confirmation_reply',
        sa.Column('say_id', sa.Uuid(), nullable=False),
        sa.Column('changed', sa.Boolean(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('of_words', sa.String(length=64), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=True),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['by'], ['user.id'], name=op.f('fk_confirmation_reply_by'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['say_id'], ['confirmation_say.id'], name=op.f('fk_confirmation_reply_say_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('say_id', name=op.f('pk_confirmation_reply')),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'reservation',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('organisation_id', sa.Uuid(), nullable=False),
        sa.Column('about', sa.String(length=40), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('lang', sa.String(length=12), nullable=False),
        sa.Column('written_by', sa.Uuid(), nullable=True),
        sa.Column('written_at', sa.DateTime(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('publication_id', sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_reservation_dialogue_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_reservation_organisation_id')),
        sa.ForeignKeyConstraint(['publication_id'], ['publication.id'], name=op.f('fk_reservation_publication_id'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['written_by'], ['user.id'], name=op.f('fk_reservation_written_by'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reservation')),
    )
    op.create_index(op.f('ix_reservation_dialogue_id'), 'reservation', ['dialogue_id'])
    _guard()


def downgrade() -> None:
    _unguard()
    op.drop_table('reservation')
    op.drop_table('confirmation_reply')
    op.drop_table('confirmation_say')
    op.drop_table('confirmation_link')
    op.drop_table('round_story')
    op.drop_table('round_quote')
    op.drop_table('round_claim')
    op.drop_table('confirmation_round')
    op.drop_table('sign_off')
