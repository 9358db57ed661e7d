"""A nomination from the nominating side: begun, confirmed, sent with a receipt, answered, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from core.domain import text
from core.domain.catalog_terms import AwardType
from core.domain.errors import NotFound, Objection, Refused
from core.domain.freezing import hash_frozen
from core.domain.nomination import State, Step, steps_from
from core.models import Event, EventAward, Nomination, Remark
from core.services import (
    audit,
    moves,
    nomination_check,
    nomination_draft,
    nomination_sections,
    numbers,
    outbox,
    reach,
    reach_nominations,
    search_words,
)
from core.services import catalog as catalogs
from core.services.context import Context, new_key
from core.services.nomination_check import Checklist
from core.services.nomination_rules import Rulebook, commendation_type

#: One submission at a time in the whole installation: what the check sees is what the receipt is given for.
_GATE = "submissions"
#: Words of a unit's key that say what it is and not which one.
_KINDS_OF_PLACE = frozenset({"xa", "phuong", "tinh", "ubnd"})
_NOMINEE_FIELDS = ("name", "born_on", "gender", "phone", "place", "workplace", "position", "head_count")


@dataclass(frozen=True, slots=True)
class Offer:
    """An award that may be asked for in an event: for whom, how many are left, and how sure its rules are."""

    code: str
    name: str
    kinds: tuple[str, ...]
    needs_check: bool
    quota_total: int | None
    quota_per_unit: int | None
    left: int | None
    note: str


def offers(ctx: Context, event: Event) -> list[Offer]:
    """The awards on offer in this event that can be given today, as the event orders them."""
    catalog = catalogs.current(ctx.session)
    found = []
    for one in event.awards:
        award = catalog.award_types.get(one.award_code)
        version = award.version_on(ctx.today) if award else None
        if award is None or version is None or not _fits(ctx, event, award):
            continue
        total, own = nomination_check.taken(ctx, event.id, one.award_code, unit_id=ctx.here.id)
        lefts = [q - t for q, t in ((one.quota_total, total), (one.quota_per_unit, own)) if q is not None]
        found.append(
            Offer(
                code=award.code,
                name=award.name_on(ctx.today),
                kinds=tuple(kind for kind in award.kinds if kind != "area"),
                needs_check=version.needs_check,
                quota_total=one.quota_total,
                quota_per_unit=one.quota_per_unit,
                left=max(0, min(lefts)) if lefts else None,
                note=one.note,
            )
        )
    return found


def _fits(ctx: Context, event: Event, award: AwardType) -> bool:
    """Whether the award can be given under the type of this event."""
    catalog = catalogs.current(ctx.session)
    return commendation_type(catalog, event, award.types, ctx.today) in award.types


def open_events(ctx: Context) -> list[Event]:
    """The announced events in which this unit may put somebody forward, newest first."""
    query = (
        sa.select(Event)
        .where(reach.visible_events(ctx), Event.state == "announced")
        .order_by(Event.window_from.desc(), Event.id.desc())
        .limit(30)
    )
    return list(ctx.session.scalars(query))


def start(ctx: Context, *, award_code: str, kind: str, nominee_key: str = "") -> Nomination:
    """Begin a draft in the event of this context.

    Raises ``NotFound`` (event, nominee), ``Forbidden``, ``Refused``: event_closed, event_not_announced,
    award_not_on_offer, kind_not_offered.
    """
    ctx.require("nomination.write")
    if ctx.event is None:
        raise NotFound
    event = reach.event(ctx, ctx.event.key)
    if event.state != "announced":
        raise Refused("event_closed" if event.state == "closed" else "event_not_announced", event=event.title)
    offer = next((one for one in offers(ctx, event) if one.code == award_code), None)
    if offer is None:
        raise Refused.because([Objection("award_not_on_offer", {"event": event.title}, field="award_code")])
    if kind not in offer.kinds:
        raise Refused.because([Objection("kind_not_offered", {"award": offer.name, "recipient": kind}, field="kind")])
    row = Nomination(
        key=new_key(),
        event_id=event.id,
        unit_id=ctx.here.id,
        organiser_id=event.unit_id,
        handling_unit_id=event.unit_id,
        state=State.DRAFT.value,
        state_since=ctx.now,
        kind=kind,
        award_code=award_code,
        created_at=ctx.now,
        created_by_id=ctx.actor.id,
        saved_at=ctx.now,
        saved_by_id=ctx.actor.id,
        typed={},
        report={},
        attestations={},
        nominee_name="",
        name_key="",
        consent="not_asked",
    )
    ctx.session.add(row)
    ctx.session.flush()
    if nominee_key:
        nomination_draft.nominees.use_nominee(ctx, row, nominee_key)
        ctx.session.flush()
        search_words.rebuild(ctx.session, row)
    audit.note(ctx, "nomination.start", f"nomination:{row.key}", award=award_code, kind=kind, event=event.key)
    return row


def ask_confirmation(ctx: Context, key: str) -> Nomination:
    """Put a finished draft before the head of the unit. Raises ``Refused`` with everything in the way."""
    row = _own(ctx, key, "nomination.write")
    nomination_check.check(ctx, row).refuse()
    moves.move(ctx, row, Step.ASK_CONFIRMATION)
    return row


def send_back(ctx: Context, key: str, *, note: str) -> Nomination:
    """The head gives a draft back to be mended, and says why. Raises ``Refused("note_missing")``."""
    row = _own(ctx, key, "nomination.submit")
    moves.move(ctx, row, Step.SEND_BACK_TO_DRAFT, note=_note(note))
    return row


def submit(ctx: Context, key: str, *, expected_version: int | None = None) -> Nomination:
    """Send the nomination to the organiser; the first time it gets a receipt, and the rules of that day are frozen.

    ``expected_version``: the text that was read before sending; another one is refused (``changed_meanwhile``). Raises
    ``NotFound``, ``Forbidden``, ``Refused`` with everything in the way. A dossier follows the law of the day on which
    it was received (Luật 06/2026/QH16 Điều 4.4).
    """
    row = _own(ctx, key, "nomination.submit")
    if expected_version is not None and expected_version != row.version:
        raise Refused("changed_meanwhile", kind="conflict")
    # first the gate: two heads at once, or one over the quota, must see each other
    numbers.take_number(ctx.session, _GATE)
    lock = sa.select(EventAward.id).where(EventAward.event_id == row.event_id, EventAward.award_code == row.award_code)
    ctx.session.execute(lock.with_for_update())
    checklist = nomination_check.check(ctx, row)
    checklist.refuse()
    rulebook = checklist.rulebook
    if rulebook is None:  # a missing rulebook is a blocker
        raise Refused("no_rules")
    _keep_nominee(row, rulebook)
    if row.receipt_at is None:
        row.rules = dict(rulebook.frozen)
        row.rules_hash = hash_frozen(rulebook.frozen)
        row.receipt_at = ctx.now
        row.receipt_number = receipt_number(ctx, row)
        audit.note(ctx, "nomination.receipt", f"nomination:{row.key}", number=row.receipt_number, rules=row.rules_hash)
        search_words.rebuild(ctx.session, row)
    nomination_sections.freeze(ctx, row)
    moves.move(ctx, row, Step.SUBMIT, due_on=nomination_check.due_after(ctx, rulebook, "appraise"))
    return row


def receipt_number(ctx: Context, row: Nomination) -> str:
    """The next number of the organiser's year: ``HL-2026-0012``. Counted by letters, so that no two are alike."""
    series = f"{initials(row.organiser.key)}-{ctx.today.year}"
    return f"{series}-{numbers.take_number(ctx.session, f'receipt:{series}'):04d}"


