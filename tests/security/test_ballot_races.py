"""Everybody at once, on two devices, late, twice: exactly one envelope each, and nothing between."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
import sqlalchemy as sa

from core.models import Ballot, BallotEnvelope, BallotTurnout, db
from core.services import ballots
from tests.ballots import SealedCouncil


@pytest.fixture
def council(make, context_of):
    return SealedCouncil(make, context_of, size=25)


def run(app, acts) -> list[int]:
    """The statuses of acts that all start together."""
    barrier, found = threading.Barrier(len(acts)), []

    def one(act) -> None:
        with app.app_context():
            barrier.wait()
            found.append(act())

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return found


def patient(send) -> int:
    """As the busy page asks: wait and send the same form again."""
    for _ in range(20):
        status = send().status_code
        if status != 503:
            return status
    return status


def counted() -> tuple[int, int]:
    db.session.rollback()
    return tuple(
        db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (BallotTurnout, BallotEnvelope)
    )


def url_of(council, ballot) -> str:
    return f"/u/{council.commune.key}/sittings/{ballot.sitting.key}/ballots/{ballot.key}"


def test_twenty_five_members_press_twice(app, council, sign_in):
    """The same form sent twice at the same moment: one envelope, and both answers say it is in."""
    nomination = council.nomination()
    ballot = council.begun(nomination)
    url, mark = url_of(council, ballot), f"mark-{council.item(ballot.sitting).key}"
    browsers = [sign_in(user) for user in council.voters]
    acts = [
        lambda b=b, n=n: patient(lambda: b.post(f"{url}/vote", data={"nonce": f"{n:064x}", mark: "yes"}))
        for n, b in enumerate(browsers)
        for _ in range(2)
    ]
    db.session.rollback()
    assert Counter(run(app, acts)) == {200: 50}
    assert counted() == (25, 25)


def test_two_devices_give_one_vote(app, council, sign_in):
    """Each member from three devices, each with a form of its own: one is taken, two are told."""
    nomination = council.nomination()
    ballot = council.begun(nomination)
    url, mark = url_of(council, ballot), f"mark-{council.item(ballot.sitting).key}"
    acts = [
        lambda b=b, n=100 * n + k, m=m: patient(lambda: b.post(f"{url}/vote", data={"nonce": f"{n:064x}", mark: m}))
        for n, b in enumerate([sign_in(user) for user in council.voters[:12]])
        for k, m in enumerate(("yes", "no", "blank"))
    ]
    db.session.rollback()
    assert Counter(run(app, acts)) == {200: 12, 409: 24}
    assert counted() == (12, 12)


def test_who_votes_while_the_box_closes_is_in_the_seal_or_refused(app, council, sign_in):
    nomination = council.nomination()
    ballot = council.begun(nomination)
    council.cast(ballot, council.voters[0], "yes")
    url, mark = url_of(council, ballot), f"mark-{council.item(ballot.sitting).key}"
    desk = sign_in(council.secretary)
    acts = [
        lambda b=b, n=n: patient(lambda: b.post(f"{url}/vote", data={"nonce": f"{n:064x}", mark: "no"}))
        for n, b in enumerate([sign_in(user) for user in council.voters[1:]], 1000)
    ]
    acts.insert(12, lambda: patient(lambda: desk.post(f"{url}/close")))
    db.session.rollback()
    statuses = Counter(run(app, acts))
    assert statuses[303] == 1
    assert set(statuses) <= {200, 303, 409}
    db.session.rollback()
    row = db.session.scalars(sa.select(Ballot)).one()
    assert row.state == "closed"
    assert counted() == (row.envelopes, row.envelopes) == (1 + statuses[200], 1 + statuses[200])
    council.open_box(row.sitting)


def test_two_secretaries_open_one_ballot_and_one_box(app, council, sign_in):
    nomination = council.nomination()
    row = council.opened(nomination)
    council.ceremony(row)
    base = f"/u/{council.commune.key}/sittings/{row.key}"
    desks = [sign_in(council.secretary), sign_in(council.second)]
    data = {"items": [council.item(row).key]}
    db.session.rollback()
    assert sorted(run(app, [lambda d=d: d.post(f"{base}/ballots/new", data=data).status_code for d in desks])) == [
        303,
        409,
    ]
    db.session.rollback()
    ballot = db.session.scalars(sa.select(Ballot)).one()
    for user in council.voters[:5]:
        council.cast(ballot, user, "yes")
    council.close(ballot)
    shares = {"share1": council.shares[0], "share2": council.shares[1]}
    db.session.rollback()
    assert sorted(run(app, [lambda d=d: d.post(f"{base}/opening", data=shares).status_code for d in desks])) == [
        303,
        409,
    ]
    db.session.rollback()
    assert [(one.yes, one.envelopes) for one in db.session.scalars(sa.select(Ballot)).one().counts] == [(5, 5)]


def test_a_late_vote_gets_its_old_receipt_and_no_new_one(council, sign_in):
    nomination = council.nomination()
    ballot = council.begun(nomination)
    url, mark = url_of(council, ballot), f"mark-{council.item(ballot.sitting).key}"
    early, late = sign_in(council.voters[0]), sign_in(council.voters[1])
    form = {"nonce": "a" * 64, mark: "yes"}
    first = early.post(f"{url}/vote", data=form)
    ballots.close(council.ctx, ballot.sitting.key, ballot.key)
    db.session.commit()
    again = early.post(f"{url}/vote", data={**form, mark: "no"})
    receipt = first.text.partition("<code>")[2].partition("</code>")[0]
    assert (first.status_code, again.status_code) == (200, 200)
    assert f"<code>{receipt}</code>" in again.text
    assert late.post(f"{url}/vote", data={"nonce": "b" * 64, mark: "yes"}).status_code == 409
    assert counted() == (1, 1)


def test_the_number_of_another_form_gives_neither_vote_nor_receipt(council, sign_in):
    nomination = council.nomination()
    ballot = council.begun(nomination)
    url, mark = url_of(council, ballot), f"mark-{council.item(ballot.sitting).key}"
    form = {"nonce": "c" * 64, mark: "yes"}
    assert sign_in(council.voters[0]).post(f"{url}/vote", data=form).status_code == 200
    copied = sign_in(council.voters[1]).post(f"{url}/vote", data=form)
    assert (copied.status_code, "<code>" in copied.text) == (409, False)
    assert counted() == (1, 1)
    assert sign_in(council.voters[1]).post(f"{url}/vote", data={**form, "nonce": "d" * 64}).status_code == 200
    assert counted() == (2, 2)


def test_a_vote_that_finds_the_queue_full_is_asked_to_come_again(app, council, sign_in, databases):
    """The longest wait is five seconds: then a busy page, and nothing in the box. Afterwards the same form is taken."""
    if not databases.is_sqlite:
        return  # writers do not queue for the whole database there
    nomination = council.nomination()
    ballot = council.begun(nomination)
    url, mark = url_of(council, ballot), f"mark-{council.item(ballot.sitting).key}"
    browser, form = sign_in(council.voters[0]), {"nonce": "a" * 64, mark: "yes"}
    db.session.rollback()
    with db.engine.connect().execution_options(writes=True) as busy:
        busy.begin()
        answer = browser.post(f"{url}/vote", data=form)
        busy.rollback()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert browser.post(f"{url}/vote", data=form).status_code == 200
    assert counted() == (1, 1)
