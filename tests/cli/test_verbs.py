"""What each verb does, on both engines."""

from __future__ import annotations

import csv
import json

import pytest
import sqlalchemy as sa

from core.cli.envelope import operator_context
from core.http import clock
from core.migrations.components import in_order
from core.models import AdminLink, AuditLine, JobRun, Nomination, OutboxRow, RoleGrant, Unit, User, db
from core.services import audit, database_shape, failpoints

GOOD_PASSWORD = "mùa lúa chín vàng đồng"


def _note(*words: str) -> None:
    for word in words:
        audit.note(operator_context(), "test.said", f"word:{word}", word=word)
        db.session.commit()


# ---------------------------------------------------------------- accounts


def test_the_first_administrator_sets_a_password_by_the_link(instance, in_app, vinhdanh):
    answer = vinhdanh("user", "admin-link", "--login", "Quan.Tri", "--unit", "UBND xã Thử", "--name", "Lê Thị Thử")
    assert answer.code == 0
    token = answer.json["url"].rpartition("/")[2]
    assert token not in set(db.session.scalars(sa.select(AdminLink.token_hash)))
    user = db.session.scalars(sa.select(User)).one()
    assert (user.login, user.full_name, user.password) == ("quan.tri", "Lê Thị Thử", None)
    grant = db.session.scalars(sa.select(RoleGrant)).one()
    assert (grant.role, grant.unit.name, grant.unit.parent_id) == ("system_admin", "UBND xã Thử", None)
    in_app.config["WTF_CSRF_ENABLED"] = False
    db.session.rollback()
    page = f"/link/{token}"
    sent = in_app.test_client().post(page, data={"password": GOOD_PASSWORD, "again": GOOD_PASSWORD})
    assert sent.status_code in (200, 302)
    assert in_app.test_client().get(page).status_code == 404


def test_a_second_link_ends_the_first_and_makes_nobody_new(instance, in_app, vinhdanh):
    first = vinhdanh("user", "admin-link", "--login", "quan.tri").json["url"]
    second = vinhdanh("user", "admin-link", "--login", "quan.tri").json["url"]
    assert first != second
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Unit)) == 1
    browser = in_app.test_client()
    assert browser.get("/link/" + first.rpartition("/")[2]).status_code == 404
    assert browser.get("/link/" + second.rpartition("/")[2]).status_code == 200


def test_an_unknown_kind_of_unit_is_refused_and_nothing_is_made(instance, in_app, vinhdanh):
    answer = vinhdanh("user", "admin-link", "--login", "quan.tri", "--unit-kind", "thanh_pho_bay")
    assert (answer.code, answer.checks) == (1, ["unit_kind_unknown"])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Unit)) == 0


def test_an_account_is_made_with_its_roles_and_listed(instance, in_app, vinhdanh):
    key = vinhdanh("user", "admin-link", "--login", "quan.tri").json["unit"]
    made = vinhdanh(
        *("user", "create", "--login", "thu.ky", "--name", "Trần Văn Thử", "--unit", key),
        *("--role", "secretary", "--role", "member"),
    )  # fmt: skip
    assert made.code == 0
    listed = {row["login"]: row for row in vinhdanh("user", "list").json["users"]}
    assert listed["thu.ky"]["roles"] == [{"role": "secretary", "unit": key}, {"role": "member", "unit": key}]
    again = vinhdanh("user", "create", "--login", "thu.ky", "--name", "X Y", "--unit", key, "--role", "member")
    assert (again.code, again.checks) == (1, ["login_taken"])


# ---------------------------------------------------------------- policy


