"""Each check sees the fault it is for, planted by hand, and nothing else."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from core.models import (
    Achievement,
    Attachment,
    Award,
    Committee,
    CommitteeMember,
    Decision,
    IdempotencyRow,
    Login,
    Nomination,
    NominationStep,
    OutboxRow,
    Sitting,
    SittingItem,
    db,
)
from core.services import doctor, seed
from core.services.context import Actor, Context, new_key
from core.services.doctor import Patient
from tests.conftest import NOW


def _plugins(app):
    return app.extensions["plugins"]


@pytest.fixture
def house(app, tmp_path):
    """A healthy installation with dossiers in every state, decisions and a register."""
    app.config["FILES_DIR"] = str(tmp_path)
    db.session.connection(execution_options={"writes": True})
    ctx = Context(session=db.session(), actor=Actor(None, "operator", ""), now=NOW)
    seed.fill(ctx, "matrix", rows=0, seed=1)
    db.session.commit()
    return ctx


@pytest.fixture
def found(app) -> Callable[..., list[tuple[str, str]]]:
    """Findings as (check, noun); ``faults``: what the migrations' comparison said."""

    def examine(*faults: str) -> list[tuple[str, str]]:
        db.session.rollback()
        patient = Patient(
            session=db.session(),
            now=NOW,
            config=dict(app.config),
            schema_faults=faults,
            registry=_plugins(app),
        )
        return sorted({(one.check, one.object.partition(":")[0]) for one in doctor.examine(patient)})

    return examine


def _one(model, **where):
    return db.session.scalars(sa.select(model).filter_by(**where).order_by(model.id)).first()


def _without_key_checks(databases, statement: str) -> None:
    db.session.rollback()
    with db.engine.connect() as connection:
        if databases.is_sqlite:
            raw = connection.connection.driver_connection
            raw.execute("PRAGMA foreign_keys=OFF")
            raw.execute(statement)
            raw.execute("PRAGMA foreign_keys=ON")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
            connection.exec_driver_sql(statement)
            connection.exec_driver_sql("SET session_replication_role = origin")
            connection.commit()


def test_a_healthy_house_has_no_finding(house, found):
    assert found() == []


def test_every_check_of_the_contract_is_there():
    promised = {
        *("audit.chain", "audit.triggers", "audit.row_per_change", "schema.contract", "fk.check", "tenant.cross_unit"),
        *("state.history", "award.duplicate", "number.gap", "file.missing", "file.hash", "file.orphan"),
        *("token.unhashed", "outbox.stuck", "idempotency.age", "config.modes", "clock.drift"),
        "privacy.id_number_in_text",
    }
    assert promised <= set(doctor.CHECKS)


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"step": "award"}, "no road"),
        ({"old": "received"}, "starts from"),
        ({"step": "dance"}, "no road"),
    ],
)
def test_state_history_sees_a_step_that_cannot_be(house, found, change, detail):
    step = _one(NominationStep, step="submit")
    db.session.execute(sa.update(NominationStep).where(NominationStep.id == step.id).values(**change))
    db.session.commit()
    assert ("state.history", "nomination") in found()
    patient = Patient(session=db.session(), now=NOW)
    (finding,) = doctor.CHECKS["state.history"](patient)
    assert detail in finding.detail


def test_state_history_sees_a_state_set_by_hand(house, found):
    db.session.execute(sa.update(Nomination).where(Nomination.state == "received").values(state="appraised"))
    db.session.commit()
    assert found() == [("state.history", "nomination")]


def test_audit_row_per_change_sees_a_step_without_a_line(house, found):
    row = _one(Nomination, state="draft")
    for old, step, new in (("draft", "ask_confirmation", "ready"), ("ready", "send_back_to_draft", "draft")):
        db.session.add(
            NominationStep(nomination_id=row.id, step=step, old=old, new=new, at=NOW, unit_id=row.unit_id, note="")
        )
    db.session.commit()
    assert found() == [("audit.row_per_change", "nomination")]


def test_award_duplicate_sees_two_for_one_dossier(house, found):
    awards = list(db.session.scalars(sa.select(Award).where(Award.state == "valid").order_by(Award.id).limit(2)))
    db.session.execute(sa.update(Award).where(Award.id == awards[1].id).values(nomination_id=awards[0].nomination_id))
    db.session.commit()
    assert ("award.duplicate", "nomination") in found()


def test_award_state_sees_a_dossier_without_its_entry(house, found):
    db.session.execute(sa.update(Award).where(Award.id == _one(Award, state="valid").id).values(state="revoked"))
    db.session.commit()
    assert found() == [("award.state", "nomination")]


