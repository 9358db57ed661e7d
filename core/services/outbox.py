"""News that leaves with the act's transaction: a notice in the product, and a mail where a person wants one."""

from __future__ import annotations

import sqlalchemy as sa

from core.models import Notice, OutboxRow, User
from core.services import reach
from core.services.context import Context, new_key


def tell(ctx: Context, *, permission: str, unit_id: int, code: str, about: str, **params: object) -> None:
    """Tell everybody who holds ``permission`` in a unit, except the one who acts.

    ``code`` is a sentence of ``core.web.messages``; ``about`` is ``noun:key`` and becomes the link.
    """
    ids = [one for one in reach.people_with(ctx, permission, unit_id) if one != ctx.actor.id]
    tell_people(ctx, ids, code=code, about=about, **params)


def tell_people(ctx: Context, user_ids: list[int], *, code: str, about: str, **params: object) -> None:
    """Tell these accounts: one notice each, and one outbox row for who has an address and wants mail."""
    if not user_ids:
        return
    people = ctx.session.execute(sa.select(User.id, User.email, User.wants_mail).where(User.id.in_(user_ids)))
    for user_id, email, wants_mail in people:
        ctx.session.add(
            Notice(key=new_key(), user_id=user_id, code=code, params=dict(params), object=about, created_at=ctx.now)
        )
        if email and wants_mail:
            ctx.session.add(
                OutboxRow(
                    kind="mail",
                    payload={"to": email, "code": code, "params": dict(params), "about": about},
                    created_at=ctx.now,
                    due_at=ctx.now,
                )
            )
