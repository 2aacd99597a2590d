"""The schema on one page. `migrations/` builds it; the start refuses a database that differs from it."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from bot.domain.jobs import JOB_ID_LENGTH, JobState, Reach
from bot.domain.models import Family, ProviderName


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime. A naive one is refused: it would mean another moment on another machine."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was about to be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _words(kind: type[StrEnum], name: str) -> sa.Enum:
    """The enum's values as text with a check constraint: a new word is a migration."""
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        name=name,
        length=24,
        values_callable=lambda members: [str(member.value) for member in members],
    )


metadata: Final = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _job_id(**options: Any) -> sa.Column[Any]:
    return sa.Column(
        "job_id", sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False, index=True, **options
    )


keys: Final = sa.Table(
    "keys",
    metadata,
    sa.Column("owner_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("provider", _words(ProviderName, "provider"), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("fingerprint", sa.String(9), nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
)

jobs: Final = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(JOB_ID_LENGTH), primary_key=True),
    sa.Column("owner_id", sa.BigInteger, nullable=False),
    sa.Column("provider", _words(ProviderName, "provider"), nullable=False),
    sa.Column("spec", sa.JSON, nullable=False),
    sa.Column("state", _words(JobState, "state"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("state_since", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("submitted_at", Instant),
    sa.Column("finished_at", Instant),
    sa.Column("stuck_since", Instant),
    sa.Column("task_id", sa.String(200)),
    sa.Column("progress", sa.JSON, nullable=False),
    sa.Column("failure", sa.JSON(none_as_null=True)),
    sa.Column("guild_id", sa.BigInteger),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("card_id", sa.BigInteger),
    sa.Column("card_stale", sa.Boolean(name="card_stale", create_constraint=True), nullable=False),
    sa.Column("reach", _words(Reach, "reach"), nullable=False),
    sa.Column("attachment_limit", sa.BigInteger, nullable=False),
    sa.Column("locale", sa.String(16), nullable=False),
    sa.Column("interaction_id", sa.BigInteger, unique=True),
    sa.Column("interaction", sa.LargeBinary),
    sa.Column("interaction_until", Instant),
    sa.Column("delivered_channel_id", sa.BigInteger),
    sa.Column("delivered_message_id", sa.BigInteger),
    sa.Index(None, "owner_id", "created_at"),
    sa.Index(None, "state", "due_at"),
)

sources: Final = sa.Table(
    "sources",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _job_id(),
    sa.Column("label", sa.String(200), nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
)

pictures: Final = sa.Table(
    "pictures",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _job_id(),
    sa.Column("label", sa.String(200), nullable=False),
    sa.Column("path", sa.Text),
    sa.Column("extension", sa.String(8)),
    sa.Column("verdict", sa.JSON(none_as_null=True)),
    sa.Column("asset", sa.JSON(none_as_null=True)),
)

results: Final = sa.Table(
    "results",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _job_id(),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("path", sa.Text),
    sa.Column("flagged", sa.Boolean(name="flagged", create_constraint=True), nullable=False),
    sa.UniqueConstraint("job_id", "position"),
)

loras: Final = sa.Table(
    "loras",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("owner_id", sa.BigInteger, nullable=False),
    sa.Column("provider", _words(ProviderName, "provider"), nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("name_key", sa.String(128), nullable=False),
    sa.Column("trigger", sa.String(64), nullable=False),
    sa.Column("family", _words(Family, "family"), nullable=False),
    sa.Column("base_model", sa.String(128), nullable=False),
    sa.Column("model_name", sa.String(256)),
    sa.Column("job_id", sa.String(JOB_ID_LENGTH), nullable=False, unique=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.UniqueConstraint("owner_id", "name_key"),
)

notes: Final = sa.Table(
    "notes",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""What the process remembers between starts, such as the digest of the commands it registered."""
