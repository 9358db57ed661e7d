"""The home page speaks in verbs and leads somewhere; the bell opens what it is about; the front door is open to all."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from core.domain.nomination import Step
from core.domain.permissions import Role
from core.models import Notice, db
from core.services.context import new_key
from core.services.home_todo import KINDS
from core.web.home import letters, places, words
from tests.conftest import NOW


@pytest.fixture
def village(make):
    return make.unit("Thôn Thử", parent=make.unit("UBND xã Thử", key="xa-thu"), kind="thon", key="thon-thu")


@pytest.fixture
def event(make, village):
    return make.event(village.parent, invited=(village,), title="Đợt thử")


def _text(response) -> str:
    body = re.search(r"<main.*?</main>", response.get_data(as_text=True), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body.group(0)).split())


def _leads_somewhere(app, path: str) -> bool:
    try:
        app.url_map.bind("localhost").match(path.partition("?")[0])
    except (NotFound, MethodNotAllowed):
        return False
    except RequestRedirect:
        return True
    return True


# ---------------------------------------------------------------- Việc của tôi


def test_a_row_is_verb_object_why_and_due(make, village, event, sign_in):
    nominee = make.nominee(village, "Đỗ Thị Én")
    make.nomination(event, village, nominee=nominee, state="returned", due_on=dt.date(2026, 5, 15))
    browser = sign_in(make.user("", (Role.NOMINATOR, village)))
    text = _text(browser.get("/home"))
    assert "Cần làm (1)" in text
    assert "Bổ sung hồ sơ của Đỗ Thị Én" in text
    assert "hạn 15/05/2026 (còn 2 ngày làm việc)" in text
    assert "bị trả lại · Đợt thử" in text
    assert "Lập hồ sơ mới" in text


def test_who_works_in_several_units_is_told_for_which(make, village, event, sign_in):
    make.nomination(event, village, state="draft")
    both = make.user("", (Role.NOMINATOR, village), (Role.INSPECTOR, village.parent))
    assert "đang soạn, chưa gửi · Đợt thử · Thôn Thử" in _text(sign_in(both).get("/home"))


def test_one_unit_s_page_names_the_unit_once(make, village, event, sign_in):
    make.nomination(event, village, state="draft")
    browser = sign_in(make.user("", (Role.NOMINATOR, village), (Role.NOMINATOR, make.unit())))
    text = _text(browser.get("/u/thon-thu/"))
    assert "đang soạn, chưa gửi · Đợt thử" in text
    assert "Đợt thử · Thôn Thử" not in text
    assert browser.get("/u/xa-thu/").status_code == 404


def test_the_event_stands_with_its_denominator_and_its_deadline(make, village, event, sign_in):
    make.nomination(event, village, state="submitted")
    text = _text(sign_in(make.user("", (Role.SECRETARY, village.parent))).get("/home"))
    assert "1 /1 đơn vị đã gửi" in text
    assert "đang nhận hồ sơ, hạn 10:00 16/05/2026" in text
    assert "1/1 đơn vị đã gửi hồ sơ" in text


def test_a_new_account_gets_three_steps_that_lead_somewhere(app, make, village, sign_in):
    for role in Role:
        body = sign_in(make.user("", (role, village))).get("/home").get_data(as_text=True)
        links = re.findall(r'<li><div><a href="([^"]+)">\d\. ', body)
        assert 1 <= len(links) <= 3, role
        assert [one for one in links if not _leads_somewhere(app, one)] == []


def test_an_account_without_a_role_is_not_lost(make, sign_in):
    text = _text(sign_in(make.user()).get("/home"))
    assert "Xem và đổi thông tin tài khoản của mình" in text


def test_a_name_with_markup_is_only_a_name(make, village, event, sign_in):
    nominee = make.nominee(village, '<img src=x onerror="alert(1)">')
    make.nomination(event, village, nominee=nominee, state="draft")
    body = sign_in(make.user("", (Role.NOMINATOR, village))).get("/home").get_data(as_text=True)
    assert "<img src=x" not in body
    assert "&lt;img src=x" in body


def test_a_draft_without_a_name_can_still_be_opened(make, village, event, sign_in):
    nominee = make.nominee(village, "")
    make.nomination(event, village, nominee=nominee, state="draft")
    assert "Hoàn thiện hồ sơ của (chưa có tên)" in _text(sign_in(make.user("", (Role.NOMINATOR, village))).get("/home"))


def test_every_kind_and_every_step_has_words():
    assert set(words._WORDS) == set(KINDS)
    assert set(words._STEPS) == {step.value for step in Step}
    assert set(words._LISTS) == {kind for kind, (_one, many, _why) in words._WORDS.items() if many is not None}


def test_every_address_exists_in_the_application(app):
    with app.test_request_context():
        addresses = [places.place_of(f"{noun}:abc", "xa") for noun in places._PATHS]
        addresses += [places.place_of("", "xa") + tail for tail in words._LISTS.values()]
        addresses += [
            places.nominate_place("xa", "dot"),
            places.place_of("unknown:x", ""),
            places.place_of("x:y", "xa"),
        ]
    assert [one for one in addresses if not _leads_somewhere(app, one)] == []


# ---------------------------------------------------------------- the bell


@pytest.fixture
def user(make, village):
    return make.user("Trần Thử", (Role.NOMINATOR, village))


def _notice(user, code="news_return", about="", **params):
    row = Notice(key=new_key(), user_id=user.id, code=code, params=params, object=about, created_at=NOW)
    db.session.add(row)
    db.session.commit()
    return row


def test_a_notice_is_a_sentence_and_opens_what_it_is_about(make, village, event, user, sign_in):
    row = make.nomination(event, village, state="returned")
    notice = _notice(user, about=f"nomination:{row.key}", name="Đỗ Thị Én", note="Thiếu số liệu.")
    browser = sign_in(user)
    page = browser.get("/notices")
    assert "1 thông báo chưa đọc" in _text(page)
    assert "Hồ sơ của Đỗ Thị Én được trả lại để bổ sung. Thiếu số liệu." in _text(page)
    opened = browser.post(f"/notices/{notice.key}/open")
    assert (opened.status_code, opened.location) == (302, f"/u/thon-thu/nominations/{row.key}")
    db.session.refresh(notice)
    assert notice.read_at == NOW
    assert "chưa đọc" not in _text(browser.get("/notices"))


def test_a_notice_about_nothing_any_more_leads_home(user, sign_in):
    notice = _notice(user, about="nomination:gone", name="A", note="")
    assert sign_in(user).post(f"/notices/{notice.key}/open").location == "/home"


def test_an_event_opens_in_the_name_of_the_invited_unit(event, user, sign_in):
    notice = _notice(user, code="news_event_announced", about=f"event:{event.key}", title="Đợt thử")
    assert sign_in(user).post(f"/notices/{notice.key}/open").location == f"/u/thon-thu/e/{event.key}/"


def test_all_are_marked_read_at_once_and_only_mine(make, village, user, sign_in):
    other = make.user("", (Role.NOMINATOR, village))
    _notice(user, name="A", note="")
    theirs = _notice(other, name="B", note="")
    sign_in(user).post("/notices/read")
    unread = list(db.session.scalars(sa.select(Notice.id).where(Notice.read_at.is_(None))))
    assert unread == [theirs.id]


def test_somebody_else_s_notice_is_not_found(make, village, user, sign_in):
    theirs = _notice(make.user("", (Role.NOMINATOR, village)), name="B", note="")
    browser = sign_in(user)
    assert browser.post(f"/notices/{theirs.key}/open").status_code == 404
    assert browser.post("/notices/nothing/open").status_code == 404
    db.session.refresh(theirs)
    assert theirs.read_at is None


def test_notices_come_in_pages_with_a_fixed_number_of_queries(user, sign_in):
    browser = sign_in(user)
    _notice(user, name="một", note="")
    browser.get("/notices")
    first = _queries(lambda: browser.get("/notices"))
    for n in range(60):
        _notice(user, name=f"số {n}", note="")
    assert _queries(lambda: browser.get("/notices")) == first
    page = browser.get("/notices").get_data(as_text=True)
    following = re.search(r'rel="next" href="([^"]+)"', page).group(1).replace("&amp;", "&")
    second = _text(browser.get(following))
    assert "số 59" in page
    assert "một" in second
    assert "số 59" not in second


@pytest.mark.parametrize("cursor", ["x", "%00", "9" * 500, "WyI-Il0", "WyI-IiwgMTIzNDU2Nzg5MDEyMzQ1Nl0"])
def test_a_wrong_page_is_a_sentence(user, sign_in, cursor):
    assert sign_in(user).get(f"/notices?after={cursor}").status_code == 400


def _queries(act) -> int:
    db.session.rollback()
    count = []
    listener = lambda *_args: count.append(1)  # noqa: E731
    sa.event.listen(db.engine, "before_cursor_execute", listener)
    try:
        act()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", listener)
    return len(count)


# ---------------------------------------------------------------- letters and the front page


def test_every_news_of_the_house_makes_a_letter(app):
    from core.web.messages import sentences

    news = {code: text for code, text in sentences().items() if code.startswith("news_")}
    assert len(news) > 10
    for code, sentence in news.items():
        params = dict.fromkeys(re.findall(r"%\((\w+)\)", sentence), "Ý")
        subject, text = letters.compose({"code": code, "params": params}, "")
        said = sentence % params
        assert subject == f"Vinh Danh: {said}"
        assert said in text


def test_the_front_page_says_what_this_is_and_leads_in(client):
    text = _text(client.get("/"))
    assert "Vinh danh người tốt, việc hay" in text
    assert "Đăng nhập" in text
    assert "Chưa có bảng vàng nào được công bố" in text


def test_who_is_signed_in_goes_to_work(user, sign_in):
    assert sign_in(user).get("/").location == "/home"


def test_strangers_have_no_work_and_no_bell(client):
    assert client.get("/home").location.startswith("/sign-in?next=")
    assert client.get("/notices").location.startswith("/sign-in?next=")
    assert client.post("/notices/read").status_code == 401
