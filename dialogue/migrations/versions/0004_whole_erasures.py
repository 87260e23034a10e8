"""the background hash of a withdrawn receipt; an audit trail that cannot be rewritten

Revision 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER audit_event_{act} BEFORE {act} ON audit_event "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END"
)
FUNCTION = (
    "CREATE FUNCTION audit_event_stands() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION 'the audit trail is only added to'; END $$"
)
POSTGRESQL = (
    "CREATE TRIGGER audit_event_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_event_stands()"
)


def upgrade() -> None:
    with op.batch_alter_table("erasure", table_kwargs={"sqlite_with_rowid": False}) as batch_op:
        batch_op.add_column(sa.Column("background_hash", sa.LargeBinary(length=32), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(SQLITE.format(act=act))
    else:
        op.execute(FUNCTION)
        op.execute(POSTGRESQL)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(f"DROP TRIGGER audit_event_{act}")
    else:
        op.execute("DROP TRIGGER audit_event_stands ON audit_event")
        op.execute("DROP FUNCTION audit_event_stands")
    with op.batch_alter_table("erasure", table_kwargs={"sqlite_with_rowid": False}) as batch_op:
        batch_op.drop_column("background_hash")
