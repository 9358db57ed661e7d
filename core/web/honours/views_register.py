"""Views of the register (sổ vàng)."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused, Stale
from core.http.context import context
from core.http.guards import need
from core.services import consent, prizes
from core.services import register as registers
from core.web.honours import bp, reading
from core.web.honours.forms import ConsentForm
from core.web.i18n import _


@bp.get("/u/<unit>/register")
@need("register.read")
def register(unit: str) -> ResponseReturnValue:
    """The register of one year, fifty entries a page; a whole year when it is to be printed."""
    wanted = registers.Wanted(
        shelf=reading.line("shelf"),
        year=reading.year(),
        award=reading.line("award"),
        unit=reading.line("from"),
        kind=reading.line("kind"),
        state=reading.line("state"),
        q=reading.line("q"),
        sort=reading.line("sort") or "number",
    )
    is_print = reading.line("print") == "1"
    found = registers.page(context(), wanted, cursor=reading.cursor(), for_print=is_print)
    kept = _kept(wanted, found)
    pages = reading.neighbours(found.page, "honours.register", unit=unit, **kept)
    name = "core/honours/register_print.html" if is_print else "core/honours/register.html"
    values = {"year_options": [(one, one) for one in found.years], "today": context().today}
    return render_template(name, register=found, wanted=wanted, kept=kept, **values, **pages)


@bp.get("/u/<unit>/register/<award>")
@need("register.read")
def entry(unit: str, award: str) -> ResponseReturnValue:
    """One entry: decision, prize, changes, consent."""
    found = registers.entry(context(), award)
    form = ConsentForm(formdata=None)
    form.version.data = str(found.nomination.version)
    return _entry(found, form)


@bp.post("/u/<unit>/register/<award>/consent")
@need("register.consent")
def set_consent(unit: str, award: str) -> ResponseReturnValue:
    """Record what the honouree answered; the public page follows at once."""
    form, status = ConsentForm(), 422
    if form.validate_on_submit():
        try:
            consent.record(
                context(), award, form.answer.data, note=form.note.data, expected_version=form.expected_version
            )
        except Stale as refused:
            form.absorb(refused)
            status = 409
        except Refused as refused:
            if refused.kind != "refused":
                raise
            form.absorb(refused)
        else:
            flash(_("Đã ghi ý kiến của người được tôn vinh. Trang công khai đã theo đúng ý kiến đó."), "success")
            return redirect(url_for("honours.entry", unit=unit, award=award))
    found = registers.entry(context(), award)
    form.version.raw_data, form.version.data = None, str(found.nomination.version)
    return _entry(found, form), status


def _entry(found: registers.Entry, form: ConsentForm) -> str:
    form.ask(found.nomination.consent)
    return render_template(
        "core/honours/entry.html", entry=found, typed=form, stacking=prizes.stacking_rules(context())
    )


def _kept(wanted: registers.Wanted, found: registers.Register) -> dict[str, object]:
    """The filters as the page's own links carry them."""
    return {
        "shelf": found.shelf,
        "year": found.year,
        "award": wanted.award,
        "from": wanted.unit,
        "kind": wanted.kind,
        "state": wanted.state,
        "q": wanted.q,
        "sort": wanted.sort if request.args.get("sort") else "",
    }
