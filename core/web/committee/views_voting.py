"""Views: a member's ballot paper, outside every mechanism that remembers: no request id, no draft, no flash."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from core.http.context import context
from core.http.guards import need
from core.http.secret import untraced
from core.services import ballot_casting
from core.web.committee import bp, words
from core.web.committee.forms_ballots import paper_form
from core.web.committee.showing import common


@bp.route("/u/<unit>/sittings/<sitting>/ballots/<ballot>/vote", methods=["GET", "POST"])
@need("ballot.cast")
@untraced
def vote(unit: str, sitting: str, ballot: str) -> ResponseReturnValue:
    """Mark, seal, and take the receipt: one step."""
    ctx = context()
    paper = ballot_casting.paper_of(ctx, sitting, ballot)
    form = paper_form(paper.items)()
    receipt, status = None, 200
    if form.validate_on_submit():
        receipt = ballot_casting.cast(ctx, sitting, ballot, nonce=form.nonce.data, marks=form.marks(paper.items))
    elif form.is_submitted():
        status = 422
    page = {"paper": paper, "receipt": receipt, "f": form, "sitting": paper.ballot.sitting, "words": words}
    return render_template("core/committee/vote.html", **page, **common()), status
