"""acts on themes, openings of stories and the index of their words

Revision 0006, after 0005.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
WORDS = sa.Text().with_variant(postgresql.TSVECTOR(), 'postgresql')
WITHOUT_ROWID = {'sqlite_with_rowid': False}
FULL_TEXT = "CREATE VIRTUAL TABLE story_words USING fts5(words)"


def upgrade() -> None:
    op.create_table(
        'theme_act',
        sa.Column('number', sa.Integer(), autoincrement=True, nullable=False),
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('theme_id', sa.Uuid(), nullable=True),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('by', sa.Uuid(), nullable=True),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('reason', sa.String(length=400), nullable=False),
        sa.Column('before', JSON, nullable=False),
        sa.Column('after', JSON, nullable=False),
        sa.Column('undone_by', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['by'], ['user.id'], name=op.f('fk_theme_act_by'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_theme_act_dialogue_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_act_theme_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['undone_by'], ['theme_act.number'], name=op.f('fk_theme_act_undone_by')),
        sa.PrimaryKeyConstraint('number', name=op.f('pk_theme_act')),
    )
    op.create_index(op.f('ix_theme_act_theme_id'), 'theme_act', ['theme_id'])
    op.create_index('ix_theme_act_of_dialogue', 'theme_act', ['dialogue_id', 'number'])
    op.create_table(
        'story_opening',
        sa.Column('story_id', sa.Uuid(), nullable=False),
        sa.Column('user_id', sa.Uuid(), nullable=False),
        sa.Column('opened_on', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_opening_story_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_story_opening_user_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('story_id', 'user_id', name=op.f('pk_story_opening')),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'story_index',
        sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('story_id', sa.Uuid(), nullable=False),
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('channel', sa.String(length=20), nullable=False),
        sa.Column('voice', sa.String(length=20), nullable=False),
        sa.Column('lang', sa.String(length=12), nullable=False),
        sa.Column('mark', sa.Integer(), nullable=False),
        sa.Column('words', WORDS, nullable=False),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_story_index_dialogue_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['story_id'], ['story.id'], name=op.f('fk_story_index_story_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('number', name=op.f('pk_story_index')),
        sa.UniqueConstraint('story_id', name=op.f('uq_story_index_story_id')),
    )
    op.create_index('ix_story_index_filters', 'story_index', ['dialogue_id', 'channel', 'voice', 'lang', 'mark'])
    op.create_index('ix_story_in_order', 'story', ['dialogue_id', 'desk', 'id'])
    _columns()
    _remember_names()
    _full_text()


def _columns() -> None:
    with op.batch_alter_table('theme') as batch_op:
        batch_op.add_column(sa.Column('state', sa.String(length=20), nullable=False, server_default='candidate'))
        batch_op.add_column(sa.Column('merged_into', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('made_by', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('by_hand', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('version', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('figures', JSON, nullable=False, server_default='{}'))
        batch_op.create_foreign_key(op.f('fk_theme_merged_into'), 'theme', ['merged_into'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(op.f('fk_theme_made_by'), 'user', ['made_by'], ['id'], ondelete='SET NULL')
    with op.batch_alter_table('theme_story', table_kwargs=WITHOUT_ROWID) as batch_op:
        batch_op.add_column(sa.Column('act', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_theme_story_act'), 'theme_act', ['act'], ['number'], ondelete='SET NULL')
    with op.batch_alter_table('story_outcome', table_kwargs=WITHOUT_ROWID) as batch_op:
        batch_op.add_column(sa.Column('dialogue_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('placed', JSON, nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('unplaced', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('x', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('y', sa.Double(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_story_outcome_dialogue_id'), 'dialogue', ['dialogue_id'], ['id'], ondelete='CASCADE')
    op.execute('UPDATE story_outcome SET dialogue_id = (SELECT dialogue_id FROM story WHERE story.id = story_outcome.story_id)')
    op.create_index('ix_story_outcome_counted', 'story_outcome', ['dialogue_id', 'aside', 'unplaced'])


def _remember_names() -> None:
    """Names that people gave before there were acts become acts."""
    theme = sa.table('theme', *(sa.column(name, kind) for name, kind in (
        ('id', sa.Uuid()), ('dialogue_id', sa.Uuid()), ('given_sv', sa.String()), ('given_en', sa.String()),
    )))
    act = sa.table('theme_act', *(sa.column(name, kind) for name, kind in (
        ('dialogue_id', sa.Uuid()), ('theme_id', sa.Uuid()), ('kind', sa.String()), ('at', sa.DateTime()),
        ('reason', sa.String()), ('before', JSON), ('after', JSON),
    )))
    named = op.get_bind().execute(sa.select(theme).where((theme.c.given_sv != '') | (theme.c.given_en != ''))).all()
    for row in named:
        op.get_bind().execute(act.insert().values(
            dialogue_id=row.dialogue_id, theme_id=row.id, kind='renamed', at=datetime.now(UTC).replace(tzinfo=None),
            reason='', before={}, after={'sv': row.given_sv, 'en': row.given_en},
        ))


def _full_text() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(FULL_TEXT)
    else:
        op.create_index('ix_story_index_words', 'story_index', ['words'], postgresql_using='gin')


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('DROP TABLE story_words')
    op.drop_index('ix_story_outcome_counted', table_name='story_outcome')
    with op.batch_alter_table('story_outcome', table_kwargs=WITHOUT_ROWID) as batch_op:
        batch_op.drop_constraint(op.f('fk_story_outcome_dialogue_id'), type_='foreignkey')
        for name in ('y', 'x', 'unplaced', 'placed', 'dialogue_id'):
            batch_op.drop_column(name)
    with op.batch_alter_table('theme_story', table_kwargs=WITHOUT_ROWID) as batch_op:
        batch_op.drop_constraint(op.f('fk_theme_story_act'), type_='foreignkey')
        batch_op.drop_column('act')
    with op.batch_alter_table('theme') as batch_op:
        batch_op.drop_constraint(op.f('fk_theme_made_by'), type_='foreignkey')
        batch_op.drop_constraint(op.f('fk_theme_merged_into'), type_='foreignkey')
        for name in ('figures', 'version', 'by_hand', 'made_by', 'merged_into', 'state'):
            batch_op.drop_column(name)
    op.drop_index('ix_story_in_order', table_name='story')
    op.drop_table('story_index')
    op.drop_table('story_opening')
    op.drop_table('theme_act')
