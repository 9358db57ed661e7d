"""kill -9 in the middle of submissions: what was acknowledged is there, once, with its history and its audit line."""

from __future__ import annotations

import http.client
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

import pytest
import sqlalchemy as sa

from core.domain.permissions import Role
from core.models import Nomination, NominationStep, db
from core.services import audit, nomination_draft, nominations, reach
from core.services.context import Context
from core.services.nomination_draft import Draft
from tests.conftest import NOW

KILLS = 20
DOSSIERS = 160

SERVER = """
import sys
from waitress import serve
from core.app import create_app
serve(create_app(), host="127.0.0.1", port=int(sys.argv[1]), threads=4, _quiet=True)
"""


class Server:
    """The product as a process of its own, which this test kills."""

    def __init__(self, app, folder) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = os.environ | {
            "VINHDANH_ENV": "test",
            "VINHDANH_INSTANCE": str(folder),
            "VINHDANH_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "VINHDANH_SECRET_KEY": app.config["SECRET_KEY"],
            "VINHDANH_FROZEN_CLOCK": NOW.isoformat(),
        }
        self.slowest_start = 0.0

    def start(self) -> None:
        began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(self.port)], env=self.environment, stderr=subprocess.DEVNULL
        )
        while time.monotonic() - began < 30:
            try:
                if self.ask("GET", "/healthz")[0] == 200:
                    self.slowest_start = max(self.slowest_start, time.monotonic() - began)
                    return
            except OSError:
                time.sleep(0.02)
        raise AssertionError("the server did not come up")

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ask(self, method: str, path: str, body: str = "", cookie: str = "") -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@pytest.fixture
def ready(make):
    """Dossiers with nothing in the way, their unit, and its head."""
    commune = make.unit("Xã Bền", key="xa-ben")
    village = make.unit("Thôn Bền", parent=commune, kind="thon", key="thon-ben")
    event = make.event(commune, awards=("BIEU_DUONG",), invited=(village,))
    head = make.user("Trần Văn Trưởng", (Role.HEAD, village), (Role.NOMINATOR, village))
    session = db.session()
    ctx = Context(
        session=session,
        actor=reach.actor_of(session, head),
        now=NOW,
        unit=reach.unit_ref(village),
        event=reach.event_ref(event),
    )
    keys = []
    for n in range(DOSSIERS):
        row = nominations.start(ctx, award_code="BIEU_DUONG", kind="individual")
        values = {
            "nominee": f"Nguyễn Văn Số {n}",
            "achievement": f"Việc tốt số {n}",
            "result": "Kết quả tốt",
            "citation": "Có đóng góp nổi bật",
            "consent": "given",
            "consent_on": NOW.date(),
            "consent_note": "Đồng ý bằng văn bản",
        }
        nomination_draft.save(ctx, row.key, Draft(values), expected_version=row.version)
        keys.append(row.key)
    session.commit()
    return keys, head


def _submit_all(server: Server, cookie: str, keys: list[str], acked: set[str], stop: threading.Event) -> None:
    """Send each dossier until it is acknowledged or answered as already sent; connection errors mean: try again."""
    token = ""
    waiting = list(keys)
    while waiting and not stop.is_set():
        key = waiting[0]
        path = f"/u/thon-ben/nominations/{key}"
        try:
            if not token:
                _status, page = server.ask("GET", path, cookie=cookie)
                found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
                token = found.group(1) if found else ""
                continue
            status, _page = server.ask(
                "POST", f"{path}/submit", urllib.parse.urlencode({"csrf_token": token}), cookie=cookie
            )
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)
            continue
        if status in (302, 303):
            acked.add(key)
            waiting.pop(0)
        elif status == 409:  # sent before the answer was lost
            waiting.pop(0)
        elif status == 400:
            token = ""


def test_what_was_acknowledged_is_there(app, ready, sign_in, tmp_path):
    keys, head = ready
    cookie = f"vinhdanh={sign_in(head).get_cookie('vinhdanh').value}"
    server = Server(app, tmp_path)
    db.session.rollback()
    db.engine.dispose()
    acked: set[str] = set()
    stop = threading.Event()
    writers = [
        threading.Thread(target=_submit_all, args=(server, cookie, keys[n::2], acked, stop), daemon=True)
        for n in range(2)
    ]
    rng = random.Random(7)
    server.start()
    for one in writers:
        one.start()
    for _ in range(KILLS):
        time.sleep(rng.uniform(0.05, 0.25))
        server.kill()
        server.start()
    for one in writers:
        one.join(timeout=60)
    stop.set()
    server.kill()

    rows = {row.key: row for row in db.session.scalars(sa.select(Nomination))}
    lost = [key for key in acked if rows[key].state != "submitted" or not rows[key].receipt_number]
    steps = db.session.execute(
        sa.select(NominationStep.nomination_id, sa.func.count())
        .where(NominationStep.step == "submit")
        .group_by(NominationStep.nomination_id)
    ).all()
    doubled = [one for one in steps if one[1] != 1]
    half = [row.key for row in rows.values() if (row.state == "submitted") != (row.receipt_number is not None)]
    numbers = sorted(row.receipt_number for row in rows.values() if row.receipt_number)
    print(
        f"kill -9: {KILLS} times, {len(acked)} acknowledged, {len(lost)} lost, {len(doubled)} doubled, "
        f"{len(half)} half, slowest start {server.slowest_start:.1f} s"
    )
    assert (lost, doubled, half) == ([], [], [])
    assert len(set(numbers)) == len(numbers) == len(steps)
    assert numbers
    assert int(numbers[-1].rsplit("-", 1)[1]) == len(numbers), "a receipt number was lost"
    assert audit.verify(db.session()).faults == ()
    assert len(acked) >= 40
