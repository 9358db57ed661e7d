"""What installed plugins cost: start-up, a dossier, its form, the list of nominations, with 0, 1, 10 and 50 of them.

``python -m bench.plugins`` writes plugins into a temporary folder (each adds a menu line, fields, a figure and a card;
half of them read a table of their own), fills one installation, copies it for each case, and asks the real applications
in turn, in the same process. Printed are medians and their ratio to none installed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import statistics
import string
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from bench.lists import database
from core.app import create_app
from core.domain import sections
from core.domain.views import NomineeView, Window
from core.migrations import runner
from core.migrations.components import CORE, in_order
from core.models import Nomination, NominationSection, PluginSwitch, Unit, db
from core.services import plugin_sets, seed
from core.services.context import Actor, Context

#: What is measured: a name, how many plugins are installed, whether the unit has them on.
CASES = (("none", 0, True), ("1 on", 1, True), ("10 on", 10, True), ("50 on", 50, True), ("10 quiet", 10, True),
         ("10 off", 10, False), ("50 off", 50, False))  # fmt: skip
#: These are asked like the others, read their tables, and have nothing to say here: what the socket itself costs.
QUIET = "quiet"
_SOURCES = {
    "__init__.py": """
from core.sdk import Manifest, Page, Permission
manifest = Manifest(
    name="$name", title="Phần $number", summary="Đo thời gian.", version="1", works_with=">=0.1,<1",
    personal_data="none", hooks="$name.hooks", models="$models", migrations="$migrations",
    pages=(Page("$name.web:pages"),), permissions=(Permission("$name.read", "Xem", roles=("secretary", "head")),),
)
""",
    "web.py": """
from core.sdk.web import PluginBlueprint
pages = PluginBlueprint("$name", __name__)
@pages.get("/", permission="$name.read")
def home():
    return "$name"
""",
    "models.py": """
from core.sdk.models import Mapped, Model, Row, unit_fk
class Entry(Row, Model):
    __tablename__ = "${name}__entry"
    unit_id: Mapped[int] = unit_fk(index=True)
    quantity: Mapped[int]
""",
    "migrations/0001_first.py": """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "0001", None, None, None
def upgrade():
    op.create_table(
        "${name}__entry",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_${name}__entry_unit_id_unit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_${name}__entry")),
    )
    op.create_index(op.f("ix_${name}__entry_unit_id"), "${name}__entry", ["unit_id"])
""",
    "hooks.py": """
from core.sdk import Fact, FieldSpec, Figure, Kind, NavItem, Panel, hookimpl
$reading
@hookimpl
def nav_items(unit, viewer):
    return [NavItem("Phần $number", "$name.home")]
@hookimpl
def nomination_fields(nominee_kind):
    return $speaks and [
        FieldSpec("turns", "Số lượt", Kind.INTEGER, minimum=0),
        FieldSpec("lesson", "Cách làm hay", Kind.LONGTEXT),
    ] or None
@hookimpl
def nominee_facts(desk, nominee, window):
    value = total(desk)
    return $speaks and [Fact("turns", "Số lượt", value, "lượt", "Sổ $number", window.first, window.last)] or None
@hookimpl
def panels(desk, place):
    value = total(desk)
    return $speaks and [Panel("Phần $number", figures=(Figure("Số lượt", value, "lượt"),))] or None
""",
}
_TABLE = """
from sqlalchemy import func, select
from $name.models import Entry
def total(desk):
    return desk.scalar(select(func.sum(Entry.quantity)).where(Entry.unit_id == desk.unit.id))
"""
_NO_TABLE = """
def total(desk):
    return 7