def test_number_gap_sees_a_missing_entry(house, found):
    last = db.session.scalars(sa.select(Award).order_by(Award.register_number.desc())).first()
    last.register_number += 1
    db.session.commit()
    assert found() == [("number.gap", "unit")]


def test_receipt_whole_sees_a_sent_dossier_without_its_rules(house, found):
    _one(Nomination, state="submitted").rules_hash = None
    db.session.commit()
    assert found() == [("receipt.whole", "nomination")]


def test_receipt_whole_sees_a_draft_with_a_receipt(house, found):
    row = _one(Nomination, state="draft")
    row.receipt_number, row.receipt_at = "X-1", NOW
    db.session.commit()
    assert found() == [("receipt.whole", "nomination")]


@pytest.mark.parametrize("column", ["organiser_id", "handling_unit_id", "nominee_id", "achievement_id", "unit_id"])
def test_tenant_cross_unit_sees_a_row_that_points_elsewhere(house, found, column):
    ours, theirs = db.session.scalars(sa.select(Nomination).filter_by(state="received").order_by(Nomination.id)).all()
    setattr(ours, column, getattr(theirs, column))
    db.session.commit()
    assert found() == [("tenant.cross_unit", "nomination")]


def test_tenant_cross_unit_sees_an_award_and_a_decision_of_another_unit(house, found):
    award = _one(Award, state="valid")
    other = db.session.scalars(sa.select(Decision).where(Decision.unit_id != award.unit_id)).first()
    db.session.execute(
        sa.update(Decision).where(Decision.id == award.decision_id).values(unit_id=other.unit_id, number_key="x")
    )
    db.session.commit()
    assert set(found()) >= {("tenant.cross_unit", "award"), ("tenant.cross_unit", "decision")}


def _sitting(make_number: int = 1, **values) -> SittingItem:
    row = _one(Nomination, state="on_ballot")
    committee = Committee(
        key=new_key(), unit_id=row.organiser_id, name="Hội đồng", decision_number="1", decided_on=NOW.date(),
        from_on=NOW.date(), created_at=NOW,
    )  # fmt: skip
    committee.members = [
        CommitteeMember(key=new_key(), position=0, part="chair", full_name="A", from_on=NOW.date(), user_id=None)
    ]
    sitting = Sitting(key=new_key(), unit_id=row.organiser_id, title="Phiên", held_at=NOW, created_at=NOW)
    sitting.committee = committee
    item = SittingItem(key=new_key(), nomination_id=row.id, **values)
    sitting.items = [item]
    db.session.add(sitting)
    db.session.commit()
    return item


def test_sitting_outcome_sees_a_result_that_does_not_follow(house, found):
    users = list(db.session.scalars(sa.select(Login.user_id))) or [1, 2]
    item = _sitting(outcome="passed", entered_by_id=users[0], confirmed_by_id=users[-1], got=3, needed=5)
    assert found() == [("sitting.outcome", "sitting_item")]
    item.got = 5
    db.session.commit()
    assert found() == []


def test_tenant_cross_unit_sees_a_sitting_of_another_unit_s_committee(house, found):
    item = _sitting()
    other = db.session.scalars(
        sa.select(Nomination.organiser_id).where(Nomination.organiser_id != item.sitting.unit_id)
    )
    item.sitting.committee.unit_id = other.first()
    db.session.commit()
    assert found() == [("tenant.cross_unit", "sitting")]


def test_fk_check_sees_a_row_that_points_at_nothing(house, found, databases):
    _without_key_checks(databases, "UPDATE nomination SET saved_by_id = 987654 WHERE state = 'draft'")
    assert found() == [("fk.check", "table")]


def test_the_chain_and_the_schema_are_looked_at(house, found, databases):
    with db.engine.connect() as connection:
        if databases.is_sqlite:
            raw = connection.connection.driver_connection
            raw.execute("DROP TRIGGER audit_no_update")
            raw.execute("UPDATE audit SET actor = 'x' WHERE seq = 1")
        else:
            connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER USER")
            connection.exec_driver_sql("UPDATE audit SET actor = 'x' WHERE seq = 1")
            connection.commit()
    faults = ("trigger audit_no_update is missing", "remove_table t")
    assert found(*faults) == [
        ("audit.chain", "audit"),
        ("audit.triggers", "audit_no_update"),
        ("schema.contract", "schema"),
    ]


# ---------------------------------------------------------------- files


