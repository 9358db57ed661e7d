"""What somebody typed into a form that could not be taken: sealed by us, carried by the page, sent again after sign-in.

The seal names the address, the browser (a nonce in its session, carried over sign-in) and, where the browser still
showed its old login, the person: a form sealed for another browser opens nowhere, so this is no way around the token.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, request, session
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException

from core.domain.errors import Refused
from core.http.logins import person_of_cookie
from core.http.paths import own_path
from core.http.secret import is_untraced
from core.services.context import new_key
from core.web.accounts.door import NONCE, secret_key

FIELD = "kept"
_A_DAY = 86_400
#: The sealed text must fit into a form again.
_LARGEST = 3_000_000
#: Not kept and not shown: secrets, and what belongs to one page only.
NEVER = ("csrf_token", "password", "own_password", "again", "current", "code", FIELD)
#: Our own hidden fields: sent again, but nothing a person typed.
QUIET = ("request_id", "version", "next")


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that waits to be sent again."""

    path: str
    fields: list[tuple[str, str]]

    @property
    def typed(self) -> list[str]:
        """What a person would recognise, in the order of the form."""
        return [value for name, value in self.fields if name not in QUIET and len(value.strip()) > 1]


def seal() -> str | None:
    """The present request's form, sealed; None when it is too large or holds nothing to send again."""
    if is_untraced():
        return None
    if FIELD in request.form:  # sent once more while still signed out
        return request.form[FIELD] if _opened(request.form[FIELD]) else None
    fields = [(n, v) for n, v in request.form.items(multi=True) if n not in NEVER]
    path = own_path(request.full_path.rstrip("?"))
    if not fields or path is None:
        return None
    nonce = session.setdefault(NONCE, new_key())
    text = str(_sealer().dumps({"path": path, "fields": fields, "for": person_of_cookie(), "in": nonce}))
    return text if len(text) <= _LARGEST else None


def open_sealed(text: str, *, user_id: int | None) -> Kept:
    """The form under the seal. Raises ``Refused("kept_gone")`` for what is not ours, too old, or another person's."""
    found = _opened(text)
    if found is None or found["for"] not in (None, user_id) or not _takes_posts(found["path"]):
        raise Refused("kept_gone", kind="bad_input")
    return Kept(found["path"], [(str(name), str(value)) for name, value in found["fields"]])


def from_old_page() -> Kept | None:
    """The present request's form, if its token is one of ours from an earlier login; else None."""
    if is_untraced():
        return None
    try:
        URLSafeTimedSerializer(secret_key(), salt="wtf-csrf-token").loads(request.form.get("csrf_token", ""))
    except BadData:
        return None
    fields = [(n, v) for n, v in request.form.items(multi=True) if n not in NEVER]
    path = own_path(request.full_path.rstrip("?"))
    return Kept(path, fields) if path is not None else None


def _opened(text: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = _sealer().loads(text[: _LARGEST + 1], max_age=_A_DAY)
    except BadData:
        return None
    return found if found["in"] == session.get(NONCE) else None


def _takes_posts(path: str) -> bool:
    if own_path(path) is None:
        return False
    adapter = current_app.url_map.bind("localhost")
    try:
        adapter.match(path.partition("?")[0], method="POST")
    except HTTPException:
        return False
    return True


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key(), salt="kept")
