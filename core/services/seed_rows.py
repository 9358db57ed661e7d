"""Dossiers written many at a time, with all that belongs to one: nominee, words, history, audit lines, register."""

from __future__ import annotations

import datetime as dt
import random
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.domain.audit import Line, canonical, instant, link, payload_hash
from core.domain.freezing import hash_frozen
from core.domain.nomination import HONOURED, ROADS, State, Step
from core.domain.text import fold, name_key
from core.models import (
    Achievement,
    AuditHead,
    AuditLine,
    AuditPayload,
    Award,
    Counter,
    Decision,
    DecisionLine,
    Event,
    Nomination,
    NominationStep,
    NominationWord,
    Nominee,
    Unit,
    User,
)
from core.services import catalog, search_words
from core.services.context import Context
from core.services.nominations import initials
from core.services.register import search_text
from core.services.seed_people import key_maker


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is particular to one dossier; the rest follows."""

    unit: Unit
    event: Event
    state: State
    award: str
    kind: str
    name: str
    deed: str
    sent_at: dt.datetime
    due_on: dt.date | None = None


#: The steps of the dossier's own unit; all others are the handling side's.
_OWN_STEPS = frozenset({Step.ASK_CONFIRMATION, Step.SEND_BACK_TO_DRAFT, Step.SUBMIT, Step.WITHDRAW})
_DECIDED = frozenset({*HONOURED, State.REVOKED})


def _road_to(wanted: State) -> tuple[tuple[State, Step, State], ...]:
    """The shortest way from a draft to a state; what goes up to another unit is left out."""
    ways: dict[State, tuple[tuple[State, Step, State], ...]] = {State.DRAFT: ()}
    waiting = deque([State.DRAFT])
    while waiting:
        here = waiting.popleft()
        for (old, step), new in ROADS.items():
            if old is here and new not in ways and step is not Step.HAND_UP:
                ways[new] = (*ways[here], (old, step, new))
                waiting.append(new)
    return ways[wanted]


WAYS = {state: _road_to(state) for state in State}


@dataclass
class Writer:
    """Writes dossiers in portions; ``finish`` closes the chain and the counters."""

    ctx: Context
    seed: int
    nominator: User
    secretary: User
    signer: User
    draw: random.Random = field(init=False)
    keys: list[str] = field(default_factory=list, init=False)
    _rules: dict[tuple[int, str, str], tuple[dict[str, object], str]] = field(default_factory=dict, init=False)
    _receipts: dict[str, int] = field(default_factory=dict, init=False)
    _register: dict[tuple[int, int], int] = field(default_factory=dict, init=False)
    _decisions: int = field(default=0, init=False)
    _seq: int = field(default=0, init=False)
    _h: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)  # noqa: S311 - the same data for the same number, no secret
        query = sa.select(AuditHead.seq, AuditHead.h).where(AuditHead.id == 1).with_for_update()
        self._seq, self._h = self.ctx.session.execute(query).one()

    def write(self, dossiers: Sequence[Dossier]) -> list[int]:
        """One portion, in order; returns the ids of the nominations."""
        nominees = self._many(Nominee, [self._nominee(one) for one in dossiers])
        pairs = list(zip(dossiers, nominees, strict=True))
        deeds = self._many(Achievement, [self._deed(one, nominee) for one, nominee in pairs])
        rows = [self._nomination(one, nominee, deed) for (one, nominee), deed in zip(pairs, deeds, strict=True)]
        ids = self._many(Nomination, rows)
        self.keys += [row["key"] for row in rows]
        self._words(dossiers, rows, ids)
        self._steps(dossiers, rows, ids)
        self._awards([(one, row, n) for one, row, n in zip(dossiers, rows, ids, strict=True) if one.state in _DECIDED])
        return ids

    def finish(self) -> None:
        """Set the chain's head and the series to where they stand."""
        session = self.ctx.session
        session.execute(sa.update(AuditHead).where(AuditHead.id == 1).values(seq=self._seq, h=self._h))
        series = {f"receipt:{name}": value for name, value in self._receipts.items()}
        series |= {f"register:{unit}:{year}": value for (unit, year), value in self._register.items()}
        for name, value in series.items():
            session.merge(Counter(name=name, value=value))
        session.flush()

    # ------------------------------------------------------------ rows

    def _many(self, model: type, rows: list[dict[str, Any]]) -> list[int]:
        if not rows:
            return []
        table = model.__table__
        query = sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)
        return list(self.ctx.session.scalars(query, rows))

    def _plain(self, model: type, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.ctx.session.execute(sa.insert(model.__table__), rows)

    def _key(self, prefix: str) -> str:
        return key_maker(self.draw, prefix)

    def _nominee(self, one: Dossier) -> dict[str, Any]:
        is_person = one.kind == "individual"
        return {
            "key": self._key("p"),
            "kind": one.kind,
            "unit_id": one.unit.id,
            "name": one.name,
            "name_key": name_key(one.name),
            "folded": fold(one.name),
            "birth_year": self.draw.randint(1950, 2005) if is_person else None,
            "head_count": None if is_person else self.draw.randint(3, 40),
            "position": "Cán bộ" if is_person else "",
            "place": one.unit.short_name,
            "created_at": one.sent_at,
            "version": 1,
        }

    def _deed(self, one: Dossier, nominee_id: int) -> dict[str, Any]:
        return {
            "key": self._key("d"),
            "nominee_id": nominee_id,
            "title": one.deed,
            "folded": fold(one.deed),
            "result": f"{one.deed}: đã làm xong và đang duy trì.",
            "figures": f"{self.draw.randint(5, 900)} lượt người được giúp.",
            "effect": "Bà con trong thôn làm theo.",
            "created_at": one.sent_at,
            "version": 1,
        }

    def _nomination(self, one: Dossier, nominee_id: int, deed_id: int) -> dict[str, Any]:
        is_sent = any(step is Step.SUBMIT for _old, step, _new in WAYS[one.state])
        rules, rules_hash = self._frozen(one) if is_sent else (None, None)
        return {
            "key": self._key("n"),
            "event_id": one.event.id,
            "unit_id": one.unit.id,
            "organiser_id": one.event.unit_id,
            "handling_unit_id": one.event.unit_id,
            "state": one.state.value,
            "state_since": one.sent_at,
            "due_on": one.due_on,
            "kind": one.kind,
            "award_code": one.award,
            "nominee_id": nominee_id,
            "achievement_id": deed_id,
            "nominee_name": one.name,
            "name_key": name_key(one.name),
            "typed": {},
            "report": {},
            "attestations": {},
            "citation": one.deed,
            "consent": "given",
            "consent_on": one.sent_at.date(),
            "receipt_number": self._receipt(one) if is_sent else None,
            "receipt_at": one.sent_at if is_sent else None,
            "rules": rules,
            "rules_hash": rules_hash,
            "created_at": one.sent_at - dt.timedelta(days=1),
            "created_by_id": self.nominator.id,
            "saved_at": one.sent_at,
            "saved_by_id": self.nominator.id,
            "version": 1,
        }

    def _receipt(self, one: Dossier) -> str:
        series = f"{initials(one.event.unit.key)}-{one.sent_at.year}"
        number = self._receipts[series] = self._receipts.get(series, 0) + 1
        return f"{series}-{number:04d}"

    def _frozen(self, one: Dossier) -> tuple[dict[str, object], str]:
        place = (one.event.id, one.award, one.kind)
        if place not in self._rules:
            book = catalog.current(self.ctx.session)
            award = book.award_type(one.award)
            day = one.sent_at.date()
            ctype = next(code for code in award.types if code in book.types_on(day))
            kind = book.unit_kinds.get(one.event.unit.kind)
            frozen = book.freeze(one.award, day, one.kind, ctype, level=kind.level if kind else None, overlays=())
            self._rules[place] = (frozen, hash_frozen(frozen))
        return self._rules[place]

    def _words(self, dossiers: Sequence[Dossier], rows: Sequence[dict[str, Any]], ids: Sequence[int]) -> None:
        found = []
        for one, row, nomination_id in zip(dossiers, rows, ids, strict=True):
            words = search_words.words_for(
                name=one.name, title=one.deed, unit=one.unit.short_name, receipt=row["receipt_number"]
            )
            found += [{"word": word, "nomination_id": nomination_id} for word in words]
        self._plain(NominationWord, found)

    # ------------------------------------------------------------ history and chain

    def _steps(self, dossiers: Sequence[Dossier], rows: Sequence[dict[str, Any]], ids: Sequence[int]) -> None:
        steps: list[dict[str, Any]] = []
        lines: list[dict[str, Any]] = []
        payloads: list[dict[str, Any]] = []
        for one, row, nomination_id in zip(dossiers, rows, ids, strict=True):
            for place, (old, step, new) in enumerate(WAYS[one.state]):
                is_own = step in _OWN_STEPS
                who = self.nominator if is_own else self.secretary
                unit = one.unit if is_own else one.event.unit
                at = one.sent_at + dt.timedelta(hours=place)
                steps.append(
                    {
                        "nomination_id": nomination_id,
                        "step": step.value,
                        "old": old.value,
                        "new": new.value,
                        "at": at,
                        "user_id": who.id,
                        "unit_id": unit.id,
                        "note": "",
                    }
                )
                payload = {"old": old.value, "new": new.value, "note": ""}
                self._chain(lines, payloads, at, who, unit, f"nomination.{step.value}", row["key"], payload)
        self._plain(NominationStep, steps)
        self._plain(AuditLine, lines)
        self._plain(AuditPayload, payloads)

    def _chain(
        self,
        lines: list[dict[str, Any]],
        payloads: list[dict[str, Any]],
        at: dt.datetime,
        who: User,
        unit: Unit,
        action: str,
        key: str,
        payload: dict[str, object],
    ) -> None:
        self._seq += 1
        salt, text = f"{self.draw.getrandbits(128):032x}", canonical(payload).decode()
        digest = payload_hash(salt, text)
        line = Line(self._seq, instant(at), who.login, "", unit.key, action, f"nomination:{key}", digest)
        h = link(self._h, line)
        lines.append(
            {
                "seq": self._seq,
                "at": at,
                "actor": line.actor,
                "role": "",
                "unit": line.unit,
                "action": action,
                "object": line.object,
                "payload_hash": digest,
                "prev": self._h,
                "h": h,
            }
        )
        payloads.append({"seq": self._seq, "salt": salt, "json": text})
        self._h = h

    # ------------------------------------------------------------ decisions and the register

    def _awards(self, decided: Iterable[tuple[Dossier, dict[str, Any], int]]) -> None:
        """One decision for each event and award of the portion."""
        groups: dict[tuple[int, str], list[tuple[Dossier, dict[str, Any], int]]] = {}
        for one, row, nomination_id in decided:
            groups.setdefault((one.event.id, one.award), []).append((one, row, nomination_id))
        for group in groups.values():
            decision = self._decision(group[0][0])
            awards = [self._award(decision, one, row, nomination_id) for one, row, nomination_id in group]
            ids = self._many(Award, awards)
            self._plain(
                DecisionLine,
                [
                    {
                        "decision_id": decision.id,
                        "nomination_id": row["nomination_id"],
                        "award_id": award_id,
                        "position": n,
                    }
                    for n, (row, award_id) in enumerate(zip(awards, ids, strict=True))
                ],
            )

    def _decision(self, one: Dossier) -> Decision:
        self._decisions += 1
        day = one.event.window_to
        row = Decision(
            key=self._key("q"),
            unit_id=one.event.unit_id,
            event_id=one.event.id,
            kind="grant",
            state="issued",
            title=f"Tặng {one.award} lần {self._decisions}",
            number=f"{self._decisions}/QĐ-UBND",
            number_key=f"{self._decisions}/qd-ubnd",
            year=day.year,
            decided_on=day,
            signer_id=self.signer.id,
            signer_name=self.signer.full_name,
            signed_as=["CHỦ TỊCH"],
            authority="CT_UBND_XA",
            issued_at=one.sent_at,
            created_at=one.sent_at,
            created_by_id=self.secretary.id,
        )
        self.ctx.session.add(row)
        self.ctx.session.flush()
        return row

    def _award(self, decision: Decision, one: Dossier, row: dict[str, Any], nomination_id: int) -> dict[str, Any]:
        place = (decision.unit_id, int(decision.year or 0))
        number = self._register[place] = self._register.get(place, 0) + 1
        return {
            "key": self._key("a"),
            "unit_id": decision.unit_id,
            "nominating_unit_id": one.unit.id,
            "event_id": one.event.id,
            "decision_id": decision.id,
            "nomination_id": nomination_id,
            "nominee_id": row["nominee_id"],
            "achievement_id": row["achievement_id"],
            "kind": one.kind,
            "award_code": one.award,
            "award_name": catalog.current(self.ctx.session).award_type(one.award).name,
            "commendation_type": one.event.commendation_type,
            "name": one.name,
            "name_key": row["name_key"],
            "folded": search_text(one.name, "", one.deed),
            "place": "",
            "citation": one.deed,
            "story": "",
            "awarded_on": decision.decided_on,
            "year": decision.year,
            "register_number": number,
            "prize_note": "",
            "state": "revoked" if one.state is State.REVOKED else "valid",
            "flagged_reason": "",
            "created_at": one.sent_at,
            "version": 1,
        }
