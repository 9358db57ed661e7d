"""Three first steps for an account that has nothing to do yet, by what it may do."""

from __future__ import annotations

from flask import current_app, url_for

from core.services.context import Context
from core.web.i18n import lazy as _
from core.web.shell import my_units

#: (permission, words, endpoint), the most needed first.
_KNOWN = (
    ("unit.manage", _("Thêm các đơn vị trực thuộc"), "units.index"),
    ("account.manage", _("Tạo tài khoản và giao vai trò"), "units.accounts"),
    ("event.manage", _("Mở một đợt tôn vinh"), "events.index"),
    ("committee.manage", _("Lập Hội đồng và danh sách thành viên"), "committee.index"),
    ("event.read", _("Xem các đợt tôn vinh đang mở"), "events.index"),
    ("nomination.write", _("Lập hồ sơ đầu tiên"), "nominations.index"),
    ("register.read", _("Xem Sổ vàng của đơn vị"), "honours.register"),
    ("unit.read", _("Xem và đổi thông tin tài khoản của mình"), "accounts.mine"),
)


def first_steps(ctx: Context) -> list[tuple[str, str]]:
    """(words, address), at most three; the first of a person's units is where they lead."""
    unit = ctx.unit or next(iter(my_units(ctx)), None)
    if unit is None:
        return [(str(_("Xem và đổi thông tin tài khoản của mình")), url_for("accounts.mine"))]
    grants = ctx.actor.grants(unit_id=unit.id, path=unit.path)
    is_organiser = "event.manage" in grants
    found = []
    for key, label, endpoint in _KNOWN:
        if key not in grants or endpoint not in current_app.view_functions:
            continue
        if key == "event.read" and is_organiser:
            continue
        needs_unit = endpoint.partition(".")[0] != "accounts"
        found.append((str(label), url_for(endpoint, unit=unit.key) if needs_unit else url_for(endpoint)))
    return found[:3]
