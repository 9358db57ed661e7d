"""Who is put forward and for what: records of the unit, found again, made new, and kept apart from namesakes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.domain import text
from core.domain.errors import NotFound
from core.models import Achievement, Award, Nomination, Nominee, Unit
from core.services import audit, nominee_links, reach, reach_nominations, search_words
from core.services.context import Context, new_key
from core.services.nomination_rules import NOMINEE_FIELDS

DETAILS = NOMINEE_FIELDS
TEXTS = ("period_from", "period_to", "result", "figures", "effect")
_NULLABLE = frozenset({"born_on", "birth_year", "gender", "head_count", "women_count", "period_from", "period_to"})
MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Found:
    """One known nominee, as a list of suggestions shows it."""

    key: str
    name: str
    birth_year: int | None
    position: str
    place: str


@dataclass(frozen=True, slots=True)
class Namesake:
    """Somebody with the same folded name: ``key`` only where this unit keeps the record."""

    key: str | None
    name: str
    unit: str
    birth_year: int | None


def suggest(ctx: Context, kind: str, query: str) -> list[Found]:
    """Nominees of this unit whose name contains every typed word, nearest by name first; at most ``MOST_FOUND``."""
    ctx.require("nominee.read")
    words = text.words(query[:200], limit=6)
    if not words:
        return []
    n = Nominee
    query_rows = (
        sa.select(n.key, n.name, n.birth_year, n.position, n.place)
        .where(n.unit_id == ctx.here.id, n.kind == kind)
        .where(*(n.folded.contains(word, autoescape=True) for word in words))
        .order_by(n.name_key, n.id)
        .limit(MOST_FOUND)
    )
    return [Found(*row) for row in ctx.session.execute(query_rows)]


def namesakes(ctx: Context, row: Nomination) -> list[Namesake]:
    """Others of this kind with the same name, whatever the marks: in this unit and, by unit only, elsewhere."""
    folded = text.fold(row.nominee_name)
    if not folded:
        return []
    n = Nominee
    found = ctx.session.execute(
        sa.select(n.key, n.name, n.birth_year, n.unit_id, Unit.short_name)
        .join(Unit, Unit.id == n.unit_id)
        .where(n.folded == folded, n.kind == row.kind, n.id != (row.nominee_id or 0))
        .order_by(n.unit_id != ctx.here.id, n.id)
        .limit(5)
    )
    here = ctx.here.id
    return [
        Namesake(key if unit_id == here else None, name, unit, year if unit_id == here else None)
        for key, name, year, unit_id, unit in found
    ]


def place(
    ctx: Context, row: Nomination, values: Mapping[str, Any], *, unfit: Collection[str], is_deliberate: bool
) -> list[str]:
    """Write nominee and achievement of a draft to their records; return the fields that have no record to go to yet."""
    held: list[str] = []
    if "nominee" in values or values.get("nominee_key"):
        held += _place_nominee(ctx, row, values, is_deliberate=is_deliberate)
    elif "nominee" in unfit:
        held += [name for name in DETAILS if name in values]
    if "achievement" in values or "achievement" in unfit:
        held += _place_achievement(ctx, row, values)
    return held


def use_nominee(ctx: Context, row: Nomination, key: str) -> None:
    """Put this known nominee forward. Raises ``NotFound`` for a record of another unit or kind."""
    _use(ctx, row, key)
    row.typed = {name: value for name, value in row.typed.items() if name not in ("nominee", *DETAILS)}
    ctx.session.flush()
    search_words.rebuild(ctx.session, row)


def _use(ctx: Context, row: Nomination, key: str) -> None:
    nominee = reach.nominee(ctx, key)
    if nominee.kind != row.kind:
        raise NotFound
    old = row.nominee
    _attach(row, nominee)
    _follow(ctx, row)
    if old is not None and old.id != nominee.id:
        _forget_if_ours(ctx, row, old)


def use_achievement(ctx: Context, row: Nomination, key: str) -> None:
    """Put the nominee forward for a known achievement. Raises ``NotFound`` for one of somebody else."""
    row.achievement = reach_nominations.achievement(ctx, row, key)
    row.typed = {name: value for name, value in row.typed.items() if name not in ("achievement", *TEXTS)}
    ctx.session.flush()
    search_words.rebuild(ctx.session, row)


def achievements(ctx: Context, row: Nomination) -> list[Achievement]:
    """What the product already knows of the nominee's achievements, newest first, this dossier's own left out."""
    if row.nominee_id is None:
        return []
    query = (
        sa.select(Achievement)
        .where(Achievement.nominee_id == row.nominee_id, Achievement.id != (row.achievement_id or 0))
        .order_by(Achievement.id.desc())
        .limit(MOST_FOUND)
    )
    return list(ctx.session.scalars(query))


# ------------------------------------------------------------------------------------------------ the nominee


def _place_nominee(ctx: Context, row: Nomination, values: Mapping[str, Any], *, is_deliberate: bool) -> list[str]:
    name, key = values.get("nominee", ""), values.get("nominee_key") or ""
    details = {one: values[one] for one in DETAILS if one in values}
    known = row.nominee
    if key and (known is None or key != known.key) and _choose(ctx, row, key):
        return []  # the details on the screen are those of another record
    if known is not None and not name and not is_deliberate:
        return []  # an emptied box on its way to another name
    if known is not None and name and (name == known.name or _is_only_here(ctx, row, known)):
        _write(ctx, known, name, details)
        _attach(row, known)
        return []
    if known is not None:
        row.nominee = None
    row.nominee_name, row.name_key = name, text.name_key(name)
    if not name or not is_deliberate:
        return list(details)
    made = Nominee(
        key=new_key(), kind=row.kind, unit_id=ctx.here.id, created_at=ctx.now, name="", name_key="", folded=""
    )
    _write(ctx, made, name, details)
    ctx.session.add(made)
    ctx.session.flush()
    audit.note(ctx, "nominee.create", f"nominee:{made.key}", kind=made.kind)
    _attach(row, made)
    _follow(ctx, row)
    return []


def _choose(ctx: Context, row: Nomination, key: str) -> bool:
    """Attach the record chosen from the list of suggestions; False when there is no such record of ours."""
    try:
        _use(ctx, row, key)
    except NotFound:
        return False
    return True


def _write(ctx: Context, nominee: Nominee, name: str, details: Mapping[str, Any]) -> None:
    if nominee.name != name:
        nominee.name, nominee.name_key, nominee.folded = name, text.name_key(name), text.fold(name)
        nominee_links.settle(ctx, nominee)
    for one, value in details.items():
        wanted = value or (None if one in _NULLABLE else "")
        if getattr(nominee, one) != wanted:
            setattr(nominee, one, wanted)
    if nominee.born_on:
        nominee.birth_year = nominee.born_on.year


def _attach(row: Nomination, nominee: Nominee) -> None:
    row.nominee = nominee
    row.nominee_name, row.name_key = nominee.name, nominee.name_key


def _is_only_here(ctx: Context, row: Nomination, nominee: Nominee) -> bool:
    """Whether only this dossier uses the record, so that another name is a correction and not another person."""
    others = sa.exists().where(Nomination.nominee_id == nominee.id, Nomination.id != row.id)
    awards = sa.exists().where(Award.nominee_id == nominee.id)
    return nominee.unit_id == row.unit_id and not ctx.session.scalar(sa.select(sa.or_(others, awards)))


def _forget_if_ours(ctx: Context, row: Nomination, old: Nominee) -> None:
    """Take out a record that was made by this very draft and that nothing uses any more."""
    ctx.session.flush()
    used = sa.or_(
        sa.exists().where(Nomination.nominee_id == old.id),
        sa.exists().where(Award.nominee_id == old.id),
        sa.exists().where(Achievement.nominee_id == old.id),
    )
    if old.created_at >= row.created_at and old.unit_id == row.unit_id and not ctx.session.scalar(sa.select(used)):
        ctx.session.delete(old)


# ------------------------------------------------------------------------------------------------ the achievement


def _place_achievement(ctx: Context, row: Nomination, values: Mapping[str, Any]) -> list[str]:
    texts = {one: values[one] for one in TEXTS if one in values}
    title = values.get("achievement", row.achievement.title if row.achievement else "")
    known = row.achievement
    if known is not None and not _is_told_only_here(ctx, row, known):
        if _says(known, title, texts):
            return []
        known = row.achievement = None  # another dossier rests on that text: this one goes its own way
    if row.nominee is None:
        return ["achievement", *texts]
    if known is None:
        if not title and not any(texts.values()):
            return []
        known = Achievement(
            key=new_key(), nominee_id=row.nominee.id, title="", folded="", result="", figures="", effect="",
            created_at=ctx.now,
        )  # fmt: skip
        ctx.session.add(known)
        row.achievement = known
    if known.title != title:
        known.title, known.folded = title, text.fold(title)
    for one, value in texts.items():
        wanted = (value or None) if one in _NULLABLE else (value or "")
        if getattr(known, one) != wanted:
            setattr(known, one, wanted)
    ctx.session.flush()
    return []


def _says(known: Achievement, title: str, texts: Mapping[str, Any]) -> bool:
    return known.title == title and all((getattr(known, one) or "") == (value or "") for one, value in texts.items())


def _is_told_only_here(ctx: Context, row: Nomination, known: Achievement) -> bool:
    others = sa.exists().where(Nomination.achievement_id == known.id, Nomination.id != row.id)
    awards = sa.exists().where(Award.achievement_id == known.id)
    return not ctx.session.scalar(sa.select(sa.or_(others, awards)))


def _follow(ctx: Context, row: Nomination) -> None:
    """After another nominee was put in, the achievement told in this dossier is that nominee's."""
    known = row.achievement
    if known is None or row.nominee is None or known.nominee_id == row.nominee.id:
        return
    if _is_told_only_here(ctx, row, known):
        known.nominee_id = row.nominee.id
        return
    row.achievement = Achievement(
        key=new_key(),
        nominee_id=row.nominee.id,
        title=known.title,
        folded=known.folded,
        created_at=ctx.now,
        **{one: getattr(known, one) for one in TEXTS},
    )
