"""Sealed ballots under load, over HTTP: python -m bench.ballots race|meeting [--repetitions N]

``race``: 8 processes × 50 attempts of 15 members, each attempt with a form of its own: 15 counted, 385 told no.
``meeting``: 25 members and 60 candidates from the first vote to the counting record, and what one casting takes.
The engine is that of ``VINHDANH_TEST_ENGINE``. Prints one JSON line a repetition.
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import json
import multiprocessing
import os
import re
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.app import create_app
from core.http.logins import hash_id
from core.models import BallotEnvelope, BallotTurnout, Login, db
from core.services import reach
from core.services.context import Context
from tests.ballots import SealedCouncil
from tests.conftest import NOW
from tests.databases import make as make_databases
from tests.factories import Factory

SECRET = "a bench secret of more than thirty-two bytes"


class World:
    """One instance with a sitting, its server process, and signed-in cookies."""

    def __init__(self, folder: Path, *, size: int, candidates: int, workers: int = 4) -> None:
        self.databases = make_databases(folder)
        self.databases.fresh()
        self.app = create_app(
            {
                "VINHDANH_ENV": "test", "INSTANCE_DIR": str(folder), "SECRET_KEY": SECRET,
                "SQLALCHEMY_DATABASE_URI": self.databases.url, "FROZEN_CLOCK": NOW,
            }
        )  # fmt: skip
        self.cookie_name = self.app.config["SESSION_COOKIE_NAME"]
        with self.app.app_context():
            self._build(size, candidates)
            db.session.remove()
            db.engine.dispose()
        self._start(folder, workers)

    def _build(self, size: int, candidates: int) -> None:
        def context_of(user: Any, unit: Any = None, *, now: Any = None) -> Context:
            actor = reach.actor_of(db.session(), user)
            where = reach.unit_ref(unit) if unit else None
            return Context(
                session=db.session(), actor=actor, now=now or NOW, unit=where, registry=self.app.extensions["plugins"]
            )

        council = SealedCouncil(Factory(db.session, NOW), context_of, size=size)
        ballot = council.begun(*[council.nomination() for _ in range(candidates)])
        self.path = f"/u/{council.commune.key}/sittings/{ballot.sitting.key}"
        self.vote = f"{self.path}/ballots/{ballot.key}/vote"
        self.shares = council.shares
        self.cookies = [self._sign_in(user) for user in council.voters]
        self.desk = self._sign_in(council.secretary)
        db.session.commit()

    def _sign_in(self, user: Any) -> str:
        opaque = secrets.token_urlsafe(24)
        text = json.dumps({"_user_id": user.fs_uniquifier, "_fresh": True})
        db.session.add(
            Login(
                id_hash=hash_id(opaque), user_id=user.id, data=text, device="bench", created_at=NOW, seen_at=NOW,
                expires_at=NOW + dt.timedelta(hours=12),
            )
        )  # fmt: skip
        return f"{self.cookie_name}=s.{opaque}"

    def _start(self, folder: Path, workers: int) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = os.environ | {
            "VINHDANH_ENV": "test", "VINHDANH_INSTANCE": str(folder), "VINHDANH_DATABASE_URL": self.databases.url,
            "VINHDANH_SECRET_KEY": SECRET, "VINHDANH_FROZEN_CLOCK": NOW.isoformat(),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }  # fmt: skip
        command = [sys.executable, "-m", "gunicorn", "-w", str(workers), "-b", f"127.0.0.1:{self.port}", "wsgi:app"]
        self.process = subprocess.Popen(
            command, env=environment, stderr=subprocess.DEVNULL, cwd=Path(__file__).parents[1]
        )
        for _ in range(300):
            try:
                if ask(self.port, "GET", "/healthz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the server did not come up")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.databases.close()


def ask(port: int, method: str, path: str, *, cookie: str = "", data: Any = None) -> tuple[int, str]:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request(method, path, urllib.parse.urlencode(data or [], doseq=True), headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def form_of(page: str) -> tuple[list[str], str]:
    """(names of the marks, CSRF token) of a ballot paper."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None, page[:500]
    return list(dict.fromkeys(re.findall(r'name="(mark-[^"]+)"', page))), token[1]


