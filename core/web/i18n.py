"""Languages: message ids are Vietnamese, English stands beside them in the catalogue."""

from __future__ import annotations

from flask import Flask, request
from flask_babel import Babel, gettext, lazy_gettext, ngettext

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
COOKIE = "lang"

_ = gettext
lazy = lazy_gettext

__all__ = ["COOKIE", "LANGUAGES", "_", "gettext", "init_app", "lazy", "locale", "ngettext"]


def locale() -> str:
    """The language the reader chose; Vietnamese first, whatever an old browser claims to prefer."""
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else "vi"


def init_app(app: Flask) -> None:
    """Give the app its catalogues; the clock is Vietnam's."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    Babel(app, locale_selector=locale, default_locale="vi", default_timezone="Asia/Ho_Chi_Minh")
