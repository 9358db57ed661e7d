"""The database handle, naming convention, engine listeners and the column helpers all tables share."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: On every SQLite connection (quality profile: nothing acknowledged may be lost).
DURABLE = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "trusted_schema=OFF",
    "secure_delete=ON",
)


class Base(DeclarativeBase):
    """Declarative base with our naming convention, so that every constraint has a name that batch mode keeps."""

    metadata = sa.MetaData(naming_convention=NAMING)


def dump_json(value: object) -> str:
    """JSON as stored: Vietnamese stays readable, keys in a fixed order, so equal content has equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


db = SQLAlchemy(model_class=Base, engine_options={"json_serializer": dump_json})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class UTCDateTime(sa.types.TypeDecorator[dt.datetime]):
    """An instant: aware UTC in Python, naive UTC in both databases."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, _dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, _dialect: sa.Dialect) -> dt.datetime | None:
        return None if value is None else value.replace(tzinfo=dt.UTC)


Id = Mapped[int]


class Row:
    """A table with an integer key of its own, used inside the house only."""

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)


class Keyed(Row):
    """A row that has an address: ``key`` is random, so that nobody can count or guess what exists."""

    key: Mapped[str] = mapped_column(sa.String(24), unique=True)


class Versioned:
    """A row that people edit: every update raises ``version``; a stale one is refused, never overwritten."""

    version: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.version}


class Stamped:
    """When the row came into being."""

    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


def one_of(column: str, values: tuple[str, ...], *, name: str) -> sa.CheckConstraint:
    """A named CHECK that a column holds one of these codes."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({allowed})", name=name)


@sa.event.listens_for(Engine, "connect")
def _make_durable(dbapi: Any, _record: object) -> None:
    if isinstance(dbapi, sqlite3.Connection):
        # our own BEGIN: the driver's leaves half a migration behind (tests/migrations/test_transactions.py)
        dbapi.isolation_level = None
        for pragma in DURABLE:
            dbapi.execute(f"PRAGMA {pragma}")


@sa.event.listens_for(Engine, "begin")
def _begin(conn: sa.Connection) -> None:
    if conn.dialect.name == "sqlite":
        # writers queue at BEGIN instead of failing midway (tests/security/test_races.py)
        is_writing = conn.get_execution_options().get("writes")
        conn.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
