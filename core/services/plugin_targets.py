"""How much of an indicator a unit is to reach in a period: written for one's own unit and the units below."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from core.domain.errors import NotFound, Objection, Refused
from core.models import PluginTarget, Unit
from core.services import audit, plugins, reach
from core.services.context import Context, new_key
from core.services.paging import Order, Page, fetch

#: What the column holds on both engines.
MOST = 1_000_000_000


def listing(ctx: Context, plugin: str, *, cursor: str | None = None) -> Page:
    """Targets of this unit and of those below, the latest period first, a page at a time. Raises ``Forbidden``."""
    ctx.require("plugin.manage")
    plugins.find(ctx, plugin)
    t, u = PluginTarget, aliased(Unit)
    query = (
        sa.select(t.id, t.key, t.indicator, t.from_on, t.to_on, t.quantity, u.name.label("unit"), u.key.label("at"))
        .join(u, u.id == t.unit_id)
        .where(t.plugin == plugin, u.path.startswith(ctx.here.path, autoescape=True))
    )
    return fetch(ctx.session, query, Order((t.from_on, t.id), down=True), cursor=cursor)


def set_target(
    ctx: Context, plugin: str, *, unit: str, indicator: str, first: dt.date, last: dt.date, quantity: int
) -> PluginTarget:
    """Write down a target; for the same unit, indicator and days it replaces the figure.

    Raises ``NotFound`` for a unit that is not here or below, and ``Refused``: ``tally_unknown_indicator``,
    ``days_backwards``, ``number_out_of_range``, ``plugin_target_overlaps``.
    """
    ctx.require("plugin.manage")
    plugins.find(ctx, plugin)
    place = reach.unit_below(ctx, unit)
    _judge(ctx, plugin, indicator, first, last, quantity)
    plugins.hold(ctx)
    ctx.session.execute(sa.select(Unit.id).where(Unit.id == place.id).with_for_update())
    t = PluginTarget
    same = sa.select(t).where(t.unit_id == place.id, t.plugin == plugin, t.indicator == indicator)
    met = list(ctx.session.scalars(same.where(t.from_on <= last, t.to_on >= first)))
    row = next((one for one in met if (one.from_on, one.to_on) == (first, last)), None)
    if row is None and met:
        days = {"first": met[0].from_on, "last": met[0].to_on}
        raise Refused.because([Objection("plugin_target_overlaps", days, field="first")])
    if row is None:
        row = PluginTarget(
            key=new_key(), unit_id=place.id, plugin=plugin, indicator=indicator, from_on=first, to_on=last
        )
        ctx.session.add(row)
    row.quantity, row.by_id, row.at = quantity, ctx.actor.id, ctx.now
    about = {"unit": place.key, "indicator": indicator, "from_on": first.isoformat(), "to_on": last.isoformat()}
    audit.note(ctx, "plugin.target_set", f"plugin:{plugin}", quantity=quantity, **about)
    ctx.session.flush()
    return row


def _judge(ctx: Context, plugin: str, indicator: str, first: dt.date, last: dt.date, quantity: int) -> None:
    faults = []
    if indicator not in ctx.registry.indicators(plugin):
        faults.append(Objection("tally_unknown_indicator", field="indicator"))
    if last < first:
        faults.append(Objection("days_backwards", field="last"))
    if not 0 <= quantity <= MOST:
        faults.append(Objection("number_out_of_range", {"minimum": 0, "maximum": MOST}, field="quantity"))
    if faults:
        raise Refused.because(faults)


def remove_target(ctx: Context, plugin: str, key: str) -> None:
    """Take a target of this unit, or of one below, away. Raises ``Forbidden``, ``NotFound``."""
    ctx.require("plugin.manage")
    t = PluginTarget
    row = ctx.session.scalar(
        sa.select(t)
        .join(Unit, Unit.id == t.unit_id)
        .where(t.key == key, t.plugin == plugin, Unit.path.startswith(ctx.here.path, autoescape=True))
    )
    if row is None:
        raise NotFound
    about = {"indicator": row.indicator, "from_on": row.from_on.isoformat(), "to_on": row.to_on.isoformat()}
    ctx.session.delete(row)
    audit.note(ctx, "plugin.target_removed", f"plugin:{plugin}", quantity=row.quantity, **about)
    ctx.session.flush()