def attempts(world_port: int, path: str, jobs: list[tuple[str, str, list[str]]], barrier: Any, out: Any) -> None:
    """What one client process does: wait for the others, then all its attempts."""
    found = []
    barrier.wait()
    for cookie, token, marks in jobs:
        data = {"csrf_token": token, "nonce": secrets.token_hex(32)}
        data |= {mark: secrets.choice(("yes", "no", "blank")) for mark in marks}
        began = time.perf_counter()
        status, _text = ask(world_port, "POST", path, cookie=cookie, data=data)
        found.append((status, time.perf_counter() - began))
    out.put(found)


def race(folder: Path) -> dict[str, Any]:
    """8 × 50 attempts of 15 members."""
    world = World(folder, size=15, candidates=3)
    try:
        papers = [(cookie, *form_of(ask(world.port, "GET", world.vote, cookie=cookie)[1])) for cookie in world.cookies]
        barrier, out = multiprocessing.Barrier(8), multiprocessing.Queue()
        processes = []
        for process in range(8):
            jobs = [papers[(process + n) % 15] for n in range(50)]
            arranged = [(cookie, token, marks) for cookie, marks, token in jobs]
            processes.append(
                multiprocessing.Process(target=attempts, args=(world.port, world.vote, arranged, barrier, out))
            )
        for one in processes:
            one.start()
        results = [result for _ in processes for result in out.get(timeout=300)]
        for one in processes:
            one.join()
        with world.app.app_context():
            counted = [
                db.session.scalar(sa.select(sa.func.count()).select_from(table))
                for table in (BallotTurnout, BallotEnvelope)
            ]
            db.session.remove()
            db.engine.dispose()
    finally:
        world.stop()
    statuses = Counter(status for status, _took in results)
    times = sorted(took for _status, took in results)
    return {
        "statuses": dict(statuses), "turnout": counted[0], "envelopes": counted[1],
        "p50_ms": round(1000 * statistics.median(times)), "p99_ms": round(1000 * times[int(len(times) * 0.99)]),
    }  # fmt: skip


def meeting(folder: Path) -> dict[str, Any]:
    """25 members, 60 candidates, five telephones at a time."""
    world = World(folder, size=25, candidates=60)
    try:
        began = time.perf_counter()
        times, pages = [], []
        for cookie in world.cookies:
            start = time.perf_counter()
            marks, token = form_of(ask(world.port, "GET", world.vote, cookie=cookie)[1])
            pages.append(time.perf_counter() - start)
            data = {"csrf_token": token, "nonce": secrets.token_hex(32)} | dict.fromkeys(marks, "yes")
            start = time.perf_counter()
            status, _text = ask(world.port, "POST", world.vote, cookie=cookie, data=data)
            times.append(time.perf_counter() - start)
            assert status == 200, status
        voted = time.perf_counter()
        token = re.search(
            r'name="csrf_token"[^>]*value="([^"]+)"',
            ask(world.port, "GET", f"{world.path}/ballot-key/try", cookie=world.desk)[1],
        )[1]
        closed = ask(
            world.port, "POST", world.vote.replace("/vote", "/close"), cookie=world.desk, data={"csrf_token": token}
        )[0]
        shares = {"share1": world.shares[0], "share2": world.shares[2], "csrf_token": token}
        opened = ask(world.port, "POST", f"{world.path}/opening", cookie=world.desk, data=shares)[0]
        record, text = ask(world.port, "GET", f"{world.path}/counting-record", cookie=world.desk)
        ended = time.perf_counter()
        assert (closed, opened, record) == (303, 303, 200), (closed, opened, record)
    finally:
        world.stop()
    times.sort()
    return {
        "cast_p50_ms": round(1000 * statistics.median(times)), "cast_p95_ms": round(1000 * times[int(24 * 0.95)]),
        "paper_p50_ms": round(1000 * statistics.median(pages)), "voting_s": round(voted - began, 2),
        "close_open_record_s": round(ended - voted, 2), "record_lines": text.count("Cần 20/25"),
    }  # fmt: skip


def main() -> None:
    """Run one of the two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["race", "meeting"])
    parser.add_argument("--repetitions", type=int, default=1)
    asked = parser.parse_args()
    for _ in range(asked.repetitions):
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps({"race": race, "meeting": meeting}[asked.what](Path(folder))), flush=True)


if __name__ == "__main__":
    main()
