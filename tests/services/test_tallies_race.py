"""Many phones at once: one tap is one row, totals are exact, and nothing slips into a sheet that was sent."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from core.domain.errors import Refused
from core.http import transactions
from core.models import Tally, TallySheet, Unit, User, db
from core.services import reach
from core.services.context import Context
from core.services.tally_book import TallyBook
from tests.conftest import NOW
from tests.tallying import PLUGIN, new_id, registry, village

TODAY = dt.date(2026, 5, 13)


@pytest.fixture
def place(make):
    found = village(make)
    return {
        "east": found.east.id,
        "lan": found.lan.id,
        "minh": found.minh.id,
        "head": found.head.id,
    }


def book(user_id: int, unit_id: int) -> TallyBook:
    session = db.session()
    ctx = Context(
        session=session,
        actor=reach.actor_of(session, session.get(User, user_id)),
        now=NOW,
        unit=reach.unit_ref(session.get(Unit, unit_id)),
        registry=registry(),
    )
    return TallyBook(PLUGIN, dataclasses.replace(ctx))


def at_once(app, jobs, *, rounds=1):
    """Each job in a thread of its own, ``rounds`` times, each time in a transaction as a door opens it."""
    gate = threading.Barrier(len(jobs))

    def run(job):
        gave = []
        gate.wait()
        for _ in range(rounds):
            with app.app_context():
                try:
                    transactions.begin("POST")
                    gave.append(job())
                    db.session.commit()
                except Refused as refused:
                    db.session.rollback()
                    gave.append(refused.code)
                finally:
                    db.session.remove()
        return gave

    db.session.rollback()
    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_one_client_id_from_eight_threads_is_one_row(app, place):
    number = new_id()

    def tap():
        done = book(place["lan"], place["east"]).record(indicator="B", day=TODAY, client_id=number)
        return done.status

    answers = at_once(app, [tap] * 8)
    assert Counter(one for gave in answers for one in gave) == {"stored": 1, "known": 7}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Tally)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TallySheet)) == 1


def test_eight_workers_with_resends_count_exactly(app, place):
    rounds = 12

    def worker(at):
        dice = random.Random(at)
        sent: list[str] = []

        def tap():
            again = sent and dice.random() < 0.4
            number = dice.choice(sent) if again else new_id()
            if not again:
                sent.append(number)
            user = place["lan"] if at % 2 else place["minh"]
            done = book(user, place["east"]).record(indicator="C", day=TODAY, client_id=number, reason="Ngày hội")
            return done.status

        return tap

    answers = at_once(app, [worker(at) for at in range(8)], rounds=rounds)
    statuses = Counter(one for gave in answers for one in gave)
    assert statuses["stored"] + statuses["known"] == 8 * rounds
    assert statuses["known"] > 0
    found = book(place["head"], place["east"]).sheet_of_day(TODAY).figures["C"]
    assert found == statuses["stored"] == db.session.scalar(sa.select(sa.func.count()).select_from(Tally))


def test_a_tap_and_the_sending_of_the_sheet_never_cross(app, place):
    def tap():
        return book(place["lan"], place["east"]).record(indicator="B", day=TODAY, client_id=new_id()).status

    def send():
        book(place["minh"], place["east"]).submit(TODAY)
        return book(place["head"], place["east"]).sheet_of_day(TODAY).figures["B"]

    *taps, sent = at_once(app, [tap] * 5 + [send])
    statuses = Counter(one for gave in taps for one in gave)
    assert set(statuses) <= {"stored", "tally_sheet_submitted"}
    assert sent == [statuses["stored"]]
    assert book(place["head"], place["east"]).sheet_of_day(TODAY).figures["B"] == statuses["stored"]


def test_one_entry_is_taken_back_once(app, place):
    number = new_id()
    book(place["lan"], place["east"]).record(indicator="B", day=TODAY, client_id=number)
    db.session.commit()

    def undo():
        return book(place["lan"], place["east"]).undo(number).status

    answers = at_once(app, [undo] * 4)
    assert Counter(one for gave in answers for one in gave) == {"stored": 1, "known": 3}
    assert book(place["lan"], place["east"]).sheet_of_day(TODAY).figures["B"] == 0
