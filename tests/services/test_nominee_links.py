"""A nominee is linked to an account or a unit by a name that exactly one of the unit's own has."""

from __future__ import annotations

import pytest

from core.domain.permissions import Role
from core.models import Nominee, db
from core.services import nomination_draft, nominations
from core.services.nomination_draft import Draft


@pytest.fixture
def world(make):
    class World:
        commune = make.unit("Xã Hà Long")
        village = make.unit("Thôn Đông", parent=commune, kind="thon")
        team = make.unit("Tổ công nghệ số thôn Đông", parent=village, kind="to_cong_nghe_so")
        other = make.unit("Thôn Tây", parent=commune, kind="thon")
        event = make.event(commune, invited=(village,))
        nominator = make.user("Lê Thị Lập", (Role.NOMINATOR, village))
        lan = make.user("Nguyễn Thị Lan", (Role.VOLUNTEER, team))

    return World()


@pytest.fixture
def put_forward(world, context_of):
    def put(name, kind):
        ctx = context_of(world.nominator, world.village, event=world.event)
        row = nominations.start(ctx, award_code="GIAY_KHEN", kind=kind)
        db.session.commit()
        save(ctx, row, name)
        return ctx, row

    return put


def save(ctx, row, name):
    values = {"nominee": name, "achievement": "Việc"}
    nomination_draft.save(ctx, row.key, Draft(values, dict(values)), expected_version=row.version)
    db.session.commit()


def links():
    db.session.expire_all()
    row = db.session.query(Nominee).one()
    return row.user_id, row.as_unit_id


@pytest.mark.parametrize(
    ("name", "kind", "found"),
    [
        ("Nguyễn Thị Lan", "individual", "lan"),
        ("nguyễn thị lan", "individual", "lan"),
        ("Nguyễn Thị Lân", "individual", None),  # another name, though it folds to the same letters
        ("Nguyễn Thị Lan", "collective", None),
        ("Tổ công nghệ số thôn Đông", "collective", "team"),
        ("TỔ CÔNG NGHỆ SỐ THÔN ĐÔNG", "collective", "team"),
        ("Thôn Đông", "collective", "village"),
        ("Thôn Đông", "household", None),
        ("Thôn Tây", "collective", None),  # not one of ours
        ("Xã Hà Long", "collective", None),
    ],
)
def test_by_a_name_of_our_own(world, put_forward, name, kind, found):
    put_forward(name, kind)
    person = world.lan.id if found == "lan" else None
    unit = getattr(world, found).id if found in ("team", "village") else None
    assert links() == (person, unit)


def test_two_of_one_name_link_nobody(world, put_forward, make):
    make.user("Nguyễn Thị Lan", (Role.NOMINATOR, world.village))
    put_forward("Nguyễn Thị Lan", "individual")
    assert links() == (None, None)


def test_an_account_that_works_here_no_more_is_nobody_of_ours(world, put_forward):
    world.lan.grants[0].ended_at = world.lan.created_at
    db.session.commit()
    put_forward("Nguyễn Thị Lan", "individual")
    assert links() == (None, None)


def test_a_corrected_name_is_linked_anew(world, put_forward):
    ctx, row = put_forward("Nguyễn Thị Lan", "individual")
    save(ctx, row, "Nguyễn Thị Liên")
    assert links() == (None, None)
    save(ctx, row, "Nguyễn Thị Lan")
    assert links() == (world.lan.id, None)
