"""Switches, policies, the server's word and the event's: who may say what, and what comes of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core.domain.activation import Policy, Reason
from core.domain.errors import Forbidden, NotFound, Refused
from core.models import AuditLine, OutboxRow, PluginSwitch, db
from core.services import (
    failpoints,
    plugin_explain,
    plugin_health,
    plugin_policies,
    plugin_sets,
    plugin_switches,
    plugins,
)


@pytest.fixture
def at(tree, context_of):
    """``at("xa")``: a fresh context of that unit's administrator."""

    def build(name, who=None, **more):
        return context_of(getattr(tree, who or f"{name}_admin"), getattr(tree, name), **more)

    return build


def lay_down(ctx, plugin, policy):
    plugin_policies.set_policy(ctx, plugin, policy)
    ctx.session.commit()


def turn(ctx, plugin, is_on):
    found = plugin_switches.switch(ctx, plugin, is_on=is_on)
    ctx.session.commit()
    return found


def refusal(act, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    db.session.rollback()
    return [(one.code, one.params) for one in caught.value.objections]


def actions():
    lines = db.session.execute(sa.select(AuditLine.action, AuditLine.unit, AuditLine.object).order_by(AuditLine.seq))
    return [tuple(one) for one in lines]


def verdict(ctx, plugin="lamp"):
    one = plugin_sets.of_unit(ctx).verdicts[plugin]
    return one.is_on, one.reason


def test_a_unit_turns_a_plugin_on_and_off(at, tree):
    assert verdict(at("xa")) == (False, Reason.NOBODY_CHOSE)
    assert turn(at("xa"), "lamp", True) == ()
    assert verdict(at("xa")) == (True, Reason.OWN_SWITCH)
    assert verdict(at("thon")) == (False, Reason.NOBODY_CHOSE)  # a switch is one's own
    turn(at("xa"), "lamp", False)
    assert verdict(at("xa")) == (False, Reason.OWN_SWITCH)
    told = db.session.scalars(sa.select(OutboxRow).where(OutboxRow.kind == "tell")).all()
    payload = told[0].payload
    assert (len(told), payload["plugin"], payload["hook"]) == (1, "lamp", "unit_switched_off")
    assert payload["args"] == {
        "unit_id": tree.xa.id,
        "actor_id": tree.xa_admin.id,
        "at": "2026-05-13T03:00:00+00:00",
    }
    assert actions() == [
        ("plugin.switch_on", tree.xa.key, "plugin:lamp"),
        ("plugin.switch_off", tree.xa.key, "plugin:lamp"),
    ]


def test_the_same_word_twice_is_said_once(at):
    turn(at("xa"), "lamp", True)
    turn(at("xa"), "lamp", True)
    turn(at("xa"), "lamp", False)
    turn(at("xa"), "lamp", False)
    assert [one[0] for one in actions()] == ["plugin.switch_on", "plugin.switch_off"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxRow)) == 1


def test_off_before_it_was_ever_on_is_kept_and_not_told(at):
    lay_down(at("tinh"), "lamp", Policy.ALLOWED)
    turn(at("xa"), "lamp", False)
    assert verdict(at("xa")) == (False, Reason.OWN_SWITCH)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxRow)) == 0


@pytest.mark.parametrize(
    ("policy", "code"), [(Policy.FORBIDDEN, "plugin_forbidden_above"), (Policy.REQUIRED, "plugin_required_above")]
)
@pytest.mark.parametrize("is_on", [True, False])
def test_no_switch_against_an_upper_unit(at, tree, policy, code, is_on):
    lay_down(at("tinh"), "lamp", policy)
    found = refusal(plugin_switches.switch, at("thon"), "lamp", is_on=is_on)
    assert found == [(code, {"plugin": "Đèn đường", "unit": "Tỉnh Thử"})]
    assert verdict(at("thon"))[0] is (policy is Policy.REQUIRED)
    assert verdict(at("tinh")) == (False, Reason.NOBODY_CHOSE)  # a policy is for those below


def test_a_default_can_be_switched(at):
    lay_down(at("tinh"), "lamp", Policy.DEFAULT_ON)
    assert verdict(at("xa")) == (True, Reason.DEFAULT_ABOVE)
    turn(at("xa"), "lamp", False)
    assert verdict(at("xa")) == (False, Reason.OWN_SWITCH)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxRow)) == 1


