"""The official ledger: entered by one, confirmed by another, corrected by versions, out of a volunteer's reach."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from core.domain.errors import Refused
from core.models import AuditLine, db
from plugins.vneid_guidance import official, services_official
from plugins.vneid_guidance.models_official import OfficialFigure
from plugins.vneid_guidance.official import Fault, Standing
from plugins.vneid_guidance.services_official import Entry
from tests.plugins.vneid_guidance.conftest import PLUGIN

TODAY = dt.date(2026, 5, 13)
GOOD = {"as_of": "12/05/2026", "document": "125/BC-CAX", "eligible": "8000", "collected": "6000", "activated": "4500"}


@pytest.fixture
def police(commune):
    """The commune's police, a unit below it, with two officers."""
    unit = commune.house.commune("Công an xã", kind="cong_an", under=commune)
    unit.switch_on(PLUGIN)
    first, second = (unit.user("data_officer", name=name) for name in ("Tạ Mẫu Một", "Tạ Mẫu Hai"))
    house = commune.house
    return SimpleNamespace(
        commune=commune, unit=unit, one=house.client(first), two=house.client(second), first=first, second=second
    )


@pytest.fixture
def at(police):
    return lambda rule="": police.unit.url(PLUGIN, f"/official{rule}")


def rows(*names):
    db.session.expire_all()
    f = OfficialFigure
    found = db.session.scalars(sa.select(f).order_by(f.as_of, f.version)).all()
    return [tuple(getattr(row, name) for name in names) for row in found]


def enter(police, at, who=None, **changes):
    data = {**GOOD, **changes}
    return (who or police.one).post(at("/new"), data={name: value for name, value in data.items() if value is not None})


def key():
    return rows("key")[-1][0]


# ---------------------------------------------------------------- the rules


def faults(day=TODAY, document="1/BC", **figures):
    return [(one.field) for one in official.judge(figures, day=day, today=TODAY, document=document)]


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"collected": 10, "activated": 10, "eligible": 10}, []),
        ({"collected": 0}, []),
        ({"activated": 5}, []),
        ({"collected": 9, "activated": 10}, ["activated"]),
        ({"collected": 11, "eligible": 10}, ["collected"]),
        ({"activated": 11, "eligible": 10}, ["activated"]),
        ({"social_accounts": 11, "eligible": 10}, ["social_accounts"]),
        ({"signatures": 11, "eligible": 10}, ["signatures"]),
        ({"ready": 11, "eligible": 10}, ["ready"]),
        ({"health_books": 11, "insured": 10, "eligible": 5}, ["health_books"]),
        ({"collected": -1}, ["collected"]),
        ({"collected": official.MOST + 1}, ["collected"]),
        ({"eligible": 10, "insured": 10}, ["collected"]),  # populations alone are no figures
        ({}, ["collected"]),
        ({"collected": 1, "day": TODAY + dt.timedelta(days=1)}, ["as_of"]),
        ({"collected": 1, "document": ""}, ["document"]),
        ({"collected": 12, "activated": 13, "eligible": 10}, ["activated", "collected", "activated"]),
    ],
)
def test_what_cannot_be_is_said_at_once(values, fields):
    assert faults(**values) == fields


OTHERS = [
    Standing(dt.date(2026, 5, 1), {"collected": 100, "activated": 50, "eligible": 900}),
    Standing(dt.date(2026, 5, 8), {"collected": None, "activated": 60, "eligible": 800}),
    Standing(dt.date(2026, 5, 20), {"collected": 200, "activated": 90, "eligible": 700}),
]


@pytest.mark.parametrize(
    ("figures", "texts"),
    [
        ({"collected": 100, "activated": 60, "eligible": 1}, []),
        ({"collected": 200, "activated": 90}, []),
        ({"collected": None, "activated": None}, []),
        # the nearest earlier day that has the figure
        ({"collected": 99}, [Fault("collected", "“Hồ sơ mức 2 đã thu nhận” thấp hơn 100 của ngày 01/05/2026.")]),
        ({"activated": 55}, [Fault("activated", "“Tài khoản mức 2 đã kích hoạt” thấp hơn 60 của ngày 08/05/2026.")]),
        ({"collected": 201}, [Fault("collected", "“Hồ sơ mức 2 đã thu nhận” cao hơn 200 của ngày 20/05/2026.")]),
    ],
)
def test_what_was_counted_does_not_go_away_by_itself(figures, texts):
    assert official.falls(figures, day=dt.date(2026, 5, 13), others=OTHERS) == texts


def test_sums_keep_silence_apart_from_nought():
    sums, given = official.together([{"collected": 5, "activated": None}, {"collected": 0}, {"collected": None}])
    assert (sums["collected"], given["collected"]) == (5, 2)
    assert (sums["activated"], given["activated"]) == (None, 0)


# ---------------------------------------------------------------- through the door


