"""Every route × method × role × unit: what the contract file says, and nothing else. Refused cells change nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from core.domain.permissions import PERMISSIONS, Permission, Role, holds
from core.http.guards import policy_of
from core.models import PluginSwitch, db
from core.services import database_shape, reach

CONTRACT = Path(__file__).parents[1] / "contract"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
NOMINATING = (Role.NOMINATOR, Role.HEAD)


def _rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def _roles(app: Flask, endpoint: str) -> list[str]:
    policy = policy_of(app, endpoint)
    if policy.is_public:
        return ["everybody"]
    if policy.permission is None:
        return ["signed in"]
    plugin_keys = app.extensions["plugins"].permissions
    return sorted((PERMISSIONS.get(policy.permission) or plugin_keys[policy.permission]).roles)


def test_the_contract_names_every_route_and_its_roles(app):
    found = {rule.endpoint: _roles(app, rule.endpoint) for rule in _rules(app)}
    wanted = json.loads((CONTRACT / "roles.json").read_text(encoding="utf-8"))
    for plugin, routes in json.loads((CONTRACT / "plugin_roles.json").read_text(encoding="utf-8")).items():
        if plugin in app.extensions["plugins"].installed:
            wanted |= routes
    assert found == wanted


def test_public_routes_are_the_approved_ones(app):
    found = sorted(rule.endpoint for rule in _rules(app) if policy_of(app, rule.endpoint).is_public)
    assert found == json.loads((CONTRACT / "public_routes.json").read_text(encoding="utf-8"))


def test_a_route_without_a_permission_stops_the_start(app):
    from core.http.guards import UnguardedRoute, check_every_route

    bare = Flask("bare")
    bare.add_url_rule("/leak", "leak", lambda: "")
    with pytest.raises(UnguardedRoute, match="leak"):
        check_every_route(bare)


def _address(app: Flask, rule: Rule, commune, unit) -> str:
    values = {}
    for name in rule.arguments:
        if type(rule._converters[name]).__name__ == "IntegerConverter":
            values[name] = 2026
        elif name == "unit":
            values[name] = unit.key
        elif name in commune.keys:
            values[name] = commune.keys[name]
        else:
            values[name] = {"filename": "vinhdanh.css", "path": "css/bootstrap.min.css"}.get(name, "khong-co")
    with app.test_request_context():
        return rule.build(values)[1]


def _digest() -> list[tuple[str, int]]:
    there = database_shape.tables(db.session())
    tables = [t for t in there if t.name not in ("audit", "audit_payload", "audit_head", "login")]
    return [(t.name, db.session.execute(sa.select(sa.func.count()).select_from(t)).scalar_one()) for t in tables]


def _expected(rule: Rule, method: str, policy, role: Role | None, grants: frozenset[str], is_foreign: bool) -> set[int]:
    """The statuses this cell may answer with."""
    if method not in rule.methods and method != "OPTIONS":
        return {405}
    if method == "OPTIONS":
        return {200, 401, 302, 403, 404}
    if role is None and not policy.is_public:
        return {302, 401}
    if is_foreign and "unit" in rule.arguments:
        return {404}
    if policy.permission is not None and policy.permission not in grants:
        return {403, 404}
    return {200, 302, 303, 400, 404, 409, 413, 422}


def test_matrix(app, world, sign_in):
    """Two units, all roles and a stranger, every method: no unexpected answer, and no refused cell changes a row."""
    mine, other = world
    _switch_on(app, mine, other)
    browsers = {None: app.test_client()} | {role: sign_in(one) for role, one in mine.people.items()}
    actors = {None: None} | mine.people
    before = _digest()
    cells, wrong = 0, []
    for rule in _rules(app):
        policy = policy_of(app, rule.endpoint)
        if rule.endpoint in ("accounts.sign_out",):  # ends the very login the matrix runs on
            continue
        for method in _methods_to_ask(app, rule, _address(app, rule, mine, mine.unit)):
            # 405 and OPTIONS are answered before anybody is asked who he is, HEAD as GET: two callers are enough
            is_full = method in rule.methods and method not in ("HEAD", "OPTIONS")
            for role in (None, *Role) if is_full else (None, Role.SECRETARY):
                for commune in (mine, other):
                    unit = commune.village if role in NOMINATING else commune.unit
                    if role is Role.SYSTEM_ADMIN and commune is other:
                        continue  # administers the whole installation
                    grants = _grants(app, actors[role], unit)
                    wanted = _expected(rule, method, policy, role, grants, commune is other)
                    if method == "POST" and 200 in wanted:
                        continue  # allowed acts are tested in their rooms; here nothing may change
                    answer = browsers[role].open(_address(app, rule, commune, unit), method=method)
                    cells += 1
                    if answer.status_code not in wanted:
                        wrong.append((rule.endpoint, method, str(role), commune is other, answer.status_code))
                    if commune is other and role is not None and any(c in answer.text for c in other.canaries):
                        wrong.append((rule.endpoint, method, str(role), "leak", answer.status_code))
    print(f"matrix: {cells} cells, {len(wrong)} unexpected")
    assert wrong == []
    assert _digest() == before
    assert cells >= 1000


def _methods_to_ask(app: Flask, rule: Rule, address: str) -> list[str]:
    """Every method, but for those by which another endpoint answers at this very address."""
    others = set(app.url_map.bind("localhost").allowed_methods(address.partition("?")[0])) - rule.methods
    return [method for method in METHODS if method not in others]


def _switch_on(app: Flask, *communes) -> None:
    """Every installed plugin, in every unit of the worlds: where it is off its pages answer 404 to all."""
    now = app.config["FROZEN_CLOCK"]
    for plugin in app.extensions["plugins"].installed:
        for commune in communes:
            for unit in (commune.unit, commune.village):
                db.session.add(PluginSwitch(unit_id=unit.id, plugin=plugin, is_on=True, at=now))
    db.session.commit()


def _grants(app: Flask, user, unit) -> frozenset[str]:
    if user is None:
        return frozenset()
    actor = reach.actor_of(db.session(), user)
    of_plugins = {
        key
        for key, one in app.extensions["plugins"].permissions.items()
        if holds(actor.held, _as_core(one), unit_id=unit.id, path=unit.path)
    }
    return actor.grants(unit_id=unit.id, path=unit.path) | of_plugins


def _as_core(one) -> Permission:
    return Permission(one.key, frozenset(Role(role) for role in one.roles), one.flows_down)
