"""What a plugin brings to a dossier: asked, kept, checked, frozen, and readable whatever becomes of the plugin."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest
import sqlalchemy as sa

from core.domain.errors import Refused, Stale
from core.domain.fields import FieldSpec, Kind
from core.domain.permissions import Role
from core.domain.views import EventView, NomineeView, Window
from core.models import Attachment, AuditLine, AuditPayload, NominationSection, OutboxRow, PluginState, db
from core.plugin.answers import Objection
from core.services import agendas, nomination_check, nomination_draft, nomination_sections, nominations, section_reading
from core.services.nomination_draft import Draft
from tests.awards import counting
from tests.conftest import NOW
from tests.council import Council
from tests.plugging import FIRST, LAST, SPECS, Guide, fact, forbid, plugged, switch
from tests.services.test_nominations import GOOD

ANSWERS = {"sessions": 12, "hours": "30.5", "place": "Nhà văn hóa thôn Đông", "ways": ["home"], "joined": True}
KEPT = ANSWERS | {"started": None, "story": None}


@pytest.fixture
def world(make):
    """A province, a commune with an announced event, its village, and another commune's village that is invited."""

    class World:
        province = make.unit("Tỉnh Quảng Ninh", key="tinh-qn", kind="tinh")
        commune = make.unit("Xã Hà Long", key="xa-ha-long", parent=province)
        village = make.unit("Thôn Đông", parent=commune, kind="thon")
        event = make.event(commune, invited=(village,), title="Đợt 18/5")
        nominator = make.user("Lê Thị Lập", (Role.NOMINATOR, village))
        head = make.user("Trần Văn Trưởng", (Role.HEAD, village))
        secretary = make.user("Phạm Thị Thư", (Role.SECRETARY, commune))
        member = make.user("Vũ Văn Viên", (Role.MEMBER, commune))

    return World()


@pytest.fixture
def guide():
    return Guide()


@pytest.fixture
def registry(app, guide, world):
    with plugged(app, guide) as made:
        switch(world.commune)
        yield made


@pytest.fixture
def as_(app, world, registry, context_of):
    """A fresh context of one of the people: what one request knows."""

    def build(name, **values):
        unit = world.commune if name in ("secretary", "member") else world.village
        made = context_of(getattr(world, name), unit, event=world.event, **values)
        return dataclasses.replace(made, registry=app.extensions["plugins"])

    return build


@pytest.fixture
def draft(world, as_):
    """A function that makes a draft with nothing in the way but what the plugin asks."""

    def build(answers=ANSWERS, **values):
        ctx = as_("nominator")
        row = nominations.start(ctx, award_code="GIAY_KHEN", kind="individual")
        sent = {} if answers is None else {"guide": answers}
        nomination_draft.save(ctx, row.key, Draft(GOOD | values, sections=sent), expected_version=row.version)
        db.session.add(
            Attachment(
                key=row.key, nomination_id=row.id, part="TO_TRINH", storage_id=row.key, name="tờ trình.pdf",
                media_type="application/pdf", size=1, sha256="0" * 64, user_id=world.nominator.id, created_at=NOW,
            )
        )  # fmt: skip
        db.session.commit()
        return row

    return build


def save(ctx, row, answers, plugin="guide", **more):
    made = Draft({}, sections={plugin: answers}, **more)
    nomination_draft.save(ctx, row.key, made, expected_version=row.version)
    db.session.commit()


def stored(row, plugin="guide"):
    db.session.expire_all()
    s = NominationSection
    return db.session.scalars(sa.select(s).where(s.nomination_id == row.id, s.plugin == plugin)).one_or_none()


def bytes_of(row, plugin="guide"):
    """The row as the database holds it."""
    columns = sa.select(NominationSection.__table__).where(
        NominationSection.nomination_id == row.id, NominationSection.plugin == plugin
    )
    return json.dumps(dict(db.session.execute(columns).mappings().one()), default=str)


