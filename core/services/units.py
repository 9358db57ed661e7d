"""The unit tree: seen, searched, added to and renamed. A key never changes and no name is forgotten."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from core.domain.errors import NotFound, Objection, Refused, Stale
from core.domain.text import fold, slug, sort_key
from core.models import Event, Nomination, RoleGrant, Unit, UnitAlias
from core.services import audit, catalog, reach
from core.services.context import Context
from core.services.paging import Order, Page, fetch

#: A larger tree is shown level by level.
LARGEST_TREE = 400
_KEY_LENGTH = 24

_COLUMNS = (
    Unit.id,
    Unit.key,
    Unit.parent_id,
    Unit.name,
    Unit.sort_key,
    Unit.kind,
    Unit.is_external,
    Unit.closed_on,
)


@dataclass(frozen=True, slots=True)
class Node:
    """A unit in the tree with what stands below it."""

    key: str
    name: str
    kind: str
    is_external: bool
    closed_on: dt.date | None
    children: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Counts:
    """What belongs to a unit: shown before it is merged or closed."""

    children: int
    people: int
    nominations: int
    unsent: int
    events_open: int


def tree(ctx: Context) -> Node | None:
    """This unit with everything below that is open; None where that is more than one page can show."""
    ctx.require("unit.manage")
    query = sa.select(*_COLUMNS).where(_below(ctx), Unit.closed_on.is_(None)).limit(LARGEST_TREE + 1)
    rows = list(ctx.session.execute(query))
    if len(rows) > LARGEST_TREE:
        return None
    below: dict[int | None, list[Any]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: (one.sort_key, one.id)):
        below[row.parent_id].append(row)

    def node(row: Any) -> Node:
        children = [node(one) for one in below[row.id]]
        return Node(row.key, row.name, row.kind, row.is_external, row.closed_on, children)

    return next((node(row) for row in rows if row.id == ctx.here.id), None)


def listing(
    ctx: Context, *, q: str = "", kind: str = "", state: str = "", level: bool = False, cursor: str | None = None
) -> Page:
    """Units of the subtree by name, a page at a time.

    ``q`` finds names and earlier names without marks; ``state``: ``open``, ``closed``, ``external`` or all; ``level``:
    only what stands directly below.
    """
    ctx.require("unit.manage")
    parent = aliased(Unit)
    query = sa.select(*_COLUMNS, parent.name.label("parent")).outerjoin(parent, parent.id == Unit.parent_id)
    query = query.where(_below(ctx))
    if wanted := fold(q):
        old_name = sa.exists().where(UnitAlias.unit_id == Unit.id, UnitAlias.folded.contains(wanted, autoescape=True))
        query = query.where(sa.or_(Unit.folded.contains(wanted, autoescape=True), old_name))
    if kind:
        query = query.where(Unit.kind == kind)
    if level:
        query = query.where(Unit.parent_id == ctx.here.id)
    conditions = {
        "open": Unit.closed_on.is_(None),
        "closed": Unit.closed_on.is_not(None),
        "external": Unit.is_external.is_(True),
    }
    if state in conditions:
        query = query.where(conditions[state])
    return fetch(ctx.session, query, Order((Unit.sort_key, Unit.id)), cursor=cursor)


def details(ctx: Context, key: str) -> Unit:
    """A unit of the subtree with its names; else ``NotFound``."""
    ctx.require("unit.manage")
    return reach.unit_below(ctx, key)


def place(ctx: Context, unit: Unit) -> tuple[Unit | None, Unit | None]:
    """The unit above, where it lies in this subtree, and the unit that this one was merged into."""
    ids = {unit.parent_id if unit.id != ctx.here.id else None, unit.merged_into_id} - {None}
    found = {one.id: one for one in ctx.session.scalars(sa.select(Unit).where(Unit.id.in_(ids)))} if ids else {}
    above = found.get(unit.parent_id) if unit.id != ctx.here.id else None  # type: ignore[arg-type]
    return above, found.get(unit.merged_into_id)  # type: ignore[arg-type]


def counts(ctx: Context, unit: Unit) -> Counts:
    """What belongs to a unit, in one query."""
    unsent = Nomination.state.in_(("draft", "ready", "returned"))
    parts = (
        sa.select(sa.func.count()).where(Unit.parent_id == unit.id, Unit.closed_on.is_(None)),
        sa.select(sa.func.count(RoleGrant.user_id.distinct())).where(
            RoleGrant.unit_id == unit.id, RoleGrant.ended_at.is_(None)
        ),
        sa.select(sa.func.count()).where(Nomination.unit_id == unit.id),
        sa.select(sa.func.count()).where(Nomination.unit_id == unit.id, unsent),
        sa.select(sa.func.count()).where(Event.unit_id == unit.id, Event.state == "announced"),
    )
    return Counts(*ctx.session.execute(sa.select(*(part.scalar_subquery() for part in parts))).one())


def choices(ctx: Context) -> list[tuple[str, str]]:
    """(key, name) of the open units of the subtree, this one first; names that occur twice say what they belong to."""
    query = sa.select(Unit.key, Unit.name, Unit.parent_id, Unit.id).where(_below(ctx), Unit.closed_on.is_(None))
    rows = ctx.session.execute(query.order_by(Unit.id != ctx.here.id, Unit.sort_key, Unit.id).limit(2000)).all()
    names = {row.id: row.name for row in rows}
    often = Counter(row.name for row in rows)
    return [
        (row.key, f"{row.name}, {names.get(row.parent_id, '')}".rstrip(", ") if often[row.name] > 1 else row.name)
        for row in rows
    ]


def add(ctx: Context, *, below: str, name: str, short_name: str, kind: str, is_external: bool) -> Unit:
    """A new unit below one of the subtree. Raises ``Refused``: ``unit_name_taken``, ``unit_kind_unknown``, …"""
    ctx.require("unit.manage")
    parent = _locked(ctx, below)
    if parent.closed_on is not None:
        raise Refused("unit_is_closed", name=parent.name)
    objections = _objections(ctx, parent_id=parent.id, name=name, kind=kind)
    if objections:
        raise Refused.because(objections)
    row = make(ctx, parent=parent, name=name, short_name=short_name, kind=kind, is_external=is_external)
    audit.note(ctx, "unit.added", f"unit:{row.key}", below=parent.key, name=name, kind=kind)
    return row


def make(
    ctx: Context, *, parent: Unit | None, name: str, short_name: str = "", kind: str, is_external: bool = False
) -> Unit:
    """The row itself, with its key and its place in the tree; what may be was asked before."""
    row = Unit(
        key=_free_key(ctx, name),
        parent_id=parent.id if parent is not None else None,
        kind=kind,
        name=name,
        short_name=short_name or name[:80],
        sort_key=sort_key(name),
        folded=fold(name),
        is_external=is_external,
        created_at=ctx.now,
    )
    try:
        with ctx.session.begin_nested():
            ctx.session.add(row)
    except IntegrityError:  # the same address was taken at the same moment, elsewhere in the tree
        raise Refused("still_working", kind="busy") from None
    row.path = f"{parent.path if parent is not None else '/'}{row.id}/"
    ctx.session.flush()
    return row


def edit(ctx: Context, key: str, *, short_name: str, kind: str, is_external: bool, expected: int | None) -> Unit:
    """Change what is not the name. Raises ``Stale``, ``Refused("unit_kind_unknown")``."""
    ctx.require("unit.manage")
    row = reach.unit_below(ctx, key)
    refuse_stale(row, expected, theirs={"short_name": row.short_name, "kind": row.kind, "is_external": row.is_external})
    if kind != row.kind and kind not in catalog.current(ctx.session).unit_kinds:
        raise Refused.because([Objection("unit_kind_unknown", field="kind")])
    before = {"short_name": row.short_name, "kind": row.kind, "is_external": row.is_external}
    after = {"short_name": short_name or row.name[:80], "kind": kind, "is_external": is_external}
    changed = {name: str(value) for name, value in after.items() if value != before[name]}
    if changed:
        row.short_name, row.kind, row.is_external = after["short_name"], kind, is_external
        ctx.session.flush()
        audit.note(ctx, "unit.edited", f"unit:{row.key}", **changed)
    return row


def rename(
    ctx: Context, key: str, *, name: str, short_name: str, until_on: dt.date, ground: str, expected: int | None
) -> Unit:
    """A new name; the old one stays as an alias, until its last day. Raises ``Stale``, ``Refused``."""
    ctx.require("unit.manage")
    row = reach.unit_below(ctx, key)
    refuse_stale(row, expected, theirs={"name": row.name, "short_name": row.short_name})
    objections = []
    if name == row.name:
        objections.append(Objection("unit_name_same", field="name"))
    elif _is_taken(ctx, parent_id=row.parent_id, name=name, but=row.id):
        objections.append(Objection("unit_name_taken", {"name": name}, field="name"))
    if until_on > ctx.today:
        objections.append(Objection("date_in_future", field="until_on"))
    if objections:
        raise Refused.because(objections)
    old = row.name
    remember_name(ctx, row, old, reason="rename", until_on=until_on, ground=ground)
    row.name, row.short_name = name, short_name or name[:80]
    row.sort_key, row.folded = sort_key(name), fold(name)
    ctx.session.flush()
    audit.note(ctx, "unit.renamed", f"unit:{row.key}", old=old, new=name, until=until_on.isoformat(), ground=ground)
    return row


def add_alias(ctx: Context, key: str, *, name: str, ground: str) -> Unit:
    """Another name people search by. Raises ``Refused("alias_known")``."""
    ctx.require("unit.manage")
    row = details(ctx, key)
    if fold(name) in {row.folded, *(one.folded for one in row.aliases)}:
        raise Refused.because([Objection("alias_known", {"name": name}, field="name")])
    remember_name(ctx, row, name, reason="alias", until_on=None, ground=ground)
    audit.note(ctx, "unit.alias_added", f"unit:{row.key}", name=name)
    return row


def drop_alias(ctx: Context, key: str, alias_id: int) -> None:
    """Take back another name; names from a renaming or a merger are history and stay (``NotFound``)."""
    ctx.require("unit.manage")
    row = details(ctx, key)
    found = next((one for one in row.aliases if one.id == alias_id and one.reason == "alias"), None)
    if found is None:
        raise NotFound
    audit.note(ctx, "unit.alias_dropped", f"unit:{row.key}", name=found.name)
    ctx.session.delete(found)
    ctx.session.flush()


def remember_name(ctx: Context, unit: Unit, name: str, *, reason: str, until_on: dt.date | None, ground: str) -> None:
    """Keep a name by which the unit is found as well. ``reason``: ``alias``, ``rename`` or ``merge``."""
    ctx.session.add(
        UnitAlias(
            unit_id=unit.id,
            name=name,
            folded=fold(name),
            reason=reason,
            until_on=until_on,
            ground=ground or None,
            created_at=ctx.now,
        )
    )
    ctx.session.flush()
    ctx.session.expire(unit, ["aliases"])


def refuse_stale(row: Any, expected: int | None, *, theirs: dict[str, object]) -> None:
    """Raise ``Stale`` with what is stored when the form was opened on an older row."""
    if expected != row.version:
        raise Stale(theirs=theirs)


def _below(ctx: Context) -> sa.ColumnElement[bool]:
    return Unit.path.startswith(ctx.here.path, autoescape=True)


def _locked(ctx: Context, key: str) -> Unit:
    """The parent, locked: two units of one name cannot slip in below it at the same moment."""
    row = reach.unit_below(ctx, key)
    ctx.session.refresh(row, with_for_update=True)
    return row


def _objections(ctx: Context, *, parent_id: int, name: str, kind: str) -> list[Objection]:
    found = []
    if not fold(name):
        found.append(Objection("required", field="name"))
    elif _is_taken(ctx, parent_id=parent_id, name=name):
        found.append(Objection("unit_name_taken", {"name": name}, field="name"))
    if kind not in catalog.current(ctx.session).unit_kinds:
        found.append(Objection("unit_kind_unknown", field="kind"))
    return found


def _is_taken(ctx: Context, *, parent_id: int | None, name: str, but: int = 0) -> bool:
    query = sa.select(Unit.id).where(
        Unit.parent_id == parent_id, Unit.folded == fold(name), Unit.closed_on.is_(None), Unit.id != but
    )
    return ctx.session.scalar(query.limit(1)) is not None


def _free_key(ctx: Context, name: str) -> str:
    """The name as an address, with a number where it is taken."""
    base = slug(name, limit=_KEY_LENGTH - 4) or "don-vi"
    taken = set(ctx.session.scalars(sa.select(Unit.key).where(Unit.key.startswith(base, autoescape=True))))
    tries = (base if n == 1 else f"{base}-{n}" for n in range(1, 1000))
    found = next((key for key in tries if key not in taken), None)
    if found is None:
        raise Refused("unit_name_taken", name=name)
    return found
