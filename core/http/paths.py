"""Addresses that a request names: only our own pages are ever gone to."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_OWN = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
_LONGEST = 2_000


def own_path(value: str | None) -> str | None:
    """``value`` if it is a relative address on this site, else None.

    Browsers read ``/\\evil``, ``//evil`` and ``/<tab>/evil`` as another host: no backslash, blank or control character
    passes (tests/web/test_signin_next.py).
    """
    if not value or len(value) > _LONGEST or not _OWN.fullmatch(value):
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else value