def blockers(ctx, row):
    return [(one.code, one.field) for one in nomination_check.check(ctx, row).blockers]


def figures(sections):
    return [
        (one.shown.code, one.then and one.then.value, one.now and one.now.value, one.is_changed)
        for section in sections
        for one in section.facts
    ]


# ------------------------------------------------------------------------------------------------ the form


def test_the_form_has_a_section_with_fields_and_todays_figures(guide, world, as_, draft):
    row = draft(None)
    found = nomination_sections.of_form(as_("nominator"), row)
    (section,) = found.sections
    assert (section.plugin, section.title, section.specs, section.answers) == ("guide", guide.title, SPECS, {})
    assert [(one.code, one.value, one.counted_by, one.approved_by) for one in section.facts] == [
        ("V01", 214, "Tổ thôn Đông", "Trần Văn Trưởng")
    ]
    assert (found.failed, found.hidden) == ((), ())
    asked = guide.calls("nomination_fields")[-1]
    event = EventView(
        world.event.id, world.event.key, "Đợt 18/5", world.event.kind, world.commune.id, Window(FIRST, LAST)
    )
    assert asked == {"event": event, "award": "GIAY_KHEN", "kind": "individual"}
    counted = guide.calls("nominee_facts")[-1]
    nominee = NomineeView("individual", row.nominee.key, "Nguyễn Văn Đức", world.village.id)
    # the desk is the organiser's, whoever opens the form
    assert counted == {"nominee": nominee, "window": Window(FIRST, LAST), "unit": "xa-ha-long"}


def test_nobody_put_forward_nothing_counted(guide, as_):
    ctx = as_("nominator")
    row = nominations.start(ctx, award_code="GIAY_KHEN", kind="individual")
    (section,) = nomination_sections.of_form(ctx, row).sections
    assert (section.facts, guide.calls("nominee_facts")) == ((), [])


def test_a_plugin_is_asked_once_in_a_request(guide, as_, draft):
    row = draft()
    guide.heard.clear()
    ctx = as_("nominator")
    nomination_sections.of_form(ctx, row)
    nomination_check.check(ctx, row)
    nomination_sections.of_form(ctx, row)
    assert [name for name, _args in guide.heard] == ["nomination_fields", "nominee_facts"]


def test_the_organiser_decides_and_not_the_nominating_unit(guide, world, as_, draft):
    row = draft(None)
    switch(world.commune, is_on=False)
    switch(world.village)
    assert nomination_sections.of_form(as_("nominator"), row).sections == ()
    switch(world.commune)
    switch(world.village, is_on=False)
    assert [one.plugin for one in nomination_sections.of_form(as_("nominator"), row).sections] == ["guide"]
    forbid(world.province)
    assert nomination_sections.of_form(as_("nominator"), row).sections == ()


# ------------------------------------------------------------------------------------------------ saved


def test_answers_are_kept_cleaned_with_the_fields_they_answer(guide, as_, draft):
    row = draft({"sessions": " 12 ", "hours": "30.50", "ways": ["home", "home"], "place": "  Nhà  văn hóa "})
    kept = stored(row)
    assert kept.data == {"sessions": 12, "hours": "30.5", "ways": ["home"], "place": "Nhà văn hóa"}
    assert [one["key"] for one in kept.specs] == [one.key for one in SPECS]
    assert (kept.title, kept.facts, kept.facts_at) == (guide.title, [], None)