@pytest.mark.parametrize(
    ("upper", "lower", "code"),
    [
        (Policy.FORBIDDEN, Policy.REQUIRED, "plugin_forbidden_above"),
        (Policy.FORBIDDEN, Policy.DEFAULT_ON, "plugin_forbidden_above"),
        (Policy.FORBIDDEN, Policy.ALLOWED, "plugin_forbidden_above"),
        (Policy.REQUIRED, Policy.FORBIDDEN, "plugin_required_above"),
        (Policy.REQUIRED, Policy.ALLOWED, "plugin_required_above"),
        (Policy.REQUIRED, Policy.DEFAULT_ON, "plugin_required_above"),
    ],
)
def test_no_policy_against_an_upper_unit(at, upper, lower, code):
    lay_down(at("tinh"), "lamp", upper)
    found = refusal(plugin_policies.set_policy, at("xa"), "lamp", lower)
    assert found == [(code, {"plugin": "Đèn đường", "unit": "Tỉnh Thử"})]


@pytest.mark.parametrize("word", list(Policy))
def test_any_policy_under_a_unit_that_leaves_a_choice(at, word):
    lay_down(at("tinh"), "lamp", Policy.DEFAULT_ON)
    lay_down(at("xa"), "lamp", word)
    assert verdict(at("thon"))[0] is (word in (Policy.REQUIRED, Policy.DEFAULT_ON))
    lay_down(at("xa"), "lamp", None)
    assert verdict(at("thon")) == (True, Reason.DEFAULT_ABOVE)
    assert [one[0] for one in actions()] == ["plugin.policy"] * 3


def test_required_only_together_with_what_it_needs(at):
    found = refusal(plugin_policies.set_policy, at("tinh"), "shade", Policy.REQUIRED)
    assert found == [("plugin_policy_needs", {"plugin": "Chao đèn", "needs": "Đèn đường"})]
    lay_down(at("tinh"), "lamp", Policy.REQUIRED)
    lay_down(at("tinh"), "shade", Policy.REQUIRED)
    assert verdict(at("thon"), "shade") == (True, Reason.REQUIRED_ABOVE)
    for weaker in (None, Policy.ALLOWED, Policy.FORBIDDEN):
        found = refusal(plugin_policies.set_policy, at("tinh"), "lamp", weaker)
        assert found == [("plugin_policy_needed", {"plugin": "Đèn đường", "by": "Chao đèn"})]
    lay_down(at("tinh"), "shade", None)
    lay_down(at("tinh"), "lamp", None)
    assert verdict(at("thon")) == (False, Reason.NOBODY_CHOSE)


def test_required_above_serves_what_a_lower_unit_requires(at):
    lay_down(at("tinh"), "lamp", Policy.REQUIRED)
    lay_down(at("xa"), "shade", Policy.REQUIRED)
    assert verdict(at("thon"), "shade") == (True, Reason.REQUIRED_ABOVE)


def test_a_later_contradiction_gives_the_stricter(at):
    lay_down(at("xa"), "lamp", Policy.REQUIRED)
    lay_down(at("tinh"), "lamp", Policy.FORBIDDEN)
    assert verdict(at("thon")) == (False, Reason.FORBIDDEN_ABOVE)


def test_the_plugin_is_asked_before_it_is_on(make, tree, context_of):
    dark, dim, broken = (make.unit(f"Xã {name}", parent=tree.tinh) for name in ("Tối", "Mờ", "Nổ"))
    found = refusal(plugin_switches.switch, context_of(tree.tinh_admin, dark), "lamp", is_on=True)
    assert found == [
        ("plugin_says", {"text": "Chưa có điện ở đây."}),
        ("plugin_says", {"text": "Chưa có cột đèn."}),
    ]
    assert turn(context_of(tree.tinh_admin, dim), "lamp", True) == ("Điện yếu, đèn sẽ mờ.",)
    found = refusal(plugin_switches.switch, context_of(tree.tinh_admin, broken), "lamp", is_on=True)
    assert found == [("plugin_cannot_check", {"plugin": "Đèn đường"})]
    assert db.session.scalars(sa.select(PluginSwitch.unit_id)).all() == [dim.id]


def test_what_it_needs_must_be_on_first(at):
    found = refusal(plugin_switches.switch, at("xa"), "shade", is_on=True)
    assert found == [("plugin_needs", {"plugin": "Chao đèn", "needs": "Đèn đường"})]
    turn(at("xa"), "lamp", True)
    turn(at("xa"), "shade", True)
    turn(at("xa"), "lamp", False)
    assert verdict(at("xa"), "shade") == (False, Reason.NEEDS_ANOTHER)


