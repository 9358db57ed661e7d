"""A browser's long self-description as a few words a person recognises."""

from __future__ import annotations

from core.web.i18n import gettext as _

#: First match wins: Edge and Opera call themselves Chrome, Chrome calls itself Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_words(agent: str) -> str:
    """ "Chrome trên Windows"."""
    browser = next((word for part, word in _BROWSERS if part in agent), _("Trình duyệt khác"))
    system = next((word for part, word in _SYSTEMS if part in agent), None)
    return _("%(browser)s trên %(system)s", browser=browser, system=system) if system else browser
