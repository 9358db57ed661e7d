"""The contract all verbs keep: one JSON document, the exit codes, no traceback on anybody's screen."""

from __future__ import annotations

import json
import subprocess
import sys

import click
import pytest

from core.cli import cli
from core.cli.envelope import run

ENVELOPE = {"tool", "schema", "ok", "at", "findings", "counts"}


def verbs(group: click.Group = cli, *above: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        found += verbs(command, *above, name) if isinstance(command, click.Group) else [(*above, name)]
    return found


def test_the_verbs_are_those_of_the_contract():
    assert {" ".join(one) for one in verbs()} == {
        "audit anchor",
        "audit export",
        "audit verify",
        "ballot export",
        "ballot keygen",
        "ballot open",
        "ballot rule-check",
        "ballot verify",
        "catalog check",
        "check",
        "db check",
        "db contract",
        "db digest",
        "db pending",
        "db upgrade",
        "demo load",
        "demo run",
        "doctor",
        "failpoints list",
        "init",
        "jobs run",
        "plugins check",
        "plugins disable",
        "plugins enable",
        "plugins export",
        "plugins list",
        "plugins lock",
        "plugins new",
        "plugins purge",
        "policy dump",
        "seed",
        "serve",
        "user admin-link",
        "user create",
        "user list",
    }


@pytest.mark.parametrize("words", verbs(), ids=" ".join)
def test_every_verb_takes_json(words):
    command: click.Command = cli
    for word in words:
        command = command.commands[word]
    assert "--json" in {name for parameter in command.params for name in parameter.opts}
    assert command.help


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("policy", "dump"),
        ("doctor",),
        ("doctor", "--list"),
        ("audit", "verify"),
        ("audit", "anchor"),
        ("db", "pending"),
        ("db", "check"),
        ("db", "contract"),
        ("db", "digest"),
        ("user", "list"),
        ("catalog", "check"),
        ("failpoints", "list"),
        ("jobs", "run"),
    ],
    ids=" ".join,
)
def test_a_healthy_instance_answers_well(instance, vinhdanh, words):
    answer = vinhdanh(*words)
    assert (answer.code, answer.json["ok"], answer.json["findings"]) == (0, True, [])
    assert set(answer.json) >= ENVELOPE
    assert answer.json["tool"] == " ".join(words[:2]) if len(words) > 1 and not words[1].startswith("-") else words[0]
    assert answer.json["schema"] == 1


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("audit", "nonsense"),
        ("seed",),
        ("seed", "--scenario", "x"),
        ("user", "admin-link"),
        ("doctor", "x"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_two_and_still_json(instance, vinhdanh, words):
    answer = vinhdanh(*words)
    assert (answer.code, answer.json["ok"], answer.checks) == (2, False, ["usage"])


def test_without_a_verb_the_help_and_two(capsys):
    with pytest.raises(SystemExit) as stopped:
        run([])
    assert stopped.value.code == 2
    assert "Usage: vinhdanh" in capsys.readouterr().err


def test_trouble_leaves_an_id_on_the_screen_and_the_traceback_in_the_file(home, vinhdanh, monkeypatch):
    vinhdanh("init")
    (home / "vinhdanh.sqlite").write_bytes(b"this is no database, and long enough to be looked at" * 40)
    for tail in ("-wal", "-shm"):
        (home / f"vinhdanh.sqlite{tail}").unlink(missing_ok=True)
    answer = vinhdanh("doctor")
    assert answer.code == 2
    assert "Traceback" not in answer.err + json.dumps(answer.json)
    line = json.loads((home / "errors.log").read_text(encoding="utf-8").splitlines()[-1])
    assert line["error_id"] == answer.json["error_id"]
    assert "not a database" in "".join(line["traceback"])


def test_a_locked_database_is_busy(home, vinhdanh, in_sqlite_lock):
    answer = vinhdanh("jobs", "run")
    assert (answer.code, answer.checks) == (4, ["db.busy"])


@pytest.fixture
def in_sqlite_lock(home, vinhdanh, monkeypatch):
    """Somebody else is writing, and we do not wait five seconds for it here."""
    import sqlite3

    from core.models import base

    vinhdanh("init")
    monkeypatch.setattr(base, "DURABLE", (*base.DURABLE, "busy_timeout=50"))
    other = sqlite3.connect(home / "vinhdanh.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


def test_the_console_script_is_the_same_thing(instance):
    """Once through a process of its own: exit code, clean stdout."""
    code = "from core.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "check", "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["checks"]["migrations"] is True
