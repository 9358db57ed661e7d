"""Two at once: of two confirmations one decides; of two agendas one gets the dossier."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from core.models import NominationStep, SittingItem, db
from core.services import paper_counts
from tests.council import EIGHT_OF_NINE, Council

FIGURES = {name: str(getattr(EIGHT_OF_NINE, name)) for name in EIGHT_OF_NINE.__slots__}


@pytest.fixture
def council(make, context_of):
    return Council(make, context_of)


def at_once(app, *acts: Callable[[], int]) -> list[int]:
    """The statuses of acts that all start together."""
    barrier, found = threading.Barrier(len(acts)), []

    def run(act: Callable[[], int]) -> None:
        with app.app_context():
            barrier.wait()
            found.append(act())

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    return sorted(found)


def test_of_two_confirmations_one_decides(app, council, sign_in):
    nomination = council.nomination()
    item = council.item(council.opened(nomination))
    paper_counts.enter(council.ctx, item.key, EIGHT_OF_NINE, expected_version=item.version)
    db.session.commit()
    url = f"/u/{council.commune.key}/sittings/{item.sitting.key}/items/{item.key}/confirm"
    browsers = [sign_in(one) for one in (council.second, council.chair, council.member)]
    db.session.remove()
    statuses = at_once(app, *(lambda b=b: b.post(url, data=FIGURES).status_code for b in browsers))
    assert statuses == [303, 409, 409]
    stored = db.session.scalars(sa.select(SittingItem)).one()
    assert (stored.outcome, stored.got) == ("passed", 8)
    steps = list(db.session.scalars(sa.select(NominationStep.step).where(NominationStep.step.in_(("pass", "fail")))))
    assert steps == ["pass"]


def test_of_two_agendas_one_gets_the_dossier(app, council, sign_in):
    nomination = council.nomination()
    committee = council.committee()
    rows = [council.sitting([], committee=committee) for _ in range(2)]
    urls = [f"/u/{council.commune.key}/sittings/{row.key}/agenda" for row in rows]
    browsers = [sign_in(council.secretary), sign_in(council.second)]
    data = {"nominations": [nomination.key]}
    db.session.remove()
    statuses = at_once(
        app,
        *(
            lambda b=browser, u=url: b.post(u, data=data).status_code
            for browser, url in zip(browsers, urls, strict=True)
        ),
    )
    assert statuses == [303, 409]
    assert db.session.scalar(sa.select(sa.func.count(SittingItem.id))) == 1


def test_of_two_agendas_sent_twice_one_dossier_is_on_one(council, sign_in):
    """The same button pressed twice: the second finds the dossier on the ballot already."""
    nomination = council.nomination()
    row = council.sitting([])
    url = f"/u/{council.commune.key}/sittings/{row.key}/agenda"
    browser = sign_in(council.secretary)
    answers = [browser.post(url, data={"nominations": [nomination.key]}).status_code for _ in range(2)]
    assert answers == [303, 409]
