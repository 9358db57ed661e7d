"""Decisions through the browser: pick, issue, correct, revoke, and what nobody can do to an issued one."""

import datetime as dt

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import (
    Award,
    Decision,
    Delegation,
    Nomination,
    NominationStep,
    Notice,
    Office,
    RecoveryTask,
    db,
)
from core.services import catalog
from core.services.context import new_key
from tests.awards import counting
from tests.decisions import Round

DAY = "13/05/2026"


@pytest.fixture
def round_(make):
    return Round(make)


@pytest.fixture
def secretary(round_, sign_in):
    return sign_in(round_.secretary)


@pytest.fixture
def signer(round_, sign_in):
    return sign_in(round_.chair)


def draft_of(round_, browser, *nominations, title="Về việc tặng Giấy khen"):
    answer = browser.post(
        f"/u/{round_.commune.key}/decisions/new?event={round_.event.key}",
        data={"title": title, "keys": [one.key for one in nominations]},
    )
    assert answer.status_code == 302, answer.text
    return answer.location.rsplit("/", 1)[1]


def issue(round_, browser, key, **values):
    data = {"number": "12", "symbol": "QĐ-UBND", "decided_on": DAY, "step": "issue", **values}
    return browser.post(f"/u/{round_.commune.key}/decisions/{key}/issue", data=data)


def decision(key):
    db.session.expire_all()
    return db.session.scalars(sa.select(Decision).filter_by(key=key)).one()


def state(nomination):
    return db.session.scalar(sa.select(Nomination.state).filter_by(id=nomination.id))


# ---------------------------------------------------------------- drafting


def test_picker_offers_who_passed_or_needs_no_vote_and_says_why_not_the_others(round_, secretary):
    passed = round_.passed("Nguyễn Văn Đạt")
    thanked = round_.appraised("Lê Thị Cảm", award="BIEU_DUONG")
    unvoted = round_.appraised("Trần Văn Chưa", award="CSTDCS")
    above = round_.passed("Phạm Thị Tỉnh", award="BANG_KHEN_TINH")
    page = secretary.get(f"/u/{round_.commune.key}/decisions/new?event={round_.event.key}").text
    offered = [one.key for one in (passed, thanked, unvoted, above) if f'value="{one.key}"' in page]
    assert offered == [passed.key, thanked.key]
    assert "Phải qua Hội đồng bỏ phiếu trước" in page
    assert "Thuộc thẩm quyền Chủ tịch Ủy ban nhân dân cấp tỉnh" in page
    assert f"/u/{round_.commune.key}/nominations/{above.key}" in page


def test_what_may_not_be_picked_is_refused_when_sent_by_hand(round_, secretary):
    above = round_.passed("Phạm Thị Tỉnh", award="BANG_KHEN_TINH")
    answer = secretary.post(
        f"/u/{round_.commune.key}/decisions/new?event={round_.event.key}", data={"title": "x", "keys": [above.key]}
    )
    assert answer.status_code == 422
    assert "trình cấp trên" in answer.text
    assert state(above) == "passed"


def test_foreign_nomination_is_not_found(round_, secretary, make):
    round_.passed("Nguyễn Văn Đạt")
    other = make.unit("Xã Khác")
    foreign = make.nomination(make.event(other), other, state="passed")
    answer = secretary.post(
        f"/u/{round_.commune.key}/decisions/new?event={round_.event.key}", data={"title": "x", "keys": [foreign.key]}
    )
    assert answer.status_code == 404


def test_draft_shows_votes_prize_and_total(round_, secretary):
    person, group = round_.passed("Nguyễn Văn Đạt"), round_.passed("Tổ công nghệ số thôn Đông", kind="collective")
    key = draft_of(round_, secretary, person, group)
    page = secretary.get(f"/u/{round_.commune.key}/decisions/{key}").text
    for part in ("cần 5/9, đạt 8", "0,3", "710.000 đồng", "0,6", "1.410.000 đồng", "2.120.000 đồng", "2.340.000 đồng"):
        assert part in page
    assert (state(person), state(group)) == ("signing", "signing")