@pytest.mark.parametrize(
    ("answers", "unfit"),
    [
        ({"sessions": 1.9}, "ext_guide.sessions"),
        ({"sessions": 501}, "ext_guide.sessions"),
        ({"place": "gọi 0912 345 678"}, "ext_guide.place"),
        ({"started": "31/02/2026"}, "ext_guide.started"),
        ({"ways": ["other"]}, "ext_guide.ways"),
    ],
)
def test_the_service_judges_again_and_keeps_what_was_typed(as_, draft, answers, unfit):
    row = draft()
    typed = {f"ext_guide.{key}": str(value) for key, value in answers.items()}
    save(as_("nominator"), row, answers, raw=typed)
    assert stored(row).data == ANSWERS
    assert row.typed == typed
    assert blockers(as_("nominator"), row) == [("section_answer_unfit", unfit)]
    mended = {key: KEPT[key] for key in answers}
    save(as_("nominator"), row, mended, raw=dict.fromkeys(typed, ""))
    assert (row.typed, blockers(as_("nominator"), row)) == ({}, [])


def test_a_key_that_is_not_sent_stays(as_, draft):
    row = draft()
    save(as_("nominator"), row, {"sessions": 13})
    assert stored(row).data == ANSWERS | {"sessions": 13}
    save(as_("nominator"), row, {"unheard_of": 1, "_old": {}})
    assert stored(row).data == ANSWERS | {"sessions": 13}


def test_nothing_said_makes_no_section_and_a_foreign_plugin_is_not_heard(as_, draft):
    row = draft({"sessions": None, "ways": []})
    assert stored(row) is None
    save(as_("nominator"), row, {"sessions": 5}, plugin="stranger")
    assert db.session.scalars(sa.select(NominationSection)).all() == []


def test_saving_names_the_fields_in_the_audit_and_raises_the_version(as_, draft):
    row = draft()
    before = row.version
    save(as_("nominator"), row, {"sessions": 13})
    assert row.version == before + 1
    payload = db.session.scalar(
        sa.select(AuditPayload.json)
        .join(AuditLine, AuditLine.seq == AuditPayload.seq)
        .where(AuditLine.action == "nomination.save")
        .order_by(AuditLine.seq.desc())
        .limit(1)
    )
    assert json.loads(payload) == {"fields": "ext_guide.sessions"}


def test_who_saves_on_an_old_page_hears_what_is_stored(as_, draft):
    row = draft()
    version = row.version
    save(as_("nominator"), row, {"sessions": 13})
    with pytest.raises(Stale) as stale:
        nomination_draft.save(
            as_("head"), row.key, Draft({}, sections={"guide": {"sessions": 40}}), expected_version=version
        )
    assert stale.value.theirs["ext_guide.sessions"] == 13
    assert stale.value.theirs["ext_guide.hours"] == "30.5"


def test_sections_of_a_plugin_that_does_not_act_are_left_byte_for_byte(app, guide, world, as_, draft):
    other = Guide(name="other", title="Việc khác", fields=(FieldSpec("note", "Ghi chú", Kind.TEXT),), facts=None)
    with plugged(app, guide, other):
        switch(world.commune, "other")
        row = draft()
        save(as_("nominator"), row, {"note": "giữ nguyên"}, plugin="other")
        switch(world.commune, "other", is_on=False)
        before = bytes_of(row, "other")
        save(as_("nominator"), row, {"sessions": 13})
        save(as_("nominator"), row, {"note": "đổi"}, plugin="other")
        nominations.submit(as_("head"), row.key)
        db.session.commit()
        assert bytes_of(row, "other") == before
        assert stored(row).data["sessions"] == 13


def test_a_changed_form_keeps_what_it_still_asks_and_shows_the_rest_once(guide, as_, draft):
    row = draft()
    guide.fields = (SPECS[0], FieldSpec("helpers", "Số người giúp", Kind.INTEGER))
    (section,) = nomination_sections.of_form(as_("nominator"), row).sections
    gone = {"hours": "30.5", "place": "Nhà văn hóa thôn Đông", "ways": ["home"], "joined": True}
    assert section.answers == {"sessions": 12}
    assert {one.spec.key: one.value for one in section.gone} == gone
    save(as_("nominator"), row, {"helpers": 3})
    assert {key: one["value"] for key, one in stored(row).data["_old"].items()} == gone
    labels = {one.spec.label for one in section_reading.view(as_("nominator"), row)[0].gone}
    assert labels == {"Số giờ", "Nơi hướng dẫn", "Cách làm", "Có công an xã cùng làm không?"}
    guide.fields = SPECS  # and back: nothing was lost
    (section,) = nomination_sections.of_form(as_("nominator"), row).sections
    assert {**section.answers} == ANSWERS
    guide.fields = (SPECS[0],)
    nominations.submit(as_("head"), row.key)
    db.session.commit()
    assert stored(row).data == {"sessions": 12}