def test_the_policy_covers_every_route_and_leaves_none_bare(instance, in_app, vinhdanh):
    routes = vinhdanh("policy", "dump").json["routes"]
    keys = {
        "rule",
        "endpoint",
        "method",
        "permission",
        "scope",
        "owner",
        "public",
        "csrf",
        "recent_auth",
        "ids",
        "reason",
    }
    assert {frozenset(row) for row in routes} == {frozenset(keys)}
    served = {
        (str(rule), method) for rule in in_app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {(row["rule"], row["method"]) for row in routes} == served
    bare = [row for row in routes if not row["permission"] and not row["public"] and not row["reason"]]
    assert bare == []
    writing = [row for row in routes if row["method"] not in ("GET",)]
    assert all(row["csrf"] for row in writing)


# ---------------------------------------------------------------- the audit chain


def test_verify_counts_lines_and_names_the_first_bad_one(instance, in_app, vinhdanh, databases):
    _note("một", "hai", "ba")
    good = vinhdanh("audit", "verify")
    assert (good.code, good.json["rows"], good.json["first_bad"]) == (0, 3, None)
    _tamper(databases, "UPDATE audit SET actor = 'somebody' WHERE seq = 2")
    bad = vinhdanh("audit", "verify")
    assert (bad.code, bad.json["ok"]) == (1, False)
    assert bad.json["first_bad"] == {"seq": 2, "kind": "hash"}


def test_a_cut_tail_is_found_by_the_anchor(instance, in_app, vinhdanh, databases):
    """Without the anchor the chain is whole again: that is why it is written elsewhere."""
    _note("một", "hai", "ba")
    anchor = vinhdanh("audit", "anchor").json["head"]
    previous = db.session.execute(sa.select(AuditLine.seq, AuditLine.h).where(AuditLine.seq == 2)).one()
    db.session.rollback()
    _tamper(
        databases,
        "DELETE FROM audit_payload WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
        f"UPDATE audit_head SET seq = 2, h = '{previous.h}'",
    )
    found = vinhdanh("audit", "verify")
    assert (found.code, found.json["first_bad"]) == (1, {"seq": 3, "kind": "anchor"})
    assert found.json["last_anchor"] == 3
    for path in (instance / "anchors").iterdir():
        path.unlink()
    assert vinhdanh("audit", "verify").code == 0
    printed = f"{anchor['seq']}:{anchor['hash']}"
    assert vinhdanh("audit", "verify", "--expect", printed).code == 1


def test_an_anchor_that_is_none_cannot_be_checked(instance, vinhdanh):
    answer = vinhdanh("audit", "verify", "--expect", "12:xyz")
    assert (answer.code, answer.checks) == (2, ["audit.anchor"])


def test_the_tail_since_the_last_anchor_is_counted(instance, in_app, vinhdanh):
    _note("một", "hai")
    vinhdanh("audit", "anchor")
    _note("ba")
    assert vinhdanh("audit", "verify").json["unanchored_tail"] == 1


def test_the_export_is_complete_inert_and_noted(instance, in_app, vinhdanh, tmp_path):
    _note("=HYPERLINK(1)", "thường")
    target = tmp_path / "log.csv"
    answer = vinhdanh("audit", "export", "--into", str(target))
    assert (answer.code, answer.json["counts"]["rows"]) == (0, 2)
    rows = list(csv.DictReader(target.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["seq"] for row in rows] == ["1", "2"]
    assert [json.loads(row["payload"])["word"] for row in rows] == ["=HYPERLINK(1)", "thường"]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    last = db.session.scalars(sa.select(AuditLine).order_by(AuditLine.seq.desc())).first()
    assert (last.action, last.actor) == ("audit.exported", "operator")


def _tamper(databases, *statements: str) -> None:
    """As somebody with the database in hand: the triggers are switched off first."""
    with db.engine.connect() as connection:
        if databases.is_sqlite:
            raw = connection.connection.driver_connection
            for name in ("audit_no_update", "audit_no_delete", "audit_no_replace"):
                raw.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                raw.execute(statement)
        else:
            connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER USER")
            for statement in statements:
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql("ALTER TABLE audit ENABLE TRIGGER USER")
            connection.commit()
    db.session.remove()


# ---------------------------------------------------------------- the database


def test_upgrade_makes_pending_go_away_and_copies_first(home, vinhdanh):
    assert set(vinhdanh("db", "pending").json["from"].values()) == {None}
    made = vinhdanh("db", "upgrade") if home.exists() else vinhdanh("init")
    assert made.code == 0
    pending = vinhdanh("db", "pending")
    assert (pending.code, pending.json["from"]) == (0, pending.json["to"])
    again = vinhdanh("db", "upgrade")
    assert (again.code, again.json["backup"]) == (0, None)


def test_a_newer_database_is_left_alone(instance, in_app, vinhdanh):
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    answer = vinhdanh("db", "upgrade")
    assert (answer.code, answer.checks) == (3, ["db.newer"])


def test_db_check_names_what_the_models_do_not_know(instance, in_app, vinhdanh):
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_nominee_folded")
    answer = vinhdanh("db", "check")
    assert answer.code == 1
    assert "ix_nominee_folded" in answer.json["findings"][0]["detail"]


def test_the_digest_moves_with_the_data_and_only_there(instance, in_app, vinhdanh):
    first = vinhdanh("db", "digest", "--exclude", "audit").json["tables"]
    assert vinhdanh("db", "digest", "--exclude", "audit").json["tables"] == first
    vinhdanh("user", "admin-link", "--login", "quan.tri")
    second = vinhdanh("db", "digest", "--exclude", "audit").json["tables"]
    assert {name for name in first if first[name] != second[name]} == {"unit", "user", "role_grant", "admin_link"}
    assert "audit" not in first


def test_the_contract_holds_every_table_with_its_keys(instance, in_app, vinhdanh):
    objects = vinhdanh("db", "contract").json["objects"]
    names = {component.version_table for component in in_order(in_app.extensions["plugins"])}
    assert set(objects) == {table.name for table in database_shape.tables(db.session())} | names
    assert objects["award"]["primary_key"] == ["id"]
    assert "unit_id -> unit(id)" in objects["award"]["foreign_keys"]


# ---------------------------------------------------------------- catalogue, failpoints, doctor


def test_a_bad_catalogue_is_found(instance, vinhdanh, tmp_path):
    bad = tmp_path / "catalog.yaml"
    bad.write_text("award_types: []\nregimes: []\n", encoding="utf-8")
    answer = vinhdanh("catalog", "check", "--file", str(bad))
    assert answer.code == 1
    assert answer.json["counts"]["faults"] == len(answer.json["findings"]) > 0
    bad.write_text("a: [", encoding="utf-8")
    assert vinhdanh("catalog", "check", "--file", str(bad)).checks == ["catalog.file"]


def test_the_failpoints_are_listed(instance, vinhdanh):
    assert vinhdanh("failpoints", "list").json["names"] == sorted(failpoints.NAMES)


def test_the_doctor_counts_persons(instance, in_app, vinhdanh, monkeypatch):
    vinhdanh("user", "admin-link", "--login", "quan.tri")
    assert vinhdanh("doctor", "--cap-do").json["persons"] == 1
    monkeypatch.setattr("core.services.doctor.PERSONS_WARNED_AT", 1)
    answer = vinhdanh("doctor", "--cap-do")
    assert (answer.code, answer.checks) == (0, ["cap_do"])


# ---------------------------------------------------------------- data


def test_invented_data_stays_out_of_production(home, vinhdanh, monkeypatch):
    vinhdanh("init")
    monkeypatch.setenv("VINHDANH_ENV", "production")
    for words in (
        ("seed", "--scenario", "matrix"),
        ("seed", "--scenario", "volume"),
        ("demo", "load"),
        ("demo", "run"),
    ):
        answer = vinhdanh(*words)
        assert (answer.code, answer.checks) == (3, ["data.production"])


def test_the_demo_does_not_mix_with_real_units(instance, in_app, vinhdanh):
    vinhdanh("user", "admin-link", "--login", "quan.tri")
    answer = vinhdanh("demo", "load")
    assert (answer.code, answer.checks) == (3, ["demo_not_empty"])


def test_matrix_has_two_worlds_with_every_role_and_state(instance, in_app, vinhdanh):
    answer = vinhdanh("seed", "--scenario", "matrix", "--seed", "7")
    assert answer.code == 0
    assert len({(one["role"], one["unit"][2]) for one in answer.json["users"]}) == 20
    states = db.session.execute(sa.select(Nomination.state, sa.func.count()).group_by(Nomination.state)).all()
    assert {count for _state, count in states} == {2}
    assert set(answer.json["ids"]["a"]["nominations"]) == {state for state, _count in states}
    assert vinhdanh("doctor").json["findings"] == []


def test_volume_is_whole_and_the_same_for_the_same_number(instance, in_app, vinhdanh, databases):
    first = vinhdanh("seed", "--scenario", "volume", "--rows", "300", "--seed", "3")
    assert (first.code, first.json["counts"]["nominations"]) == (0, 300)
    assert vinhdanh("doctor").json["findings"] == []
    names = list(db.session.scalars(sa.select(Nomination.nominee_name).order_by(Nomination.id)))
    db.session.remove()
    db.engine.dispose()
    databases.fresh()
    vinhdanh("seed", "--scenario", "volume", "--rows", "300", "--seed", "3")
    assert list(db.session.scalars(sa.select(Nomination.nominee_name).order_by(Nomination.id))) == names


# ---------------------------------------------------------------- jobs


@pytest.fixture
def waiting(in_app):
    """A mail that waits."""
    now = clock.now()
    payload = {"to": "lan@example.vn", "code": "news_submit", "params": {"name": "Đỗ Thị Én", "note": ""}, "about": ""}
    db.session.add(OutboxRow(kind="mail", payload=payload, created_at=now, due_at=now))
    db.session.commit()


def test_jobs_write_the_mail_that_waits(instance, waiting, vinhdanh):
    answer = vinhdanh("jobs", "run", "--until-idle")
    assert (answer.code, answer.json["done"]["mail"]) == (0, 1)
    assert len(list((instance / "spool" / "mail").glob("*.eml"))) == 1


def test_jobs_run_once_at_a_time(instance, in_app, vinhdanh):
    db.session.add(JobRun(name="jobs", started_at=clock.now()))
    db.session.commit()
    answer = vinhdanh("jobs", "run")
    assert (answer.code, answer.checks) == (4, ["jobs_running"])
