"""Views: one candidate in the room: the sum it takes, who does not vote, who wrote."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.domain import voting
from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.services import agendas, outcomes, paper_counts, recusals, sittings, vote_rules, written_opinions
from core.web.committee import bp, words
from core.web.committee.forms import ConflictForm, OpinionForm, RecordedConflictForm
from core.web.committee.showing import answer, common, item_of, proposals
from core.web.i18n import gettext as _


@bp.get("/u/<unit>/sittings/<sitting>/items/<item>")
@need("sitting.read")
def item(unit: str, sitting: str, item: str) -> ResponseReturnValue:
    """One candidate."""
    ctx = context()
    row = item_of(sitting, item)
    room, rule = outcomes.room_of(ctx, row), vote_rules.rule_of(row)
    outcome = outcomes.outcome_of(row)
    return render_template(
        "core/committee/item.html",
        item=row,
        items=sittings.items_of(ctx, row.sitting),
        room=room,
        rule=rule,
        outcome=outcome,
        needed=vote_rules.needed(rule, room.members) if rule and room.members else None,
        is_out_of_reach=bool(rule and room.members)
        and not voting.can_still_pass(rule, members=room.members, barred=len(room.bars)),
        is_thin=outcome is not None and voting.is_secrecy_thin(outcomes.count_of(row)),
        bars=recusals.bars_on(ctx, [row.nomination_id])[row.nomination_id],
        may_confirm=paper_counts.may_confirm(ctx, row),
        differing=paper_counts.differences(row),
        rounds_left=agendas.rounds_left(ctx, row.nomination) if row.outcome == "failed" else 0,
        own_seat=recusals.own_seat(ctx, row.sitting),
        # once it is open, votes may be cast: then only the page for recording asks
        proposed=proposals(row) if row.sitting.state == "planned" else None,
        words=words,
        **common(),
    )


@bp.route("/u/<unit>/sittings/<sitting>/items/<item>/opinions", methods=["GET", "POST"])
@need("sitting.run")
@once
def add_opinion(unit: str, sitting: str, item: str) -> ResponseReturnValue:
    """Enter what an absent member wrote."""
    ctx, form = context(), OpinionForm()
    row = item_of(sitting, item)
    members = written_opinions.may_write(ctx, row)
    form.offer(members)
    return answer(
        form,
        "core/committee/opinion.html",
        lambda: written_opinions.record(ctx, item, form.member.data, mark=form.mark.data, note=form.note.data or ""),
        url=lambda _done: url_for("committee.item", unit=unit, sitting=sitting, item=item),
        done=_("Đã ghi ý kiến bằng văn bản."),
        item=row,
        members=members,
    )


@bp.post("/u/<unit>/sittings/<sitting>/items/<item>/opinions/<member>/remove")
@need("sitting.run")
def remove_opinion(unit: str, sitting: str, item: str, member: str) -> ResponseReturnValue:
    """Take out an opinion that was entered by mistake."""
    item_of(sitting, item)
    written_opinions.take_back(context(), item, member)
    flash(_("Đã bỏ ý kiến này."), "success")
    return redirect(url_for("committee.item", unit=unit, sitting=sitting, item=item), 303)


@bp.route("/u/<unit>/sittings/<sitting>/items/<item>/conflict", methods=["GET", "POST"])
@need("sitting.declare_conflict")
def declare_conflict(unit: str, sitting: str, item: str) -> ResponseReturnValue:
    """A member steps back from one candidate."""
    ctx, form = context(), ConflictForm()
    row = item_of(sitting, item)
    return answer(
        form,
        "core/committee/conflict.html",
        lambda: recusals.declare(ctx, item, reason=form.reason.data, note=form.note.data or ""),
        url=lambda _done: url_for("committee.sitting", unit=unit, sitting=sitting),
        done=_("Đã ghi nhận. Hồ sơ này từ nay không hiện với ông/bà nữa."),
        item=row,
    )


@bp.route("/u/<unit>/sittings/<sitting>/items/<item>/recusals", methods=["GET", "POST"])
@need("sitting.run")
def record_conflict(unit: str, sitting: str, item: str) -> ResponseReturnValue:
    """The secretary writes down what a member declared in the room."""
    ctx, form = context(), RecordedConflictForm()
    row = item_of(sitting, item)
    declared = {bar.member.id for bar in recusals.bars_on(ctx, [row.nomination_id])[row.nomination_id]}
    form.offer([one for one in agendas.roll_of(ctx, row.sitting) if one.id not in declared])
    return answer(
        form,
        "core/committee/conflict.html",
        lambda: recusals.record(ctx, item, form.member.data, reason=form.reason.data, note=form.note.data or ""),
        url=lambda _done: url_for("committee.sitting", unit=unit, sitting=sitting),
        done=_("Đã ghi thành viên không tham gia bỏ phiếu."),
        item=row,
        proposed=proposals(row),
    )
