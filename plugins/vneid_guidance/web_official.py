"""The official ledger's pages: what waits for a second person, a form for a day's figures, the history of versions."""

from __future__ import annotations

from typing import Any

from core.sdk import Refused
from core.sdk.web import (
    DateField,
    Form,
    IntegerField,
    TextField,
    desk,
    flash,
    form_with,
    formats,
    gettext,
    lazy,
    redirect,
    render,
    request,
    url,
)
from plugins.vneid_guidance import official, services_official
from plugins.vneid_guidance.pages import pages
from plugins.vneid_guidance.services_official import PERMISSION, Entry


class _FigureForm(Form):
    """The figures of a day; the boxes of the figures are made from the ledger's own list."""

    as_of = DateField(lazy("Số liệu chốt đến ngày"))
    document = TextField(lazy("Số, ký hiệu văn bản nguồn"), limit=120)
    reason = TextField(
        lazy("Lý do"),
        limit=300,
        is_required=False,
        description=lazy("Bắt buộc khi đính chính số đã xác nhận, hoặc khi một số lũy kế giảm."),
    )

    def figures(self) -> dict[str, int | None]:
        """What was written; an empty box is None."""
        return {name: self[name].data for name in official.FIELDS}


FigureForm = form_with(
    _FigureForm,
    {
        name: IntegerField(
            lazy("%(label)s (%(measure)s)", label=lazy(label), measure=lazy(measure)),
            maximum=official.MOST,
            is_required=False,
        )
        for name, (label, measure) in official.FIELDS.items()
    },
)


class EndForm(Form):
    """Why figures go out of use."""

    why = TextField(lazy("Lý do"), limit=300)


#: state -> (word, tone)
STATES = {
    "entered": (lazy("Chờ người thứ hai xác nhận"), "waiting"),
    "confirmed": (lazy("Đã xác nhận"), "passed"),
    "refused": (lazy("Không xác nhận"), "returned"),
    "replaced": (lazy("Đã có bản đính chính"), "draft"),
    "reversed": (lazy("Đã rút"), "failed"),
}


@pages.get("/official", permission=PERMISSION)
def official_index() -> Any:
    """What stands, what waits, and every version of a year."""
    here = desk()
    years = services_official.years(here)
    asked = request.args.get("year", "")
    if asked and asked not in {str(one) for one in years}:
        raise Refused("bad_parameter", kind="bad_input")
    year = int(asked) if asked else years[0]
    rows = services_official.history(here, year)
    area = services_official.area_of(here)
    return render(
        "vneid_guidance/official.html",
        area=area,
        rows=rows,
        waiting=[row for row in rows if row.state == "entered"],
        now=services_official.latest(here, [area.id], here.today).get(area.id),
        year=year,
        years=years,
        fields=official.FIELDS,
        states=STATES,
    )


@pages.route("/official/new", permission=PERMISSION, methods=("GET", "POST"), once=True)
def official_new() -> Any:
    """Write down a day's figures."""
    form, status = FigureForm(), 200
    if form.validate_on_submit():
        entry = Entry(form.as_of.data, form.figures(), form.document.data or "", form.reason.data or "")
        try:
            services_official.enter(desk(), entry)
        except Refused as refused:
            if refused.kind != "refused":
                raise
            form.absorb(refused)
            status = 422
        else:
            flash(gettext("Đã nhập. Số liệu được dùng sau khi một đầu mối khác xác nhận."), "success")
            return redirect(url("vneid_guidance.official_index"), 303)
    elif form.is_submitted():
        status = 422
    area = services_official.area_of(desk())
    return render("vneid_guidance/official_form.html", f=form, fields=official.FIELDS, area=area), status


@pages.post("/official/<key>/confirm", permission=PERMISSION)
def official_confirm(key: str) -> Any:
    """The second person has compared the figures with the paper."""
    try:
        row = services_official.confirm(desk(), key)
    except Refused as refused:
        if refused.kind != "refused":
            raise
        for one in refused.objections:
            flash(str(one.params.get("text", "")), "error")
    else:
        flash(gettext("Đã xác nhận số liệu ngày %(day)s.", day=formats.as_date(row.as_of)), "success")
    return redirect(url("vneid_guidance.official_index"), 303)


@pages.route("/official/<key>/end", permission=PERMISSION, methods=("GET", "POST"))
def official_end(key: str) -> Any:
    """Take figures back, refuse them, or reverse confirmed ones: with a reason, and nothing is deleted."""
    form, status = EndForm(), 200
    row = services_official.find(desk(), key)
    if form.validate_on_submit():
        try:
            services_official.end(desk(), key, why=form.why.data or "")
        except Refused as refused:
            if refused.kind != "refused":
                raise
            form.absorb(refused)
            status = 422
        else:
            flash(gettext("Đã ghi. Bản số liệu này vẫn còn trong lịch sử."), "success")
            return redirect(url("vneid_guidance.official_index"), 303)
    elif form.is_submitted():
        status = 422
    return render("vneid_guidance/official_end.html", f=form, row=row, fields=official.FIELDS), status