def test_one_enters_and_another_confirms(police, at):
    assert enter(police, at).status_code == 303
    assert rows("state", "version", "collected", "activated", "insured") == [("entered", 1, 6000, 4500, None)]
    # not in use yet, and not by the one who entered it
    assert "Chưa có số liệu nào được xác nhận." in police.one.get(at()).text
    assert police.one.post(at(f"/{key()}/confirm")).status_code == 303
    assert "Người đã nhập không tự xác nhận." in police.one.get(at()).text
    assert rows("state") == [("entered",)]
    assert police.two.post(at(f"/{key()}/confirm")).status_code == 303
    assert rows("state", "entered_by", "confirmed_by") == [("confirmed", "Tạ Mẫu Một", "Tạ Mẫu Hai")]
    page = police.one.get(at()).text
    assert "Đến ngày 12/05/2026 · văn bản 125/BC-CAX · Tạ Mẫu Một nhập, Tạ Mẫu Hai xác nhận" in page
    assert re.search(r"<dt>Người có thẻ bảo hiểm y tế \(người\)</dt><dd>—</dd>", page)
    noted = db.session.scalars(sa.select(AuditLine.action).order_by(AuditLine.seq)).all()
    assert [one for one in noted if "official" in one] == [
        "vneid_guidance.official_entered",
        "vneid_guidance.official_confirmed",
    ]


def test_the_figures_are_about_the_commune(police, at):
    enter(police, at)
    assert rows("unit_id", "office_id") == [(police.commune.id, police.unit.id)]


def test_the_database_itself_wants_two_persons(police, at):
    enter(police, at)
    row = db.session.scalars(sa.select(OfficialFigure)).one()
    row.confirmed_by_id = row.entered_by_id
    with pytest.raises(sa.exc.IntegrityError):
        db.session.commit()
    db.session.rollback()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"as_of": "14/05/2026"}, "Ngày chốt chưa đến"),
        ({"as_of": ""}, "bắt buộc"),
        ({"document": ""}, "bắt buộc"),
        ({"document": "012345678901"}, "số căn cước hay số điện thoại"),
        ({"reason": "gọi 0912345678"}, "số căn cước hay số điện thoại"),
        ({"collected": "4000"}, "không thể nhiều hơn “Hồ sơ mức 2 đã thu nhận” (4.000)"),
        ({"eligible": "5000"}, "không thể nhiều hơn “Người từ đủ 14 tuổi trên địa bàn” (5.000)"),
        ({"collected": "-1"}, "từ 0"),
        ({"collected": "nhiều"}, "số"),
        ({"collected": "1.5"}, "số"),
        ({"collected": "", "activated": ""}, "Chưa có số liệu nào."),
    ],
)
def test_bad_input_is_refused_and_kept_in_the_form(police, at, changes, said):
    answer = enter(police, at, **changes)
    assert (answer.status_code, rows("key")) == (422, [])
    assert said in answer.text


def test_nothing_given_is_not_nought(police, at):
    enter(police, at, activated="", signatures="0")
    assert rows("activated", "signatures") == [(None, 0)]


def test_a_fall_takes_a_reason(police, at):
    enter(police, at, as_of="01/05/2026")
    police.two.post(at(f"/{key()}/confirm"))
    answer = enter(police, at, collected="5999", activated="4400")
    assert answer.status_code == 422
    assert "thấp hơn 6.000 của ngày 01/05/2026" in answer.text
    assert "thấp hơn 4.500 của ngày 01/05/2026" in answer.text
    assert "Số lũy kế chỉ giảm khi có lý do." in answer.text
    assert enter(police, at, collected="5999", reason="Rà soát, bỏ hồ sơ trùng").status_code == 303


def test_a_fall_that_came_about_before_confirming_is_seen(police, at):
    enter(police, at, as_of="10/05/2026", collected="5000", activated="4000")
    waiting = key()
    enter(police, at, as_of="09/05/2026")
    first = rows("key")[0][0]
    police.two.post(at(f"/{first}/confirm"))
    police.two.post(at(f"/{waiting}/confirm"))
    assert rows("state") == [("confirmed",), ("entered",)]
    assert "thấp hơn 6.000 của ngày 09/05/2026" in police.two.get(at()).text


def test_a_correction_is_a_further_version(police, at):
    enter(police, at)
    police.two.post(at(f"/{key()}/confirm"))
    answer = enter(police, at, collected="6100")
    assert answer.status_code == 422
    assert "Muốn đính chính, hãy ghi lý do." in answer.text
    assert enter(police, at, collected="6100", reason="Cộng sót một thôn").status_code == 303
    # until it is confirmed, the first version stands
    assert rows("version", "state", "collected") == [(1, "confirmed", 6000), (2, "entered", 6100)]
    assert "6.000" in police.one.get(at()).text.split("Số liệu đang dùng")[1].split("Lịch sử")[0]
    police.two.post(at(f"/{key()}/confirm"))
    assert rows("version", "state", "collected") == [(1, "replaced", 6000), (2, "confirmed", 6100)]


