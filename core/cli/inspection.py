"""Verbs that look and change nothing: the policy of every route, the data's invariants, the catalogue, failpoints."""

from __future__ import annotations

import click
from flask import current_app

from core.cli.envelope import Outcome, verb
from core.http import clock
from core.http.guards import policy_of
from core.http.transactions import SAFE
from core.migrations import contract, runner
from core.migrations.components import in_order
from core.models import db
from core.services import doctor as checks
from core.services import failpoints as places


@click.group()
def policy() -> None:
    """What each route asks for."""


@policy.command()
@verb("policy dump", at_head=False)
def dump() -> Outcome:
    """Each route and method with its permission: the closed inventory."""
    rows = [row for rule in current_app.url_map.iter_rules() for row in _routes(rule)]
    rows.sort(key=lambda row: (row["rule"], row["method"]))
    outcome = Outcome(extra={"routes": rows}, counts={"routes": len(rows)})
    for row in rows:
        asks = row["permission"] or ("open to all" if row["public"] else "sign-in")
        outcome.lines.append(f"{row['method']:6} {row['rule']:60} {asks}")
    return outcome


def _routes(rule: object) -> list[dict[str, object]]:
    endpoint: str = rule.endpoint  # type: ignore[attr-defined]
    found = policy_of(current_app, endpoint)
    if found is None:  # cannot be: such an app does not start
        return []
    ids = sorted(rule.arguments)  # type: ignore[attr-defined]
    scope = "event" if "event" in ids else "unit" if "unit" in ids else "public" if found.is_public else "self"
    return [
        {
            "rule": str(rule),
            "endpoint": endpoint,
            "method": method,
            "permission": found.permission,
            "scope": scope,
            "owner": found.owner,
            "public": found.is_public,
            "csrf": method not in SAFE,
            "recent_auth": found.is_fresh,
            "ids": ids,
            "reason": found.reason,
        }
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})  # type: ignore[attr-defined]
    ]


@click.command()
@click.option("--list", "is_list", is_flag=True, help="Only name the checks.")
@click.option("--cap-do", is_flag=True, help="Count the persons held; warn at 9,000.")
@verb("doctor")
def doctor(is_list: bool, cap_do: bool) -> Outcome:
    """Every data invariant. Read-only, safe in production."""
    if is_list:
        return Outcome(extra={"checks": sorted(checks.CHECKS)}, lines=sorted(checks.CHECKS))
    patient = checks.Patient(
        session=db.session(),
        now=clock.now(),
        config=dict(current_app.config),
        schema_faults=tuple(_schema_faults()),
        registry=current_app.extensions["plugins"],
        instance=current_app.instance_path,
    )
    found = checks.examine(patient)
    outcome = Outcome()
    for one in found:
        outcome.find(one.check, one.detail, obj=one.object, severity=one.severity)
    outcome.counts = {"errors": sum(one.severity == "error" for one in found), "checks": len(checks.CHECKS)}
    outcome.extra["checks_run"] = sorted(checks.CHECKS)
    if cap_do:
        persons = checks.count_persons(db.session())
        outcome.extra["persons"] = persons
        if persons >= checks.PERSONS_WARNED_AT:
            outcome.find("cap_do", f"{persons} persons held; the plan is level 2", severity="warn")
    return outcome


def _schema_faults() -> list[str]:
    faults = []
    for one in in_order(current_app.extensions["plugins"]):
        faults += runner.differences(db.engine, one)
    with db.engine.connect() as connection:
        return faults + [f"trigger {name} is missing" for name in contract.missing(connection)]


@click.group()
def failpoints() -> None:
    """Places where a test may make the process fail."""


@failpoints.command(name="list")
@verb("failpoints list", has_app=False)
def list_failpoints() -> Outcome:
    """The names ``VINHDANH_FAILPOINTS`` understands."""
    names = sorted(places.NAMES)
    return Outcome(extra={"names": names}, counts={"names": len(names)}, lines=names)


COMMANDS = (policy, doctor, failpoints)
