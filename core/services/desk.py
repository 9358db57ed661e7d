"""The desk of a plugin: its own tables, the counted figures, names of units. The database itself stays out of reach."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from core.domain import sections
from core.domain.errors import Objection, Refused
from core.domain.views import EventView, SentFigures, UnitView, Window
from core.models import Event, Nomination, NominationSection, Nominee, Unit
from core.services import audit, plugin_settings, reach
from core.services.context import Context
from core.services.desk_guard import NotYours, check, own
from core.services.plugin_settings import Target
from core.services.tally_book import TallyBook


class _Sealed(type):
    """A class that nobody changes: a plugin could otherwise hand all others a desk of its making."""

    def __setattr__(cls, name: str, value: object) -> None:
        raise TypeError(f"{cls.__name__}.{name} is not to be changed")

    def __delattr__(cls, name: str) -> None:
        raise TypeError(f"{cls.__name__}.{name} is not to be changed")


class Shelter:
    """One savepoint for the hooks of one call, as long as they only read: opening one for each costs more than to read.

    Whoever may have written gets it to the end: what a later plugin fails at must not undo it.
    """

    def __init__(self) -> None:
        self._savepoint: Any = None

    def take(self, session: Session) -> Any:
        """The savepoint that is still clean, or a new one."""
        found, self._savepoint = self._savepoint, None
        return found if found is not None else session.begin_nested()

    def keep(self, savepoint: Any) -> None:
        """It is clean: the next one may have it."""
        self._savepoint = savepoint

    def close(self) -> None:
        """Nobody comes any more."""
        if self._savepoint is not None:
            self._savepoint.commit()
            self._savepoint = None


class Desk(metaclass=_Sealed):
    """What one plugin works with in one request: in its hooks and on its pages.

    Statements may name the plugin's own tables only (``<plugin>__<noun>``). There is no commit: the door commits what
    was done well. In a hook the first use opens a savepoint, and a failure rolls back to it; after the hook the desk is
    closed.
    """

    __slots__ = (
        "_ctx", "_has_written", "_is_guarded", "_is_over", "_notes", "_plugin", "_savepoint", "_shelter", "_unit",
    )  # fmt: skip

    def __init__(
        self, plugin: str, ctx: Context, *, unit: UnitView | None = None, shelter: Shelter | None = None
    ) -> None:
        self._plugin = plugin
        self._ctx = ctx
        self._unit = unit
        self._savepoint: Any = None
        self._shelter = shelter or Shelter()
        self._is_guarded = self._is_over = self._has_written = False
        self._notes = 0

    @property
    def plugin(self) -> str:
        """Whose desk it is."""
        return self._plugin

    # ------------------------------------------------------------------------------------------ who, where, when

    @property
    def now(self) -> dt.datetime:
        """This instant, UTC."""
        return self._ctx.now

    @property
    def today(self) -> dt.date:
        """The date in Vietnam."""
        return self._ctx.today

    @property
    def actor_id(self) -> int | None:
        """The account that acts; None for the clock."""
        return self._ctx.actor.id

    @property
    def actor_name(self) -> str:
        """The name of who acts."""
        return self._ctx.actor.name

    @property
    def unit(self) -> UnitView:
        """The unit of the page, or of the job."""
        if self._unit is not None:
            return self._unit
        here = self._ctx.here
        return UnitView(here.id, here.key, here.name, here.kind)

    @property
    def event(self) -> EventView | None:
        """The event of the page, where there is one."""
        ref = self._ctx.event
        if ref is None:
            return None
        row = self._session.get(Event, ref.id)
        return None if row is None else event_view(row)

    def may(self, key: str) -> bool:
        """Whether the actor holds a permission of this plugin in the unit of the page."""
        return key.startswith(f"{self.plugin}.") and self._ctx.may(key)

    def require(self, key: str) -> None:
        """Raise ``Forbidden`` unless the actor may."""
        if not key.startswith(f"{self.plugin}."):
            raise NotYours(key)
        self._ctx.require(key)

    # ------------------------------------------------------------------------------------------ its own tables

    def execute(self, statement: sa.Executable) -> Any:
        """Run a statement on the plugin's own tables."""
        check(self.plugin, statement)
        self._has_written |= not statement.is_select
        return self._session.execute(statement)

    def scalars(self, statement: sa.Executable) -> list[Any]:
        """The first column of every row."""
        return list(self.execute(statement).scalars())

    def scalar(self, statement: sa.Executable) -> Any:
        """The first column of the first row, or None."""
        return self.execute(statement).scalars().first()

    def add(self, row: Any) -> Any:
        """Keep a new row of one of the plugin's tables, and return it with its id."""
        own(self.plugin, type(row).__table__.name)
        self._has_written = True
        self._session.add(row)
        self._session.flush()
        return row

    def flush(self) -> None:
        """Write what was changed on rows read before."""
        self._has_written = True
        self._session.flush()

    @contextlib.contextmanager
    def attempt(self) -> Iterator[None]:
        """A savepoint: what is written inside is undone where it raises, and the page can still be shown."""
        session, self._has_written = self._session, True
        notes = audit.count_notes(session)
        try:
            with session.begin_nested():
                yield
        except BaseException:
            audit.keep_only(session, notes)
            raise

    def note(self, verb: str, obj: str, **payload: object) -> None:
        """One audit line, ``<plugin>.<verb>``: strings and integers, no secrets, nothing about a citizen."""
        self._open()
        self._has_written = True
        audit.note(self._ctx, f"{self.plugin}.{verb}", obj, **payload)

    # ------------------------------------------------------------------------------------------ what the core knows

    @property
    def settings(self) -> dict[str, Any]:
        """The plugin's settings as they hold for this unit: its own, else what the units above set, else nothing."""
        self._open()
        return plugin_settings.effective(self._ctx, self.plugin, unit_id=self.unit.id)

    def targets(self, unit_ids: Collection[int], window: Window) -> dict[tuple[int, str], int]:
        """(unit, indicator) -> target of the periods that lie in these days."""
        self._open()
        return plugin_settings.targets(self._ctx, self.plugin, unit_ids=unit_ids, window=window)

    def target_periods(self, unit_ids: Collection[int], window: Window) -> list[Target]:
        """Every target of these units whose period meets these days, the earliest first."""
        self._open()
        return plugin_settings.target_periods(self._ctx, self.plugin, unit_ids=unit_ids, window=window)

    def units_below(self, unit: UnitView | None = None) -> list[UnitView]:
        """The unit of this desk, or one below it, and the open units below that, by name."""
        top = (unit or self.unit).id
        path = self._session.scalar(sa.select(Unit.path).where(Unit.id == top)) or "/-/"
        rows = self._session.execute(
            sa.select(Unit.id, Unit.key, Unit.name, Unit.kind)
            .where(
                Unit.path.startswith(path, autoescape=True),
                Unit.path.startswith(self._path(), autoescape=True),
                Unit.closed_on.is_(None),
            )
            .order_by(Unit.sort_key, Unit.id)
        )
        return [UnitView(*row) for row in rows]

    def unit_above(self) -> UnitView | None:
        """The unit directly above that of this desk; None at the top."""
        own, up = aliased(Unit), aliased(Unit)
        row = self._session.execute(
            sa.select(up.id, up.key, up.name, up.kind).join(own, own.parent_id == up.id).where(own.id == self.unit.id)
        ).first()
        return None if row is None else UnitView(*row)

    def branches(self) -> dict[int, UnitView]:
        """Every open unit here and below -> the unit directly below this one that it belongs to, itself for this one.

        In the order of names, a branch before what is under it.
        """
        paths = self._session.execute(
            sa.select(Unit.id, Unit.key, Unit.name, Unit.kind, Unit.path)
            .where(
                Unit.path.startswith(self._path(), autoescape=True),
                Unit.closed_on.is_(None),
            )
            .order_by(sa.func.length(Unit.path), Unit.sort_key, Unit.id)
        ).all()
        depth = self._path().count("/")
        views = {path: UnitView(*row) for *row, path in paths}
        found = {}
        for path, one in views.items():
            head = "/".join(path.split("/")[: depth + 1]) + "/" if path.count("/") > depth else path
            found[one.id] = views.get(head, one)
        return found

    def _path(self) -> str:
        here = self._ctx.unit
        if here is not None and here.id == self.unit.id:
            return here.path
        return self._session.scalar(sa.select(Unit.path).where(Unit.id == self.unit.id)) or "/-/"

    def unit_names(self, ids: Collection[int]) -> dict[int, str]:
        """Names of units by id."""
        rows = self._session.execute(sa.select(Unit.id, Unit.name).where(Unit.id.in_(set(ids) or {0})))
        return {unit_id: name for unit_id, name in rows}  # noqa: C416 - rows are no pairs to mypy

    def sent_figures(self, nomination_id: int) -> SentFigures | None:
        """What a dossier in an event of this unit says with this plugin's figures; None where it holds none."""
        n, kept = Nomination, NominationSection
        row = self._session.execute(
            sa.select(n.unit_id, Nominee.as_unit_id, Nominee.user_id, kept.facts)
            .join(kept, kept.nomination_id == n.id)
            .outerjoin(Nominee, Nominee.id == n.nominee_id)
            .where(n.id == nomination_id, n.organiser_id == self.unit.id, kept.plugin == self.plugin)
        ).first()
        facts = [sections.load_fact(one) for one in row[3]] if row else []
        first = min((one.first for one in facts if one.first), default=None)
        last = max((one.last for one in facts if one.last), default=None)
        if row is None or first is None or last is None:
            return None
        return SentFigures(row[0], row[1], row[2], Window(first, last))

    @property
    def tallies(self) -> TallyBook:
        """The plugin's counted figures, as they are seen from the unit of this desk."""
        self._open()
        self._has_written = True  # for all we know
        ctx, unit = self._ctx, self._unit
        if unit is not None and (ctx.unit is None or ctx.unit.id != unit.id):
            # who made the view has the row at hand: no query
            ctx = dataclasses.replace(ctx, unit=reach.unit_ref(ctx.session.get_one(Unit, unit.id)))
        return TallyBook(self.plugin, ctx)

    # ------------------------------------------------------------------------------------------ the guard

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        """Around a hook: what was flushed before is the core's, what comes now is the plugin's and can be undone."""
        self._is_guarded = True
        try:
            yield
            if self._savepoint is not None:
                self._open()
                self._ctx.session.flush()
                if self._has_written:
                    self._savepoint.commit()
                else:
                    self._shelter.keep(self._savepoint)
        except BaseException:
            if self._savepoint is not None:
                self._savepoint.rollback()
                audit.keep_only(self._ctx.session, self._notes)
            raise
        finally:
            self._savepoint, self._is_over = None, True

    @property
    def _session(self) -> Session:
        """The session, in a hook inside the savepoint: not even what the core reads for a plugin can break its act."""
        self._open()
        return self._ctx.session

    def _open(self) -> None:
        if self._is_over:
            raise NotYours(f"{self.plugin}: this desk is closed")
        session = self._ctx.session
        if self._is_guarded and self._savepoint is None:
            self._notes = audit.count_notes(session)
            self._savepoint = self._shelter.take(session)
        if session.dirty or session.new or session.deleted:  # the next query would write it without a word
            self._has_written = True


def event_view(row: Event) -> EventView:
    """An event as a plugin may know it."""
    return EventView(row.id, row.key, row.title, row.kind, row.unit_id, Window(row.window_from, row.window_to))


def refuse(text: str, *, field: str = "") -> Refused:
    """A refusal in a plugin's own words, to be raised; ``field`` is the form field it stands beside."""
    return Refused.because([Objection("plugin_says", {"text": text}, field=field or None)])
