"""Plugins: who turned what on, with which settings and targets, how they fare, and what they brought to a dossier."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.models.base import Keyed, Model, Row, UTCDateTime, Versioned, one_of


class PluginPolicy(Row, Model):
    """What an upper unit lays down for all units below it, not for itself."""

    __tablename__ = "plugin_policy"
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "plugin"),
        one_of("policy", ("required", "default_on", "allowed", "forbidden"), name="policy"),
    )

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    plugin: Mapped[str] = mapped_column(sa.String(24))
    policy: Mapped[str] = mapped_column(sa.String(12))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class PluginSwitch(Row, Model):
    """A unit's own word: on or off."""

    __tablename__ = "plugin_switch"
    __table_args__ = (sa.UniqueConstraint("unit_id", "plugin"),)

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    plugin: Mapped[str] = mapped_column(sa.String(24))
    is_on: Mapped[bool]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class EventPluginOff(Row, Model):
    """An event leaves out a plugin that its organiser has on."""

    __tablename__ = "event_plugin_off"
    __table_args__ = (sa.UniqueConstraint("event_id", "plugin"),)

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    plugin: Mapped[str] = mapped_column(sa.String(24))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class PluginSetting(Row, Versioned, Model):
    """A unit's answers to a plugin's settings: its own, and which of them it locks for the units below."""

    __tablename__ = "plugin_setting"
    __table_args__ = (sa.UniqueConstraint("unit_id", "plugin"),)

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    plugin: Mapped[str] = mapped_column(sa.String(24))
    #: ``{key: value}``; a key that is not there is inherited.
    data: Mapped[dict[str, object]] = mapped_column(sa.JSON, default=dict)
    #: Keys that the units below may not set.
    locked: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class PluginTarget(Keyed, Model):
    """How much of an indicator a unit is to reach between two days, both included."""

    __tablename__ = "plugin_target"
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "plugin", "indicator", "from_on", "to_on"),
        sa.CheckConstraint("to_on >= from_on", name="period"),
        sa.CheckConstraint("quantity >= 0", name="quantity"),
    )

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    plugin: Mapped[str] = mapped_column(sa.String(24))
    indicator: Mapped[str] = mapped_column(sa.String(20))
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date]
    quantity: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class PluginState(Model):
    """How a plugin stands on this server: forbidden by its administrator, or suspended after failures."""

    __tablename__ = "plugin_state"

    plugin: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    is_allowed: Mapped[bool] = mapped_column(default=True)
    suspended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: Failures before this instant were seen to.
    resumed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class PluginFailure(Row, Model):
    """One failed call of a plugin. ``error_id`` is the one in the log; no data of a person is kept."""

    __tablename__ = "plugin_failure"
    __table_args__ = (sa.Index("ix_plugin_failure_plugin_at", "plugin", "at"),)

    plugin: Mapped[str] = mapped_column(sa.String(24))
    hook: Mapped[str] = mapped_column(sa.String(60))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    error_id: Mapped[str] = mapped_column(sa.String(32))
    error: Mapped[str] = mapped_column(sa.String(300))


class NominationSection(Row, Model):
    """What one plugin brings to one nomination: answers, the fields they answer, and figures with their source.

    ``specs`` is the list as last saved and frozen for good when the dossier is sent: a dossier is whole without the
    plugin. ``facts`` are the figures as sent.
    """

    __tablename__ = "nomination_section"
    __table_args__ = (sa.UniqueConstraint("nomination_id", "plugin"),)

    nomination_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination.id", ondelete="CASCADE"))
    plugin: Mapped[str] = mapped_column(sa.String(24))
    #: The plugin's title on that day: it may be gone when the dossier is read.
    title: Mapped[str] = mapped_column(sa.String(120), default="")
    data: Mapped[dict[str, object]] = mapped_column(sa.JSON, default=dict)
    specs: Mapped[list[dict[str, object]]] = mapped_column(sa.JSON, default=list)
    specs_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    facts: Mapped[list[dict[str, object]]] = mapped_column(sa.JSON, default=list)
    facts_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