# ------------------------------------------------------------------------------------------------ checked


def test_what_is_missing_is_named_with_its_field(as_, draft):
    row = draft({"hours": "2"})
    (found,) = nomination_check.check(as_("nominator"), row).blockers
    assert (found.code, found.field, found.params) == (
        "section_answer_missing",
        "ext_guide.sessions",
        {"label": "Số buổi hướng dẫn", "section": "Hướng dẫn dịch vụ số"},
    )


def test_a_plugin_objects_only_where_its_manifest_guards(app, guide, as_, draft):
    guide.objections = (
        Objection("Số buổi nhiều hơn số ngày.", field="sessions"),
        Objection("Nên ghi việc làm tiêu biểu.", field="story", is_warning=True),
        Objection("Chưa có số liệu được duyệt."),
        Objection("Mục này không có.", field="stranger"),
    )
    row = draft()
    assert blockers(as_("head"), row) == []
    assert guide.calls("nomination_objections") == []
    guide.guards = frozenset({"submit"})
    with plugged(app, guide):
        found = nomination_check.check(as_("head"), row)
        assert [(one.params["text"], one.field) for one in found.blockers] == [
            ("Số buổi nhiều hơn số ngày.", "ext_guide.sessions"),
            ("Chưa có số liệu được duyệt.", "ext_guide"),
            ("Mục này không có.", "ext_guide"),
        ]
        assert [(one.params["text"], one.field) for one in found.warnings] == [
            ("Nên ghi việc làm tiêu biểu.", "ext_guide.story")
        ]
        asked = guide.calls("nomination_objections")[-1]
        assert (asked["step"], asked["section"], asked["nomination"].state) == ("submit", KEPT, "draft")
        with pytest.raises(Refused) as refused:
            nominations.submit(as_("head"), row.key)
        assert {one.code for one in refused.value.objections} == {"plugin_objects"}
        guide.objections = ()
        nominations.submit(as_("head"), row.key)
    assert row.state == "submitted"


@pytest.mark.parametrize("trouble", [RuntimeError("boom"), SystemExit(3), "a text", [5], [SPECS[0], SPECS[0]]])
def test_fields_that_cannot_be_had_refuse_the_sending_and_the_form_still_opens(app, guide, as_, draft, trouble):
    row = draft()
    before = bytes_of(row)
    guide.fields = trouble
    found = nomination_sections.of_form(as_("nominator"), row)
    assert (found.sections, found.failed, found.hidden) == ((), ("guide",), (guide.title,))
    save(as_("nominator"), row, {"sessions": 400})
    assert bytes_of(row) == before
    assert blockers(as_("head"), row) == [("plugin_cannot_check", None)]
    with pytest.raises(Refused) as refused:
        nominations.submit(as_("head"), row.key)
    assert [(one.code, one.params) for one in refused.value.objections] == [
        ("plugin_cannot_check", {"plugin": guide.title})
    ]
    assert {one.hook for one in app.extensions["plugins"].take_failures()} == {"nomination_fields"}


@pytest.mark.parametrize("is_guarding", [False, True])
def test_a_plugin_that_is_on_and_cannot_act_refuses_where_it_guards(app, guide, world, as_, draft, is_guarding):
    row = draft()
    guide.guards = frozenset({"submit"} if is_guarding else ())
    db.session.add(PluginState(plugin="guide", is_allowed=True, suspended_at=NOW))
    db.session.commit()
    with plugged(app, guide):
        expected = [("plugin_cannot_check", None)] if is_guarding else []
        assert blockers(as_("head"), row) == expected
        assert nomination_sections.of_form(as_("head"), row).hidden == (guide.title,)