def test_two_versions_of_a_day_do_not_wait_together(police, at):
    enter(police, at)
    answer = enter(police, at, police.two, collected="6200", reason="Số khác")
    assert answer.status_code == 422
    assert "đang chờ xác nhận" in answer.text
    assert len(rows("key")) == 1


def test_taken_back_refused_reversed_and_never_deleted(police, at):
    enter(police, at)
    assert police.one.post(at(f"/{key()}/end"), data={"why": ""}).status_code == 422
    assert police.one.post(at(f"/{key()}/end"), data={"why": "Nhầm ngày"}).status_code == 303
    enter(police, at)
    assert police.two.post(at(f"/{key()}/end"), data={"why": "Không khớp văn bản"}).status_code == 303
    enter(police, at)
    police.two.post(at(f"/{key()}/confirm"))
    assert police.one.post(at(f"/{key()}/end"), data={"why": "Văn bản đã thu hồi"}).status_code == 303
    assert rows("version", "state", "ended_why") == [
        (1, "reversed", "Nhầm ngày"),
        (2, "refused", "Không khớp văn bản"),
        (3, "reversed", "Văn bản đã thu hồi"),
    ]
    page = police.one.get(at()).text
    assert "Chưa có số liệu nào được xác nhận." in page
    assert "Tạ Mẫu Hai: Không khớp văn bản" in page
    # what has ended cannot end or be confirmed again
    assert police.two.post(at(f"/{key()}/end"), data={"why": "x"}).status_code == 409
    assert police.two.post(at(f"/{key()}/confirm")).status_code == 409


def test_a_form_sent_twice_is_entered_once(police, at):
    page = police.one.get(at("/new")).text
    number = re.search(r'name="request_id"[^>]*value="([^"]+)"', page)[1]
    assert [enter(police, at, request_id=number).status_code for _ in range(2)] == [303, 303]
    assert len(rows("key")) == 1


@pytest.mark.parametrize("role", ["volunteer", "head", "secretary", "unit_admin", "inspector", "nominator", "member"])
@pytest.mark.parametrize("rule", ["", "/new"])
def test_nobody_else_reaches_it(police, at, role, rule):
    assert police.unit.sign_in(role=role).get(at(rule)).status_code == 403


def test_a_volunteer_cannot_enter_confirm_or_end(police, at):
    enter(police, at)
    volunteer = police.unit.sign_in(role="volunteer")
    assert enter(police, at, volunteer).status_code == 403
    assert volunteer.post(at(f"/{key()}/confirm")).status_code == 403
    assert volunteer.post(at(f"/{key()}/end"), data={"why": "x"}).status_code == 403
    assert rows("state") == [("entered",)]


def test_another_communes_figures_are_not_there(police, at):
    enter(police, at)
    other = police.commune.house.commune("Xã Bạn")
    other.switch_on(PLUGIN)
    stranger = other.sign_in(role="data_officer")
    assert stranger.post(other.url(PLUGIN, f"/official/{key()}/confirm")).status_code == 404
    assert stranger.post(other.url(PLUGIN, f"/official/{key()}/end"), data={"why": "x"}).status_code == 404
    assert stranger.get(at()).status_code == 404
    assert rows("state") == [("entered",)]


def test_off_is_off(police, at):
    police.unit.switch_off(PLUGIN)
    assert police.one.get(at()).status_code == 404


@pytest.mark.parametrize("year", ["x", "1800", "2025", "٢٠٢٦"])
def test_a_year_without_anything_is_no_page(police, at, year):
    assert police.one.get(at(f"?year={year}")).status_code == 400


def test_history_goes_by_years(police, at):
    enter(police, at, as_of="31/12/2025")
    enter(police, at)
    assert "12/05/2026" in police.one.get(at()).text
    old = police.one.get(at("?year=2025")).text
    assert ("31/12/2025" in old, "bản 1" in old) == (True, True)


def test_one_version_or_fifty_cost_the_same_queries(police, at):
    enter(police, at)
    police.one.get(at())
    one = count_of(lambda: police.one.get(at()))
    with police.unit.desk(PLUGIN, user=police.first) as desk:
        for day in range(1, 12):
            entry = Entry(dt.date(2026, 5, day), {"collected": 6000 - (12 - day)}, "1/BC")
            services_official.enter(desk, entry)
    assert count_of(lambda: police.one.get(at())) == one


def count_of(act):
    seen = []

    def note(*_args):
        seen.append(1)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        assert act().status_code == 200
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)
    return len(seen)


def test_the_service_asks_for_the_permission_itself(police):
    user = police.unit.user("head")
    with pytest.raises(Refused) as refused, police.unit.desk(PLUGIN, user=user) as desk:
        services_official.enter(desk, Entry(TODAY, {"collected": 1}, "1/BC"))
    assert refused.value.kind == "forbidden"
    db.session.rollback()
