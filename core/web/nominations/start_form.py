"""The first page of a nomination: which award, for whom."""

from __future__ import annotations

from core.services.nominations import Offer
from core.web.forms.base import Form, OneOfField, choices
from core.web.i18n import gettext
from core.web.i18n import lazy as _
from core.web.nominations.words import KINDS


class StartForm(Form):
    """Award and kind of nominee."""

    award_code = OneOfField(_("Danh hiệu, hình thức khen thưởng"))
    kind = OneOfField(_("Đề nghị cho ai?"), choices=choices([(code, word) for code, word in KINDS.items()]))

    @classmethod
    def for_offers(cls, offers: list[Offer]) -> StartForm:
        """The form with the awards on offer."""
        form = cls()
        form.award_code.choices = choices([(one.code, _label(one)) for one in offers])
        return form


def _label(one: Offer) -> str:
    parts = [one.name, ", ".join(str(KINDS[kind]).lower() for kind in one.kinds)]
    if one.left is not None:
        parts.append(gettext("còn %(left)s hồ sơ", left=one.left))
    if one.needs_check:
        parts.append(gettext("cần kiểm tra"))
    return " · ".join(parts)