def test_recognition_has_no_prize_and_says_so(round_, secretary):
    thanked = round_.appraised("Lê Thị Cảm", award="BIEU_DUONG")
    key = draft_of(round_, secretary, thanked)
    page = secretary.get(f"/u/{round_.commune.key}/decisions/{key}").text
    assert "Không phải khen thưởng theo luật" in page
    assert "Không phải bỏ phiếu" in page
    assert "Giấy khen" not in page.replace("Về việc tặng Giấy khen", "")


def test_award_without_coefficient_is_not_reckoned(round_, secretary):
    family = round_.passed("Hộ ông Lê Văn Hòa", award="GDVH", kind="household", ctype="cong_trang")
    key = draft_of(round_, secretary, family, title="Về việc tặng Gia đình văn hóa")
    page = secretary.get(f"/u/{round_.commune.key}/decisions/{key}").text
    assert "Chưa có quy định, không tính" in page
    assert "dòng chưa có quy định, không tính" in page


def test_titles_of_one_period_pay_the_highest_only(round_, secretary, signer):
    who = round_.nominee("Nguyễn Văn Đạt")
    low = round_.passed(nominee=who, award="LDTT", ctype="cong_trang")
    high = round_.passed(nominee=who, award="CSTDCS", ctype="cong_trang")
    key = draft_of(round_, secretary, low, high, title="Danh hiệu thi đua năm 2026")
    page = secretary.get(f"/u/{round_.commune.key}/decisions/{key}").text
    assert "chỉ nhận mức thưởng cao nhất" in page
    assert issue(round_, signer, key).status_code == 302
    paid = dict(db.session.execute(sa.select(Award.award_code, Award.prize)).all())
    assert paid == {"LDTT": 0, "CSTDCS": 2_340_000}


def test_recognition_and_commendation_need_decisions_of_their_own(round_, secretary):
    person, thanked = round_.passed("Nguyễn Văn Đạt"), round_.appraised("Lê Thị Cảm", award="BIEU_DUONG")
    answer = secretary.post(
        f"/u/{round_.commune.key}/decisions/new?event={round_.event.key}",
        data={"title": "x", "keys": [person.key, thanked.key]},
    )
    assert answer.status_code == 422
    assert "Hãy tách thành các quyết định riêng" in answer.text
    assert (state(person), state(thanked)) == ("passed", "appraised")


def test_whole_event_goes_in_by_one_act(round_, secretary):
    people = [round_.passed(f"Nguyễn Văn {n}") for n in range(3)]
    answer = secretary.post(
        f"/u/{round_.commune.key}/decisions/new?event={round_.event.key}", data={"title": "x", "takes_all": "1"}
    )
    assert answer.status_code == 302
    assert [state(one) for one in people] == ["signing"] * 3


def test_dropped_line_goes_back_to_where_it_came_from(round_, secretary):
    voted = round_.passed("Nguyễn Văn Đạt")
    thanked = round_.appraised("Lê Thị Cảm", award="BIEU_DUONG")
    for one, before in ((voted, "passed"), (thanked, "appraised")):
        key = draft_of(round_, secretary, one)
        line = decision(key).lines[0].id
        assert secretary.post(f"/u/{round_.commune.key}/decisions/{key}/lines/{line}/drop").status_code == 302
        assert state(one) == before
        assert decision(key).lines == []


def test_discarded_draft_sends_everybody_back(round_, secretary):
    voted = round_.passed("Nguyễn Văn Đạt")
    key = draft_of(round_, secretary, voted)
    assert "không mở lại được" in secretary.get(f"/u/{round_.commune.key}/decisions/{key}/discard").text
    assert secretary.post(f"/u/{round_.commune.key}/decisions/{key}/discard").status_code == 302
    assert (state(voted), decision(key).state) == ("passed", "dropped")


def test_stale_edit_shows_both_texts(round_, secretary):
    key = draft_of(round_, secretary, round_.passed("Nguyễn Văn Đạt"))
    old = decision(key).version
    address = f"/u/{round_.commune.key}/decisions/{key}/edit"
    assert secretary.post(address, data={"title": "Bản thứ nhất", "version": old}).status_code == 302
    answer = secretary.post(address, data={"title": "Bản thứ hai", "version": old})
    assert answer.status_code == 409
    assert ("Bản thứ nhất" in answer.text, "Bản thứ hai" in answer.text) == (True, True)
    assert decision(key).title == "Bản thứ nhất"


