"""kill -9 while members vote and while the box is opened: what was acknowledged is in, once; the record is the same.

The evening is held twice, once undisturbed. Members send the same form again when the server is back, as people do.
"""

from __future__ import annotations

import http.client
import itertools
import random
import re
import threading
import time
import urllib.parse

import pytest
import sqlalchemy as sa

from core.models import Ballot, BallotEnvelope, BallotTurnout, Login, db
from tests.ballots import SealedCouncil
from tests.durability.test_kill import Server

#: Members vote differently, so that a lost or doubled paper would show in the counts.
PAPERS = [("yes", "no"), ("yes", "yes"), ("no", "yes"), ("yes", "blank"), ("yes", "yes")]


class Evening:
    """One sitting over HTTP with a server that may die."""

    def __init__(self, app, council: SealedCouncil, sign_in, folder) -> None:
        self.council, self.server = council, Server(app, folder)
        nominations = [council.nomination(), council.nomination()]
        self.ballot = council.begun(*nominations)
        self.base = f"/u/{council.commune.key}/sittings/{self.ballot.sitting.key}"
        self.vote = f"{self.base}/ballots/{self.ballot.key}/vote"
        self.cookie_name = app.config["SESSION_COOKIE_NAME"]
        self.cookies = [self._cookie(sign_in(user)) for user in council.voters]
        self.desk = self._cookie(sign_in(council.secretary))
        self.acknowledged: dict[int, str] = {}
        db.session.rollback()

    def _cookie(self, browser) -> str:
        return f"{self.cookie_name}={browser.get_cookie(self.cookie_name).value}"

    def get(self, path: str, cookie: str) -> str:
        while True:
            try:
                status, text = self.server.ask("GET", path, cookie=cookie)
            except OSError:
                time.sleep(0.05)
                continue
            assert status == 200, (path, status)
            return text

    def post(self, path: str, cookie: str, data: dict[str, str]) -> tuple[int, str]:
        """Send until somebody answers: no answer, a broken one and a busy one all mean once more."""
        body = urllib.parse.urlencode(data)
        while True:
            try:
                status, text = self.server.ask("POST", path, body, cookie)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            if status != 503:
                return status, text

    def token(self, page: str) -> str:
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]

    def cast(self, number: int) -> None:
        page = self.get(self.vote, self.cookies[number])
        marks = list(dict.fromkeys(re.findall(r'name="(mark-[^"]+)"', page)))
        data = {"csrf_token": self.token(page), "nonce": f"{number:064x}"}
        data |= dict(zip(marks, PAPERS[number % len(PAPERS)], strict=True))
        status, text = self.post(self.vote, self.cookies[number], data)
        assert status == 200, (number, status)
        self.acknowledged[number] = re.search(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", text)[0]

    def vote_all(self) -> None:
        """Five telephones at a time."""
        threads = [threading.Thread(target=lambda n=n: [self.cast(i) for i in range(n, 9, 5)]) for n in range(5)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(timeout=180)

    def finish(self) -> str:
        """Close, open, and the record without what must differ: keys, seals, receipts."""
        token = self.token(self.get(f"{self.base}/ballot-key/try", self.desk))
        self.post(self.vote.replace("/vote", "/close"), self.desk, {"csrf_token": token})
        shares = {"share1": self.council.shares[1], "share2": self.council.shares[2], "csrf_token": token}
        self.post(f"{self.base}/opening", self.desk, shares)
        text = self.get(f"{self.base}/minutes", self.desk) + self.get(f"{self.base}/counting-record", self.desk)
        main = "".join(re.findall(r"<main.*?</main>", text, re.S))
        words = re.sub(r"<[^>]+>", " ", main)
        masked = r"[0-9a-f]{20,64}|[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}|dòng \d+|Dấu niêm nhật ký: \d+|\s+"
        return re.sub(masked, " ", words)


def _record(app, council, sign_in, folder, *, kills: int) -> tuple[str, Evening]:
    evening = Evening(app, council, sign_in, folder)
    evening.server.start()
    done = threading.Event()

    def kill() -> None:
        dice = random.Random(7)
        for _ in range(kills):
            if done.wait(dice.uniform(0.3, 1.2)):
                return
            evening.server.kill()
            evening.server.start()

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        evening.vote_all()
        done.set()
        killer.join()
        if kills:
            for place in ("opening.after_decrypt", "opening.before_commit", "request.before_commit"):
                _die_while_opening(evening, place)
        return evening.finish(), evening
    finally:
        done.set()
        killer.join()
        evening.server.kill()


def _die_while_opening(evening: Evening, place: str) -> None:
    token = evening.token(evening.get(f"{evening.base}/ballot-key/try", evening.desk))
    evening.post(evening.vote.replace("/vote", "/close"), evening.desk, {"csrf_token": token})
    evening.server.kill()
    evening.server.environment["VINHDANH_FAILPOINTS"] = f"{place}=kill"
    evening.server.start()
    shares = {"share1": evening.council.shares[0], "share2": evening.council.shares[1], "csrf_token": token}
    with pytest.raises((OSError, http.client.HTTPException)):
        evening.server.ask("POST", f"{evening.base}/opening", urllib.parse.urlencode(shares), evening.desk)
    evening.server.process.wait()
    evening.server.environment.pop("VINHDANH_FAILPOINTS")
    evening.server.start()
    db.session.rollback()
    db.session.expire_all()
    assert db.session.scalars(sa.select(Ballot)).one().state == "closed"


def test_a_killed_evening_ends_with_the_record_of_a_quiet_one(app, databases, make, context_of, sign_in, tmp_path):
    make._count = itertools.count(1)
    quiet, _evening = _record(app, SealedCouncil(make, context_of), sign_in, tmp_path, kills=0)
    db.session.remove()
    db.engine.dispose()
    databases.fresh()
    make._count = itertools.count(1)
    stormy, evening = _record(app, SealedCouncil(make, context_of), sign_in, tmp_path, kills=6)
    db.session.rollback()
    assert len(evening.acknowledged) == 9
    numbers = [
        db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (BallotTurnout, BallotEnvelope)
    ]
    assert numbers == [9, 9]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Login)) == 10
    assert "Đồng ý 7, không đồng ý 2, phiếu trắng 0." in quiet
    assert stormy == quiet
