"""Who may sign: one holder at a time, delegations inside the office's days, nothing deleted."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from core.domain.errors import Forbidden, NotFound, Refused
from core.domain.permissions import Role
from core.models import AuditLine, Decision, Office, db
from core.services import offices
from core.services.context import new_key
from tests.conftest import NOW

JAN, MAY, DEC = dt.date(2026, 1, 1), dt.date(2026, 5, 10), dt.date(2026, 12, 31)


class Commune:
    """A commune with a chair and a deputy who may sign."""

    def __init__(self, make):
        self.unit = make.unit("Xã Hà Long", kind="xa")
        self.admin = make.user("Quản Trị Xã", (Role.UNIT_ADMIN, self.unit))
        self.chair = make.user("Trần Văn Chủ", (Role.SIGNER, self.unit))
        self.deputy = make.user("Phạm Thị Phó", (Role.SIGNER, self.unit))


@pytest.fixture
def here(make):
    return Commune(make)


@pytest.fixture
def ctx(here, context_of):
    return context_of(here.admin, here.unit)


def code_of(caught):
    return [one.code for one in caught.value.objections]


def appoint(ctx, here, **more):
    values = {
        "authority": "CT_UBND_XA",
        "title": "",
        "person": here.chair.key,
        "from_on": JAN,
        "to_on": None,
        **more,
    }
    return offices.appoint(ctx, **values)


def delegate(ctx, here, office, **more):
    values = {
        "kind": "KT",
        "person": here.deputy.key,
        "title": "PHÓ CHỦ TỊCH",
        "number": "1/QĐ",
        "from_on": JAN,
        "to_on": None,
        **more,
    }
    return offices.delegate(ctx, office.key, **values)


def test_the_unit_s_kind_says_which_offices_it_has(ctx, here, make, context_of):
    assert [one.code for one in offices.authorities(ctx)] == ["CT_UBND_XA", "BAN_TO_CHUC"]
    team = make.unit("Tổ công nghệ số", parent=here.unit, kind="to_cong_nghe_so")
    below = context_of(here.admin, team)
    assert offices.authorities(below) == []
    with pytest.raises(Refused) as caught:
        appoint(below, here)
    assert code_of(caught) == ["authority_not_of_unit", "office_needs_signer"]


def test_an_office_takes_its_title_from_the_catalogue(ctx, here):
    assert (appoint(ctx, here).title, appoint(ctx, here, authority="BAN_TO_CHUC", title="TM. BAN").title) == (
        "CHỦ TỊCH",
        "TM. BAN",
    )


def test_one_holder_at_a_time(ctx, here):
    appoint(ctx, here, to_on=MAY)
    with pytest.raises(Refused) as caught:
        appoint(ctx, here, person=here.deputy.key, from_on=MAY)
    assert code_of(caught) == ["office_overlaps"]
    assert appoint(ctx, here, person=here.deputy.key, from_on=MAY + dt.timedelta(days=1)).to_on is None


def test_only_a_signer_of_this_unit_holds_an_office(ctx, here, make):
    clerk = make.user("Cán Bộ", (Role.SECRETARY, here.unit))
    elsewhere = make.user("Người Ký Xã Bên", (Role.SIGNER, make.unit("Xã Bên")))
    for person in (clerk.key, elsewhere.key, "", "khong-co"):
        with pytest.raises(Refused) as caught:
            appoint(ctx, here, person=person)
        assert code_of(caught) == ["office_needs_signer"]


def test_days_run_forward(ctx, here):
    with pytest.raises(Refused) as caught:
        appoint(ctx, here, from_on=MAY, to_on=JAN)
    assert code_of(caught) == ["days_backwards"]


def test_a_delegation_has_its_paper(ctx, here):
    paper = delegate(ctx, here, appoint(ctx, here))
    assert (paper.kind, paper.number, paper.user_id, paper.to_on) == ("KT", "1/QĐ", here.deputy.id, None)


def test_authorisation_needs_an_end(ctx, here):
    office = appoint(ctx, here)
    with pytest.raises(Refused) as caught:
        delegate(ctx, here, office, kind="TUQ")
    assert code_of(caught) == ["authorisation_needs_end"]
    assert delegate(ctx, here, office, kind="TUQ", to_on=DEC).to_on == DEC


@pytest.mark.parametrize(
    ("from_on", "to_on"), [(dt.date(2025, 12, 31), MAY), (JAN, DEC), (JAN, None), (dt.date(2025, 1, 1), None)]
)
def test_a_delegation_stays_within_the_office(ctx, here, from_on, to_on):
    office = appoint(ctx, here, to_on=MAY)
    with pytest.raises(Refused) as caught:
        delegate(ctx, here, office, from_on=from_on, to_on=to_on)
    assert code_of(caught) == ["delegation_outside_office"]


def test_nobody_signs_in_the_own_place_or_in_an_unknown_way(ctx, here):
    office = appoint(ctx, here)
    with pytest.raises(Refused) as caught:
        delegate(ctx, here, office, person=here.chair.key, kind="TL")
    assert code_of(caught) == ["delegation_not_allowed", "delegation_to_holder"]


def test_ending_an_office_ends_its_delegations(ctx, here):
    office = appoint(ctx, here)
    early, late = delegate(ctx, here, office, to_on=JAN), delegate(ctx, here, office)
    offices.end_office(ctx, office.key, on=MAY)
    assert [office.to_on, early.to_on, late.to_on] == [MAY, JAN, MAY]
    with pytest.raises(Refused) as caught:
        offices.end_office(ctx, office.key, on=DEC)
    assert code_of(caught) == ["ended_already"]


def test_an_end_lies_not_before_the_beginning(ctx, here):
    office = appoint(ctx, here, from_on=MAY)
    with pytest.raises(Refused) as caught:
        offices.end_office(ctx, office.key, on=JAN)
    assert code_of(caught) == ["end_before_start"]


def sign(make, here, *, on, delegation=None):
    make.keep(
        Decision(
            key=new_key(),
            unit_id=here.unit.id,
            kind="grant",
            state="issued",
            title="Quyết định",
            number="7/QĐ-UBND",
            number_key="7",
            year=2026,
            decided_on=on,
            signer_id=here.deputy.id if delegation else here.chair.id,
            authority="CT_UBND_XA",
            delegation_id=delegation.id if delegation else None,
            created_at=NOW,
        )
    )


def test_no_end_before_a_signature_already_given(ctx, here, make):
    office = appoint(ctx, here)
    paper = delegate(ctx, here, office)
    sign(make, here, on=MAY, delegation=paper)
    day_before = MAY - dt.timedelta(days=1)
    for act, key in ((offices.end_delegation, paper.key), (offices.end_office, office.key)):
        with pytest.raises(Refused) as caught:
            act(ctx, key, on=day_before)
        assert code_of(caught) == ["signed_after"]
    offices.end_delegation(ctx, paper.key, on=MAY)
    offices.end_office(ctx, office.key, on=MAY)
    assert (paper.to_on, office.to_on) == (MAY, MAY)


def test_another_unit_s_office_is_not_found(ctx, here, make, context_of):
    office = appoint(ctx, here)
    paper = delegate(ctx, here, office)
    other = make.unit("Xã Bên")
    stranger = context_of(make.user("Quản Trị Bên", (Role.UNIT_ADMIN, other)), other)
    for act, key in ((offices.end_office, office.key), (offices.end_delegation, paper.key)):
        with pytest.raises(NotFound):
            act(stranger, key, on=MAY)


def test_only_administrators_write_offices_down(here, context_of):
    ctx = context_of(here.chair, here.unit)
    with pytest.raises(Forbidden):
        appoint(ctx, here)
    with pytest.raises(Forbidden):
        offices.listing(ctx)


def test_the_list_shows_present_offices_first(ctx, here):
    past = appoint(ctx, here, from_on=dt.date(2020, 1, 1), to_on=dt.date(2025, 12, 31))
    now = appoint(ctx, here, person=here.deputy.key)
    paper = delegate(ctx, here, now, person=here.chair.key)
    assert [(one.id, [p.id for p in papers]) for one, papers in offices.listing(ctx)] == [
        (now.id, [paper.id]),
        (past.id, []),
    ]


def test_every_act_is_audited(ctx, here):
    office = appoint(ctx, here)
    paper = delegate(ctx, here, office)
    offices.end_delegation(ctx, paper.key, on=MAY)
    offices.end_office(ctx, office.key, on=MAY)
    db.session.commit()
    actions = list(db.session.scalars(sa.select(AuditLine.action).order_by(AuditLine.seq)))
    assert actions == ["office.given", "delegation.given", "delegation.ended", "office.ended"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Office)) == 1