def test_head_of_the_unit_learns_of_a_decision_when_it_is_issued(round_, secretary, signer, sign_in, make):
    head = sign_in(make.user("Hà Thủ Trưởng", (Role.HEAD, round_.commune)))
    key = draft_of(round_, secretary, round_.passed("Nguyễn Văn Đạt"))
    address = f"/u/{round_.commune.key}/decisions/{key}"
    assert head.get(address).status_code == 404
    assert key not in head.get(f"/u/{round_.commune.key}/decisions").text
    issue(round_, signer, key)
    assert head.get(address).status_code == 200


# ---------------------------------------------------------------- issuing


def test_issue_asks_first_and_then_writes_everything(round_, secretary, signer):
    person = round_.passed("Nguyễn Văn Đạt", citation="Mở lớp học số cho cả thôn")
    key = draft_of(round_, secretary, person)
    asked = issue(round_, signer, key, step="")
    assert asked.status_code == 200
    assert "Quyết định đã ban hành không sửa được; muốn đổi phải ban hành quyết định điều chỉnh" in asked.text
    assert (decision(key).state, state(person)) == ("draft", "signing")
    assert issue(round_, signer, key).status_code == 302
    row = decision(key)
    assert (row.state, row.number, row.number_key, row.year) == ("issued", "12/QĐ-UBND", "12/qd-ubnd", 2026)
    assert (row.signer_name, row.signed_as, row.authority) == ("Lê Văn Chủ Tịch", ["CHỦ TỊCH"], "CT_UBND_XA")
    assert row.base_salary == 2_340_000
    award = db.session.scalars(sa.select(Award)).one()
    assert (award.name, award.citation, award.register_number, award.year) == (
        "Nguyễn Văn Đạt",
        "Mở lớp học số cho cả thôn",
        1,
        2026,
    )
    assert (award.prize, award.base_salary, float(award.coefficient)) == (710_000, 2_340_000, 0.3)
    assert award.story == "Kết quả\n\nSố liệu\n\nHiệu quả"
    assert award.place == "Trưởng thôn, Thôn Đông"
    assert state(person) == "awarded"


def test_register_numbers_run_through_the_year(round_, secretary, signer):
    first = draft_of(round_, secretary, round_.passed("Nguyễn Văn An"), round_.passed("Nguyễn Văn Bình"))
    issue(round_, signer, first)
    second = draft_of(round_, secretary, round_.passed("Nguyễn Văn Cường"))
    issue(round_, signer, second, number="13")
    rows = db.session.execute(sa.select(Award.register_number, Award.name).order_by(Award.register_number)).all()
    assert [tuple(one) for one in rows] == [(1, "Nguyễn Văn An"), (2, "Nguyễn Văn Bình"), (3, "Nguyễn Văn Cường")]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"number": "0"}, "1"),
        ({"number": "12x"}, "số"),
        ({"symbol": "QĐ UBND"}, "Phải có dạng QĐ-"),
        ({"symbol": "KH-UBND"}, "Phải có dạng QĐ-"),
        ({"decided_on": "14/05/2026"}, "Ngày này chưa đến"),
        ({"decided_on": "10/05/2026"}, "sớm hơn ngày"),
        ({"decided_on": "31/02/2026"}, "ngày"),
    ],
)
def test_wrong_paper_is_refused_beside_its_field_and_nothing_is_issued(round_, secretary, signer, values, sentence):
    key = draft_of(round_, secretary, round_.passed("Nguyễn Văn Đạt"))
    answer = issue(round_, signer, key, **values)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert next(iter(values.values())) in answer.text
    assert decision(key).state == "draft"


def test_one_number_serves_one_decision_a_year(round_, secretary, signer):
    first = draft_of(round_, secretary, round_.passed("Nguyễn Văn An"))
    issue(round_, signer, first)
    second = draft_of(round_, secretary, round_.passed("Nguyễn Văn Bình"))
    answer = issue(round_, signer, second, number="012", symbol="QĐ - UBND")
    assert answer.status_code == 422
    assert "Số 12/QĐ-UBND đã dùng" in answer.text
    assert issue(round_, signer, second, number="12", symbol="QĐ-HĐND").status_code == 302


