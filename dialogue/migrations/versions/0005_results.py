"""results that are released, and how many people live where

Revision 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    op.create_table('survey_release',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('survey_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('snapshot', JSON, nullable=False),
    sa.Column('counted', JSON, nullable=False),
    sa.Column('released_at', sa.DateTime(), nullable=False),
    sa.Column('released_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['released_by'], ['user.id'], name=op.f('fk_survey_release_released_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_survey_release_survey_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_release')),
    sa.UniqueConstraint('survey_id', 'number', name=op.f('uq_survey_release_survey_id_number'))
    )
    op.create_table('survey_population',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('place', sa.String(length=80), nullable=False),
    sa.Column('age', sa.String(length=40), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_survey_population_organisation_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_population')),
    sa.UniqueConstraint('organisation_id', 'place', 'age', name=op.f('uq_survey_population_organisation_id_place_age'))
    )


def downgrade() -> None:
    op.drop_table('survey_population')
    op.drop_table('survey_release')