def test_an_objection_that_cannot_be_asked_is_never_a_yes(app, guide, as_, draft):
    guide.guards, guide.objections = frozenset({"submit"}), RuntimeError("boom")
    row = draft()
    with plugged(app, guide):
        assert blockers(as_("head"), row) == [("plugin_cannot_check", None)]


# ------------------------------------------------------------------------------------------------ frozen


def test_sending_freezes_fields_answers_and_figures(guide, as_, draft):
    row = draft()
    nominations.submit(as_("head"), row.key)
    db.session.commit()
    kept = stored(row)
    assert (kept.data, kept.facts_at) == (KEPT, NOW)
    assert kept.facts == [
        {
            "code": "V01", "label": "Lượt hướng dẫn", "value": 214, "measure": "lượt", "source": "Sổ đếm hướng dẫn",
            "first": "2026-05-12", "last": "2026-05-18", "counted_by": "Tổ thôn Đông",
            "approved_by": "Trần Văn Trưởng", "note": "",
        }
    ]  # fmt: skip
    # whatever the plugin says later, the dossier reads as it was sent
    guide.fields, guide.title = (FieldSpec("other", "Mục khác", Kind.TEXT),), "Tên mới"
    (section,) = section_reading.view(as_("secretary"), row)
    assert section.title == "Hướng dẫn dịch vụ số"
    assert [(spec.key, value) for spec, value in section.answers] == [(spec.key, KEPT[spec.key]) for spec in SPECS]


@pytest.mark.parametrize("reader", ["nominator", "head", "secretary", "member"])
@pytest.mark.parametrize(
    ("now", "rows"),
    [
        ((fact(),), [("V01", 214, 214, False)]),
        ((fact(value=230),), [("V01", 214, 230, True)]),
        ((fact(value=0),), [("V01", 214, 0, True)]),
        ((fact(value=None),), [("V01", 214, None, True)]),
        ((), [("V01", 214, None, True)]),
        (None, [("V01", 214, None, True)]),
        ((fact("V02", 3), fact()), [("V01", 214, 214, False), ("V02", None, 3, False)]),
    ],
)
def test_every_reader_sees_both_numbers(guide, as_, draft, reader, now, rows):
    row = draft()
    nominations.submit(as_("head"), row.key)
    db.session.commit()
    guide.facts = now
    sections = section_reading.view(as_(reader), row)
    assert figures(sections) == rows
    assert [one.is_changed for one in sections] == [any(row[3] for row in rows)]


def test_nothing_reported_is_frozen_as_nothing_and_not_as_nought(guide, as_, draft):
    guide.facts = (fact(value=None),)
    row = draft()
    nominations.submit(as_("head"), row.key)
    assert stored(row).facts[0]["value"] is None
    guide.facts = (fact(value=0),)
    assert figures(section_reading.view(as_("secretary"), row)) == [("V01", None, 0, True)]


def test_what_is_counted_after_a_dossier_was_sent_without_figures_is_a_change(guide, as_, draft):
    guide.facts = None
    row = draft()
    nominations.submit(as_("head"), row.key)
    db.session.commit()
    assert (stored(row).facts, figures(section_reading.view(as_("secretary"), row))) == ([], [])
    guide.facts = (fact(value=50),)
    assert figures(section_reading.view(as_("secretary"), row)) == [("V01", None, 50, True)]


def test_before_it_is_sent_a_reader_sees_todays_figures_only(as_, draft):
    row = draft(None)
    (section,) = section_reading.view(as_("nominator"), row)
    assert (section.facts_at, figures([section]), section.answers) == (None, [("V01", None, 214, False)], ())


