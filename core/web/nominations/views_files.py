"""Views: files of a dossier, taken in and given out."""

from __future__ import annotations

import io

from flask import current_app, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused
from core.http.context import context
from core.http.guards import need
from core.http.idempotency import once
from core.services import attachments
from core.web.i18n import gettext as _
from core.web.nominations import bp


@bp.post("/u/<unit>/nominations/<nomination>/files")
@need("nomination.write")
@once
def upload(unit: str, nomination: str) -> ResponseReturnValue:
    """Attach one file to one part of a draft."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Refused("file_empty", name="")
    attachments.add(
        context(),
        nomination,
        request.form.get("part", ""),
        stream=sent.stream,
        name=sent.filename,
        config=current_app.config,
    )
    flash(_("Đã nhận tệp."), "success")
    return redirect(url_for("nominations.edit", unit=unit, nomination=nomination, _anchor="tep"), 303)


@bp.post("/u/<unit>/nominations/<nomination>/files/<attachment>/remove")
@need("nomination.write")
def remove_file(unit: str, nomination: str, attachment: str) -> ResponseReturnValue:
    """Take a file out of a draft."""
    attachments.remove(context(), nomination, attachment)
    flash(_("Đã bỏ tệp khỏi hồ sơ."), "success")
    return redirect(url_for("nominations.edit", unit=unit, nomination=nomination, _anchor="tep"), 303)


@bp.get("/u/<unit>/attachments/<attachment>")
@need("nomination.read")
def download(unit: str, attachment: str) -> ResponseReturnValue:
    """A file, to be saved and never shown as a page of ours."""
    row, content = attachments.read_file(context(), attachment, config=current_app.config)
    answer = send_file(
        io.BytesIO(content),
        mimetype=row.media_type,
        as_attachment=True,
        download_name=row.name,
        etag=row.sha256,
        max_age=0,
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
