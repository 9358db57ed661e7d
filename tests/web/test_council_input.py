"""Generated input on the forms that only exist in the middle of a sitting or of an appraisal: no 5xx."""

from __future__ import annotations

import os
import random

import pytest
import sqlalchemy as sa

from core.models import Handover, Nomination, Recusal, Sitting, SittingItem, WrittenOpinion, db
from core.services import paper_counts
from tests.council import EIGHT_OF_NINE, Council
from tests.crawler import read
from tests.security.test_hostile_input import _body

EXAMPLES = int(os.environ.get("VINHDANH_EXAMPLES", "200"))


@pytest.fixture
def council(make, context_of):
    return Council(make, context_of)


@pytest.fixture
def forms(council, sign_in):
    """``(browser, address)`` of every form, each in a state in which it can be sent."""
    row = council.opened(council.nomination(), council.nomination(), absent=("Ủy viên 4", "Ủy viên 5"))
    entered, waiting = row.items
    paper_counts.enter(council.ctx, entered.key, _seven(), expected_version=entered.version)
    planned = council.sitting([], committee=row.committee)
    received, appraised = council.nomination(award="GIAY_KHEN", state="received"), council.nomination(award="GIAY_KHEN")
    consulting, beyond = (
        council.nomination(award="GIAY_KHEN", state="consulting"),
        council.nomination(award="BANG_KHEN_TINH"),
    )
    db.session.commit()
    sitting, dossier = f"/u/{council.commune.key}/sittings", f"/u/{council.commune.key}/nominations"
    desk, second, member = (sign_in(one) for one in (council.secretary, council.second, council.member))
    return [
        (second, f"{sitting}/{row.key}/items/{entered.key}/confirm"),
        (desk, f"{sitting}/{row.key}/items/{waiting.key}/opinions"),
        (member, f"{sitting}/{row.key}/items/{waiting.key}/conflict"),
        (desk, f"{sitting}/{planned.key}/edit"),
        (desk, f"{sitting}/{planned.key}/agenda"),
        (desk, f"{dossier}/{received.key}/return"),
        (desk, f"{dossier}/{received.key}/appraise"),
        (desk, f"{dossier}/{appraised.key}/consultation"),
        (desk, f"{dossier}/{consulting.key}/consultation/close"),
        (desk, f"{dossier}/{appraised.key}/decline"),
        (desk, f"{dossier}/{beyond.key}/hand-up"),
    ]


def test_every_form_of_the_middle_survives_generated_input(forms):
    broken, tried, before = [], 0, dict(db.session.execute(sa.select(Nomination.id, Nomination.state)).all())
    for browser, url in forms:
        page = browser.get(url)
        assert page.status_code == 200, url
        form = next(one for one in read(url, page.text)[1] if one.method == "post" and one.action == url)
        rng = random.Random(url.rsplit("/", 1)[-1])
        for _turn in range(EXAMPLES):
            status = browser.post(url, data=_body(rng, form)).status_code
            if status >= 500:
                broken.append((url, status))
                break
            tried += 1
            if status == 303:  # a lucky one went through: put everything back for the next
                _restore(before)
    assert broken == []
    assert tried == EXAMPLES * len(forms)


def _restore(before: dict[int, str]) -> None:
    """Everybody in the state the form needs, nobody stepped back, no opinion written, nothing handed up."""
    ids = sa.select(Handover.nomination_id)
    db.session.execute(
        sa.update(Nomination)
        .where(Nomination.id.in_(ids))
        .values(handling_unit_id=Nomination.organiser_id, upper_unit_id=None)
    )
    for table in (Recusal, WrittenOpinion, Handover):
        db.session.execute(sa.delete(table))
    planned = sa.select(Sitting.id).where(Sitting.state == "planned")
    db.session.execute(sa.delete(SittingItem).where(SittingItem.sitting_id.in_(planned)))
    for key, state in before.items():
        db.session.execute(sa.update(Nomination).where(Nomination.id == key).values(state=state))
    db.session.commit()


def _seven():
    return EIGHT_OF_NINE.__class__(issued=7, returned=7, valid=7, invalid=0, yes=7, no=0, blank=0)
