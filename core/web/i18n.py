"""Languages: message ids are Vietnamese, English stands beside them in the catalogue."""

from __future__ import annotations

import logging
from pathlib import Path

from babel.support import Translations
from flask import Flask, has_request_context, request
from flask_babel import Babel, get_babel, gettext, lazy_gettext, ngettext

log = logging.getLogger("vinhdanh")

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
COOKIE = "lang"

_ = gettext
lazy = lazy_gettext

__all__ = ["COOKIE", "LANGUAGES", "_", "add", "gettext", "init_app", "lazy", "locale", "ngettext"]


def locale() -> str:
    """The language the reader chose; Vietnamese first, whatever an old browser claims to prefer. Vietnamese also where
    nobody reads: a plugin's words are asked for by jobs and commands too."""
    chosen = request.cookies.get(COOKIE, "") if has_request_context() else ""
    return chosen if chosen in LANGUAGES else "vi"


def init_app(app: Flask) -> None:
    """Give the app its catalogues; the clock is Vietnam's."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    Babel(app, locale_selector=locale, default_locale="vi", default_timezone="Asia/Ho_Chi_Minh")


def add(app: Flask, folder: Path | None) -> None:
    """Merge the catalogues in a plugin's ``translations``, where it has any, below the core's, whose words win.

    One that cannot be read is left out with a line in the log: the plugin then speaks Vietnamese. So is a folder for
    another language than English: in a Vietnamese one a plugin could change every word of the core.
    """
    place = folder / "translations" if folder is not None else None
    if place is None or not place.is_dir():
        return
    others = LANGUAGES.keys() - {"vi"}
    if strange := sorted(one.name for one in place.iterdir() if one.is_dir() and one.name not in others):
        log.warning("catalogues in %s are not used: %s", place, ", ".join(strange))
        return
    try:
        for language in others:
            Translations.load(place, [language])
    except Exception as error:
        log.warning("catalogues in %s cannot be read: %s", place, type(error).__name__)
        return
    get_babel(app).translation_directories.insert(0, str(place))