def test_symbol_is_proposed_by_kind_of_unit_and_then_by_habit(round_, secretary, signer):
    key = draft_of(round_, secretary, round_.passed("Nguyễn Văn An"))
    address = f"/u/{round_.commune.key}/decisions/{key}/issue"
    assert 'value="QĐ-UBND"' in signer.get(address).text
    issue(round_, signer, key, symbol="QĐ-CTUBND")
    key = draft_of(round_, secretary, round_.passed("Nguyễn Văn Bình"))
    assert 'value="QĐ-CTUBND"' in signer.get(f"/u/{round_.commune.key}/decisions/{key}/issue").text


def test_only_who_holds_the_office_that_day_signs(round_, secretary, sign_in, make):
    stranger = sign_in(make.user("Trần Không Chức", (Role.SIGNER, round_.commune)))
    key = draft_of(round_, secretary, round_.passed("Nguyễn Văn Đạt"))
    answer = issue(round_, stranger, key)
    assert answer.status_code == 422
    assert "không giữ chức vụ nào ký được" in answer.text
    assert decision(key).state == "draft"


def test_office_that_ended_before_the_date_does_not_sign(round_, secretary, signer):
    key = draft_of(round_, secretary, round_.passed("Nguyễn Văn Đạt"))
    round_.office.to_on = dt.date(2026, 5, 12)
    db.session.commit()
    answer = issue(round_, signer, key)
    assert answer.status_code == 422
    assert "không do người này giữ" in answer.text


@pytest.mark.parametrize(
    ("kind", "to_on", "status", "signed_as"),
    [
        ("KT", None, 302, ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]),
        ("TUQ", dt.date(2026, 5, 13), 302, ["TUQ. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]),
        ("KT", dt.date(2026, 5, 12), 422, []),
    ],
)
def test_deputy_needs_a_delegation_of_that_day(round_, secretary, sign_in, make, kind, to_on, status, signed_as):
    deputy = make.user("Vũ Thị Phó", (Role.SIGNER, round_.commune))
    make.keep(
        Delegation(
            key=new_key(),
            office_id=round_.office.id,
            kind=kind,
            user_id=deputy.id,
            title="Phó Chủ tịch",
            number="05/GUQ-UBND",
            from_on=dt.date(2026, 1, 1),
            to_on=to_on,
            created_at=make.now,
        )
    )
    key = draft_of(round_, secretary, round_.passed("Nguyễn Văn Đạt"))
    answer = issue(round_, sign_in(deputy), key)
    assert (answer.status_code, decision(key).signed_as) == (status, signed_as)
    if status == 422:
        assert "05/GUQ-UBND không có hiệu lực" in answer.text


def test_base_salary_is_that_of_the_decision_date(app, round_, sign_in):
    app.config["FROZEN_CLOCK"] = dt.datetime(2026, 7, 2, 3, 0, tzinfo=dt.UTC)
    secretary, signer = sign_in(round_.secretary), sign_in(round_.chair)
    old = draft_of(round_, secretary, round_.passed("Nguyễn Văn An"))
    issue(round_, signer, old, decided_on="30/06/2026")
    new = draft_of(round_, secretary, round_.passed("Nguyễn Văn Bình"))
    issue(round_, signer, new, number="13", decided_on="01/07/2026")
    paid = db.session.execute(sa.select(Award.base_salary, Award.prize).order_by(Award.register_number)).all()
    assert [tuple(one) for one in paid] == [(2_340_000, 710_000), (2_530_000, 760_000)]


def test_one_achievement_gives_one_live_award(round_, secretary, signer):
    first = round_.passed("Nguyễn Văn An")
    issue(round_, signer, draft_of(round_, secretary, first))
    again = round_.passed(nominee=first.nominee, achievement=first.achievement)
    key = draft_of(round_, secretary, again)
    answer = issue(round_, signer, key, number="13")
    assert answer.status_code == 422
    assert "thành tích này đã được tặng Giấy khen theo Quyết định 12/QĐ-UBND" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Award)) == 1


def test_changed_draft_is_not_signed_unseen(round_, secretary, signer):
    key = draft_of(round_, secretary, round_.passed("Nguyễn Văn An"))
    seen = decision(key).version
    late = round_.passed("Nguyễn Văn Bình")
    secretary.post(f"/u/{round_.commune.key}/decisions/{key}/add", data={"keys": [late.key]})
    assert issue(round_, signer, key, version=str(seen)).status_code == 409
    assert decision(key).state == "draft"


