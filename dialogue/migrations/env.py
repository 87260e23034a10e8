"""Runs a migration in the application's own connection."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

import analysis.claim_models
import analysis.codebook_models
import analysis.coding_models
import analysis.indicator_models
import analysis.models
import analysis.themes.signatures  # noqa: F401
import surveys.answering.drafts
import surveys.codes
import surveys.models
import surveys.paper.transcripts
import surveys.results.releases  # noqa: F401
from dialogue.followup import models as followup_models  # noqa: F401
from dialogue.followup import round_models  # noqa: F401
from dialogue.ground import audit  # noqa: F401
from dialogue.ground.db import Base
from dialogue.ground.jobs import Job  # noqa: F401
from dialogue.hosts import house_models, life_models  # noqa: F401
from dialogue.meetings.arranging import guests  # noqa: F401
from dialogue.meetings.live import models as live_models  # noqa: F401
from dialogue.voices import desk_models, erasure, population  # noqa: F401

connection: Connection = context.config.attributes["connection"]


def only_ours(_object: object, name: str | None, kind: str, *_rest: object) -> bool:
    """The queue's own tables live beside ours on PostgreSQL, the full-text ones on SQLite."""
    not_ours = ("huey_", "story_words") if kind == "table" else ()
    if kind == "index" and name == "ix_story_index_words":
        return connection.dialect.name == "postgresql"
    return not (name or "").startswith(not_ours)


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    include_object=only_ours,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
