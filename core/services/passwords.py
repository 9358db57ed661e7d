"""Passwords as they are kept: argon2, by the accounts' library. A missing account takes as long as a wrong password."""

from __future__ import annotations

import functools
import secrets

from flask_security import hash_password, verify_password

from core.domain import passwords

#: Longer input is nobody's password; hashing it would only cost time.
_LONGEST_TRIED = 1_000


def hashed(password: str) -> str:
    """The hash to keep. What the password may be was asked before, of ``core.domain.passwords``."""
    return hash_password(passwords.normalize(password))


def is_right(password: str, kept: str | None) -> bool:
    """Whether the password fits. Without a kept hash the same work is done and the answer is no."""
    tried = passwords.normalize(password[:_LONGEST_TRIED])
    is_fitting = verify_password(tried, kept or _nobodys())
    return is_fitting and kept is not None and len(password) <= _LONGEST_TRIED


@functools.cache
def _nobodys() -> str:
    return hash_password(secrets.token_urlsafe(32))