def test_sent_again_it_is_frozen_anew_and_the_audit_says_what_changed(guide, as_, draft):
    row = draft()
    nominations.submit(as_("head"), row.key)
    row.state = "returned"
    db.session.commit()
    guide.facts = (fact(value=230), fact("V02", None))
    later = NOW + dt.timedelta(days=1)
    assert figures(section_reading.view(as_("secretary"), row))[0] == ("V01", 214, 230, True)
    save(as_("nominator"), row, {"sessions": 14})
    nominations.submit(as_("head", now=later), row.key)
    db.session.commit()
    kept = stored(row)
    assert (kept.data["sessions"], kept.facts_at, [one["value"] for one in kept.facts]) == (14, later, [230, None])
    payloads = db.session.scalars(
        sa.select(AuditPayload.json)
        .join(AuditLine, AuditLine.seq == AuditPayload.seq)
        .where(AuditLine.action == "nomination.freeze_section")
        .order_by(AuditLine.seq)
    )
    assert [json.loads(one) for one in payloads] == [
        {"plugin": "guide", "figures": "V01=214", "was": ""},
        {"plugin": "guide", "figures": "V01=230 V02=-", "was": "V01=214"},
    ]


@pytest.mark.parametrize(
    "trouble", [RuntimeError("boom"), (fact(value="214"),), (fact(value=True),), (fact(), fact()), (fact(first="x"),)]
)
def test_figures_that_cannot_be_had_stop_nothing(app, guide, as_, draft, trouble):
    row = draft()
    nominations.submit(as_("head"), row.key)
    row.state = "returned"
    db.session.commit()
    guide.facts = trouble
    (section,) = section_reading.view(as_("secretary"), row)
    assert (figures([section]), section.standing) == ([("V01", 214, None, False)], "silent")
    form = nomination_sections.of_form(as_("nominator"), row)
    assert (form.sections[0].facts, form.hidden, form.failed) == ((), (guide.title,), ())
    nominations.submit(as_("head", now=NOW + dt.timedelta(days=1)), row.key)
    db.session.commit()
    assert (stored(row).facts[0]["value"], stored(row).facts_at) == (214, NOW)  # those frozen before stay
    assert {one.hook for one in app.extensions["plugins"].take_failures()} == {"nominee_facts"}


# ------------------------------------------------------------------------------------------------ off, gone


def end(kind, app, world, guide):
    """One way in which a plugin stops to act."""
    if kind == "off":
        switch(world.commune, is_on=False)
    elif kind == "forbidden":
        forbid(world.province)
    elif kind == "removed":
        app.extensions["plugins"].installed.clear()
    elif kind == "unwell":
        app.extensions["plugins"].mark_unwell("guide", "import", "boom")
    else:
        db.session.add(PluginState(plugin="guide", is_allowed=True, suspended_at=NOW))
        db.session.commit()


@pytest.mark.parametrize(
    ("kind", "standing"),
    [("off", "off"), ("forbidden", "off"), ("removed", "removed"), ("unwell", "silent"), ("suspended", "silent")],
)
def test_a_dossier_stays_readable_without_its_plugin(app, guide, world, as_, draft, kind, standing):
    row = draft()
    nominations.submit(as_("head"), row.key)
    row.state = "returned"
    db.session.commit()
    before = bytes_of(row)
    end(kind, app, world, guide)
    guide.heard.clear()
    for reader in ("nominator", "secretary", "member"):
        (section,) = section_reading.view(as_(reader), row)
        assert (section.title, section.standing) == ("Hướng dẫn dịch vụ số", standing)
        assert next((spec.label, value) for spec, value in section.answers) == ("Số buổi hướng dẫn", 12)
        assert figures([section]) == [("V01", 214, None, False)]
    # it is mended and sent again without the plugin; its section is not touched
    save(as_("nominator"), row, {"sessions": 99})
    nominations.submit(as_("head"), row.key)
    db.session.commit()
    assert (row.state, bytes_of(row), guide.heard) == ("submitted", before, [])