def test_double_submit_issues_once(round_, secretary, signer):
    key = draft_of(round_, secretary, round_.passed("Nguyễn Văn An"))
    first, second = (issue(round_, signer, key, request_id="mot-lan") for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Award)) == 1


def test_issued_decision_is_never_edited(app, round_, secretary, signer):
    """Every route that takes a decision, tried on an issued one: the row and its lines stay byte for byte."""
    key = draft_of(round_, secretary, round_.passed("Nguyễn Văn An"))
    issue(round_, signer, key)
    award = db.session.scalars(sa.select(Award)).one()
    keys = {"unit": round_.commune.key, "decision": key, "award": award.key, "line": decision(key).lines[0].id}
    spare = round_.passed("Nguyễn Văn Bình")

    def content():
        db.session.expire_all()
        columns = list(sa.inspect(Decision).columns.keys())
        row = decision(key)
        return [getattr(row, c) for c in columns] + [(one.id, one.nomination_id, one.award_id) for one in row.lines]

    before = content()
    typed = {
        "title": "Sửa lén",
        "keys": [spare.key],
        "number": "99",
        "symbol": "QĐ-UBND",
        "decided_on": DAY,
        "step": "issue",
        "reason": "x",
        "article": "y",
        "name": "Tên Khác",
        "citation": "z",
        "awards": [award.key],
        "ground_code": "RV1",
        "presented_on": DAY,
        "done_on": DAY,
    }
    tried = []
    for rule in app.url_map.iter_rules():
        if "decision" in rule.arguments and "POST" in rule.methods and rule.endpoint.startswith("decisions."):
            address = rule.rule
            for name in rule.arguments:
                address = address.replace(f"<int:{name}>", str(keys[name])).replace(f"<{name}>", str(keys[name]))
            for browser in (secretary, signer):
                browser.post(address, data=typed)
            tried.append(rule.endpoint)
    assert sorted(tried) == [
        f"decisions.{name}"
        for name in ("add", "archive", "correct", "discard", "drop_line", "edit", "issue", "present", "revoke")
    ]
    assert content() == before


# ---------------------------------------------------------------- correction


def corrected(round_, secretary, signer, award, **values):
    original = db.session.get_one(Decision, award.decision_id)
    data = {"name": award.name, "citation": award.citation, "reason": "Sai chính tả", "article": "Điều 1", **values}
    answer = secretary.post(f"/u/{round_.commune.key}/decisions/{original.key}/correct/{award.key}", data=data)
    assert answer.status_code == 302, answer.text
    key = answer.location.rsplit("/", 1)[1]
    assert issue(round_, signer, key, number="20").status_code == 302
    return decision(key)


def test_correction_is_a_decision_of_its_own(round_, secretary, signer, client):
    round_.event.is_roll_public = True
    person = round_.passed("Nguyễn Văn Đạc", consent="given")
    key = draft_of(round_, secretary, person)
    issue(round_, signer, key)
    award = db.session.scalars(sa.select(Award)).one()
    row = corrected(round_, secretary, signer, award, name="Nguyễn Văn Đạt")
    db.session.expire_all()
    assert (row.kind, row.number, row.refers_to_id, row.reason) == (
        "correct",
        "20/QĐ-UBND",
        award.decision_id,
        "Sai chính tả",
    )
    assert (award.state, award.name, award.changed_by_id) == ("corrected", "Nguyễn Văn Đạt", row.id)
    assert row.lines[0].change == {"name": "Nguyễn Văn Đạt", "name_was": "Nguyễn Văn Đạc"}
    original = secretary.get(f"/u/{round_.commune.key}/decisions/{key}").text
    assert "Đã được điều chỉnh theo" in original
    assert "20/QĐ-UBND" in original
    public = client.get(f"/honours/{round_.event.key}/{award.key}").text
    assert ("Nguyễn Văn Đạt" in public, "Nguyễn Văn Đạc" in public, "20/QĐ-UBND" in public) == (True, False, True)
    assert "Nguyễn Văn Đạt" in client.get(f"/honours/{round_.event.key}?q=nguyen+van+dat").text


