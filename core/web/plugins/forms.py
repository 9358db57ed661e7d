"""Forms of settings and targets, made from what a plugin declares."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from core.domain.errors import Refused
from core.plugin.manifest import Indicator
from core.services.plugin_answers import Settings
from core.services.plugin_targets import MOST
from core.web.forms.base import ChoiceField, DateField, Form, IntegerField, ManyOfField, choices
from core.web.forms.specs import section_field
from core.web.i18n import gettext
from core.web.i18n import lazy as _
from core.web.messages import say


class SettingsForm(Form):
    """The answers as one form inside, and which of them the units below may not change."""

    locked = ManyOfField(
        _("Khóa với cấp dưới"), description=_("Mục được khóa thì các đơn vị bên dưới không đặt khác được.")
    )

    @property
    def inner(self) -> object:
        """The form of the plugin's own fields."""
        return self.answers.form  # type: ignore[attr-defined]

    def absorb_settings(self, refused: Refused) -> None:
        """Put every reason beside the setting it is about."""
        for one in refused.objections:
            if one.field and one.field in self.inner:  # type: ignore[operator]
                field = self.inner[one.field]  # type: ignore[index]
                field.errors = [*field.errors, say(one)]
            else:
                self.absorb([one])


def settings_form(now: Settings, *, has_below: bool) -> SettingsForm:
    """The form of the settings that may be set here, filled with this unit's own answers."""
    rows = [one for one in now.rows if not one.locked_by]
    specs = [dataclasses.replace(one.spec, required=False) for one in rows]
    made = type("PluginSettingsForm", (SettingsForm,), {"answers": section_field(now.plugin.title, specs)})
    form: SettingsForm = made()
    form.locked.choices = choices([(one.spec.key, one.spec.label) for one in rows])
    if not has_below:
        del form.locked
    if not form.is_submitted():
        form.inner.load({one.spec.key: one.own for one in rows})  # type: ignore[attr-defined]
        form.version.data = str(now.version)
        if has_below:
            form.locked.data = [one.spec.key for one in rows if one.is_locked_below]
    return form


class TargetForm(Form):
    """How much a unit is to reach, and when."""

    unit = ChoiceField(_("Đơn vị"))
    indicator = ChoiceField(_("Chỉ tiêu"))
    first = DateField(_("Từ ngày"))
    last = DateField(_("Đến hết ngày"))
    quantity = IntegerField(_("Số cần đạt"), minimum=0, maximum=MOST)

    def offer(self, units: Sequence[tuple[str, str]], indicators: Sequence[Indicator]) -> None:
        """The unit with those below it, and what the plugin counts."""
        self.unit.choices = choices(units, empty=gettext("Chọn đơn vị"))
        pairs = [(one.code, f"{one.label} ({one.measure})") for one in indicators]
        self.indicator.choices = choices(pairs, empty=gettext("Chọn chỉ tiêu"))
