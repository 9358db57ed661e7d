"""The catalogue of this installation: shipped rules, added versions, the calendar; one cheap query."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from core.domain.errors import Forbidden, NotFound, Refused
from core.domain.permissions import Role
from core.models import AuditLine, CalendarDay, CatalogVersion, db
from core.services import calendar, catalog, catalog_pages, catalog_versions
from core.services.catalog_file import shipped
from core.services.catalog_versions import NewVersion


@pytest.fixture
def admin(make, context_of):
    root = make.unit("UBND tỉnh", kind="tinh")
    return context_of(make.user("Quản trị", (Role.SYSTEM_ADMIN, root)), root)


def version(**changes):
    words = {
        "from_on": dt.date(2027, 1, 1),
        "authorities": ("CT_UBND_XA",),
        "coefficients": {"individual": Decimal("0.4"), "collective": Decimal("0.8"), "household": Decimal("0.6")},
        "vote": "majority",
        "dossier": "dp_giay_khen_ca_nhan",
        "source": "Nghị quyết 12",
        "conf": "B",
    }
    return NewVersion(**{**words, **changes})


def queries_of(call):
    seen = []

    def count(_conn, _cursor, statement, *_rest):
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        call()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)
    return len(seen)


def test_without_additions_it_is_the_shipped_catalogue(app):
    assert catalog.current(db.session()) is shipped()
    assert queries_of(lambda: catalog.current(db.session())) == 1


def test_a_merge_is_made_once_and_then_costs_one_query(admin):
    for day in (1, 2):
        catalog_versions.add(admin, "GIAY_KHEN", version(from_on=dt.date(2027, 1, day)))
        db.session.commit()
    first = catalog.current(db.session())
    assert queries_of(lambda: catalog.current(db.session())) == 1
    assert catalog.current(db.session()) is first
    assert [(v.from_on, v.to_on) for v in first.award_types["GIAY_KHEN"].versions[-3:]] == [
        (dt.date(2026, 10, 1), dt.date(2026, 12, 31)),
        (dt.date(2027, 1, 1), dt.date(2027, 1, 1)),
        (dt.date(2027, 1, 2), None),
    ]
    assert shipped().award_types["GIAY_KHEN"].versions[-1].from_on == dt.date(2026, 10, 1)


def test_an_added_version_rules_from_its_day_with_its_source(admin):
    catalog_versions.add(admin, "GIAY_KHEN", version())
    db.session.commit()
    book = catalog.current(db.session())
    before, after = (book.award_version("GIAY_KHEN", day) for day in (dt.date(2026, 12, 31), dt.date(2027, 1, 1)))
    assert (before.coefficients["individual"], after.coefficients["individual"]) == (Decimal("0.3"), Decimal("0.4"))
    assert ([s.what for s in after.ground.sources], after.needs_check, after.is_added) == (
        ["Nghị quyết 12"],
        False,
        True,
    )
    assert book.freeze("GIAY_KHEN", dt.date(2027, 1, 1), "individual", "cong_trang")["version"]["coefficient"] == "0.4"
    assert db.session.scalars(sa.select(AuditLine.action)).all() == ["catalog.version_add"]


def test_a_preview_keeps_nothing(admin):
    tried = catalog_versions.preview(admin, "GIAY_KHEN", version())
    assert (tried.version.from_on, tried.prizes[0].amount) == (dt.date(2027, 1, 1), 940_000)
    assert db.session.query(CatalogVersion).count() == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"from_on": dt.date(2026, 9, 1)}, "version_overlaps"),
        ({"from_on": dt.date(2040, 1, 1)}, "no_regime"),
        ({"source": " "}, "version_without_source"),
        ({"authorities": ()}, "version_without_signer"),
        ({"authorities": ("CT_UBND_HUYEN",)}, "version_office"),
        ({"vote": "khong_co"}, "version_fault"),
    ],
)
def test_what_forbids_a_version(admin, change, code):
    with pytest.raises(Refused) as refusal:
        catalog_versions.add(admin, "GIAY_KHEN", version(**change))
    assert [one.code for one in refusal.value.objections] == [code]


def test_only_the_system_administrator_adds(make, context_of):
    xa = make.unit()
    ctx = context_of(make.user("Thư ký", (Role.SECRETARY, xa)), xa)
    with pytest.raises(Forbidden):
        catalog_versions.add(ctx, "GIAY_KHEN", version())
    with pytest.raises(Forbidden):
        calendar.set_day(ctx, dt.date(2026, 5, 11), kind="off", name="Nghỉ", source="TB")
    with pytest.raises(NotFound):
        catalog_pages.award(ctx, "KHONG_CO")


def test_prizes_follow_the_base_salary_of_the_day(admin):
    def prizes(day):
        page = catalog_pages.on_day(admin, day)
        lines = {line.award.code: line for _family, lines in page.families for line in lines}
        return [one.amount for one in lines["GIAY_KHEN"].prizes]

    assert prizes(dt.date(2026, 5, 13)) == [710_000, 1_410_000, 1_060_000]
    assert prizes(dt.date(2026, 7, 1)) == [760_000, 1_520_000, 1_140_000]
    nowhere = catalog_pages.on_day(admin, dt.date(2035, 1, 1))
    assert nowhere.regime is None


def test_days_set_here_lie_over_the_shipped_ones(admin):
    day, holiday = dt.date(2026, 5, 11), dt.date(2026, 9, 1)
    for one, kind in ((day, "off"), (holiday, "normal")):
        calendar.set_day(admin, one, kind=kind, name="Thử", source="TB")
    db.session.commit()
    days = catalog.calendar(db.session())
    assert (day in days.days_off, holiday in days.days_off) == (True, False)
    assert holiday in shipped().calendar.days_off
    assert [line.kind for line in calendar.year(admin, 2026).days if line.is_own] == ["off", "normal"]
    calendar.drop_day(admin, holiday)
    assert db.session.query(CalendarDay).count() == 1


def test_a_confirmed_year_makes_time_limits_certain(admin):
    assert 2027 not in catalog.calendar(db.session()).confirmed_years
    calendar.confirm_year(admin, 2027, source="Thông báo")
    assert 2027 in catalog.calendar(db.session()).confirmed_years
    page = calendar.year(admin, 2027)
    assert (page.is_confirmed, page.confirmed_by, page.confirmed_source) == (True, "Quản trị", "Thông báo")