def test_correction_without_difference_is_refused(round_, secretary, signer):
    issue(round_, signer, draft_of(round_, secretary, round_.passed("Nguyễn Văn Đạt")))
    award = db.session.scalars(sa.select(Award)).one()
    original = db.session.get_one(Decision, award.decision_id)
    answer = secretary.post(
        f"/u/{round_.commune.key}/decisions/{original.key}/correct/{award.key}",
        data={"name": award.name, "citation": award.citation, "reason": "x", "article": "y"},
    )
    assert answer.status_code == 422
    assert "Chưa có gì khác" in answer.text


def test_corrections_of_one_decision_gather_in_one_draft(round_, secretary, signer):
    issue(round_, signer, draft_of(round_, secretary, round_.passed("Lê Một"), round_.passed("Lê Hai")))
    drafts = []
    for award in db.session.scalars(sa.select(Award)).all():
        original = db.session.get_one(Decision, award.decision_id)
        answer = secretary.post(
            f"/u/{round_.commune.key}/decisions/{original.key}/correct/{award.key}",
            data={"name": award.name + " A", "citation": "", "reason": "x", "article": "y"},
        )
        drafts.append(answer.location)
    assert len(set(drafts)) == 1
    assert len(decision(drafts[0].rsplit("/", 1)[1]).lines) == 2


# ---------------------------------------------------------------- revocation


def revoked(round_, secretary, signer, award, *, number="30"):
    original = db.session.get_one(Decision, award.decision_id)
    answer = secretary.post(
        f"/u/{round_.commune.key}/decisions/{original.key}/revoke",
        data={"awards": [award.key], "ground_code": "RV1", "reason": "Kê khai gian dối", "article": "Điều 93"},
    )
    assert answer.status_code == 302, answer.text
    key = answer.location.rsplit("/", 1)[1]
    answer = issue(round_, signer, key, number=number)
    assert answer.status_code == 302, answer.text
    return decision(key)


def test_revocation_cancels_recovers_and_deletes_nothing(round_, secretary, signer, client):
    round_.event.is_roll_public = True
    person = round_.passed("Nguyễn Văn Đạt", consent="given")
    key = draft_of(round_, secretary, person)
    issue(round_, signer, key)
    award = db.session.scalars(sa.select(Award)).one()
    assert client.get(f"/honours/{round_.event.key}/{award.key}").status_code == 200
    row = revoked(round_, secretary, signer, award)
    db.session.expire_all()
    assert (row.kind, row.ground_code, row.article, row.refers_to_id) == ("revoke", "RV1", "Điều 93", award.decision_id)
    assert (award.state, award.changed_by_id, state(person)) == ("revoked", row.id, "revoked")
    tasks = db.session.execute(sa.select(RecoveryTask.what, RecoveryTask.amount).order_by(RecoveryTask.id)).all()
    assert [tuple(one) for one in tasks] == [("object", None), ("money", 710_000)]
    assert client.get(f"/honours/{round_.event.key}/{award.key}").status_code == 404
    register = secretary.get(f"/u/{round_.commune.key}/register").text
    assert ("Nguyễn Văn Đạt" in register, "Đã thu hồi" in register) == (True, True)
    assert "Tiền thưởng 710.000 đồng" not in register
    assert "Một phần hoặc toàn bộ đã bị thu hồi theo" in secretary.get(f"/u/{round_.commune.key}/decisions/{key}").text


def test_revoked_recognition_has_no_money_to_recover(round_, secretary, signer):
    issue(round_, signer, draft_of(round_, secretary, round_.appraised("Lê Thị Cảm", award="BIEU_DUONG")))
    revoked(round_, secretary, signer, db.session.scalars(sa.select(Award)).one())
    assert db.session.scalars(sa.select(RecoveryTask.what)).all() == ["object"]


def test_revocation_needs_ground_reason_and_article(round_, secretary, signer):
    issue(round_, signer, draft_of(round_, secretary, round_.passed("Nguyễn Văn Đạt")))
    award = db.session.scalars(sa.select(Award)).one()
    original = db.session.get_one(Decision, award.decision_id)
    answer = secretary.post(
        f"/u/{round_.commune.key}/decisions/{original.key}/revoke",
        data={"awards": [award.key], "ground_code": "", "reason": "", "article": ""},
    )
    assert answer.status_code == 422
    assert answer.text.count("Mục này bắt buộc.") >= 3
    assert db.session.scalar(sa.select(sa.func.count()).where(Decision.kind == "revoke")) == 0


