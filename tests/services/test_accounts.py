"""Accounts and roles: given and ended only by who administers, and never so that a door opens elsewhere."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core.domain.errors import Forbidden, NotFound, Refused, Stale
from core.domain.permissions import Role
from core.models import AuditLine, RoleGrant, User, db
from core.services import accounts, passwords, roles


class Commune:
    """Thanh Hóa over Hà Long over Thôn Đông, beside it another commune."""

    def __init__(self, make):
        self.province = make.unit("Tỉnh Thanh Hóa", kind="tinh")
        self.commune = make.unit("Xã Hà Long", parent=self.province)
        self.village = make.unit("Thôn Đông", parent=self.commune, kind="thon")
        self.other = make.unit("Xã Bên", parent=self.province)
        self.system = make.user("Quản Trị Hệ Thống", (Role.SYSTEM_ADMIN, self.province))
        self.admin = make.user("Quản Trị Xã", (Role.UNIT_ADMIN, self.commune))
        self.lan = make.user("Nguyễn Thị Lan", (Role.NOMINATOR, self.village), password="kept")


@pytest.fixture
def here(make):
    return Commune(make)


@pytest.fixture
def ctx(here, context_of):
    return context_of(here.admin, here.commune)


def code_of(caught):
    return [one.code for one in caught.value.objections]


def create(ctx, here, **more):
    values = {
        "full_name": "Trần Văn Ất",
        "login": "",
        "title": "",
        "email": "",
        "unit": here.village.key,
        "roles_given": ["nominator", "head"],
        **more,
    }
    return accounts.create(ctx, **values)


def held(user):
    query = sa.select(RoleGrant.role).where(RoleGrant.user_id == user.id, RoleGrant.ended_at.is_(None))
    return sorted(db.session.scalars(query))


def test_an_account_comes_with_roles_and_a_login_from_its_name(ctx, here):
    first, second = create(ctx, here), create(ctx, here)
    assert (first.login, second.login, first.password) == ("at.tv", "at.tv2", None)
    assert held(first) == ["head", "nominator"]


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"login": "Có Dấu"}, ["login_bad"]),
        ({"login": "ab"}, ["login_bad"]),
        ({"login": "x" * 61}, ["login_bad"]),
        ({"roles_given": []}, ["role_missing"]),
        ({"roles_given": ["system_admin"]}, ["role_not_yours"]),
        ({"roles_given": ["king"]}, ["role_not_yours"]),
        ({"email": "x"}, ["bad_email"]),
        ({"login": "-", "roles_given": [], "email": "x"}, ["login_bad", "role_missing", "bad_email"]),
    ],
)
def test_a_bad_account_is_refused_with_every_reason(ctx, here, values, codes):
    with pytest.raises(Refused) as caught:
        create(ctx, here, **values)
    assert code_of(caught) == codes


def test_a_login_is_taken_once(ctx, here):
    with pytest.raises(Refused) as caught:
        create(ctx, here, login=f" {here.lan.login.upper()} ")
    assert code_of(caught) == ["login_taken"]


def test_roles_are_given_in_one_s_own_subtree_only(ctx, here):
    for unit in (here.province, here.other):
        with pytest.raises(NotFound):
            create(ctx, here, unit=unit.key)
        with pytest.raises(NotFound):
            roles.grant(ctx, here.lan.key, unit=unit.key, role="head")


def test_who_does_not_administer_may_nothing(here, make, context_of):
    clerk = make.user("Thư Ký", *((role, here.commune) for role in Role if role not in ("unit_admin", "system_admin")))
    ctx = context_of(clerk, here.commune)
    for act in (
        lambda: create(ctx, here),
        lambda: roles.grant(ctx, here.lan.key, unit=here.village.key, role="head"),
        lambda: roles.end(ctx, here.lan.key, 1),
        lambda: accounts.close(ctx, here.lan.key),
        lambda: accounts.make_link(ctx, here.lan.key),
        lambda: accounts.listing(ctx),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_role_is_held_once(ctx, here):
    with pytest.raises(Refused) as caught:
        roles.grant(ctx, here.lan.key, unit=here.village.key, role="nominator")
    assert code_of(caught) == ["role_held"]


def test_giving_and_ending_a_role_ends_the_logins(ctx, here, sign_in):
    browser = sign_in(here.lan)
    roles.grant(ctx, here.lan.key, unit=here.village.key, role="head")
    db.session.commit()
    assert browser.get("/home").status_code == 302
    browser = sign_in(here.lan)
    grant = db.session.scalars(sa.select(RoleGrant.id).where(RoleGrant.role == "head")).one()
    roles.end(ctx, here.lan.key, grant)
    db.session.commit()
    assert browser.get("/home").status_code == 302
    assert held(here.lan) == ["nominator"]


def test_an_ended_role_is_remembered_and_not_ended_twice(ctx, here):
    (grant,) = here.lan.grants
    roles.end(ctx, here.lan.key, grant.id)
    assert [one.ended_at is None for one in roles.grants_of(ctx, here.lan)] == [False]
    with pytest.raises(NotFound):
        roles.end(ctx, here.lan.key, grant.id)


def test_only_a_system_administrator_makes_and_unmakes_one(ctx, here, context_of):
    system = context_of(here.system, here.commune)
    roles.grant(system, here.lan.key, unit=here.village.key, role="system_admin")
    grant = next(one.id for one in roles.grants_of(ctx, here.lan) if one.role == "system_admin")
    with pytest.raises(Refused) as caught:
        roles.end(ctx, here.lan.key, grant)
    assert code_of(caught) == ["role_not_yours"]
    roles.end(system, here.lan.key, grant)
    assert held(here.lan) == ["nominator"]


def test_nobody_gives_up_the_last_administration(ctx, here, context_of):
    (own,) = here.admin.grants
    with pytest.raises(Refused) as caught:
        roles.end(ctx, here.admin.key, own.id)
    assert code_of(caught) == ["own_last_admin_role"]
    system = context_of(here.system, here.province)
    roles.grant(system, here.system.key, unit=here.province.key, role="unit_admin")
    system = context_of(here.system, here.province)
    first = next(one.id for one in roles.grants_of(system, here.system) if one.role == "system_admin")
    with pytest.raises(Refused) as caught:
        roles.end(system, here.system.key, first)
    assert code_of(caught) == ["last_system_admin"]


def test_a_link_is_no_way_to_power_elsewhere(ctx, here, make):
    roles_elsewhere = ((Role.HEAD, here.village), (Role.UNIT_ADMIN, here.province))
    above = make.user("Người Cấp Trên", *roles_elsewhere)
    system = make.user("Hệ Thống", (Role.SYSTEM_ADMIN, here.village))
    for user in (above, system):
        for act in (accounts.make_link, accounts.close, accounts.turn_second_factor_off):
            with pytest.raises(Refused) as caught:
                act(ctx, user.key)
            assert code_of(caught) == ["account_has_roles_elsewhere"]
        with pytest.raises(Refused):
            accounts.edit(ctx, user.key, full_name="X Y", title="", email="", expected=user.version)


def test_ended_roles_elsewhere_do_not_matter(ctx, here, make):
    user = make.user("Đã Chuyển Về", (Role.HEAD, here.village), (Role.HEAD, here.other))
    user.grants[1].ended_at = ctx.now
    db.session.commit()
    assert accounts.make_link(ctx, user.key)[0].id == user.id


def test_accounts_outside_are_not_found(ctx, here, make):
    stranger = make.user("Người Xã Bên", (Role.HEAD, here.other))
    for act in (accounts.make_link, accounts.close, accounts.reopen):
        with pytest.raises(NotFound):
            act(ctx, stranger.key)


def test_a_closed_account_is_out_and_its_links_are_void(app, ctx, here, sign_in, client):
    _user, token = accounts.make_link(ctx, here.lan.key)
    db.session.commit()
    browser = sign_in(here.lan)
    accounts.close(ctx, here.lan.key)
    db.session.commit()
    assert browser.get("/home").status_code == 302
    accounts.reopen(ctx, here.lan.key)
    db.session.commit()
    assert [browser.get("/home").status_code, client.get(f"/link/{token}").status_code] == [302, 404]
    assert held(here.lan) == ["nominator"]


def test_nobody_closes_the_own_account_or_the_last_system_administrator(ctx, here, context_of, make):
    with pytest.raises(Refused) as caught:
        accounts.close(ctx, here.admin.key)
    assert code_of(caught) == ["account_own"]
    second = make.user("Hệ Thống Hai", (Role.SYSTEM_ADMIN, here.province))
    system = context_of(second, here.province)
    accounts.close(system, here.system.key)
    db.session.commit()
    with pytest.raises(Refused) as caught:
        accounts.close(context_of(here.system, here.province), second.key)
    assert code_of(caught) == ["last_system_admin"]


def test_a_stale_edit_shows_what_is_stored(ctx, here):
    seen = here.lan.version
    accounts.edit(ctx, here.lan.key, full_name="Nguyễn Thị Lan Anh", title="Văn thư", email="", expected=seen)
    with pytest.raises(Stale) as caught:
        accounts.edit(ctx, here.lan.key, full_name="Khác", title="", email="", expected=seen)
    assert caught.value.theirs == {"full_name": "Nguyễn Thị Lan Anh", "title": "Văn thư", "email": ""}


def names(found):
    return [row.full_name for row in found[0].rows]


def test_the_list_is_the_subtree_by_given_name_and_finds_without_marks(ctx, here, make):
    make.user("Lê Đức Anh", (Role.MEMBER, here.commune), login="le.anh")
    make.user("Người Xã Bên", (Role.HEAD, here.other))
    assert names(accounts.listing(ctx)) == ["Lê Đức Anh", "Nguyễn Thị Lan", "Quản Trị Xã"]
    assert names(accounts.listing(ctx, q="duc ANH")) == ["Lê Đức Anh"]
    assert names(accounts.listing(ctx, q="le.anh")) == ["Lê Đức Anh"]
    assert names(accounts.listing(ctx, role="member")) == ["Lê Đức Anh"]
    assert names(accounts.listing(ctx, q="%")) == []


def test_a_new_name_is_found_at_once(ctx, here):
    accounts.edit(ctx, here.lan.key, full_name="Đỗ Thị Ngà", title="", email="", expected=here.lan.version)
    assert names(accounts.listing(ctx, q="do thi nga")) == ["Đỗ Thị Ngà"]


def test_a_system_administrator_sees_who_has_no_role_yet(here, make, context_of):
    make.user("Chưa Có Vai Trò")
    system = context_of(here.system, here.province)
    assert "Chưa Có Vai Trò" in names(accounts.listing(system))
    below = context_of(here.system, here.commune)
    assert names(accounts.listing(below)) == ["Nguyễn Thị Lan", "Quản Trị Xã"]


def test_every_act_is_audited(ctx, here):
    user = create(ctx, here, roles_given=["head"])
    accounts.make_link(ctx, user.key)
    accounts.close(ctx, user.key)
    accounts.reopen(ctx, user.key)
    roles.end(ctx, user.key, user.grants[0].id)
    db.session.commit()
    lines = db.session.execute(sa.select(AuditLine.action, AuditLine.object).order_by(AuditLine.seq)).all()
    assert {one.object for one in lines} == {f"user:{user.key}"}
    assert [one.action for one in lines] == [
        "account.created",
        "role.granted",
        "link.made",
        "account.closed",
        "account.reopened",
        "role.ended",
    ]


def test_an_unknown_name_takes_as_long_as_a_wrong_password(app):
    """The same work is done: the dummy hash is of the same scheme and cost."""
    kept, nobody = passwords.hashed("một câu dài"), passwords._nobodys()
    assert kept.rsplit("$", 2)[0] == nobody.rsplit("$", 2)[0]
    assert [passwords.is_right("x", None), passwords.is_right("một câu dài", kept)] == [False, True]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 0
