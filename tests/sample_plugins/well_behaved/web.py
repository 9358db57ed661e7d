"""Its page: the words of the unit, and a form for one more."""

from __future__ import annotations

import sqlalchemy as sa

from core.sdk.web import PluginBlueprint, desk, redirect, render, request, url
from well_behaved.models import Note

pages = PluginBlueprint("well_behaved", __name__)


@pages.get("/", permission="well_behaved.see")
def index():
    """Every word of this unit."""
    here = desk()
    rows = here.scalars(sa.select(Note.word).where(Note.unit_id == here.unit.id).order_by(Note.id))
    return render("well_behaved/index.html", words=rows)


@pages.post("/", permission="well_behaved.write")
def write():
    """One more word."""
    here = desk()
    here.require("well_behaved.write")
    here.add(Note(unit_id=here.unit.id, word=request.form["word"][:80]))
    here.note("write", "note:new", word=request.form["word"][:80])
    return redirect(url("well_behaved.index"))