def test_revocation_flags_what_rested_on_the_award(round_, secretary, signer):
    who = round_.nominee("Nguyễn Văn Đạt")
    first = round_.passed(nominee=who, award="LDTT", ctype="cong_trang")
    issue(round_, signer, draft_of(round_, secretary, first))
    later = round_.passed(nominee=who, award="CSTDCS", ctype="cong_trang")
    issue(round_, signer, draft_of(round_, secretary, later), number="13")
    unrelated = round_.passed(nominee=who)
    issue(round_, signer, draft_of(round_, secretary, unrelated), number="14")
    awards = {one.award_code: one for one in db.session.scalars(sa.select(Award))}
    revoked(round_, secretary, signer, awards["LDTT"])
    db.session.expire_all()
    flagged = {code: bool(one.flagged_reason) for code, one in awards.items()}
    assert flagged == {"LDTT": False, "CSTDCS": True, "GIAY_KHEN": False}
    assert (
        "Cần xem lại khen thưởng này" in secretary.get(f"/u/{round_.commune.key}/register/{awards['CSTDCS'].key}").text
    )


def test_revoked_award_is_not_revoked_twice(round_, secretary, signer):
    issue(round_, signer, draft_of(round_, secretary, round_.passed("Nguyễn Văn Đạt")))
    award = db.session.scalars(sa.select(Award)).one()
    original = db.session.get_one(Decision, award.decision_id)
    data = {"awards": [award.key], "ground_code": "RV1", "reason": "x", "article": "y"}
    address = f"/u/{round_.commune.key}/decisions/{original.key}/revoke"
    drafts = [secretary.post(address, data=data).location.rsplit("/", 1)[1] for _ in range(2)]
    assert issue(round_, signer, drafts[0], number="30").status_code == 302
    answer = issue(round_, signer, drafts[1], number="31")
    assert answer.status_code == 422
    assert "đã bị thu hồi" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RecoveryTask)) == 2


def test_revoked_achievement_may_be_honoured_again(round_, secretary, signer):
    first = round_.passed("Nguyễn Văn An")
    issue(round_, signer, draft_of(round_, secretary, first))
    revoked(round_, secretary, signer, db.session.scalars(sa.select(Award)).one())
    again = round_.passed(nominee=first.nominee, achievement=first.achievement)
    assert issue(round_, signer, draft_of(round_, secretary, again), number="31").status_code == 302


# ---------------------------------------------------------------- afterwards


def test_presented_then_archived(round_, secretary, signer):
    person = round_.passed("Nguyễn Văn An")
    key = draft_of(round_, secretary, person)
    issue(round_, signer, key)
    award = db.session.scalars(sa.select(Award)).one()
    address = f"/u/{round_.commune.key}/decisions/{key}"
    early = secretary.post(f"{address}/present", data={"awards": [award.key], "presented_on": "01/05/2026"})
    assert (early.status_code, "sớm hơn ngày quyết định" in early.text) == (422, True)
    assert secretary.post(f"{address}/present", data={"awards": [award.key], "presented_on": DAY}).status_code == 302
    db.session.expire_all()
    assert (state(person), award.presented_on) == ("presented", dt.date(2026, 5, 13))
    assert secretary.post(f"{address}/archive").status_code == 302
    assert state(person) == "archived"


def test_recovery_is_settled_with_day_and_note(round_, secretary, signer):
    issue(round_, signer, draft_of(round_, secretary, round_.passed("Nguyễn Văn An")))
    revoked(round_, secretary, signer, db.session.scalars(sa.select(Award)).one())
    listed = secretary.get(f"/u/{round_.commune.key}/recovery").text
    assert ("Hiện vật: Giấy khen" in listed, "Tiền thưởng 710.000 đồng" in listed) == (True, True)
    task = db.session.scalars(sa.select(RecoveryTask).filter_by(what="money")).one()
    address, version = f"/u/{round_.commune.key}/recovery/{task.key}", task.version
    future = secretary.post(address, data={"done_on": "14/05/2026", "version": version})
    assert (future.status_code, "còn ở phía trước" in future.text) == (422, True)
    good = secretary.post(address, data={"done_on": DAY, "note": "Phiếu thu 05", "version": version})
    assert good.status_code == 302
    late = secretary.post(address, data={"done_on": "", "note": "bản khác", "version": version})
    assert (late.status_code, "Phiếu thu 05" in late.text, "bản khác" in late.text) == (409, True, True)
    db.session.expire_all()
    assert (task.done_on, task.note) == (dt.date(2026, 5, 13), "Phiếu thu 05")


