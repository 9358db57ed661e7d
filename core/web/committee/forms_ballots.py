"""Forms of the sealed ballots. Those with votes and shares keep no request id: nothing about them is remembered."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from core.models import SittingItem
from core.web.committee import words
from core.web.forms.base import Form, HiddenField, LongTextField, ManyOfField, OneOfField, TextField
from core.web.i18n import lazy


class KeyForm(Form):
    """Who counts."""

    first = TextField(lazy("Người kiểm phiếu thứ nhất"), limit=120)
    second = TextField(lazy("Người kiểm phiếu thứ hai"), limit=120)
    third = TextField(lazy("Người kiểm phiếu thứ ba"), limit=120)

    def tellers(self) -> tuple[str, ...]:
        """The three names."""
        return (self.first.data, self.second.data, self.third.data)


class SharesForm(Form):
    """Two shares, as they are on paper."""

    request_id = None
    version = None
    share1 = LongTextField(
        lazy("Mảnh khóa thứ 1"),
        limit=600,
        rows=5,
        description=lazy("33 nhóm, mỗi nhóm bốn chữ số. Cách nhau hay không đều được."),
    )
    share2 = LongTextField(
        lazy("Mảnh khóa thứ 2"), limit=600, rows=5, description=lazy("Của một người kiểm phiếu khác.")
    )

    def shares(self) -> tuple[str, str]:
        """What was typed."""
        return (self.share1.data, self.share2.data)


class BeginForm(Form):
    """On whom the vote is opened."""

    items = ManyOfField(lazy("Hồ sơ"), validate_choice=False)


class GiveUpForm(Form):
    """Why a vote is set aside."""

    reason = TextField(lazy("Lý do"), limit=300)


class PaperForm(Form):
    """A ballot paper: a mark for each candidate, and the number by which the same form is known again."""

    request_id = None
    version = None
    nonce = HiddenField(default=lambda: secrets.token_hex(32))

    def marks(self, items: Sequence[SittingItem]) -> list[str]:
        """The marks in the order of the ballot."""
        return [self._fields[f"mark-{one.key}"].data for one in items]


def paper_form(items: Sequence[SittingItem]) -> type[PaperForm]:
    """The form class of one ballot."""
    marks = list(words.MARKS.items())
    fields = {f"mark-{one.key}": OneOfField(one.nomination.nominee_name, choices=marks) for one in items}
    return type("OnePaperForm", (PaperForm,), fields)
