"""Settings and targets: inherited, locked, judged, and never lost to another's save."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from core.domain.errors import Forbidden, NotFound, Refused, Stale
from core.domain.views import Window
from core.models import AuditLine, PluginSetting, PluginTarget, db
from core.services import plugin_answers, plugin_settings, plugin_targets

DAY = dt.date(2026, 5, 12)


@pytest.fixture
def at(tree, context_of):
    def build(name, who=None):
        return context_of(getattr(tree, who or f"{name}_admin"), getattr(tree, name))

    return build


def save(ctx, data, locked=()):
    version = plugin_answers.show(ctx, "lamp").version
    found = plugin_answers.save_settings(ctx, "lamp", data, locked=locked, expected_version=version)
    ctx.session.commit()
    return found


def held(ctx):
    return {
        one.spec.key: (one.held, one.held_by, one.locked_by)
        for one in plugin_answers.show(ctx, "lamp").rows
        if one.held is not None or one.locked_by
    }


def refusals(ctx, data, locked=()):
    with pytest.raises(Refused) as caught:
        save(ctx, data, locked)
    db.session.rollback()
    return sorted((one.field, one.code) for one in caught.value.objections)


def test_what_holds_and_from_whom(at):
    save(at("tinh"), {"watts": 60, "colour": "white"})
    save(at("xa"), {"watts": 80})
    assert held(at("thon")) == {"watts": (80, "Xã Sáng", ""), "colour": ("white", "Tỉnh Thử", "")}
    assert plugin_settings.effective(at("thon"), "lamp", unit_id=at("thon").here.id) == {
        "watts": 80,
        "colour": "white",
    }
    # what is left empty is inherited again
    save(at("xa"), {"watts": None, "is_solar": False})
    assert held(at("thon")) == {
        "watts": (60, "Tỉnh Thử", ""),
        "colour": ("white", "Tỉnh Thử", ""),
        "is_solar": (False, "Xã Sáng", ""),
    }


def test_a_lock_binds_those_below(at):
    save(at("xa"), {"watts": 80})
    save(at("tinh"), {"watts": 60}, locked=["watts"])
    assert held(at("xa")) == {"watts": (60, "Tỉnh Thử", "Tỉnh Thử")}
    assert refusals(at("xa"), {"watts": 90}) == [("watts", "plugin_setting_locked")]
    assert refusals(at("thon"), {}, locked=["watts"]) == [("watts", "plugin_setting_locked")]
    save(at("xa"), {"colour": "yellow"})
    assert plugin_settings.effective(at("xa"), "lamp", unit_id=at("xa").here.id) == {"watts": 60, "colour": "yellow"}
    # the unit's own word waits under the lock
    save(at("tinh"), {"watts": 60})
    assert held(at("xa"))["watts"] == (80, "Xã Sáng", "")


def test_a_lock_without_a_value_holds_what_is_above(at):
    save(at("tinh"), {"watts": 60})
    save(at("xa"), {}, locked=["watts"])
    assert held(at("thon"))["watts"] == (60, "Tỉnh Thử", "Xã Sáng")


@pytest.mark.parametrize(
    ("data", "locked", "expected"),
    [
        ({"watts": 0}, (), [("watts", "number_out_of_range")]),
        ({"watts": "sáu mươi"}, (), [("watts", "bad_integer")]),
        ({"watts": 60, "colour": "green"}, (), [("colour", "not_a_choice")]),
        ({"watts": 60, "note": "gọi 012345678901"}, (), [("note", "identity_in_text")]),
        ({"watts": 60, "size": 4}, (), [("size", "no_such_field")]),
        ({"watts": 60}, ("size",), [("size", "no_such_field")]),
        ({"colour": "white"}, (), [("watts", "required")]),
        ({"watts": True, "colour": 7}, (), [("colour", "not_a_choice"), ("watts", "bad_integer")]),
        ([], (), [(None, "not_an_object")]),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(at, data, locked, expected):
    found = refusals(at("xa"), data, locked)
    assert [one for one in found if one in expected] == expected
    assert db.session.scalars(sa.select(PluginSetting.id)).all() == []


def test_required_may_be_answered_above(at):
    save(at("tinh"), {"watts": 60})
    save(at("xa"), {"colour": "white"})
    assert held(at("xa"))["watts"] == (60, "Tỉnh Thử", "")


def test_two_editors(at):
    first, second = at("xa"), at("xa", "tinh_admin")
    version = plugin_answers.show(first, "lamp").version
    save(second, {"watts": 70})
    with pytest.raises(Stale) as caught:
        plugin_answers.save_settings(first, "lamp", {"watts": 90}, locked=(), expected_version=version)
    db.session.rollback()
    assert caught.value.theirs == {"watts": 70, "colour": None, "is_solar": None, "note": None}
    assert caught.value.params == {"by": "Quản Trị Tỉnh"}
    assert held(at("xa"))["watts"] == (70, "Xã Sáng", "")


def test_the_same_again_is_no_change(at):
    save(at("xa"), {"watts": 70}, locked=["note"])
    save(at("xa"), {"watts": 70}, locked=["note"])
    rows = db.session.execute(sa.select(PluginSetting.version, PluginSetting.locked)).all()
    assert [tuple(one) for one in rows] == [(1, ["note"])]
    assert db.session.scalars(sa.select(AuditLine.action)).all() == ["plugin.settings"]


@pytest.mark.parametrize("who", ["secretary", "volunteer", "thon_admin"])
def test_who_may_not(tree, context_of, who):
    ctx = context_of(getattr(tree, who), tree.xa)
    for act in (
        lambda: plugin_answers.show(ctx, "lamp"),
        lambda: plugin_answers.save_settings(ctx, "lamp", {"watts": 1}, locked=(), expected_version=0),
        lambda: plugin_targets.listing(ctx, "lamp"),
        lambda: aim(ctx),
        lambda: plugin_targets.remove_target(ctx, "lamp", "x"),
    ):
        with pytest.raises(Forbidden):
            act()


# ------------------------------------------------------------------------------------------------ targets


def aim(ctx, unit=None, first=DAY, last=DAY, quantity=100, indicator="lit"):
    row = plugin_targets.set_target(
        ctx,
        "lamp",
        unit=unit or ctx.here.key,
        indicator=indicator,
        first=first,
        last=last,
        quantity=quantity,
    )
    ctx.session.commit()
    return row


def test_targets_of_ones_own_unit_and_below(at, tree):
    aim(at("xa"), quantity=100, last=dt.date(2026, 5, 20))
    aim(at("xa"), unit=tree.thon.key, quantity=40)
    aim(at("xa"), unit=tree.thon.key, quantity=7, indicator="broken")
    window = Window(dt.date(2026, 5, 1), dt.date(2026, 5, 31))
    found = plugin_settings.targets(at("xa"), "lamp", unit_ids=[tree.xa.id, tree.thon.id], window=window)
    assert found == {(tree.xa.id, "lit"): 100, (tree.thon.id, "lit"): 40, (tree.thon.id, "broken"): 7}
    rows = [(one.unit, one.indicator, one.quantity) for one in plugin_targets.listing(at("xa"), "lamp").rows]
    assert sorted(rows) == [("Thôn Đông", "broken", 7), ("Thôn Đông", "lit", 40), ("Xã Sáng", "lit", 100)]
    with pytest.raises(NotFound):
        aim(at("thon"), unit=tree.xa.key)
    with pytest.raises(NotFound):
        aim(at("xa"), unit=tree.tinh.key)


def test_the_same_period_is_replaced_and_others_may_not_overlap(at):
    aim(at("xa"), last=dt.date(2026, 5, 20))
    aim(at("xa"), last=dt.date(2026, 5, 20), quantity=120)
    assert db.session.scalars(sa.select(PluginTarget.quantity)).all() == [120]
    with pytest.raises(Refused) as caught:
        aim(at("xa"), first=dt.date(2026, 5, 20), last=dt.date(2026, 6, 1))
    db.session.rollback()
    assert [(one.field, one.code, one.params) for one in caught.value.objections] == [
        ("first", "plugin_target_overlaps", {"first": DAY, "last": dt.date(2026, 5, 20)})
    ]
    aim(at("xa"), first=dt.date(2026, 5, 21), last=dt.date(2026, 6, 1))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"indicator": "nothing"}, [("indicator", "tally_unknown_indicator")]),
        ({"last": dt.date(2026, 5, 1)}, [("last", "days_backwards")]),
        ({"quantity": -1}, [("quantity", "number_out_of_range")]),
        ({"quantity": 2**31}, [("quantity", "number_out_of_range")]),
    ],
)
def test_a_target_that_does_not_fit(at, values, expected):
    with pytest.raises(Refused) as caught:
        aim(at("xa"), **values)
    assert [(one.field, one.code) for one in caught.value.objections] == expected


def test_a_target_is_removed_by_who_keeps_it(at, tree):
    key = aim(at("xa")).key
    with pytest.raises(NotFound):
        plugin_targets.remove_target(at("thon"), "lamp", key)
    plugin_targets.remove_target(at("tinh"), "lamp", key)
    db.session.commit()
    assert db.session.scalars(sa.select(PluginTarget.id)).all() == []
    actions = db.session.scalars(sa.select(AuditLine.action).order_by(AuditLine.seq)).all()
    assert actions == ["plugin.target_set", "plugin.target_removed"]


# ------------------------------------------------------------------------------------------------ the pages


def test_settings_by_the_form(tree, sign_in, at):
    save(at("tinh"), {"watts": 60, "colour": "white"}, locked=["colour"])
    browser, path = sign_in(tree.xa_admin), f"/u/{tree.xa.key}/plugins/lamp/settings"
    page = browser.get(path).text
    assert "Để trống thì theo Tỉnh Thử: 60." in page
    assert ("Tỉnh Thử đã khóa mục này." in page, 'name="answers-colour"' in page) == (True, False)
    wrong = browser.post(path, data={"answers-watts": "4.000", "version": "0"})
    assert (wrong.status_code, 'value="4.000"' in wrong.text, "Số phải từ 1 đến 400." in wrong.text) == (
        422,
        True,
        True,
    )
    good = {"answers-watts": "75", "answers-is_solar": "true", "locked": ["watts"], "version": "0"}
    assert browser.post(path, data=good).status_code == 302
    assert held(at("thon")) == {
        "watts": (75, "Xã Sáng", "Xã Sáng"),
        "colour": ("white", "Tỉnh Thử", "Tỉnh Thử"),
        "is_solar": (True, "Xã Sáng", ""),
    }
    late = browser.post(path, data={"answers-watts": "90", "version": "0"})
    assert (late.status_code, 'value="90"' in late.text, "Người khác vừa lưu trước" in late.text) == (409, True, True)
    assert 'name="version" type="hidden" value="1"' in late.text
    assert browser.post(path, data={"answers-watts": "90", "version": "1"}).status_code == 302
    assert held(at("xa"))["watts"] == (90, "Xã Sáng", "")


def test_ones_own_answers_are_dropped_together(tree, sign_in, at):
    """A yes or no cannot be unticked: one press returns to what is above, and the locks stay."""
    save(at("tinh"), {"watts": 60})
    save(at("xa"), {"watts": 75, "is_solar": True}, locked=["note"])
    browser, path = sign_in(tree.xa_admin), f"/u/{tree.xa.key}/plugins/lamp/settings"
    form = {"answers-watts": "75", "answers-is_solar": "true", "locked": ["note"], "version": "1", "act": "reset"}
    assert browser.post(path, data=form).status_code == 302
    assert held(at("xa")) == {"watts": (60, "Tỉnh Thử", "")}
    assert [one.spec.key for one in plugin_answers.show(at("xa"), "lamp").rows if one.is_locked_below] == ["note"]


def test_a_locked_setting_stays_locked_by_post(tree, sign_in, at):
    save(at("tinh"), {"watts": 60}, locked=["watts"])
    browser, path = sign_in(tree.xa_admin), f"/u/{tree.xa.key}/plugins/lamp/settings"
    browser.post(path, data={"answers-watts": "90", "version": "0"})
    forged = browser.post(path, data={"locked": ["watts"], "version": "0"})
    assert forged.status_code == 422
    assert held(at("xa")) == {"watts": (60, "Tỉnh Thử", "Tỉnh Thử")}


def test_targets_by_the_form(tree, sign_in):
    browser, path = sign_in(tree.xa_admin), f"/u/{tree.xa.key}/plugins/lamp/targets"
    form = {"unit": tree.thon.key, "indicator": "lit", "first": "12/05/2026", "last": "20/05/2026", "quantity": "1.500"}
    assert browser.post(path, data=form).status_code == 302
    page = browser.get(path).text
    assert ("1.500" in page, "12/05/2026 – 20/05/2026" in page) == (True, True)
    wrong = browser.post(path, data={**form, "first": "13/05/2026", "quantity": "x"})
    assert (wrong.status_code, db.session.scalars(sa.select(PluginTarget.quantity)).all()) == (422, [1500])
    key = db.session.scalar(sa.select(PluginTarget.key))
    assert browser.post(f"{path}/{key}/remove").status_code == 302
    assert browser.post(f"{path}/{key}/remove").status_code == 404
    for after in ("x", "\x00"):
        assert browser.get(path, query_string={"after": after}).status_code == 400


def test_a_plugin_without_settings_or_targets_has_no_such_page(tree, sign_in):
    browser = sign_in(tree.xa_admin)
    answers = [browser.get(f"/u/{tree.xa.key}/plugins/shade/{one}").status_code for one in ("settings", "targets")]
    assert answers == [404, 404]
