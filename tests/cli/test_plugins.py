"""``vinhdanh plugins``: listed, checked, locked, switched for a unit, exported."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.app import create_app
from core.models import AuditLine, OutboxRow, PluginSwitch, Unit, db
from core.plugin import lock
from core.services.context import new_key

FOLDER = Path(__file__).parent.parent / "governed"
NOW = dt.datetime(2026, 5, 13, 3, 0, tzinfo=dt.UTC)


@pytest.fixture
def lit(instance, monkeypatch):
    """An instance on which a lamp and its shade are installed."""
    monkeypatch.setenv("VINHDANH_PLUGINS", "lamp,shade")
    monkeypatch.setenv("VINHDANH_EXTRA_PLUGINS", str(FOLDER))
    return instance


@pytest.fixture
def commune(lit, in_app):
    row = Unit(key="xa-sang", name="Xã Sáng", short_name="", sort_key="x", folded="xa sang", kind="xa", created_at=NOW)
    db.session.add(row)
    db.session.flush()
    row.path = f"/{row.id}/"
    db.session.commit()
    db.session.remove()
    return "xa-sang"


def test_list(vinhdanh, commune):
    answer = vinhdanh("plugins", "list", "--unit", commune)
    assert answer.json["findings"] == []
    found = {one["name"]: one for one in answer.json["plugins"]}
    assert (answer.code, sorted(found)) == (0, ["lamp", "shade"])
    assert found["lamp"] == {
        "name": "lamp",
        "state": "well",
        "stage": None,
        "reason": None,
        "version": "1.2.0",
        "sha256": lock.total(lock.digests(FOLDER / "lamp")),
        "failures": 0,
        "units_on": 0,
        "is_on": False,
        "why": "nobody_chose",
    }


def test_enable_and_disable(vinhdanh, commune, in_app):
    on = vinhdanh("plugins", "enable", "lamp", "--unit", commune)
    assert (on.code, on.json["is_on"], on.json["why"]) == (0, True, "own_switch")
    off = vinhdanh("plugins", "disable", "lamp", "--unit", commune)
    assert (off.code, off.json["is_on"]) == (0, False)
    assert db.session.scalars(sa.select(PluginSwitch.is_on)).all() == [False]
    lines = db.session.execute(
        sa.select(AuditLine.actor, AuditLine.action, AuditLine.unit)
        .where(AuditLine.object == "plugin:lamp")
        .order_by(AuditLine.seq)
    )
    assert [tuple(one) for one in lines] == [
        ("operator", "plugin.switch_on", "xa-sang"),
        ("operator", "plugin.switch_off", "xa-sang"),
    ]
    assert db.session.scalars(sa.select(OutboxRow.kind)).all() == ["tell"]


@pytest.mark.parametrize(
    ("words", "check"),
    [
        (("enable", "shade", "--unit", "xa-sang"), "plugin_needs"),
        (("enable", "nothing", "--unit", "xa-sang"), "not_found"),
        (("enable", "lamp", "--unit", "nowhere"), "not_found"),
        (("disable", "lamp\n", "--unit", "xa-sang"), "not_found"),
        (("export", "nothing", "--unit", "xa-sang", "--out", "x.json"), "plugins.export"),
        (("export", "lamp", "--unit", "xa-sang", "--out", "x.txt"), "plugins.export"),
    ],
)
def test_refusals(vinhdanh, commune, in_app, words, check):
    answer = vinhdanh("plugins", *words)
    assert (answer.code != 0, answer.checks, answer.json["ok"]) == (True, [check], False)
    assert db.session.scalars(sa.select(PluginSwitch.id)).all() == []


def test_check_and_lock(vinhdanh, commune, lit, in_app):
    assert vinhdanh("plugins", "check").json["is_locked"] is False
    written = vinhdanh("plugins", "lock")
    assert (written.code, written.json["counts"]) == (0, {"plugins": 2})
    kept = json.loads((lit / "plugins.lock").read_text())
    assert sorted(kept["plugins"]) == ["lamp", "shade"]
    assert kept["plugins"]["lamp"]["sha256"] == written.json["plugins"][0]["sha256"]
    good = vinhdanh("plugins", "check")
    assert (good.code, good.json["is_locked"], good.checks) == (0, True, [])
    kept["plugins"]["lamp"]["files"]["hooks.py"] = "0" * 64
    del kept["plugins"]["shade"]
    (lit / "plugins.lock").write_text(json.dumps(kept))
    bad = vinhdanh("plugins", "check")
    assert (bad.code, [(one["object"], one["detail"]) for one in bad.json["findings"]]) == (
        1,
        [("plugin:lamp", "changed: hooks.py"), ("plugin:shade", "not in plugins.lock")],
    )
    (lit / "plugins.lock").write_text("{nonsense")
    broken = vinhdanh("plugins", "check")
    assert [one["detail"] for one in broken.json["findings"]] == ["plugins.lock cannot be read"] * 2


def test_check_names_what_was_removed(vinhdanh, commune, in_app):
    unit = db.session.scalar(sa.select(Unit.id))
    db.session.add(PluginSwitch(unit_id=unit, plugin="gone_one", is_on=True, at=NOW))
    db.session.commit()
    db.session.remove()
    answer = vinhdanh("plugins", "check")
    assert (answer.code, answer.checks) == (0, ["plugins.removed"])
    assert [one["state"] for one in vinhdanh("plugins", "list").json["plugins"]] == ["removed", "well", "well"]


def test_what_is_off_in_an_emergency_is_named(vinhdanh, commune, in_app, monkeypatch):
    monkeypatch.setenv("VINHDANH_PLUGINS_OFF", "lamp")
    answer = vinhdanh("plugins", "check")
    # the shade needs the lamp
    assert (answer.code, answer.checks) == (1, ["plugins.emergency_off", "plugins.requires"])
    states = [(one["name"], one["state"]) for one in vinhdanh("plugins", "list").json["plugins"]]
    assert states == [("lamp", "emergency_off"), ("shade", "unwell")]


def test_export(vinhdanh, commune, in_app, tmp_path):
    (tmp_path / "out").mkdir()
    answer = vinhdanh("plugins", "export", "lamp", "--unit", commune, "--out", str(tmp_path / "out" / "lamp.zip"))
    assert answer.code == 0
    with zipfile.ZipFile(tmp_path / "out" / "lamp.zip") as archive:
        assert (archive.namelist(), json.loads(archive.read("data.json"))) == (["data.json"], {})
    answer = vinhdanh("plugins", "export", "lamp", "--unit", commune, "--out", str(tmp_path / "out" / "lamp.json"))
    assert (answer.code, json.loads((tmp_path / "out" / "lamp.json").read_text())) == (0, {})
    assert db.session.scalars(sa.select(AuditLine.action)).all() == ["plugin.export"] * 2


# ------------------------------------------------------------------------------------------------ production


@pytest.fixture
def package(tmp_path):
    """A plugin in a folder of its own, under a name that nobody imported yet."""
    name = f"lock_{new_key(8)}"
    folder = tmp_path / "extra" / name
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(
        "from core.sdk import Manifest\n"
        f'manifest = Manifest(name="{name}", title="Thử", summary="Thử.", version="1", works_with=">=0.1",'
        ' personal_data="none")\n'
    )
    return name, folder


def started(instance, package, env="production"):
    name, folder = package
    made = create_app(
        {
            "VINHDANH_ENV": env,
            "INSTANCE_DIR": str(instance),
            "SECRET_KEY": "a test secret of more than thirty-two bytes",
            "SQLALCHEMY_DATABASE_URI": "sqlite://",
            "PLUGINS": (name,),
            "EXTRA_PLUGINS": (str(folder.parent),),
        }
    )
    one = made.extensions["plugins"].installed[name]
    return one.stage, one.reason


def locked(instance, package):
    name, folder = package
    lock.write(instance, [(name, "1", folder)], now=NOW)


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A production instance; what the run of tests sets is not there."""
    for name in ("VINHDANH_ENV", "VINHDANH_PLUGINS", "VINHDANH_DATABASE_URL", "VINHDANH_PLUGINS_STRICT"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "house").mkdir(mode=0o700)
    return tmp_path / "house"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda folder: None, None),
        (lambda folder: (folder / "__init__.py").write_text("#"), "changed: __init__.py"),
        (lambda folder: (folder / "more.py").write_text(""), "added: more.py"),
        (lambda folder: (folder / "data.txt").unlink(), "missing: data.txt"),
        (lambda folder: (folder / "hooks.pyc").write_bytes(b"x"), "added: hooks.pyc"),
    ],
)
def test_production_runs_only_what_was_locked(house, package, change, reason):
    _name, folder = package
    (folder / "data.txt").write_text("x")
    locked(house, package)
    change(folder)
    assert started(house, package) == (("lock", reason) if reason else (None, None))


def test_a_changed_plugin_is_not_even_imported(house, package):
    _name, folder = package
    locked(house, package)
    (folder / "__init__.py").write_text(f"open({str(house / 'ran')!r}, 'w')\n")
    assert (started(house, package)[0], (house / "ran").exists()) == ("lock", False)


def test_without_a_lock_and_out_of_production_nothing_is_compared(house, package):
    assert started(house, package) == (None, None)
    (house / "plugins.lock").write_text("{}")
    assert started(house, package) == ("lock", "plugins.lock cannot be read")
    assert started(house, package, env="development") == (None, None)


def test_a_plugin_that_was_not_locked_does_not_run(house, package):
    lock.write(house, [], now=NOW)
    name, _folder = package
    assert started(house, package) == ("lock", "not in plugins.lock")
    assert name not in json.loads((house / "plugins.lock").read_text())["plugins"]