def test_news_reach_who_waits(round_, secretary, signer, sign_in):
    person = round_.passed("Nguyễn Văn An")
    key = draft_of(round_, secretary, person)
    issue(round_, signer, key)
    codes = {
        login: sorted(
            db.session.scalars(
                sa.select(Notice.code)
                .join_from(Notice, Office, isouter=True, onclause=sa.false())
                .where(Notice.user_id == user.id)
            )
        )
        for login, user in (("chair", round_.chair), ("secretary", round_.secretary), ("village", round_.nominator))
    }
    assert codes == {
        "chair": ["news_decision_drafted"],
        "secretary": ["news_award", "news_decision_issued_grant"],
        "village": ["news_award"],
    }


def test_history_tells_who_did_it(round_, secretary, signer):
    person = round_.passed("Nguyễn Văn An")
    issue(round_, signer, draft_of(round_, secretary, person))
    steps = db.session.execute(
        sa.select(NominationStep.step, NominationStep.old, NominationStep.new, NominationStep.user_id)
        .filter_by(nomination_id=person.id)
        .order_by(NominationStep.id)
    ).all()
    assert [tuple(one) for one in steps] == [
        ("draft_decision", "passed", "signing", round_.secretary.id),
        ("award", "signing", "awarded", round_.chair.id),
    ]


# ---------------------------------------------------------------- lists


def test_lists_cost_the_same_with_one_and_fifty_rows(round_, secretary, signer):
    def cost(address):
        with counting() as seen:
            assert secretary.get(address).status_code == 200
        return seen.count

    here = f"/u/{round_.commune.key}"
    picker = f"{here}/decisions/new?event={round_.event.key}"
    key = draft_of(round_, secretary, round_.passed("Nguyễn Văn Không"))
    round_.passed("Nguyễn Văn Một")
    addresses = (picker, f"{here}/decisions", f"{here}/decisions/{key}")
    for address in addresses:  # the first look of a login costs a little more
        cost(address)
    one = [cost(address) for address in addresses]
    more = [round_.passed(f"Nguyễn Văn Nữa {n}") for n in range(98)]
    secretary.post(f"{here}/decisions/{key}/add", data={"keys": [x.key for x in more[:49]]})
    assert [cost(address) for address in addresses] == one


@pytest.mark.parametrize("query", ["state=xx", "kind=xx", "after=zz", "state=%00"])
def test_wrong_parameters_are_a_page_of_status_400(round_, secretary, query):
    assert secretary.get(f"/u/{round_.commune.key}/decisions?{query}").status_code == 400


def test_frozen_rules_outlive_the_catalogue(round_, secretary, signer):
    """The coefficient is the one of the receipt, whatever the catalogue says on the day of the decision."""
    person = round_.passed("Nguyễn Văn An")
    rules = dict(person.rules)
    rules["version"] = {**rules["version"], "coefficient": "0.5"}
    person.rules = rules
    db.session.commit()
    issue(round_, signer, draft_of(round_, secretary, person))
    assert db.session.scalar(sa.select(Award.prize)) == 1_170_000
    assert (
        catalog.current(db.session()).award_version("GIAY_KHEN", dt.date(2026, 5, 13)).coefficients["individual"] != 0.5
    )


# ---------------------------------------------------------------- the dossier page


def test_dossier_page_shows_what_it_led_to(round_, secretary, signer, sign_in):
    person = round_.passed("Nguyễn Văn An")
    village = sign_in(round_.nominator)
    address = f"/u/{round_.village.key}/nominations/{person.key}"
    key = draft_of(round_, secretary, person)
    assert "12/QĐ-UBND" not in village.get(address).text
    issue(round_, signer, key)
    award = db.session.scalars(sa.select(Award)).one()
    page = village.get(address).text
    assert ("12/QĐ-UBND" in page, f"/u/{round_.village.key}/register/{award.key}" in page) == (True, True)