def test_what_cannot_act_is_not_switched_on(app, at, tree):
    registry = app.extensions["plugins"]
    plugins.allow_on_server(at("tinh", "system"), "lamp", is_allowed=False)
    db.session.commit()
    assert verdict(at("xa")) == (False, Reason.NOT_ON_SERVER)
    found = refusal(plugin_switches.switch, at("xa"), "lamp", is_on=True)
    assert found == [("plugin_not_served", {"plugin": "Đèn đường"})]
    plugins.allow_on_server(at("tinh", "system"), "lamp", is_allowed=True)
    plugin_health.state_of(at("tinh", "system"), "lamp").suspended_at = at("tinh").now
    db.session.commit()
    found = refusal(plugin_switches.switch, at("xa"), "lamp", is_on=True)
    assert found == [("plugin_suspended", {"plugin": "Đèn đường"})]
    plugins.resume(at("tinh", "system"), "lamp")
    db.session.commit()
    registry.mark_unwell("lamp", "import", "broken")
    found = refusal(plugin_switches.switch, at("xa"), "lamp", is_on=True)
    assert found == [("plugin_unwell", {"plugin": "Đèn đường"})]
    for word in (Policy.REQUIRED, Policy.DEFAULT_ON):
        found = refusal(plugin_policies.set_policy, at("tinh"), "lamp", word)
        assert found == [("plugin_unwell", {"plugin": "Đèn đường"})]
    assert [one[0] for one in actions()] == ["plugin.forbid", "plugin.allow", "plugin.resume"]


def test_what_is_on_can_be_switched_off_however_it_fares(app, at):
    turn(at("xa"), "lamp", True)
    app.extensions["plugins"].mark_unwell("lamp", "import", "broken")
    turn(at("xa"), "lamp", False)
    assert verdict(at("xa")) == (False, Reason.OWN_SWITCH)


@pytest.mark.parametrize("who", ["secretary", "nominator", "volunteer", "thon_admin"])
def test_who_may_not(tree, context_of, who):
    ctx = context_of(getattr(tree, who), tree.xa)
    for act in (
        lambda: plugin_switches.switch(ctx, "lamp", is_on=True),
        lambda: plugin_policies.set_policy(ctx, "lamp", Policy.FORBIDDEN),
        lambda: plugin_policies.effects(ctx, "lamp"),
        lambda: plugins.listing(ctx),
        lambda: plugins.overview(ctx),
        lambda: plugins.resume(ctx, "lamp"),
        lambda: plugins.allow_on_server(ctx, "lamp", is_allowed=False),
    ):
        with pytest.raises(Forbidden):
            act()


def test_the_server_belongs_to_its_administrator(tree, context_of):
    with pytest.raises(Forbidden):
        plugins.allow_on_server(context_of(tree.tinh_admin, tree.tinh), "lamp", is_allowed=False)


def test_a_plugin_that_is_not_installed(at):
    for act in (
        lambda: plugin_switches.switch(at("xa"), "nothing", is_on=True),
        lambda: plugin_policies.set_policy(at("xa"), "nothing", Policy.FORBIDDEN),
        lambda: plugins.allow_on_server(at("tinh", "system"), "x" * 300, is_allowed=False),
        lambda: plugins.resume(at("tinh", "system"), "x\x00"),
        lambda: plugin_explain.explain(at("xa"), "nothing"),
    ):
        with pytest.raises(NotFound):
            act()


def test_nothing_half_is_kept(at):
    failpoints.arm("plugin.toggle.before_commit=raise")
    try:
        with pytest.raises(failpoints.FailpointReached):
            plugin_switches.switch(at("xa"), "lamp", is_on=True)
        db.session.rollback()
    finally:
        failpoints.arm("")
    assert (verdict(at("xa")), actions()) == ((False, Reason.NOBODY_CHOSE), [])


# ------------------------------------------------------------------------------------------------ events


def test_an_event_leaves_out_what_its_organiser_has_on(at, make, tree):
    event = make.event(tree.xa)

    def ctx():
        return at("xa", event=event)

    assert refusal(plugin_switches.leave_out, ctx(), "lamp", is_out=True) == [
        ("plugin_not_on", {"plugin": "Đèn đường"})
    ]
    turn(at("xa"), "lamp", True)
    turn(at("xa"), "shade", True)
    plugin_switches.leave_out(ctx(), "lamp", is_out=True)
    db.session.commit()
    found = {one.name: (one.is_left_out, one.is_on, one.needs_title) for one in plugin_switches.of_event(ctx())}
    assert found == {"lamp": (True, False, ""), "shade": (False, False, "Đèn đường")}
    assert plugin_sets.of_unit(at("xa")).on == ("lamp", "shade")
    plugin_switches.leave_out(ctx(), "lamp", is_out=False)
    db.session.commit()
    assert [one.is_on for one in plugin_switches.of_event(ctx())] == [True, True]
    assert [one[0] for one in actions()][2:] == ["event.plugin_left_out", "event.plugin_taken_back"]