"""
_START = """
import json, sys, time
started = time.perf_counter()
from core.app import create_app
create_app(json.loads(sys.argv[1]))
print(time.perf_counter() - started)
"""


def write_plugins(folder: Path, count: int, *, word: str = "bench") -> list[str]:
    """That many packages; every second one has a table and reads it in each hook."""
    names = []
    for number in range(count):
        name = f"{word}_{number:02d}"
        has_table = number % 2 == 0
        words = {
            "name": name,
            "number": str(number),
            "models": f"{name}.models" if has_table else "",
            "migrations": "migrations" if has_table else "",
            "speaks": str(word != QUIET),
        }
        words["reading"] = string.Template(_TABLE if has_table else _NO_TABLE).substitute(words)
        for path, text in _SOURCES.items():
            if has_table or not path.startswith(("models", "migrations")):
                target = folder / name / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(string.Template(text).substitute(words), encoding="utf-8")
        names.append(name)
    return names


@dataclass
class Case:
    """One installation: so many plugins, on or off for its units."""

    name: str
    plugins: tuple[str, ...]
    is_on: bool
    config: dict[str, object]
    app: Flask | None = None
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)


def _config(folder: Path, url: str, plugins: tuple[str, ...], extra: Path) -> dict[str, object]:
    return {
        "VINHDANH_ENV": "test",
        "INSTANCE_DIR": str(folder),
        "SECRET_KEY": "only for timing, only in a temporary folder",
        "SQLALCHEMY_DATABASE_URI": url,
        "FILES_DIR": str(folder / "files"),
        "WTF_CSRF_ENABLED": False,
        "PLUGINS": plugins,
        "PLUGINS_OFF": (),
        "PLUGINS_STRICT": True,
        "EXTRA_PLUGINS": (str(extra),) if plugins else (),
    }


# ------------------------------------------------------------------------------------------------ data


def fill(config: dict[str, object], rows: int) -> None:
    """One installation with its nominations and no plugin."""
    app = create_app(config)
    with app.app_context():
        runner.upgrade(db.engine)
        db.session.connection(execution_options={"writes": True})
        seed.fill(
            Context(db.session(), Actor(None, "operator", ""), dt.datetime.now(dt.UTC)), "volume", rows=rows, seed=1
        )
        db.session.commit()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
        db.session.remove()
        db.engine.dispose()


def prepare(case: Case) -> dict[str, tuple[str, str]]:
    """Tables and switches of a case, and sections in the dossiers that are asked for. Page -> (login, address)."""
    app = case.app = create_app(case.config)
    with app.app_context():
        for component in in_order(app.extensions["plugins"]):
            if component is not CORE:
                runner.upgrade(db.engine, component)
        db.session.connection(execution_options={"writes": True})
        now = dt.datetime.now(dt.UTC)
        if case.is_on:
            commune = db.session.scalars(sa.select(Unit).filter_by(key="volume-xa")).one()
            db.session.add_all(PluginSwitch(unit_id=commune.id, plugin=one, is_on=True, at=now) for one in case.plugins)
        sent, draft = _dossier(case, "appraised", now), _dossier(case, "draft", now)
        pages = {
            "dossier": ("volume.secretary", f"/u/volume-xa/nominations/{sent.key}"),
            "list": ("volume.secretary", "/u/volume-xa/nominations"),
            "home of the unit": ("volume.secretary", "/u/volume-xa/"),
            "form": ("volume.nominator", f"/u/volume-00/nominations/{draft.key}/edit"),
        }
        db.session.commit()
        db.session.remove()
    return pages


def _dossier(case: Case, state: str, now: dt.datetime) -> Nomination:
    """A dossier of the first unit in this state, with what each plugin that is on brought to it."""
    query = sa.select(Nomination).filter_by(state=state).order_by(Nomination.id.desc())
    if state == "draft":  # it is written on by the nominator of this unit
        query = query.where(Nomination.unit_id == sa.select(Unit.id).filter_by(key="volume-00").scalar_subquery())
    row = db.session.scalars(query).first()
    if row is None:
        raise SystemExit(f"no dossier in the state {state}: more --rows, please")
    if not case.is_on or case.app is None:
        return row
    organiser = db.session.get_one(Unit, row.organiser_id)
    ctx = Context(db.session(), Actor(None, "operator", ""), now, registry=case.app.extensions["plugins"])
    gate, desks = plugin_sets.of_event(ctx, row.event).gate, plugin_sets.desks(ctx, plugin_sets.unit_view(organiser))
    who = NomineeView(row.kind, row.key, row.nominee_name, row.unit_id)
    facts = gate.nominee_facts(desks, nominee=who, window=Window(row.event.window_from, row.event.window_to))
    by_plugin = {one.plugin: one.value for one in facts.answers}
    fields = gate.nomination_fields(desks, event=None, award_code=row.award_code, nominee_kind=row.kind)
    for one in fields.answers:
        kept = [sections.dump_fact(fact) for fact in by_plugin[one.plugin]] if state != "draft" else []
        db.session.add(
            NominationSection(
                nomination_id=row.id,
                plugin=one.plugin,
                title=one.plugin,
                data={"turns": 12, "lesson": "Đến từng nhà vào buổi tối."},
                specs=sections.dump_specs(one.value),
                specs_at=now,
                facts=kept,
                facts_at=now if kept else None,
            )
        )
    return row


# ------------------------------------------------------------------------------------------------ asking


def ask(cases: list[Case], pages: dict[str, dict[str, tuple[str, str]]], rounds: int) -> None:
    """Every page of every case once a round, the order turned each time, so that what else runs weighs on all alike."""
    for case in cases:
        for login in {login for login, _address in pages[case.name].values()}:
            assert case.app is not None
            client = case.clients[login] = case.app.test_client()
            signed = client.post("/sign-in", data={"login": login, "password": seed.PASSWORD})
            if signed.status_code != 302:
                raise SystemExit(f"could not sign in: {signed.status_code}")
    for page in pages[cases[0].name]:
        for number in range(rounds + 3):
            turn = number % len(cases)
            for case in cases[turn:] + cases[:turn]:
                login, address = pages[case.name][page]
                taken = _once(case, login, address, page)
                if number >= 3:
                    case.times.setdefault(page, []).append(taken)


def _once(case: Case, login: str, address: str, page: str) -> float:
    count = [0]

    def counted(*_args: object) -> None:
        count[0] += 1

    assert case.app is not None
    with case.app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", counted)
    try:
        started = time.perf_counter()
        answer = case.clients[login].get(address)
        taken = (time.perf_counter() - started) * 1000
    finally:
        sa.event.remove(engine, "before_cursor_execute", counted)
    if answer.status_code != 200:
        raise SystemExit(f"{case.name}: {address}: {answer.status_code}")
    case.queries[page], case.sizes[page] = count[0], len(answer.data)
    return taken


def start_up(cases: list[Case], rounds: int) -> None:
    """A new process each time: imports and ``create_app``."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("VINHDANH_")}
    for _round in range(rounds):
        for case in cases:
            command = [sys.executable, "-c", _START, json.dumps(case.config)]
            done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
            case.times.setdefault("start-up", []).append(float(done.stdout) * 1000)


