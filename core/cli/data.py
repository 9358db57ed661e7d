"""Verbs that fill an installation: the demo of a real plan, and data made by rule for tests and timing."""

from __future__ import annotations

import time
from dataclasses import asdict

import click
from flask import current_app

from core.cli.envelope import UNSAFE, CannotRun, Outcome, app_opened, operator_context, verb
from core.cli.start import bring_to_head, make_instance, serve_app
from core.domain import catalog_check
from core.models import db
from core.services import catalog_file, demo
from core.services import seed as seeds


@click.group(name="demo")
def demo_group() -> None:
    """The demonstration data."""


@demo_group.command()
@verb("demo load")
def load() -> Outcome:
    """Load the demo of the Hà Long plan, once: a second call changes nothing."""
    _refuse_in_production()
    started = time.monotonic()
    report = demo.load(operator_context(), current_app.config)
    outcome = Outcome(extra={"accounts": report.accounts, "is_new": report.is_new}, counts=report.counts)
    seconds = time.monotonic() - started
    if report.is_new:
        outcome.lines.append(f"Đã nạp dữ liệu dùng thử trong {seconds:.1f} giây.")
    return outcome


@demo_group.command(name="run")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@verb("demo run", has_app=False)
def run_demo(host: str, port: int) -> Outcome:
    """Make the demo instance where there is none, load it once, say who may sign in, and serve it."""
    make_instance()
    with app_opened() as app:
        _refuse_in_production()
        for problem in bring_to_head():
            click.echo(problem, err=True)
        report = demo.load(operator_context(), current_app.config)
        db.session.commit()
    for line in _welcome(report, host, port):
        click.echo(line)
    return serve_app(app, host=host, port=port)


def _welcome(report: demo.Report, host: str, port: int) -> list[str]:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    width = max(len(one.login) for one in report.accounts)
    return [
        "",
        f"Vinh Danh đang chạy ở http://{shown}:{port} (dữ liệu dùng thử, người trong đó do chúng tôi đặt ra)",
        f"Tài khoản dùng thử, mật khẩu chung {report.password}:",
        *(f"  {one.login:{width}}  {one.name}, {one.title}" for one in report.accounts),
        "Bấm Ctrl-C để dừng.",
        "",
    ]


def _refuse_in_production() -> None:
    if current_app.config["VINHDANH_ENV"] == "production":
        raise CannotRun("data.production", "invented data does not go into a production instance", code=UNSAFE)


@click.command(name="seed")
@click.option("--scenario", type=click.Choice(seeds.SCENARIOS), required=True)
@click.option("--rows", type=click.IntRange(0, 2_000_000), default=1_000, show_default=True, help="For volume.")
@click.option("--seed", "number", type=click.IntRange(0), default=1, show_default=True)
@verb("seed")
def seed_verb(scenario: str, rows: int, number: int) -> Outcome:
    """Data made by rule, the same for the same number: `matrix` for tests of scope, `volume` for timing."""
    _refuse_in_production()
    found = seeds.fill(operator_context(), scenario, rows=rows, seed=number)
    outcome = Outcome(extra={"users": [asdict(one) for one in found.users], "ids": found.ids}, counts=found.counts)
    outcome.lines = [f"{one.login}  {one.password}  {one.role} @ {one.unit}" for one in found.users]
    return outcome


@click.group()
def catalog() -> None:
    """The catalogue of award types."""


@catalog.command()
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False), help="Another file than the shipped one.")
@verb("catalog check", has_app=False)
def check(path: str | None) -> Outcome:
    """Whether the catalogue holds together: shape, dates, references, sources, the law's worked examples."""
    outcome = Outcome()
    try:
        data = catalog_file.load(path) if path else catalog_file.shipped_data()
    except catalog_file.CatalogFileError as problem:
        outcome.find("catalog.file", str(problem))
        return outcome
    for one in catalog_check.check(data):
        outcome.find(f"catalog.{one.code}", one.message, obj=one.where)
    outcome.counts = {"award_types": len(data.get("award_types", ())), "faults": len(outcome.findings)}
    return outcome


COMMANDS = (demo_group, seed_verb, catalog)
