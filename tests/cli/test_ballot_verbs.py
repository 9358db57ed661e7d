"""The ballot verbs and the independent recount, on a real vote; then each kind of tampering, named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.http import clock
from core.models import db
from core.services import reach
from core.services.context import Context
from tests.ballots import TELLERS, SealedCouncil
from tests.conftest import NOW
from tests.factories import Factory

RECOUNT = Path(__file__).parents[2] / "tools" / "recount.py"


@pytest.fixture
def council(instance, in_app, monkeypatch):
    in_app.config["FROZEN_CLOCK"] = NOW
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def context_of(user, unit=None, *, event=None, now=None):
        return Context(
            session=db.session(),
            actor=reach.actor_of(db.session(), user),
            now=now or NOW,
            unit=reach.unit_ref(unit) if unit else None,
            registry=in_app.extensions["plugins"],
        )

    return SealedCouncil(Factory(db.session, NOW), context_of)


@pytest.fixture
def voted(council, vinhdanh, tmp_path):
    """Two candidates, nine votes, closed; the shares lie in three files."""
    first, second = council.nomination(), council.nomination()
    row = council.opened(first, second)
    names = [word for name in TELLERS for word in ("--teller", name)]
    made = vinhdanh("ballot", "keygen", "--session", row.key, *names, "--into", str(tmp_path / "shares"))
    assert made.code == 0
    db.session.rollback()
    from core.services import ballot_keys

    ballot_keys.confirm_kept(council.ctx, row.key)
    ballot = council.begin(row, first, second)
    for n, user in enumerate(council.voters):
        council.cast(ballot, user, "yes", "no" if n < 3 else "yes")
    council.close(ballot)
    return row, ballot, made.json["files"]


def shares(files, *which):
    return [word for n in which for word in ("--shares", files[n])]


def recount(*words):
    done = subprocess.run([sys.executable, str(RECOUNT), *map(str, words)], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def test_open_verify_export_and_an_independent_recount(council, voted, vinhdanh, tmp_path):
    row, _ballot, files = voted
    assert oct(Path(files[0]).stat().st_mode & 0o777) == "0o600"
    opened = vinhdanh("ballot", "open", "--session", row.key, *shares(files, 0, 2))
    assert opened.code == 0
    assert [(one["yes"], one["no"], one["envelopes"]) for one in opened.json["tally"]] == [(9, 0, 9), (6, 3, 9)]
    again = vinhdanh("ballot", "open", "--session", row.key, *shares(files, 0, 2))
    assert (again.code, again.checks) == (1, ["nothing_to_open"])
    for words in ((), shares(files, 1, 2)):
        checked = vinhdanh("ballot", "verify", "--session", row.key, *words)
        assert (checked.code, checked.checks) == (0, [])
        assert (checked.json["roll"], checked.json["used"], checked.json["recounted"]) == (9, 9, bool(words))
    out = tmp_path / "vote.json"
    assert vinhdanh("ballot", "export", "--session", row.key, "--into", str(out)).code == 0
    assert recount(out) == (0, ["1 ballots, seals checked, 0 faults"])
    assert recount(out, files[0], files[1]) == (0, ["1 ballots, recounted, 0 faults"])
    assert recount(out, files[2], files[0]) == (0, ["1 ballots, recounted, 0 faults"])


@pytest.mark.parametrize(
    ("which", "code"),
    [((0,), "shares_too_few"), ((1, 1), "share_twice")],
)
def test_one_share_opens_nothing(council, voted, vinhdanh, which, code):
    row, _ballot, files = voted
    answer = vinhdanh("ballot", "open", "--session", row.key, *shares(files, *which))
    assert (answer.code, answer.checks) == (1, [code])


def _swap(document):
    box = document["ballots"][0]["envelopes"]
    first, second = list(box)[:2]
    box[first], box[second] = box[second], box[first]


def _flip(document):
    box = document["ballots"][0]["envelopes"]
    key = next(iter(box))
    box[key] = box[key][:-2] + f"{int(box[key][-2:], 16) ^ 1:02x}"


FORGERIES = {
    "removed": lambda d: d["ballots"][0]["envelopes"].popitem(),
    "added": lambda d: d["ballots"][0]["envelopes"].update({"f" * 64: "00" * 56}),
    "duplicated": lambda d: d["ballots"][0]["envelopes"].update(
        {"e" * 64: next(iter(d["ballots"][0]["envelopes"].values()))}
    ),
    "swapped": _swap,
    "flipped": _flip,
    "count": lambda d: d["ballots"][0]["items"][0]["counts"].update(yes=8, no=1),
    "roll": lambda d: d["roll"].pop(),
    "voter": lambda d: d["ballots"][0]["voters"].append("nobody"),
    "root": lambda d: d["ballots"][0].update(root="0" * 64),
    "audit": lambda d: d["ballots"][0].update(audit=None),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_the_independent_recount_names_every_forgery(council, voted, vinhdanh, tmp_path, forge):
    row, _ballot, files = voted
    vinhdanh("ballot", "open", "--session", row.key, *shares(files, 0, 1))
    out = tmp_path / "vote.json"
    vinhdanh("ballot", "export", "--session", row.key, "--into", str(out))
    document = json.loads(out.read_text(encoding="utf-8"))
    forge(document)
    out.write_text(json.dumps(document), encoding="utf-8")
    code, lines = recount(out, files[0], files[1])
    assert code == 1
    assert len(lines) >= 2


#: What somebody with the database at hand may do, triggers out of the way.
TAMPERING = {
    "removed": ["DELETE FROM ballot_envelope WHERE key = (SELECT min(key) FROM ballot_envelope)"],
    "moved": ["UPDATE ballot_envelope SET key = 'f' WHERE key = (SELECT min(key) FROM ballot_envelope)"],
    "turnout": ["DELETE FROM ballot_turnout WHERE member_id = (SELECT min(member_id) FROM ballot_turnout)"],
    "count": [
        "UPDATE ballot_count SET yes = yes - 1, no = no + 1 WHERE item_id = (SELECT min(item_id) FROM ballot_count)"
    ],
    "root": ["UPDATE ballot SET root = 'f'"],
    "number": ["UPDATE ballot SET envelopes = envelopes - 1"],
}


@pytest.mark.parametrize("name", list(TAMPERING))
def test_verify_names_what_was_done_to_the_database(council, voted, vinhdanh, name, databases):
    row, _ballot, files = voted
    vinhdanh("ballot", "open", "--session", row.key, *shares(files, 0, 1))
    with db.engine.begin() as connection:
        _disarm(connection, databases.is_sqlite)
        for statement in TAMPERING[name]:
            assert connection.execute(sa.text(statement)).rowcount >= 1
    answer = vinhdanh("ballot", "verify", "--session", row.key, *shares(files, 0, 1))
    assert answer.code == 1
    assert {check.partition(".")[0] for check in answer.checks} == {"ballot"}


def _disarm(connection, is_sqlite: bool) -> None:
    for table in ("ballot_envelope", "ballot_turnout", "ballot_count"):
        if not is_sqlite:
            connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            continue
        for (name,) in connection.execute(
            sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t"), {"t": table}
        ).fetchall():
            connection.execute(sa.text(f"DROP TRIGGER {name}"))


@pytest.mark.parametrize(
    ("words", "needed", "passes"),
    [
        (
            ("--total", "9", "--present", "9", "--valid", "9", "--yes", "8", "--share", "90/100", "--base", "total"),
            9,
            False,
        ),
        (
            ("--total", "10", "--present", "10", "--valid", "10", "--yes", "9", "--share", "90/100", "--base", "total"),
            9,
            True,
        ),
        (
            ("--total", "9", "--present", "7", "--valid", "6", "--yes", "4", "--share", "2/3", "--base", "valid"),
            4,
            True,
        ),
        (
            ("--total", "9", "--present", "7", "--valid", "6", "--yes", "5", "--share", "80/100", "--base", "present"),
            6,
            False,
        ),
    ],
)
def test_the_arithmetic_alone(home, vinhdanh, words, needed, passes):
    answer = vinhdanh("ballot", "rule-check", *words)
    assert (answer.code, answer.json["needed"], answer.json["passes"]) == (0, needed, passes)
