"""The command line called as people call it, on a fresh migrated database of the engine under test."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.cli import envelope
from core.models import db


@dataclass
class Answer:
    """What a verb said: its exit code, its one JSON document, and what went to stderr."""

    code: int
    json: dict[str, Any]
    err: str

    @property
    def checks(self) -> list[str]:
        return [one["check"] for one in self.json["findings"]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance directory that does not exist yet, in test mode, with its own SQLite database."""
    monkeypatch.setenv("VINHDANH_ENV", "test")
    monkeypatch.setenv("VINHDANH_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("VINHDANH_DATABASE_URL", raising=False)
    return tmp_path / "instance"


@pytest.fixture
def instance(home: Path, databases, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance whose database is at head, on the engine under test."""
    databases.fresh()
    monkeypatch.setenv("VINHDANH_DATABASE_URL", databases.url)
    home.mkdir(mode=0o700)
    for name in ("files", "spool", "anchors", "backups"):
        (home / name).mkdir(mode=0o700)
    (home / "secret_key").write_text("s" * 64, encoding="ascii")
    (home / "secret_key").chmod(0o600)
    return home


@pytest.fixture
def vinhdanh(capfd) -> Callable[..., Answer]:
    """``vinhdanh("audit", "verify")`` with ``--json``: exactly one document on stdout."""

    def call(*words: str) -> Answer:
        with pytest.raises(SystemExit) as stopped:
            envelope.run([*words, "--json"])
        out, err = capfd.readouterr()
        return Answer(int(stopped.value.code or 0), json.loads(out), err)

    return call


@pytest.fixture
def in_app(instance: Path):
    """The application of the instance, for planting and looking; connections are closed at the end."""
    app = envelope.make_app()
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
