"""Mail leaves once, waits when it cannot, is given up in the end; old rows and lost files are swept."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import os
import smtplib

import pytest
import sqlalchemy as sa

from core.domain.errors import Refused
from core.jobs import delivery
from core.models import (
    AdminLink,
    Attachment,
    IdempotencyRow,
    JobRun,
    Login,
    OutboxRow,
    SignInAttempt,
    db,
)
from core.services import failpoints, mailer
from core.services.context import new_key
from tests.conftest import NOW


@pytest.fixture
def jobs(app):
    return app.extensions["jobs"]


def _mail(to: str = "lan@example.vn", code: str = "news_return", **values) -> OutboxRow:
    payload = {
        "to": to,
        "code": code,
        "params": {"name": "Đỗ Thị Én", "note": "Thiếu số liệu."},
        "about": "nomination:x",
    }
    row = OutboxRow(kind="mail", payload=payload, created_at=NOW, due_at=values.pop("due_at", NOW), **values)
    db.session.add(row)
    db.session.commit()
    return row


def _spooled(app) -> list[email.message.EmailMessage]:
    folder = os.path.join(app.config["SPOOL_DIR"], "mail")
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    found = []
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            found.append(email.message_from_binary_file(file, policy=email.policy.default))
    return found


@pytest.fixture(autouse=True)
def empty_spool(app):
    for one in ("mail",):
        folder = os.path.join(app.config["SPOOL_DIR"], one)
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            os.unlink(os.path.join(folder, name))


def test_a_letter_says_it_in_vietnamese_to_one_person(app, jobs):
    _mail()
    assert jobs.run().done["mail"] == 1
    (letter,) = _spooled(app)
    assert letter["To"] == "lan@example.vn"
    assert letter["Subject"] == "Vinh Danh: Hồ sơ của Đỗ Thị Én được trả lại để bổ sung. Thiếu số liệu."
    assert "Hồ sơ của Đỗ Thị Én được trả lại để bổ sung. Thiếu số liệu." in letter.get_content()
    row = db.session.scalars(sa.select(OutboxRow)).one()
    assert (row.sent_at, row.tries, row.last_error) == (NOW, 1, "")


def test_the_letter_links_to_this_installation_when_it_knows_its_address(app, jobs):
    app.config["BASE_URL"] = "https://vinhdanh.example.vn/"
    try:
        _mail()
        jobs.run()
    finally:
        app.config["BASE_URL"] = ""
    assert "https://vinhdanh.example.vn/notices" in _spooled(app)[0].get_content()


def test_what_is_sent_is_not_sent_again(app, jobs):
    _mail()
    jobs.run()
    assert jobs.run(until_idle=True).done["mail"] == 0
    assert len(_spooled(app)) == 1


def test_what_is_not_due_waits(app, jobs):
    _mail(due_at=NOW + dt.timedelta(minutes=1))
    assert jobs.run().done["mail"] == 0


def test_a_kill_between_sending_and_writing_down_makes_no_second_letter(app, jobs):
    """The letter goes out again under the same number: the spool, and a mail reader, take it for one."""
    _mail()
    failpoints.arm("outbox.after_send=raise")
    try:
        with pytest.raises(failpoints.FailpointReached):
            jobs.run()
    finally:
        failpoints.arm("")
    assert jobs.run().done["mail"] == 1
    (letter,) = _spooled(app)
    assert letter["Message-ID"] == f"<outbox-{db.session.scalars(sa.select(OutboxRow.id)).one()}@localhost>"


def test_one_bad_address_does_not_hold_up_the_others(app, jobs):
    _mail(to="no address\nBcc: everybody@example.vn")
    _mail(to="hoa@example.vn")
    report = jobs.run(until_idle=True)
    assert (report.done["mail"], report.failed) == (1, {"mail": 1})
    assert [letter["To"] for letter in _spooled(app)] == ["hoa@example.vn"]


def test_a_failing_letter_waits_longer_each_time_and_is_parked(app, jobs):
    row = _mail(to="no address\nx")
    waited = []
    for _try in range(mailer.MOST_TRIES):
        before = app.config["FROZEN_CLOCK"]
        jobs.run()
        db.session.expire_all()
        waited.append((row.due_at - before) // dt.timedelta(minutes=1))
        app.config["FROZEN_CLOCK"] = max(row.due_at, before)
    assert waited[:-1] == list(mailer.WAITS) == sorted(mailer.WAITS)
    assert (row.tries, row.parked_at) == (mailer.MOST_TRIES, app.config["FROZEN_CLOCK"])
    assert row.last_error.startswith("ValueError")
    assert jobs.run().done["mail"] == 0
    assert row.tries == mailer.MOST_TRIES


def test_without_a_server_mail_waits_quietly(app, jobs):
    row = _mail()
    app.config["VINHDANH_ENV"] = "production"
    try:
        report = jobs.run(until_idle=True)
    finally:
        app.config["VINHDANH_ENV"] = "test"
    assert (report.done["mail"], report.failed, row.tries, row.parked_at) == (0, {}, 0, None)


class _Server:
    """A mail server as ``smtplib`` sees one: what it was told, in order."""

    heard: list[str] = []

    def __init__(self, host, port, timeout):
        self.heard.append(f"{host}:{port}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.heard.append("quit")

    def starttls(self, *, context):
        self.heard.append(f"starttls checks={context.check_hostname}")

    def login(self, user, password):
        self.heard.append(f"login {user}")

    def send_message(self, message):
        if message["To"] == "full@example.vn":
            raise smtplib.SMTPRecipientsRefused({"full@example.vn": (452, b"full")})
        self.heard.append(f"to {message['To']} from {message['From']}")


def test_smtp_is_encrypted_verified_and_a_refusal_is_tried_again(app, jobs, monkeypatch):
    monkeypatch.setattr(delivery.smtplib, "SMTP", _Server)
    _Server.heard = []
    _mail()
    _mail(to="full@example.vn")
    before = dict(app.config)
    app.config.update(
        VINHDANH_ENV="production",
        SMTP_HOST="mail.example.vn",
        SMTP_USER="vd",
        SMTP_PASSWORD="x",
        MAIL_FROM="vd@example.vn",
    )
    try:
        report = jobs.run(until_idle=True)
    finally:
        app.config.update(before)
    assert (report.done["mail"], report.failed) == (1, {"mail": 1})
    assert _Server.heard[:5] == [
        "mail.example.vn:587",
        "starttls checks=True",
        "login vd",
        "to lan@example.vn from Vinh Danh <vd@example.vn>",
        "quit",
    ]


def test_one_process_at_a_time_and_a_dead_one_is_taken_over(app, jobs):
    db.session.add(JobRun(name="jobs", started_at=NOW - dt.timedelta(minutes=9)))
    db.session.commit()
    with pytest.raises(Refused, match="jobs_running"):
        jobs.run()
    app.config["FROZEN_CLOCK"] = NOW + dt.timedelta(minutes=2)
    jobs.run()
    row = db.session.get(JobRun, "jobs", populate_existing=True)
    assert (row.finished_at, row.last_error) == (app.config["FROZEN_CLOCK"], "")


def test_old_rows_go_and_young_ones_stay(app, jobs, make):
    user = make.user()
    for days in (1, 8, 40):
        at = NOW - dt.timedelta(days=days, hours=1)
        db.session.add_all(
            (
                SignInAttempt(login=f"l{days}", address="a", at=at),
                IdempotencyRow(key=f"k{days}", user_id=0, route="r", digest="d", at=at),
                Login(
                    id_hash=f"{days:064d}",
                    user_id=user.id,
                    data="{}",
                    device="",
                    created_at=at,
                    seen_at=at,
                    expires_at=at,
                ),
                AdminLink(token_hash=f"{days:064d}", user_id=user.id, expires_at=at, created_at=at),
            )
        )
    db.session.add(SignInAttempt(login="now", address="a", at=NOW))
    db.session.commit()
    assert jobs.run().done["rows"] == 3 + 2 + 1 + 1
    assert list(db.session.scalars(sa.select(SignInAttempt.login))) == ["now"]
    assert list(db.session.scalars(sa.select(IdempotencyRow.key))) == ["k1"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Login)) == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AdminLink)) == 2


def test_a_file_that_no_row_names_goes_after_a_day(app, jobs, make, tmp_path):
    app.config["FILES_DIR"] = str(tmp_path)
    unit = make.unit()
    nomination = make.nomination(make.event(unit), unit)
    held, young, lost = (new_key(32) for _ in range(3))
    for name, hours in ((held, 90), (young, 23), (lost, 25)):
        path = tmp_path / name[:2] / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
        at = (NOW - dt.timedelta(hours=hours)).timestamp()
        os.utime(path, (at, at))
    make.keep(
        Attachment(
            key=new_key(), nomination_id=nomination.id, part="TO_TRINH", storage_id=held, name="a.pdf", size=1,
            media_type="application/pdf", sha256="0" * 64, user_id=make.user().id, created_at=NOW,
        )
    )  # fmt: skip
    assert jobs.run().done["files"] == 1
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == sorted([held, young])