def test_an_event_leaves_out_nothing_required(at, make, tree):
    event = make.event(tree.xa)
    lay_down(at("tinh"), "lamp", Policy.REQUIRED)
    found = refusal(plugin_switches.leave_out, at("xa", event=event), "lamp", is_out=True)
    assert found == [("plugin_required_above", {"plugin": "Đèn đường", "unit": "Tỉnh Thử"})]


def test_only_the_organiser_narrows_its_event(at, make, tree):
    other = make.unit("Xã Khác", parent=tree.tinh)
    event = make.event(other)
    with pytest.raises(NotFound):
        plugin_switches.leave_out(at("xa", event=event), "lamp", is_out=True)
    with pytest.raises(Forbidden):
        plugin_switches.leave_out(at("xa", "volunteer", event=event), "lamp", is_out=True)


# ------------------------------------------------------------------------------------------------ effects, explain


def test_effects_are_what_then_happens(at, make, tree):
    for n in range(3):
        make.unit(f"Thôn {n}", parent=tree.xa, kind="thon")
    turn(at("thon"), "lamp", True)
    for effect in plugin_policies.effects(at("xa"), "lamp"):
        lay_down(at("xa"), "lamp", effect.policy)
        _page, rows = plugin_policies.units_below(at("xa"), "lamp")
        assert (effect.on, effect.total) == (sum(one.verdict.is_on for one in rows), 4)
        lay_down(at("xa"), "lamp", None)
    told = {one.policy: (one.on, one.turned_on, one.turned_off) for one in plugin_policies.effects(at("xa"), "lamp")}
    assert told == {
        None: (1, 0, 0),
        Policy.ALLOWED: (1, 0, 0),
        Policy.DEFAULT_ON: (4, 3, 0),
        Policy.REQUIRED: (4, 3, 0),
        Policy.FORBIDDEN: (0, 0, 1),
    }


def chain(ctx, plugin="lamp"):
    found = plugin_explain.explain(ctx, plugin)[0]
    return [(one.kind, one.word, one.name, one.is_deciding) for one in found.steps]


def test_the_whole_chain_is_told(at, tree):
    lay_down(at("tinh"), "lamp", Policy.DEFAULT_ON)
    turn(at("thon"), "lamp", False)
    assert chain(at("thon")) == [
        ("policy", "default_on", "Tỉnh Thử", False),
        ("policy", "none", "Xã Sáng", False),
        ("own", "off", "Thôn Đông", True),
        ("server", "allowed", "", False),
        ("health", "well", "", False),
    ]
    assert chain(at("xa"))[0] == ("policy", "default_on", "Tỉnh Thử", True)
    assert chain(at("tinh")) == [
        ("own", "none", "Tỉnh Thử", True),
        ("server", "allowed", "", False),
        ("health", "well", "", False),
    ]


def test_the_chain_of_an_event_is_its_organisers(at, make, tree):
    event = make.event(tree.xa, invited=[tree.thon])
    turn(at("xa"), "lamp", True)
    plugin_switches.leave_out(at("xa", event=event), "lamp", is_out=True)
    db.session.commit()
    assert chain(at("thon", event=event)) == [
        ("policy", "none", "Tỉnh Thử", False),
        ("own", "on", "Xã Sáng", False),
        ("server", "allowed", "", False),
        ("event", "left_out", event.title, True),
        ("health", "well", "", False),
    ]


def test_exactly_one_step_decides_whatever_was_said(app, at):
    lay_down(at("tinh"), "lamp", Policy.FORBIDDEN)
    plugins.allow_on_server(at("tinh", "system"), "shade", is_allowed=False)
    db.session.commit()
    app.extensions["plugins"].mark_unwell("lamp", "import", "broken")
    for where in ("tinh", "xa", "thon"):
        for one in plugin_explain.explain(at(where)):
            assert [step.is_deciding for step in one.steps].count(True) == 1
    assert chain(at("xa"), "shade")[2] == ("server", "forbidden", "", True)
    assert chain(at("xa"))[-1] == ("health", "unwell", "", False)
    assert ("needs", "missing", "Đèn đường", False) in chain(at("xa"), "shade")