def measure(engine: str, extra: Path, *, rows: int, rounds: int, starts: int) -> list[Case]:
    """All cases on one engine. ``extra``: the plugins, where they stay, since a process imports them once."""
    with tempfile.TemporaryDirectory(prefix="vinhdanh-bench-") as name:
        folder = Path(name)
        names = write_plugins(extra, max(count for _name, count, _is_on in CASES))
        quiet = write_plugins(extra, 10, word=QUIET)
        with database(engine, folder) as base:
            fill(_config(folder, base, (), extra), rows)
            cases = []
            pages = {}
            for number, (label, count, is_on) in enumerate(CASES):
                url = _copy(base, number)
                chosen = tuple(quiet if QUIET in label else names)[:count]
                cases.append(Case(label, chosen, is_on, _config(folder, url, chosen, extra)))
                pages[label] = prepare(cases[-1])
            try:
                ask(cases, pages, rounds)
                start_up(cases, starts)
            finally:
                for case in cases:
                    _drop(case, base)
    return cases


def _copy(base: str, number: int) -> str:
    url = sa.make_url(base)
    name = f"{url.database}-{number}" if url.drivername.startswith("sqlite") else f"{url.database}_{number}"
    copied = url.set(database=name)
    if url.drivername.startswith("sqlite"):
        with sa.create_engine(url).connect() as connection:
            connection.connection.driver_connection.execute("VACUUM INTO ?", (name,))
    else:
        _admin(url, f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"')
    return copied.render_as_string(hide_password=False)


def _drop(case: Case, base: str) -> None:
    assert case.app is not None
    with case.app.app_context():
        db.session.remove()
        url = db.engine.url
        db.engine.dispose()
    if url.drivername.startswith("postgresql"):
        _admin(sa.make_url(base), f'DROP DATABASE "{url.database}" WITH (FORCE)')


def _admin(url: sa.URL, statement: str) -> None:
    admin = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(statement)


# ------------------------------------------------------------------------------------------------ telling


def table(cases: list[Case]) -> dict[str, dict[str, dict[str, float]]]:
    """Page -> case -> median milliseconds, ratio to none (the median of the rounds' own ratios), queries, size."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    none = cases[0]
    for page, base in none.times.items():
        for case in cases:
            ratios = [mine / theirs for mine, theirs in zip(case.times[page], base, strict=True)]
            found.setdefault(page, {})[case.name] = {
                "ms": statistics.median(case.times[page]),
                "ratio": statistics.median(ratios),
                "queries": case.queries.get(page, 0),
                "kB": case.sizes.get(page, 0) / 1000,
            }
    return found


def main() -> None:
    """Measure, print a table for each engine, and leave the figures in a file where one is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--engines", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--starts", type=int, default=7, help="how often each server is started")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    asked = parser.parse_args()
    figures = {}
    with tempfile.TemporaryDirectory(prefix="vinhdanh-bench-plugins-") as extra:
        for engine in asked.engines:
            cases = measure(engine, Path(extra), rows=asked.rows, rounds=asked.rounds, starts=asked.starts)
            figures[engine] = table(cases)
            _print(engine, figures[engine])
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2), encoding="utf-8")


def _print(engine: str, found: dict[str, dict[str, dict[str, float]]]) -> None:
    print(f"\n{engine}: median ms, ratio to none, queries, kB of the page (load {os.getloadavg()[0]:.1f})")
    print(f"{'':<18}" + "".join(f"{name:>24}" for name, _count, _is_on in CASES))
    for page, by_case in found.items():
        cells = (
            f"{one['ms']:.1f} ×{one['ratio']:.2f} {one['queries']:.0f}q {one['kB']:.0f}kB" for one in by_case.values()
        )
        print(f"{page:<18}" + "".join(f"{cell:>24}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
