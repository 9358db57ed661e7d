"""The demonstration: the Hà Long plan walked through the services, as its people would have done it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.domain.errors import Refused
from core.models import Event, Nomination, Notice, OutboxRow, Unit, User
from core.services import audit, demo_events, demo_people, demo_plugins, demo_real, demo_today
from core.services.context import Context
from core.services.demo_story import Stage, read


@dataclass(frozen=True, slots=True)
class Account:
    """A demo account as it is printed."""

    login: str
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the installation's demo holds."""

    is_new: bool
    password: str
    accounts: list[Account]
    counts: dict[str, int] = field(default_factory=dict)


def load(ctx: Context, config: Mapping[str, Any]) -> Report:
    """Load the demo, or find it loaded; one transaction, all or nothing.

    Raises ``Refused("demo_not_empty")`` where somebody's own units or accounts are: invented people stay out of them.
    """
    plan = read("ha_long.yaml")
    is_new = ctx.session.scalar(sa.select(User.id).where(User.is_demo.is_(True)).limit(1)) is None
    if is_new:
        if ctx.session.scalar(sa.select(Unit.id).limit(1)) is not None:
            raise Refused("demo_not_empty", kind="forbidden")
        told = read("ha_long_nominations.yaml")
        stage = Stage(ctx, plan, config)
        demo_people.build(stage)
        demo_events.build(stage)
        demo_real.tell(stage, told["real"])
        demo_plugins.set_up(stage)
        demo_plugins.before(stage)
        demo_today.tell(stage, told["today"])
        demo_plugins.after(stage)
        _clear_old_news(stage)
        audit.note(ctx, "demo.loaded", "demo:ha_long")
        ctx.session.flush()
    return Report(is_new=is_new, password=plan["password"], accounts=_accounts(ctx), counts=_counts(ctx))


def _clear_old_news(stage: Stage) -> None:
    """What was told before this week has been read, or every bell would show hundreds."""
    update = sa.update(Notice).where(Notice.created_at < stage.at(-4), Notice.read_at.is_(None))
    stage.session.execute(update.values(read_at=Notice.created_at))
    # plugins hear of the story when the jobs next run: their news has waited since this moment, not since May
    waiting = sa.update(OutboxRow).where(OutboxRow.kind == "tell")
    stage.session.execute(waiting.values(created_at=stage.ctx.now, due_at=stage.ctx.now))


def _accounts(ctx: Context) -> list[Account]:
    query = sa.select(User.login, User.full_name, User.title).where(User.is_demo.is_(True)).order_by(User.id)
    return [Account(*row) for row in ctx.session.execute(query)]


def _counts(ctx: Context) -> dict[str, int]:
    models = {"units": Unit, "accounts": User, "events": Event, "nominations": Nomination}
    return {
        noun: ctx.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0 for noun, model in models.items()
    }
