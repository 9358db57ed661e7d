"""The two events of the demo: the plan's own, which is over, and one that is open whenever the demo is tried."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.domain.event import Basis, EventData, Slogan
from core.models import Event, EventAward, EventPhase, EventTask, EventUnit
from core.services import catalog, events
from core.services.context import Context, new_key
from core.services.demo_story import Stage


def build(stage: Stage) -> None:
    """Both events, announced."""
    plan = stage.plan
    real = plan["event"]
    days = tuple(dt.date.fromisoformat(day) for day in real["window"])
    _event(stage, real, window=days, ctype=real["type"], announced=real["announced_on"], tasks=plan["tasks"])
    today = plan["today"]
    start, end = (stage.ctx.today + dt.timedelta(days=days) for days in today["window"])
    offered = catalog.current(stage.session).types_for_event(today["kind"], start)
    _event(stage, today, window=(start, end), ctype=offered[0].code, announced=today["window"][0], tasks=today["tasks"])


def _event(
    stage: Stage,
    entry: dict[str, Any],
    *,
    window: tuple[dt.date, ...],
    ctype: str,
    announced: str | int,
    tasks: list[dict[str, Any]],
) -> None:
    ctx = stage.acting("xa.thuky", "ha-long", stage.at(announced, 7, 30))
    row = events.create(ctx, _data(entry, window, ctype))
    row.key = entry["key"]
    row.is_demo = True
    stage.session.flush()
    _furnish(stage, ctx, row, entry, tasks)
    stage.events[row.key] = row
    events.take_step(stage.acting("xa.thuky", "ha-long", stage.at(announced, 8), event=row.key), "announce")


def _data(entry: dict[str, Any], window: tuple[dt.date, ...], ctype: str) -> EventData:
    return EventData(
        title=entry["title"],
        short_title=entry["short_title"],
        kind=entry["kind"],
        commendation_type=ctype,
        window_from=window[0],
        window_to=window[1],
        summary=entry["summary"],
        legal_basis=tuple(
            Basis(
                title=one["title"],
                number=one["number"],
                issuer=one["issuer"],
                on=dt.date.fromisoformat(one["day"]) if one["day"] else None,
            )
            for one in entry["basis"]
        ),
        themes=tuple(entry["themes"]),
        slogans=tuple(Slogan(one["text"], is_mandatory=one["mandatory"]) for one in entry["slogans"]),
        report_to=entry.get("report_to", ""),
    )


def _furnish(stage: Stage, ctx: Context, row: Event, entry: dict[str, Any], tasks: list[dict[str, Any]]) -> None:
    row.phases = [
        EventPhase(phase=phase, position=position, opens_at=stage.at(opens), closes_at=stage.at(closes, 17))
        for position, (phase, (opens, closes)) in enumerate(entry["phases"].items())
    ]
    row.awards = [
        EventAward(
            award_code=one["code"], position=position, quota_total=one.get("quota"), quota_per_unit=one.get("per_unit")
        )
        for position, one in enumerate(entry["awards"])
    ]
    row.invited = [EventUnit(unit_id=stage.units[key].id) for key in stage.plan["invited"]]
    row.tasks = [
        EventTask(
            key=new_key(),
            unit_id=stage.units[one["unit"]].id,
            position=position,
            part=one["part"],
            content=one["content"],
            output=one.get("output", ""),
            due_on=_due(stage, one.get("due")),
            status=one.get("status", "open"),
        )
        for position, one in enumerate(tasks)
    ]
    ctx.session.flush()


def _due(stage: Stage, due: str | int | None) -> dt.date | None:
    if due is None:
        return None
    return stage.ctx.today + dt.timedelta(days=due) if isinstance(due, int) else dt.date.fromisoformat(due)