# ------------------------------------------------------------------------------------------------ news and costs


def test_news_of_a_step_is_queued_for_the_plugin_that_wants_it(guide, world, as_, draft):
    row = draft()
    nominations.submit(as_("head"), row.key)
    db.session.commit()
    assert db.session.scalars(sa.select(OutboxRow.payload).where(OutboxRow.kind == "tell")).all() == [
        {
            "plugin": "guide",
            "hook": "nomination_moved",
            "unit_id": world.commune.id,
            "args": {
                "nomination_id": row.id, "old": "draft", "new": "submitted", "actor_id": world.head.id,
                "at": NOW.isoformat(),
            },
        }
    ]  # fmt: skip
    assert guide.calls("nomination_moved") == []  # told after the commit, by the jobs


def test_where_it_is_off_no_news_is_queued(world, as_, draft):
    row = draft()
    switch(world.commune, is_on=False)
    nominations.submit(as_("head"), row.key)
    db.session.commit()
    assert db.session.scalars(sa.select(OutboxRow.payload).where(OutboxRow.kind == "tell")).all() == []


def test_what_sections_cost(app, guide, world, as_, draft):
    """One query for the set of plugins and one for the stored sections; of the plugins' own no more are ours."""
    row = draft()
    nominations.submit(as_("head"), row.key)
    db.session.commit()

    def cost(act, ctx):
        _ = row.event, row.organiser, row.nominee, row.event.unit
        with counting() as seen:
            act(ctx, row)
        return seen.count

    read, ask = section_reading.view, nomination_sections.of_form
    assert (cost(read, as_("secretary")), cost(ask, as_("nominator"))) == (2, 2)
    with plugged(app, guide, *(Guide(name=f"guide_{n}") for n in range(9))):
        for n in range(9):
            switch(world.commune, f"guide_{n}")
        assert (cost(read, as_("secretary")), cost(ask, as_("nominator"))) == (2, 2)
    switch(world.commune, is_on=False)
    assert (cost(read, as_("secretary")), cost(ask, as_("nominator"))) == (2, 1)
    with plugged(app):
        assert (cost(read, as_("secretary")), cost(ask, as_("nominator"))) == (1, 0)


@pytest.mark.parametrize(
    ("guards", "answer", "codes"),
    [
        ({"open_ballot"}, (Objection("Số liệu chưa được duyệt."),), ["plugin_objects_to"]),
        ({"open_ballot"}, RuntimeError("boom"), ["plugin_cannot_check"]),
        ({"open_ballot"}, (Objection("Nên xem lại.", is_warning=True),), []),
        ({"open_ballot"}, None, []),
        ({"submit"}, (Objection("Số liệu chưa được duyệt."),), []),
    ],
)
def test_a_plugin_may_guard_the_way_to_the_council(app, make, context_of, guards, answer, codes):
    council = Council(make, context_of)
    guide = Guide(guards=frozenset(guards), objections=answer)
    with plugged(app, guide) as registry:
        switch(council.commune)
        row = council.nomination()
        specs = [{"key": "sessions", "label": "Số buổi", "kind": "integer"}]
        kept = NominationSection(nomination_id=row.id, plugin="guide", data={"sessions": 3}, specs=specs, specs_at=NOW)
        sitting = council.sitting([])
        db.session.add(kept)
        ctx = dataclasses.replace(council.ctx, registry=registry)
        if not codes:
            agendas.put_on(ctx, sitting.key, [row.key])
            assert row.state == "on_ballot"
        else:
            with pytest.raises(Refused) as refused:
                agendas.put_on(ctx, sitting.key, [row.key])
            assert [one.code for one in refused.value.objections] == codes
            assert row.state == "appraised"
        asked = [(one["step"], one["section"]) for one in guide.calls("nomination_objections")]
        assert asked == ([("open_ballot", {"sessions": 3})] if "open_ballot" in guards else [])
