"""Who may sign for a unit, from when until when, and the papers by which somebody signs in that person's place.

Signing for the head (KT.) and by authorisation (TUQ.): Nghị định 30/2020/NĐ-CP, Điều 13. Nothing is deleted: an office
or a delegation ends on a day, and decisions of earlier days stay valid.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from core.domain.catalog_terms import Authority
from core.domain.errors import Objection, Refused
from core.domain.permissions import Role
from core.models import Decision, Delegation, Office, RoleGrant, User
from core.services import audit, catalog, reach_accounts
from core.services.context import Context, new_key

KINDS = ("KT", "TUQ")
_BY_AUTHORISATION = "Nghị định 30/2020/NĐ-CP, Điều 13 khoản 3"


def authorities(ctx: Context) -> list[Authority]:
    """The offices of the catalogue that a unit of this kind may sign with."""
    rules = catalog.current(ctx.session)
    kind = rules.unit_kinds.get(ctx.here.kind)
    return [rules.authorities[code] for code in kind.authorities] if kind is not None else []


def signers(ctx: Context) -> list[tuple[str, str]]:
    """(key, name) of the open accounts that hold the signer's role in this unit."""
    holds = sa.exists().where(
        RoleGrant.user_id == User.id,
        RoleGrant.unit_id == ctx.here.id,
        RoleGrant.role == Role.SIGNER.value,
        RoleGrant.ended_at.is_(None),
    )
    query = sa.select(User.key, User.full_name).where(holds, User.active.is_(True))
    return [(key, name) for key, name in ctx.session.execute(query.order_by(User.name_key, User.id))]


def listing(ctx: Context) -> list[tuple[Office, list[Delegation]]]:
    """The unit's offices, present and coming ones first, each with its delegations. Two queries."""
    ctx.require("office.manage")
    is_over = sa.and_(Office.to_on.is_not(None), Office.to_on < ctx.today)
    offices = ctx.session.scalars(
        sa.select(Office)
        .where(Office.unit_id == ctx.here.id)
        .options(joinedload(Office.user))
        .order_by(is_over, Office.authority, Office.from_on.desc(), Office.id)
    ).all()
    found = ctx.session.scalars(
        sa.select(Delegation)
        .join(Office, Office.id == Delegation.office_id)
        .where(Office.unit_id == ctx.here.id)
        .options(joinedload(Delegation.user))
        .order_by(Delegation.from_on.desc(), Delegation.id)
    ).all()
    return [(one, [paper for paper in found if paper.office_id == one.id]) for one in offices]