def initials(key: str) -> str:
    """ "HL" for the unit with the address ``xa-ha-long``."""
    parts = [part for part in key.split("-") if part]
    named = [part for part in parts if part not in _KINDS_OF_PLACE] or parts
    return ("".join(part[0] for part in named) or "HS").upper()[:6]


def _keep_nominee(row: Nomination, rulebook: Rulebook) -> None:
    """Copy what the report needs of the nominee's record into the dossier: the record moves on, the dossier stays."""
    kept = dict(row.report)
    for field in rulebook.report_fields():
        if field["nominee"] in _NOMINEE_FIELDS and row.nominee is not None:
            value = getattr(row.nominee, field["nominee"])
            kept[field["code"]] = value.isoformat() if hasattr(value, "isoformat") else str(value or "")
    row.report = {code: value for code, value in kept.items() if value}


def withdraw(ctx: Context, key: str, *, reason: str) -> Nomination:
    """Take the nomination back. What was sent is withdrawn by the head; a draft by whoever writes it."""
    row = _own(ctx, key, "nomination.write")
    if row.receipt_at is not None:
        ctx.require("nomination.submit")
    moves.move(ctx, row, Step.WITHDRAW, note=_note(reason))
    return row


def answer_remark(ctx: Context, key: str, remark_key: str, *, answer: str) -> Remark:
    """Answer a remark that came with a return. Raises ``NotFound``, ``Refused``: not_editable, answer_missing."""
    row = nomination_draft.own_editable(ctx, key)
    remark = reach_nominations.remark(ctx, row, remark_key)
    if not answer.strip():
        raise Refused("answer_missing")
    remark.answer, remark.answered_at, remark.answered_by_id = answer, ctx.now, ctx.actor.id
    audit.note(ctx, "remark.answer", f"nomination:{row.key}", remark=remark.key)
    return remark


def answer_typed(ctx: Context, row: Nomination, remark: Remark, typed: object) -> None:
    """Turn an answer that waits as typed text into the answer, where it is one and is new."""
    row.typed = {name: text for name, text in row.typed.items() if name != f"answer.{remark.key}"}
    if isinstance(typed, str) and typed.strip() and typed.strip() != remark.answer:
        answer_remark(ctx, row.key, remark.key, answer=typed.strip()[:4000])


def tell_head(ctx: Context, key: str) -> Nomination:
    """Tell the head that a returned dossier is mended and waits to be sent again. No step: only the head sends."""
    row = nomination_draft.own_editable(ctx, key)
    if row.state != State.RETURNED.value:
        raise Refused("no_road", kind="conflict")
    nomination_check.check(ctx, row).refuse()
    audit.note(ctx, "nomination.tell_head", f"nomination:{row.key}")
    outbox.tell(
        ctx,
        permission="nomination.submit",
        unit_id=row.unit_id,
        code="news_mended",
        about=f"nomination:{row.key}",
        name=row.nominee_name,
    )
    return row


def checked(ctx: Context, key: str) -> tuple[Nomination, Checklist]:
    """A nomination of this unit with its check, for showing."""
    row = nomination_draft.own(ctx, key)
    return row, nomination_check.check(ctx, row)


def is_unsent(ctx: Context, key: str) -> bool:
    """Whether the nomination is still, or again, in the hands of this unit."""
    return Step.SUBMIT in steps_from(State(nomination_draft.own(ctx, key).state))


def _own(ctx: Context, key: str, permission: str) -> Nomination:
    row = nomination_draft.own(ctx, key, for_update=True)
    ctx.require(permission)
    return row


def _note(raw: str) -> str:
    note = text.clean_text(raw, limit=2000)
    if not note:
        raise Refused.because([Objection("note_missing", field="note")])
    return note
