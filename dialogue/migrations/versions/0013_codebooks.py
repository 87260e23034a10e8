"""codebooks edited by people, and their versions

Revision 0013, after 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("analysis_run") as batch_op:
        batch_op.add_column(sa.Column("kept", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("analysis_run") as batch_op:
        batch_op.drop_column("kept")
