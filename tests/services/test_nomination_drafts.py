"""Saving a draft: nothing typed is lost, records are made once, and namesakes stay apart."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from core.domain.errors import NotFound, Refused, Stale
from core.domain.permissions import Role
from core.models import Achievement, AuditLine, NominationWord, Nominee, Remark, db
from core.services import nomination_draft, nominations, nominees
from core.services.context import new_key
from core.services.nomination_draft import Draft
from tests.conftest import NOW


@pytest.fixture
def world(make):
    class World:
        commune = make.unit("Xã Hà Long", key="xa-ha-long")
        village = make.unit("Thôn Đông", parent=commune, kind="thon")
        other = make.unit("Thôn Tây", parent=commune, kind="thon")
        event = make.event(commune, invited=(village, other))
        nominator = make.user("Lê Thị Lập", (Role.NOMINATOR, village))
        head = make.user("Trần Văn Trưởng", (Role.HEAD, village))

    return World()


@pytest.fixture
def ctx(world, context_of):
    return context_of(world.nominator, world.village, event=world.event)


@pytest.fixture
def row(ctx):
    made = nominations.start(ctx, award_code="GIAY_KHEN", kind="individual")
    db.session.commit()
    return made


def save(ctx, row, values, *, unfit=(), is_deliberate=True, raw=None):
    texts = raw or {name: str(value or "") for name, value in values.items()}
    draft = Draft(values, texts, unfit)
    nomination_draft.save(ctx, row.key, draft, expected_version=row.version, is_deliberate=is_deliberate)
    db.session.commit()


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_saving_itself_makes_no_record_of_a_half_typed_name(ctx, row):
    for name in ("Ngu", "Nguyễn Vă", "Nguyễn Văn Đức"):
        save(ctx, row, {"nominee": name, "birth_year": 1990, "achievement": "Việc"}, is_deliberate=False)
    assert (row.nominee_name, row.nominee_id, count(Nominee), count(Achievement)) == ("Nguyễn Văn Đức", None, 0, 0)
    assert nomination_draft.shown_values(row)["birth_year"] == "1990"
    assert nomination_draft.shown_values(row)["achievement"] == "Việc"
    save(ctx, row, {"nominee": "Nguyễn Văn Đức", "birth_year": 1990, "achievement": "Việc"})
    assert (row.nominee.birth_year, row.achievement.title, row.typed) == (1990, "Việc", {})


def test_a_correction_of_the_name_mends_the_record_that_only_this_draft_uses(ctx, row):
    save(ctx, row, {"nominee": "Nguyễn Văn Đứ"})
    save(ctx, row, {"nominee": "Nguyễn Văn Đức"}, is_deliberate=False)
    assert (count(Nominee), row.nominee.folded, row.name_key) == (1, "nguyen van duc", row.nominee.name_key)


def test_another_name_is_another_person_where_the_record_is_used_elsewhere(world, make, ctx, row):
    known = make.nominee(world.village, "Nguyễn Văn Đức", birth_year=1970)
    make.nomination(world.event, world.village, nominee=known)
    save(ctx, row, {"nominee_key": known.key, "nominee": known.name})
    assert row.nominee_id == known.id
    save(ctx, row, {"nominee": "Lê Văn Khác", "birth_year": 1999})
    assert (known.name, row.nominee.name, row.nominee.id != known.id) == ("Nguyễn Văn Đức", "Lê Văn Khác", True)


def test_a_chosen_nominee_brings_the_record_and_not_the_details_on_the_screen(world, make, ctx, row):
    known = make.nominee(world.village, "Nguyễn Văn Đức", birth_year=1970, position="Trưởng thôn")
    save(ctx, row, {"nominee_key": known.key, "nominee": known.name, "position": "", "birth_year": None})
    assert (known.position, known.birth_year, count(Nominee)) == ("Trưởng thôn", 1970, 1)


def test_a_nominee_of_another_unit_or_kind_cannot_be_chosen(world, make, ctx, row):
    foreign = make.nominee(world.other, "Nguyễn Văn Đức")
    household = make.nominee(world.village, "Hộ ông Đức", kind="household")
    for one in (foreign, household):
        with pytest.raises(NotFound):
            nominees.use_nominee(ctx, row, one.key)


def test_a_namesake_is_named_by_unit_only_when_it_is_not_ours(world, make, ctx, row):
    make.nominee(world.other, "NGUYEN VAN DUC", birth_year=1950, phone="0900000000")
    ours = make.nominee(world.village, "Nguyễn Văn Dực", birth_year=1970)
    save(ctx, row, {"nominee": "Nguyễn Văn Đức"})
    found = nominees.namesakes(ctx, row)
    assert [(one.key, one.unit, one.birth_year) for one in found] == [
        (ours.key, "Thôn Đông", 1970),
        (None, "Thôn Tây", None),
    ]


def test_choosing_a_namesake_leaves_no_empty_record_behind(world, make, ctx, row):
    ours = make.nominee(world.village, "Nguyễn Văn Đức", birth_year=1970)
    save(ctx, row, {"nominee": "Nguyễn Văn Đức", "achievement": "Việc"})
    nominees.use_nominee(ctx, row, ours.key)
    db.session.commit()
    assert (row.nominee_id, row.achievement.nominee_id, count(Nominee)) == (ours.id, ours.id, 1)


def test_a_text_that_another_dossier_rests_on_is_not_changed(world, make, ctx, row):
    known = make.nominee(world.village, "Nguyễn Văn Đức")
    deed = make.achievement(known, "Việc chung", result="Bản đầu")
    make.nomination(world.event, world.village, nominee=known, achievement=deed, state="declined")
    nominees.use_nominee(ctx, row, known.key)
    nominees.use_achievement(ctx, row, deed.key)
    db.session.commit()
    save(ctx, row, {"nominee": known.name, "nominee_key": known.key, "achievement": "Việc chung", "result": "Bản sau"})
    assert (deed.result, row.achievement.result, row.achievement.id != deed.id) == ("Bản đầu", "Bản sau", True)


def test_what_does_not_fit_waits_and_the_rest_is_saved(ctx, row):
    save(
        ctx,
        row,
        {"citation": "Câu ghi"},
        unfit=["consent_on"],
        raw={"citation": "Câu ghi", "consent_on": "31/02\x00\ud800"},
    )
    assert (row.citation, row.consent_on, row.typed) == ("Câu ghi", None, {"consent_on": "31/02\ufffd?"})
    save(ctx, row, {"consent_on": dt.date(2026, 5, 12)})
    assert (row.consent_on, row.typed) == (dt.date(2026, 5, 12), {})


def test_a_stale_save_changes_nothing_and_says_who_and_when(world, ctx, row, context_of):
    save(ctx, row, {"citation": "Bản một"})
    old = row.version
    save(context_of(world.head, world.village), row, {"citation": "Bản hai"})
    with pytest.raises(Stale) as stale:
        nomination_draft.save(ctx, row.key, Draft({"citation": "Bản ba"}), expected_version=old)
    assert stale.value.theirs["citation"] == "Bản hai"
    assert (stale.value.params["by"], stale.value.params["at"]) == ("Trần Văn Trưởng", NOW)
    assert row.citation == "Bản hai"


def test_a_change_of_the_nominees_record_alone_raises_the_version(ctx, row):
    save(ctx, row, {"nominee": "Nguyễn Văn Đức", "position": ""})
    before = row.version
    save(ctx, row, {"nominee": "Nguyễn Văn Đức", "position": "Trưởng thôn"})
    assert row.version > before


@pytest.mark.parametrize("state", ["ready", "submitted", "received", "awarded", "withdrawn"])
def test_only_a_draft_and_a_returned_dossier_are_open(ctx, row, state):
    row.state = state
    db.session.commit()
    with pytest.raises(Refused) as refused:
        nomination_draft.save(ctx, row.key, Draft({"citation": "x"}), expected_version=row.version)
    assert refused.value.code == "not_editable"


def test_the_award_stays_once_its_rules_are_frozen(make, world, ctx):
    row = make.nomination(world.event, world.village, state="returned")
    with pytest.raises(Refused) as refused:
        nomination_draft.save(ctx, row.key, Draft({"award_code": "BIEU_DUONG"}), expected_version=row.version)
    assert refused.value.code == "award_is_frozen"


def test_an_award_that_is_not_on_offer_is_not_taken(ctx, row):
    save(ctx, row, {"award_code": "CSTDCS"})
    assert row.award_code == "GIAY_KHEN"
    save(ctx, row, {"award_code": "BIEU_DUONG"})
    assert row.award_code == "BIEU_DUONG"


def test_the_words_follow_the_text(ctx, row):
    def words():
        return set(db.session.scalars(sa.select(NominationWord.word).where(NominationWord.nomination_id == row.id)))

    save(ctx, row, {"nominee": "Nguyễn Văn Đức", "achievement": "Mở lớp"})
    assert words() == {"nguyen", "van", "duc", "mo", "lop", "thon", "dong"}
    save(ctx, row, {"nominee": "Nguyễn Văn An", "achievement": "Mở lớp"})
    assert words() == {"nguyen", "van", "an", "mo", "lop", "thon", "dong"}


def test_saving_itself_is_noted_once_for_each_hand(world, ctx, row, context_of):
    def lines():
        return db.session.scalar(sa.select(sa.func.count()).where(AuditLine.action == "nomination.save"))

    for text in ("a", "ab", "abc"):
        save(ctx, row, {"citation": text}, is_deliberate=False)
    assert lines() == 0  # the same hand that began the draft, seconds ago
    save(context_of(world.head, world.village), row, {"citation": "abcd"}, is_deliberate=False)
    save(context_of(world.head, world.village), row, {"citation": "abcde"}, is_deliberate=False)
    assert lines() == 1
    save(ctx, row, {"citation": "xong"})
    assert lines() == 2


def test_answers_to_remarks(world, make, ctx, context_of):
    row = make.nomination(world.event, world.village, state="returned")
    values = {"nomination_id": row.id, "user_id": world.head.id, "unit_id": world.commune.id, "created_at": NOW}
    sent = make.keep(Remark(key=new_key(), text="Thiếu số liệu", audience="nominating", **values))
    inner = make.keep(Remark(key=new_key(), text="Nội bộ", audience="handling", **values))
    nominations.answer_remark(ctx, row.key, sent.key, answer="Đã bổ sung")
    assert (sent.answer, sent.answered_by_id, sent.answered_at) == ("Đã bổ sung", world.nominator.id, NOW)
    for key in (inner.key, "khong-co"):
        with pytest.raises(NotFound):
            nominations.answer_remark(ctx, row.key, key, answer="x")


def test_suggestions_are_of_this_unit_and_kind_and_ignore_marks(world, make, ctx):
    make.nominee(world.village, "Nguyễn Văn Đức", birth_year=1970, position="Trưởng thôn")
    make.nominee(world.village, "Nguyễn Thị Đào")
    make.nominee(world.other, "Nguyễn Văn Đức")
    make.nominee(world.village, "Hộ ông Nguyễn Văn Đức", kind="household")
    assert [one.name for one in nominees.suggest(ctx, "individual", "duc ngu")] == ["Nguyễn Văn Đức"]
    assert [one.name for one in nominees.suggest(ctx, "individual", "nguyen")] == ["Nguyễn Thị Đào", "Nguyễn Văn Đức"]
    assert nominees.suggest(ctx, "individual", "%") == []
