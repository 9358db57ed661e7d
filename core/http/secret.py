"""Routes whose form nobody may keep: not for a later sign-in, not to be shown back on another page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request

View = TypeVar("View", bound=Callable[..., Any])


def untraced(view: View) -> View:
    """Mark a view whose form holds a vote or a share. Under ``@need``; never together with ``@once``."""
    view.__is_untraced__ = True  # type: ignore[attr-defined]
    return view


def is_untraced() -> bool:
    """Whether the present request goes to such a view."""
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "__is_untraced__", False))