def _attachment(folder, content: bytes = b"to trinh", *, sha256: str = "", writes: bool = True) -> str:
    storage_id = new_key(32)
    if writes:
        path = folder / storage_id[:2] / storage_id
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    db.session.add(
        Attachment(
            key=new_key(), nomination_id=_one(Nomination, state="draft").id, part="TO_TRINH", storage_id=storage_id,
            name="a.pdf", media_type="application/pdf", size=len(content), user_id=1, created_at=NOW,
            sha256=sha256 or hashlib.sha256(content).hexdigest(),
        )
    )  # fmt: skip
    db.session.commit()
    return storage_id


def test_files_that_are_as_they_were_sent(house, found, tmp_path):
    _attachment(tmp_path)
    assert found() == []


def test_file_missing(house, found, tmp_path):
    _attachment(tmp_path, writes=False)
    assert found() == [("file.missing", "attachment")]


def test_file_hash(house, found, tmp_path):
    _attachment(tmp_path, sha256="0" * 64)
    assert found() == [("file.hash", "attachment")]


@pytest.mark.parametrize(("hours", "expected"), [(25, [("file.orphan", "file")]), (23, [])])
def test_file_orphan_after_a_day(house, found, tmp_path, hours, expected):
    lost = tmp_path / "lost"
    lost.write_bytes(b"x")
    at = (NOW - dt.timedelta(hours=hours)).timestamp()
    os.utime(lost, (at, at))
    assert found() == expected


# ---------------------------------------------------------------- the house's own rows


def test_token_unhashed(house, found):
    values = {"data": "{}", "device": "", "created_at": NOW, "seen_at": NOW, "expires_at": NOW}
    db.session.add(Login(id_hash="a readable token", user_id=1, **values))
    db.session.commit()
    assert found() == [("token.unhashed", "login")]


def test_outbox_stuck(house, found):
    yesterday = NOW - dt.timedelta(days=1, hours=1)
    db.session.add(OutboxRow(kind="mail", payload={}, created_at=yesterday, due_at=yesterday))
    db.session.commit()
    assert found() == [("outbox.stuck", "outbox")]


def test_mail_given_up_is_a_warning(house, app):
    db.session.add(OutboxRow(kind="mail", payload={}, created_at=NOW, due_at=NOW, parked_at=NOW))
    db.session.commit()
    patient = Patient(session=db.session(), now=NOW, config=dict(app.config), registry=_plugins(app))
    assert [(one.check, one.severity) for one in doctor.examine(patient)] == [("outbox.stuck", "warn")]


def test_mail_that_nobody_configured_is_not_stuck(house, app):
    yesterday = NOW - dt.timedelta(days=2)
    db.session.add(OutboxRow(kind="mail", payload={}, created_at=yesterday, due_at=yesterday))
    db.session.commit()
    config = {**app.config, "VINHDANH_ENV": "production", "SMTP_HOST": ""}
    assert doctor.examine(Patient(session=db.session(), now=NOW, config=config, registry=_plugins(app))) == []


def test_idempotency_age(house, found):
    db.session.add(IdempotencyRow(key="k", user_id=0, route="r", digest="d", at=NOW - dt.timedelta(days=9)))
    db.session.commit()
    assert found() == [("idempotency.age", "idempotency")]


def test_config_modes_sees_demo_accounts_in_production(house, app, make):
    make.user(is_demo=True)
    config = {**app.config, "VINHDANH_ENV": "production", "IS_DEMO": False}
    patient = Patient(session=db.session(), now=NOW, config=config, registry=_plugins(app))
    assert [(one.check, one.object) for one in doctor.examine(patient)] == [("config.modes", "accounts")]


def test_clock_drift_sees_a_line_from_the_future(house, app):
    patient = Patient(
        session=db.session(), now=NOW - dt.timedelta(days=30), config=dict(app.config), registry=_plugins(app)
    )
    assert [(one.check, one.severity) for one in doctor.examine(patient)] == [("clock.drift", "warn")]


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("CCCD 038204012345 cấp ngày 1/1/2022", True),
        ("CMND: 172345678.", True),
        ("Doanh thu 1.250.000.000 đồng", False),
        ("Số 12345678", False),
        ("Mã 0382040123456", False),
        ("Điện thoại 0912345678", False),
    ],
)
def test_an_identity_number_in_a_text_is_named(house, app, text, is_found):
    _one(Achievement).result = text
    db.session.commit()
    patient = Patient(session=db.session(), now=NOW, config=dict(app.config), registry=_plugins(app))
    expected = [("privacy.id_number_in_text", "warn")] if is_found else []
    assert [(one.check, one.severity) for one in doctor.examine(patient)] == expected
