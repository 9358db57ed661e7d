"""Views: health, audit, server state."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from core.http.guards import open_to_all
from core.web.system import bp


@bp.get("/healthz")
@open_to_all(reason="is the process alive; touches nothing")
def healthz() -> ResponseReturnValue:
    """Alive."""
    return {"ok": True}
