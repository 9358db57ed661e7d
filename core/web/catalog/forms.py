"""Forms of the catalogue and of the calendar."""

from __future__ import annotations

import hashlib

from core.domain.catalog import Catalog
from core.domain.catalog_terms import AwardType, AwardVersion
from core.services.calendar import KINDS as DAY_KINDS
from core.services.catalog_versions import NewVersion
from core.web.catalog.words import CONFIDENCES
from core.web.catalog.words import DAY_KINDS as DAY_WORDS
from core.web.forms.base import (
    ChoiceField,
    DateField,
    DecimalField,
    Form,
    HiddenField,
    LongTextField,
    ManyOfField,
    OneOfField,
    TextField,
    choices,
)
from core.web.i18n import lazy as _

_KINDS = ("individual", "collective", "household", "area")


class VersionForm(Form):
    """A newer dated version of an award type."""

    from_on = DateField(_("Áp dụng từ ngày"))
    authorities = ManyOfField(_("Người có thẩm quyền ký"))
    coef_individual = DecimalField(_("Hệ số tiền thưởng, cá nhân"), maximum=100, is_required=False)
    coef_collective = DecimalField(_("Hệ số tiền thưởng, tập thể"), maximum=100, is_required=False)
    coef_household = DecimalField(_("Hệ số tiền thưởng, hộ gia đình"), maximum=100, is_required=False)
    coef_area = DecimalField(_("Hệ số tiền thưởng, địa bàn"), maximum=100, is_required=False)
    vote = ChoiceField(_("Bỏ phiếu tại Hội đồng"))
    dossier = ChoiceField(_("Hồ sơ phải có"))
    source = TextField(_("Nguồn: số, ngày văn bản hoặc địa chỉ trang"), limit=400)
    conf = OneOfField(_("Đã biết chắc đến đâu"), choices=choices(list(CONFIDENCES.items())), default="C")
    note = LongTextField(_("Ghi chú"), limit=1000, rows=2, is_required=False)
    #: What the preview showed: only that can be saved.
    seen = HiddenField()

    @property
    def digest(self) -> str:
        """Names exactly what was typed."""
        return hashlib.sha256(repr(self.new_version()).encode()).hexdigest()

    def fit(self, book: Catalog, award: AwardType) -> VersionForm:
        """Fill the lists, and keep a coefficient for each kind of recipient that the award knows."""
        for kind in _KINDS:
            if kind not in award.kinds:
                delattr(self, f"coef_{kind}")
        self.authorities.choices = choices([(one.code, one.name) for one in book.authorities.values()])
        self.vote.choices = choices([(code, entry["name"]) for code, entry in book.data["vote_profiles"].items()])
        self.dossier.choices = choices([(code, _papers(book, code)) for code in book.data["dossier_profiles"]])
        return self

    @staticmethod
    def initial(version: AwardVersion) -> dict[str, object]:
        """The newest version as a start; the day, source and confidence must be new."""
        values: dict[str, object] = {f"coef_{kind}": coef for kind, coef in version.coefficients.items()}
        return values | {"authorities": list(version.authorities), "vote": version.vote, "dossier": version.dossier}

    def new_version(self) -> NewVersion:
        """What was typed, as the service takes it."""
        return NewVersion(
            from_on=self.from_on.data,
            authorities=tuple(self.authorities.data),
            coefficients={kind: self[f"coef_{kind}"].data for kind in _KINDS if f"coef_{kind}" in self},
            vote=self.vote.data,
            dossier=self.dossier.data,
            source=self.source.data,
            conf=self.conf.data,
            note=self.note.data,
        )


def _papers(book: Catalog, profile: str) -> str:
    names = [book.data["dossier_parts"][code]["name"] for code in book.data["dossier_profiles"][profile]["required"]]
    return "; ".join(names)


class DayForm(Form):
    """One day of the calendar."""

    day = DateField(_("Ngày"))
    kind = OneOfField(_("Là ngày"), choices=choices([(code, DAY_WORDS[code]) for code in DAY_KINDS]), default="off")
    name = TextField(_("Dịp"), limit=120)
    source = TextField(_("Nguồn: số, ngày văn bản hoặc thông báo"), limit=300)


class YearForm(Form):
    """The year was compared with the announcement."""

    source = TextField(_("Đã đối chiếu với văn bản nào"), limit=300)
