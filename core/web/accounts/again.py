"""Acts that give power away ask for the password again when it was given long ago; nothing typed is lost meanwhile.

The page carries the whole form and sends it to where it was going, with the password beside it: one press, no detour.
Asked after the token was checked, so that no other site can make anybody's browser guess.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, render_template, request

from core.domain.errors import Refused
from core.http import logins
from core.http.context import context
from core.http.guards import policy_of
from core.http.paths import own_path
from core.http.transactions import SAFE
from core.services import my_account
from core.web.accounts.door import counted
from core.web.i18n import gettext as _
from core.web.messages import say

#: Name of the field with the password; never kept, never shown.
FIELD = "own_password"


def init_app(app: Flask) -> None:
    """Ask before every act whose route says ``fresh``. To be called after the token's own check is registered."""
    app.before_request(ask)


def ask() -> Any:
    """Nothing where the act may go on; else the page that asks."""
    policy = policy_of(current_app, request.endpoint)
    if policy is None or not policy.is_fresh or request.method in SAFE or logins.is_fresh():
        return None
    given = request.form.get(FIELD, "")
    if not given:
        problem = _("Hãy gõ mật khẩu.") if FIELD in request.form else ""
        return _page(problem, 401)
    try:
        counted(lambda: my_account.prove(context(), given, field=FIELD))
    except Refused as refused:
        if refused.code != "too_many_attempts":
            return _page(say(refused), 401)
        return _page(say(refused), 429, {"Retry-After": str(int(refused.params["minutes"]) * 60)})
    logins.prove()
    return None


def _page(problem: str, status: int, headers: dict[str, str] | None = None) -> Any:
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", FIELD)]
    back = own_path(urlsplit(request.referrer or "").path)
    path = own_path(request.full_path.rstrip("?"))
    page = render_template("core/accounts/again.html", fields=fields, problem=problem, back=back, path=path, name=FIELD)
    return page, status, headers or {}
