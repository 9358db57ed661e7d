"""init, check and serve: an installation is made once, looked at before it serves, and stops when told."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.cli.envelope import app_opened
from core.models import Unit, User, db
from core.services import founding
from tests.cli.conftest import Answer


def test_init_makes_a_private_instance_without_an_account(home, vinhdanh):
    answer = vinhdanh("init")
    assert answer.code == 0
    assert answer.json["created"] == ["instance", "files", "spool", "anchors", "backups", "secret_key", "database"]
    secret = home / "secret_key"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert len(bytes.fromhex(secret.read_text())) * 8 == 256
    assert stat.S_IMODE((home / "vinhdanh.sqlite").stat().st_mode) == 0o600
    with app_opened():
        assert db.session.scalars(sa.select(User)).all() == []


def test_init_again_keeps_everything(home, vinhdanh):
    vinhdanh("init")
    before = (home / "secret_key").read_text()
    answer = vinhdanh("init")
    assert (answer.code, answer.json["created"]) == (0, [])
    assert (home / "secret_key").read_text() == before


def test_init_makes_no_new_secret_for_an_old_database(home, vinhdanh):
    vinhdanh("init")
    (home / "secret_key").unlink()
    answer = vinhdanh("init")
    assert (answer.code, answer.checks) == (3, ["secret.lost"])
    assert not (home / "secret_key").exists()


def test_check_says_what_is_missing_before_init(home, vinhdanh):
    answer = vinhdanh("check")
    assert answer.code == 2
    assert answer.checks == ["config.secret", "db.missing"]


@pytest.mark.parametrize(
    "switch", ["VINHDANH_FROZEN_CLOCK", "VINHDANH_RANDOM_SEED", "VINHDANH_FAILPOINTS", "VINHDANH_SPOOL"]
)
def test_production_stops_at_a_test_switch(home, vinhdanh, monkeypatch, switch):
    vinhdanh("init")
    monkeypatch.setenv("VINHDANH_ENV", "production")
    assert vinhdanh("check").code == 0
    monkeypatch.setenv(switch, "2026-05-13T03:00:00Z")
    for verb in ("check", "serve", "doctor"):
        answer: Answer = vinhdanh(verb)
        assert (answer.code, answer.checks) == (3, ["config.unsafe"])
        assert switch in answer.json["findings"][0]["detail"]


def test_production_stops_at_a_secret_that_others_can_read(home, vinhdanh, monkeypatch):
    vinhdanh("init")
    monkeypatch.setenv("VINHDANH_ENV", "production")
    (home / "secret_key").chmod(0o644)
    assert vinhdanh("check").code == 3


def test_production_stops_at_a_demo_account(instance, in_app, vinhdanh, monkeypatch):
    _plant_demo_account()
    assert vinhdanh("check").code == 0
    monkeypatch.setenv("VINHDANH_ENV", "production")
    answer = vinhdanh("check")
    assert (answer.code, answer.checks) == (3, ["config.modes"])
    assert answer.json["checks"]["accounts"] is False


def _plant_demo_account() -> None:
    from core.cli.envelope import operator_context

    ctx = operator_context()
    root = founding.root_unit(ctx, name="Xã Thử", kind="xa")
    user = founding.system_admin(ctx, login="thu.demo", name="Người Thử", unit=root)
    user.is_demo = True
    db.session.commit()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Unit)) == 1


def test_a_pending_migration_is_not_served(home, vinhdanh, monkeypatch):
    vinhdanh("init")
    with app_opened(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    for verb in ("check", "serve", "init"):
        answer = vinhdanh(verb)
        assert (answer.code, answer.checks) == (2, ["db.pending"])


def test_the_wsgi_server_does_not_start_on_a_waiting_database(home, vinhdanh):
    vinhdanh("init")
    assert _import_wsgi() == (0, "")
    with app_opened(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    code, last = _import_wsgi()
    assert (code, last) == (1, "core.app.NotReady: the database is not at this version: run `vinhdanh db upgrade`")
    (home / "vinhdanh.sqlite").unlink()
    assert _import_wsgi()[1] == "core.app.NotReady: there is no database yet: run `vinhdanh init`"
    assert not (home / "vinhdanh.sqlite").exists()


def _import_wsgi() -> tuple[int, str]:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", "import wsgi"], cwd=root, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr.strip().rpartition("\n")[2]


def test_a_missing_trigger_is_named(instance, in_app, vinhdanh, databases):
    table = "" if databases.is_sqlite else " ON audit"
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER audit_no_delete{table}")
    answer = vinhdanh("check")
    assert (answer.code, answer.checks) == (2, ["audit.triggers"])
    assert answer.json["findings"][0]["object"] == "trigger:audit_no_delete"


def test_serve_answers_and_stops_cleanly(home, vinhdanh):
    vinhdanh("init")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from core.cli import main; main()", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=os.environ.copy(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert _status(port, "/healthz") == 200
        assert _status(port, "/") == 200
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=15) == 0
    finally:
        server.kill()
        out, err = server.communicate()
    assert b"Traceback" not in out + err


def _status(port: int, path: str) -> int:
    for _try in range(150):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", path)
            return connection.getresponse().status
        except ConnectionRefusedError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError("the server did not start")


def test_serve_says_when_the_address_is_taken(home, vinhdanh):
    vinhdanh("init")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = vinhdanh("serve", "--port", str(taken.getsockname()[1]))
    assert (answer.code, answer.checks) == (2, ["serve.address"])
