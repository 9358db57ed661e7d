"""The unit tree: history stays, names are found, nothing below is lost."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from core.domain.errors import Forbidden, NotFound, Refused, Stale
from core.domain.permissions import Role
from core.models import AuditLine, Delegation, Login, Nomination, Office, RoleGrant, Unit, db
from core.services import unit_merging, units
from core.services.context import new_key
from tests.conftest import NOW

DAY = dt.date(2026, 5, 1)


class Commune:
    """Thanh Hóa over Hà Long over Thôn Đông, Thôn Bắc (with a team) and a school."""

    def __init__(self, make):
        self.province = make.unit("Tỉnh Thanh Hóa", kind="tinh")
        self.commune = make.unit("Xã Hà Long", parent=self.province)
        self.east = make.unit("Thôn Đông", parent=self.commune, kind="thon")
        self.north = make.unit("Thôn Bắc", parent=self.commune, kind="thon")
        self.team = make.unit("Tổ công nghệ số", parent=self.north, kind="to_cong_nghe_so")
        self.admin = make.user("Quản Trị Xã", (Role.UNIT_ADMIN, self.commune))


@pytest.fixture
def here(make):
    return Commune(make)


@pytest.fixture
def ctx(here, context_of):
    return context_of(here.admin, here.commune)


def add(ctx, name="Thôn Nam", **more):
    values = {"below": ctx.here.key, "short_name": "", "kind": "thon", "is_external": False, **more}
    return units.add(ctx, name=name, **values)


def code_of(caught):
    return [one.code for one in caught.value.objections]


def test_a_unit_is_added_below(ctx, here):
    row = add(ctx)
    assert (row.key, row.path, row.short_name) == ("thon-nam", f"{here.commune.path}{row.id}/", "Thôn Nam")
    db.session.commit()
    assert db.session.scalars(sa.select(AuditLine.action)).all() == ["unit.added"]


def test_a_name_may_occur_once_among_siblings(ctx, here):
    with pytest.raises(Refused) as caught:
        add(ctx, "THÔN  ĐÔNG")
    assert code_of(caught) == ["unit_name_taken"]
    assert add(ctx, "Thôn Đông", below=here.north.key).key == "thon-dong"


def test_keys_are_numbered_and_never_change(ctx, here):
    first, second = add(ctx, "Tổ 1", below=here.east.key), add(ctx, "Tổ 1", below=here.north.key)
    assert (first.key, second.key) == ("to-1", "to-1-2")
    row = units.rename(ctx, "to-1", name="Tổ Một", short_name="", until_on=DAY, ground="QĐ 1", expected=first.version)
    assert (row.key, row.name) == ("to-1", "Tổ Một")


def test_an_unknown_kind_is_refused(ctx):
    with pytest.raises(Refused) as caught:
        add(ctx, kind="hanh_tinh")
    assert code_of(caught) == ["unit_kind_unknown"]


def test_outside_the_subtree_nothing_is_found(ctx, here):
    for act in (
        lambda: add(ctx, below=here.province.key),
        lambda: units.details(ctx, here.province.key),
        lambda: unit_merging.close(ctx, here.province.key, on=DAY, ground="x", expected=1),
    ):
        with pytest.raises(NotFound):
            act()


def test_who_does_not_administer_is_forbidden(here, make, context_of):
    clerk = context_of(make.user("Cán Bộ", (Role.SECRETARY, here.commune)), here.commune)
    with pytest.raises(Forbidden):
        add(clerk)


def test_an_administrator_above_works_below(here, make, context_of):
    upper = context_of(make.user("Quản Trị Tỉnh", (Role.UNIT_ADMIN, here.province)), here.commune)
    assert add(upper).parent_id == here.commune.id


def test_a_renamed_unit_is_found_by_its_old_name(ctx, here):
    row = units.rename(
        ctx,
        here.east.key,
        name="Thôn Bình Minh",
        short_name="Bình Minh",
        until_on=DAY,
        ground="Nghị quyết 12",
        expected=here.east.version,
    )
    db.session.commit()
    (alias,) = row.aliases
    assert (alias.name, alias.reason, alias.until_on, alias.ground) == ("Thôn Đông", "rename", DAY, "Nghị quyết 12")
    assert [one.key for one in units.listing(ctx, q="thon dong").rows] == [row.key]
    assert [one.key for one in units.listing(ctx, q="binh minh").rows] == [row.key]


def test_a_stale_rename_shows_what_is_stored(ctx, here):
    seen = here.east.version
    units.edit(ctx, here.east.key, short_name="Đông", kind="thon", is_external=False, expected=seen)
    with pytest.raises(Stale) as caught:
        units.rename(ctx, here.east.key, name="X Mới", short_name="", until_on=DAY, ground="g", expected=seen)
    assert caught.value.theirs == {"name": "Thôn Đông", "short_name": "Đông"}


def test_a_rename_is_no_forecast(ctx, here):
    with pytest.raises(Refused) as caught:
        units.rename(
            ctx,
            here.east.key,
            name="Thôn Bắc",
            short_name="",
            until_on=dt.date(2026, 6, 1),
            ground="g",
            expected=here.east.version,
        )
    assert code_of(caught) == ["unit_name_taken", "date_in_future"]


def test_aliases_come_and_go_but_history_stays(ctx, here):
    row = units.add_alias(ctx, here.east.key, name="Xóm Đình", ground="")
    assert [one.key for one in units.listing(ctx, q="xom dinh").rows] == [row.key]
    with pytest.raises(Refused) as caught:
        units.add_alias(ctx, here.east.key, name="xóm đình", ground="")
    assert code_of(caught) == ["alias_known"]
    db.session.expire_all()
    units.drop_alias(ctx, here.east.key, row.aliases[0].id)
    assert units.listing(ctx, q="xom dinh").rows == []
    renamed = units.rename(
        ctx, here.east.key, name="Thôn Mới", short_name="", until_on=DAY, ground="g", expected=here.east.version
    )
    db.session.expire_all()
    with pytest.raises(NotFound):
        units.drop_alias(ctx, here.east.key, renamed.aliases[0].id)


def merge(ctx, here, **more):
    values = {"into": here.east.key, "on": DAY, "ground": "NQ 5", "carries_roles": True, **more}
    return unit_merging.merge(ctx, here.north.key, expected=here.north.version, **values)


def test_a_merger_moves_what_is_below_and_keeps_what_was_done(ctx, here, make):
    event = make.event(here.commune, invited=(here.north,))
    sent = make.nomination(event, here.north, state="submitted")
    lower = make.unit("Nhóm 1", parent=here.team)
    merge(ctx, here)
    db.session.commit()
    db.session.expire_all()
    assert (here.north.closed_on, here.north.merged_into_id) == (DAY, here.east.id)
    assert (here.team.parent_id, here.team.path) == (here.east.id, f"{here.east.path}{here.team.id}/")
    assert lower.path == f"{here.team.path}{lower.id}/"
    assert db.session.get(Nomination, sent.id).unit_id == here.north.id
    assert [one.key for one in units.listing(ctx, q="thon bac", state="open").rows] == [here.east.key]
    assert [(one.name, one.reason) for one in here.east.aliases] == [("Thôn Bắc", "merge")]


def held(unit):
    query = sa.select(RoleGrant.user_id, RoleGrant.role).where(
        RoleGrant.unit_id == unit.id, RoleGrant.ended_at.is_(None)
    )
    return sorted(tuple(one) for one in db.session.execute(query))


def test_roles_are_carried_once(ctx, here, make):
    both = make.user("Ở Cả Hai", (Role.HEAD, here.north), (Role.HEAD, here.east))
    one = make.user("Ở Một Nơi", (Role.HEAD, here.north), (Role.NOMINATOR, here.north))
    merge(ctx, here)
    assert held(here.north) == []
    assert held(here.east) == sorted([(both.id, "head"), (one.id, "head"), (one.id, "nominator")])


def test_roles_may_end_instead_and_logins_with_them(ctx, here, make, sign_in):
    one = make.user("Ở Một Nơi", (Role.HEAD, here.north))
    browser = sign_in(one)
    merge(ctx, here, carries_roles=False)
    db.session.commit()
    assert (held(here.north), held(here.east)) == ([], [])
    assert browser.get("/home").status_code == 302
    assert db.session.scalars(sa.select(Login.ended_at)).one() == NOW


def test_signing_ends_with_the_unit(ctx, here, make):
    signer = make.user("Người Ký", (Role.SIGNER, here.north))
    office = make.keep(
        Office(
            key=new_key(),
            unit_id=here.north.id,
            authority="BAN_TO_CHUC",
            title="X",
            user_id=signer.id,
            from_on=dt.date(2026, 1, 1),
            created_at=NOW,
        )
    )
    paper = make.keep(
        Delegation(
            key=new_key(),
            office_id=office.id,
            kind="KT",
            user_id=signer.id,
            title="Y",
            number="1",
            from_on=dt.date(2026, 1, 1),
            to_on=dt.date(2026, 12, 31),
            created_at=NOW,
        )
    )
    merge(ctx, here)
    assert (office.to_on, paper.to_on) == (DAY, DAY)


@pytest.mark.parametrize("state", ["draft", "ready", "returned"])
def test_unfinished_dossiers_stop_an_ending(ctx, here, make, state):
    make.nomination(make.event(here.commune, invited=(here.north,)), here.north, state=state)
    with pytest.raises(Refused) as caught:
        merge(ctx, here)
    assert code_of(caught) == ["unit_has_unsent"]


def test_every_reason_against_a_merger_is_said_at_once(ctx, here, make):
    make.event(here.north)
    make.unit("Tổ công nghệ số", parent=here.east)
    make.nomination(make.event(here.commune), here.north)
    with pytest.raises(Refused) as caught:
        merge(ctx, here, on=dt.date(2026, 5, 14))
    assert code_of(caught) == ["date_in_future", "unit_has_unsent", "unit_has_events", "unit_child_taken"]


def test_no_unit_is_merged_into_itself_or_below(ctx, here):
    for target in (here.north, here.team):
        with pytest.raises(Refused) as caught:
            merge(ctx, here, into=target.key)
        assert code_of(caught) == ["unit_merge_below"]


def test_a_unit_ends_from_above_only(ctx, here):
    with pytest.raises(Refused) as caught:
        unit_merging.close(ctx, here.commune.key, on=DAY, ground="g", expected=here.commune.version)
    assert code_of(caught) == ["unit_ends_from_above"]


def test_closing_waits_for_what_is_below_and_can_be_taken_back(ctx, here, make):
    with pytest.raises(Refused) as caught:
        unit_merging.close(ctx, here.north.key, on=DAY, ground="g", expected=here.north.version)
    assert code_of(caught) == ["unit_has_children"]
    unit_merging.close(ctx, here.team.key, on=DAY, ground="g", expected=here.team.version)
    unit_merging.close(ctx, here.north.key, on=DAY, ground="g", expected=here.north.version)
    assert here.north.closed_on == DAY
    unit_merging.reopen(ctx, here.north.key)
    assert here.north.closed_on is None


def test_a_closed_unit_s_name_is_free_and_blocks_its_return(ctx, here):
    unit_merging.close(ctx, here.east.key, on=DAY, ground="g", expected=here.east.version)
    add(ctx, "Thôn Đông")
    with pytest.raises(Refused) as caught:
        unit_merging.reopen(ctx, here.east.key)
    assert code_of(caught) == ["unit_name_taken"]


def test_a_merged_unit_stays_merged(ctx, here):
    merge(ctx, here)
    for act in (
        lambda: unit_merging.reopen(ctx, here.north.key),
        lambda: unit_merging.close(ctx, here.north.key, on=DAY, ground="g", expected=here.north.version),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert code_of(caught)[0] in ("unit_is_merged", "unit_is_closed")


def test_the_tree_is_sorted_the_vietnamese_way(ctx, here):
    for name in ("Thôn 10", "Thôn 2", "Thôn Ấp"):
        add(ctx, name)
    top = units.tree(ctx)
    assert [one.name for one in top.children] == ["Thôn 2", "Thôn 10", "Thôn Ấp", "Thôn Bắc", "Thôn Đông"]
    assert [one.name for one in top.children[3].children] == ["Tổ công nghệ số"]


def test_a_very_large_tree_is_shown_by_levels(ctx, here, monkeypatch):
    monkeypatch.setattr(units, "LARGEST_TREE", 3)
    assert units.tree(ctx) is None
    assert [one.name for one in units.listing(ctx, level=True).rows] == ["Thôn Bắc", "Thôn Đông"]


def test_every_act_is_audited(ctx, here):
    add(ctx)
    units.edit(ctx, here.east.key, short_name="Đ", kind="thon", is_external=False, expected=here.east.version)
    merge(ctx, here)
    db.session.commit()
    lines = db.session.execute(sa.select(AuditLine.action, AuditLine.object, AuditLine.unit).order_by(AuditLine.seq))
    assert [tuple(one) for one in lines] == [
        ("unit.added", "unit:thon-nam", here.commune.key),
        ("unit.edited", f"unit:{here.east.key}", here.commune.key),
        ("unit.merged", f"unit:{here.north.key}", here.commune.key),
    ]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Unit)) == 6