def appoint(
    ctx: Context, *, authority: str, title: str, person: str, from_on: dt.date, to_on: dt.date | None
) -> Office:
    """Write down who holds an office. Raises ``Refused`` with every reason."""
    ctx.require("office.manage")
    known = next((one for one in authorities(ctx) if one.code == authority), None)
    user = _signer(ctx, person)
    objections = [*_period(from_on, to_on)]
    if known is None:
        objections.append(Objection("authority_not_of_unit", field="authority"))
    elif clash := _overlapping(ctx, authority, from_on, to_on):
        objections.append(Objection("office_overlaps", {"name": clash.user.full_name}, field="from_on"))
    if user is None:
        objections.append(Objection("office_needs_signer", field="person"))
    if objections or known is None or user is None:
        raise Refused.because(objections)
    row = Office(
        key=new_key(),
        unit_id=ctx.here.id,
        authority=authority,
        title=title or known.title,
        user_id=user.id,
        from_on=from_on,
        to_on=to_on,
        created_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    audit.note(ctx, "office.given", f"office:{row.key}", authority=authority, user=user.key, **_days(from_on, to_on))
    return row


def delegate(
    ctx: Context,
    office: str,
    *,
    kind: str,
    person: str,
    title: str,
    number: str,
    from_on: dt.date,
    to_on: dt.date | None,
) -> Delegation:
    """Write down the paper by which somebody signs for an office. Raises ``Refused`` with every reason."""
    ctx.require("office.manage")
    row = reach_accounts.office(ctx, office)
    user = _signer(ctx, person)
    objections = [*_period(from_on, to_on), *_delegation_objections(ctx, row, kind, from_on, to_on)]
    if user is None:
        objections.append(Objection("office_needs_signer", field="person"))
    elif user.id == row.user_id:
        objections.append(Objection("delegation_to_holder", field="person"))
    if objections or user is None:
        raise Refused.because(objections)
    made = Delegation(
        key=new_key(),
        office_id=row.id,
        kind=kind,
        user_id=user.id,
        title=title,
        number=number,
        from_on=from_on,
        to_on=to_on,
        created_at=ctx.now,
    )
    ctx.session.add(made)
    ctx.session.flush()
    days = _days(from_on, to_on)
    audit.note(ctx, "delegation.given", f"delegation:{made.key}", kind=kind, number=number, user=user.key, **days)
    return made


def end_office(ctx: Context, key: str, *, on: dt.date) -> Office:
    """The last day of an office; its delegations end with it. Raises ``Refused``."""
    ctx.require("office.manage")
    row = reach_accounts.office(ctx, key)
    _refuse_end(row, on)
    signed = _signed_after(ctx, Decision.authority == row.authority, on, row.to_on)
    if signed is not None:
        raise Refused.because([Objection("signed_after", {"number": signed or "—"}, field="on")])
    row.to_on = on
    later = sa.or_(Delegation.to_on.is_(None), Delegation.to_on > on)
    for paper in ctx.session.scalars(sa.select(Delegation).where(Delegation.office_id == row.id, later)):
        paper.to_on = max(on, paper.from_on)
    ctx.session.flush()
    audit.note(ctx, "office.ended", f"office:{row.key}", on=on.isoformat())
    return row


def end_delegation(ctx: Context, key: str, *, on: dt.date) -> Delegation:
    """The last day of a delegation. Raises ``Refused``."""
    ctx.require("office.manage")
    row = reach_accounts.delegation(ctx, key)
    _refuse_end(row, on)
    signed = _signed_after(ctx, Decision.delegation_id == row.id, on, row.to_on)
    if signed is not None:
        raise Refused.because([Objection("signed_after", {"number": signed or "—"}, field="on")])
    row.to_on = on
    ctx.session.flush()
    audit.note(ctx, "delegation.ended", f"delegation:{row.key}", on=on.isoformat())
    return row


def _signer(ctx: Context, key: str) -> User | None:
    """The open account, if it holds the signer's role here."""
    user = reach_accounts.by_key(ctx, key)
    return user if user is not None and key in {one for one, _name in signers(ctx)} else None


def _period(from_on: dt.date, to_on: dt.date | None) -> Sequence[Objection]:
    return (Objection("days_backwards", field="to_on"),) if to_on is not None and to_on < from_on else ()


def _overlapping(ctx: Context, authority: str, from_on: dt.date, to_on: dt.date | None) -> Office | None:
    """Who holds the same office on one of these days: it has one holder at a time."""
    query = sa.select(Office).where(
        Office.unit_id == ctx.here.id,
        Office.authority == authority,
        sa.or_(Office.to_on.is_(None), Office.to_on >= from_on),
    )
    if to_on is not None:
        query = query.where(Office.from_on <= to_on)
    return ctx.session.scalar(query.limit(1))


def _delegation_objections(
    ctx: Context, office: Office, kind: str, from_on: dt.date, to_on: dt.date | None
) -> list[Objection]:
    found = []
    authority = catalog.current(ctx.session).authorities.get(office.authority)
    allowed = {"KT": authority and authority.may_be_signed_kt, "TUQ": authority and authority.may_be_signed_tuq}
    if not allowed.get(kind):
        found.append(Objection("delegation_not_allowed", field="kind"))
    if kind == "TUQ" and to_on is None:
        found.append(Objection("authorisation_needs_end", field="to_on", ground=_BY_AUTHORISATION))
    is_late = office.to_on is not None and (to_on is None or to_on > office.to_on)
    if from_on < office.from_on or is_late:
        bounds = {"first": office.from_on, "last": office.to_on or "—"}
        found.append(Objection("delegation_outside_office", bounds, field="from_on"))
    return found


def _refuse_end(row: Office | Delegation, on: dt.date) -> None:
    if on < row.from_on:
        raise Refused.because([Objection("end_before_start", {"first": row.from_on}, field="on")])
    if row.to_on is not None and row.to_on < on:
        raise Refused.because([Objection("ended_already", {"last": row.to_on}, field="on")])


def _signed_after(ctx: Context, mine: sa.ColumnElement[bool], on: dt.date, until: dt.date | None) -> str | None:
    """The number of an issued decision that was signed after ``on`` with what is to end; None: there is none."""
    query = sa.select(Decision.number).where(
        Decision.unit_id == ctx.here.id, mine, Decision.state == "issued", Decision.decided_on > on
    )
    if until is not None:
        query = query.where(Decision.decided_on <= until)
    return ctx.session.scalar(query.limit(1))


def _days(from_on: dt.date, to_on: dt.date | None) -> dict[str, object]:
    return {"from_on": from_on.isoformat(), "to_on": to_on.isoformat() if to_on else ""}
