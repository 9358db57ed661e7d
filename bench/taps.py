"""Whether every tap is counted once: processes that tap at the same sheet, send again what they and others sent.

``python -m bench.taps`` starts worker processes, each with the real application and its own connection, that post taps
to the sync address of the VNeID counter, some of them twice and some that another process has sent too. Printed are the
taps meant, the rows stored, the figure of the sheet, and the time of one request.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import random
import secrets
import statistics
import sys
import tempfile
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from bench.lists import database
from core.app import create_app
from core.domain.permissions import Role
from core.http.logins import hash_id
from core.migrations import runner
from core.migrations.components import CORE, Component
from core.models import Login, PluginSwitch, Tally, Unit, User, db
from core.sdk.testing_rows import Factory
from core.services import reach
from core.services.context import Context
from core.services.tally_book import TallyBook

PLUGIN = "vneid_guidance"
_IDS = uuid.UUID("3c0f6c0e-54d5-4a83-9a55-5d8f1f6c77a1")


def _app(url: str, folder: str) -> Flask:
    return create_app(
        {
            "VINHDANH_ENV": "test",
            "INSTANCE_DIR": folder,
            "SECRET_KEY": "only for timing, only in a temporary folder",
            "SQLALCHEMY_DATABASE_URI": url,
            "FILES_DIR": f"{folder}/files",
            "WTF_CSRF_ENABLED": False,
            "PLUGINS": (PLUGIN,),
        }
    )


def tap_id(worker: int, number: int) -> str:
    """The client id of one tap: any process can make that of any other."""
    return str(uuid.uuid5(_IDS, f"{worker}.{number}"))


def _prepare(app: Flask, cookie: str) -> tuple[str, int, int]:
    """A hamlet where the plugin is on, and a volunteer signed in by ``cookie``. Gives address and ids."""
    runner.upgrade(db.engine, CORE)
    one = app.extensions["plugins"].installed[PLUGIN]
    runner.upgrade(db.engine, Component(PLUGIN, one.folder / one.manifest.migrations))
    now = dt.datetime.now(dt.UTC)
    make = Factory(db.session, now)
    hamlet = make.unit("Thôn Đông", kind="thon")
    lan = make.user("Nguyễn Thị Lan", (Role.VOLUNTEER, hamlet), (Role.HEAD, hamlet))
    make.keep(PluginSwitch(unit_id=hamlet.id, plugin=PLUGIN, is_on=True, at=now))
    text = json.dumps({"_user_id": lan.fs_uniquifier, "_fresh": True})
    make.keep(
        Login(
            id_hash=hash_id(cookie),
            user_id=lan.id,
            data=text,
            device="bench",
            created_at=now,
            seen_at=now,
            expires_at=now + dt.timedelta(hours=12),
        )
    )
    return f"/u/{hamlet.key}/x/{PLUGIN}/sync", hamlet.id, lan.id


def _work(job: tuple[str, str, str, str, int, int, int]) -> tuple[Counter[str], list[float]]:
    url, folder, cookie, address, worker, workers, taps = job
    app = _app(url, folder)
    client = app.test_client()
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], f"s.{cookie}")
    today = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=7)).date().isoformat()
    dice = random.Random(worker)
    said: Counter[str] = Counter()
    times: list[float] = []
    for number in range(taps):
        ids = [tap_id(worker, number)]
        if dice.random() < 0.25:  # the answer was lost: the phone sends it again
            ids.append(tap_id(worker, dice.randint(0, number)))
        if dice.random() < 0.25:  # the same phone's second window, at about the same moment
            ids.append(tap_id((worker + 1) % workers, number))
        for one in ids:
            data = {"indicator": "VN03", "day": today, "quantity": 1, "reason": "Đo số lượt"}
            body = {"device": "bench", "batch": "b", "records": [{"client_id": one, "claimed_at": None, "data": data}]}
            started = time.perf_counter()
            while (answer := client.post(address, json=body)).status_code == 503:  # as the phone does: again, later
                said["503"] += 1
            times.append(time.perf_counter() - started)
            said[answer.json["results"][0]["status"] if answer.status_code == 200 else str(answer.status_code)] += 1
    return said, times


def measure(engine: str, *, workers: int, taps: int) -> dict[str, Any]:
    """What came of ``workers`` processes with ``taps`` taps each."""
    with tempfile.TemporaryDirectory(prefix="vinhdanh-bench-") as folder, database(engine, Path(folder)) as url:
        app, cookie = _app(url, folder), secrets.token_urlsafe(24)
        with app.app_context():
            address, unit_id, user_id = _prepare(app, cookie)
            db.session.remove()
            db.engine.dispose()
        jobs = [(url, folder, cookie, address, at, workers, taps) for at in range(workers)]
        started = time.perf_counter()
        with multiprocessing.get_context("spawn").Pool(workers) as pool:
            answers = pool.map(_work, jobs, chunksize=1)
        seconds = time.perf_counter() - started
        said = sum((one for one, _ in answers), Counter())
        times = sorted(one for _, found in answers for one in found)
        with app.app_context():
            found = _count(app, unit_id, user_id)
            db.session.remove()
            db.engine.dispose()
    return {
        "engine": engine,
        "workers": workers,
        "meant": workers * taps,
        "sent": sum(said.values()),
        **found,
        "answers": dict(said),
        "seconds": round(seconds, 1),
        "median_ms": round(statistics.median(times) * 1000, 1),
        "p95_ms": round(times[int(len(times) * 0.95)] * 1000, 1),
    }


def _count(app: Flask, unit_id: int, user_id: int) -> dict[str, int]:
    session = db.session()
    actor = reach.actor_of(session, session.get_one(User, user_id))
    here = reach.unit_ref(session.get_one(Unit, unit_id))
    ctx = Context(session, actor, dt.datetime.now(dt.UTC), here, registry=app.extensions["plugins"])
    figures = TallyBook(PLUGIN, ctx).sheet_of_day(ctx.today).figures
    rows = session.scalar(sa.select(sa.func.count(Tally.id)))
    return {"rows": rows or 0, "figure": figures["VN03"], "total": figures["VN01"]}


def main() -> int:
    """Print one line of JSON per engine; 1 where a figure is not exactly what was meant."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--taps", type=int, default=500)
    asked = parser.parse_args()
    is_exact = True
    for engine in asked.engines:
        found = measure(engine, workers=asked.workers, taps=asked.taps)
        print(json.dumps(found), flush=True)
        is_exact &= found["rows"] == found["figure"] == found["total"] == found["meant"]
    return 0 if is_exact else 1


if __name__ == "__main__":
    sys.exit(main())
