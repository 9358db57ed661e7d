"""What a holder of the database, of the logs, or of any role learns about single votes: nothing."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import itertools
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.domain import envelopes
from core.domain.permissions import Role
from core.models import AuditLine, Ballot, BallotEnvelope, BallotKey, BallotTurnout, db
from core.services import ballots, failpoints, recusals
from tests.ballots import SealedCouncil

MARKS = ("yes", "no", "blank")


@pytest.fixture
def council(make, context_of):
    return SealedCouncil(make, context_of, size=15)


def url_of(council, ballot) -> str:
    return f"/u/{council.commune.key}/sittings/{ballot.sitting.key}/ballots/{ballot.key}"


def patterns(number: int, items: int) -> list[tuple[str, ...]]:
    """As many different papers: by its pattern each would be known again."""
    return list(itertools.islice(itertools.product(MARKS, repeat=items), 1, number + 1))


def everything(app) -> dict[str, bytes]:
    """Every table in full, and every file of the instance and of the database: what a thief carries away."""
    db.session.rollback()
    found = {}
    metadata = sa.MetaData()
    metadata.reflect(db.engine)
    for name, table in metadata.tables.items():
        rows = db.session.execute(sa.select(table)).all()
        found[f"table {name}"] = repr(rows).encode() + b"".join(
            bytes(value) for row in rows for value in row if isinstance(value, bytes | memoryview)
        )
    folders = [Path(app.config["INSTANCE_DIR"])]
    if db.engine.dialect.name == "sqlite":
        folders.append(Path(db.engine.url.database).parent)
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                found[str(path)] = path.read_bytes()
    return found


def places(found: dict[str, bytes], *needles: bytes) -> list[str]:
    return sorted({name for name, content in found.items() for one in needles if one in content})


# ---------------------------------------------------------------- the holder of the database


def pairs(snapshots, read) -> dict[int, object]:
    """Replay: between two states of the database one member and one vote are new; together they are a pair."""
    known = {}
    for (who, what), (who_next, what_next) in itertools.pairwise(snapshots):
        new_who, new_what = who_next - who, what_next.items() - what.items()
        if len(new_who) == len(new_what) == 1:
            vote = read(next(iter(new_what))[1])
            if vote is not None:
                known[next(iter(new_who))] = vote
    return known


def _guess(sealed: bytes, papers: list[tuple[str, ...]]):
    """Everything that works without a share: the paper in clear, or any plain hash of it."""
    for paper in papers:
        content = envelopes.encode(paper)
        if sealed in (content, *(hashlib.new(name, content).digest() for name in ("md5", "sha1", "sha256"))):
            return paper
    return None


def test_replaying_the_database_pairs_nobody_and_pairs_all_on_two_plain_tables(app, council, make):
    nominations = [council.nomination() for _ in range(3)]
    ballot = council.begun(*nominations)
    papers = patterns(15, 3)
    ours, plain = [(frozenset(), {})], [(frozenset(), {})]
    who, what = set(), {}
    for n, (user, paper) in enumerate(zip(council.voters, papers, strict=True)):
        council.cast(ballot, user, *paper)
        members = frozenset(db.session.scalars(sa.select(BallotTurnout.member_id)))
        box = {row.key: row.sealed for row in db.session.scalars(sa.select(BallotEnvelope))}
        ours.append((members, box))
        # the design we refuse: who voted in one table, what was voted in another, no time, random keys
        who.add(council.seat_of(user).id)
        what[hashlib.sha256(bytes([n])).hexdigest()] = envelopes.encode(paper)
        plain.append((frozenset(who), dict(what)))
    candidates = list(itertools.product(MARKS, repeat=3))
    assert len(pairs(plain, lambda sealed: _guess(sealed, candidates))) == 15
    assert pairs(ours, lambda sealed: _guess(sealed, candidates)) == {}
    council.close(ballot)
    council.open_box(ballot.sitting)
    box = {row.key: row.sealed for row in db.session.scalars(sa.select(BallotEnvelope))}
    ours.append((ours[-1][0], box))
    assert pairs(ours, lambda sealed: _guess(sealed, candidates)) == {}
    found = everything(app)
    needles = [envelopes.encode(paper) for paper in candidates]
    needles += [",".join(paper).encode() for paper in candidates]
    for paper in candidates:
        content = envelopes.encode(paper)
        for name in ("md5", "sha1", "sha256"):
            digest = hashlib.new(name, content)
            needles += [digest.digest(), digest.hexdigest().encode(), base64.b64encode(digest.digest())]
    assert places(found, *needles) == []


def test_all_envelopes_are_of_one_length_and_carry_nothing_but_themselves(council):
    nominations = [council.nomination() for _ in range(3)]
    ballot = council.begun(*nominations)
    for user, paper in zip(council.voters, patterns(15, 3), strict=True):
        council.cast(ballot, user, *paper)
    sealed = list(db.session.scalars(sa.select(BallotEnvelope.sealed)))
    assert {len(one) for one in sealed} == {6 + 3 + 48}
    assert set(BallotEnvelope.__table__.columns.keys()) == {"ballot_id", "key", "sealed"}
    assert set(BallotTurnout.__table__.columns.keys()) == {"ballot_id", "member_id"}


def test_no_share_and_no_private_key_is_anywhere(app, council, sign_in, caplog):
    nomination = council.nomination()
    row = council.opened(nomination)
    base = f"/u/{council.commune.key}/sittings/{row.key}"
    desk = sign_in(council.secretary)
    page = desk.post(f"{base}/ballot-key", data={"first": "Nguyễn A", "second": "Bùi B", "third": "Lý C"})
    sheets = re.findall(r'<ol class="vd-numbers">(.*?)</ol>', page.text, re.S)
    shares = [re.findall(r"<code>(\d{4})</code>", sheet) for sheet in sheets]
    assert page.headers["Cache-Control"] == "no-store"
    needles = [glue.join(share[4:30]).encode() for share in shares for glue in ("", " ", ", ")]
    assert places(everything(app), *needles) == []
    assert not any(needle.decode() in caplog.text for needle in needles)
    again = desk.get(f"{base}/ballot-key").text + desk.get(f"{base}/ballots").text
    assert not any(share[7] + "</code>" in again for share in shares)


# ---------------------------------------------------------------- side records


CANARY = "canaryphieu77"


def test_errors_at_every_step_leave_no_trace_of_a_vote(app, council, sign_in, caplog):
    nomination = council.nomination()
    ballot = council.begun(nomination)
    url, mark = url_of(council, ballot), f"mark-{council.item(ballot.sitting).key}"
    voter, nonce = sign_in(council.chair), "7a" * 32
    good = {"nonce": nonce, mark: "yes"}
    asked = [
        ({**good, mark: CANARY}, {422}),
        ({mark: "yes", "nonce": CANARY}, {400}),
        ({mark: "yes"}, {200, 400}),
        ({"nonce": nonce}, {422}),
        ({**good, "note": CANARY, "request_id": CANARY}, None),
    ]
    texts = []
    app.config["PROPAGATE_EXCEPTIONS"] = False
    for place in ("ballot.before_insert", "ballot.after_turnout", "request.before_commit"):
        failpoints.arm(f"{place}=raise")
        texts.append(voter.post(f"{url}/vote", data={**good, "note": CANARY}, headers={"X-Note": "x"}).status_code)
        failpoints.arm("")
    assert texts == [500, 500, 500]
    stranger = app.test_client()
    expired = stranger.post(f"{url}/vote", data={**good, "note": CANARY})
    assert (expired.status_code, CANARY in expired.text, nonce in expired.text, mark in expired.text) == (
        401,
        *[False] * 3,
    )
    foreign = sign_in(council.head).post(f"{url}/vote", data={**good, "note": CANARY})
    assert (foreign.status_code, CANARY in foreign.text) == (404, False)
    for data, wanted in asked:
        answer = voter.post(f"{url}/vote", data=data)
        assert wanted is None or answer.status_code in wanted, data
    ballots.close(council.ctx, ballot.sitting.key, ballot.key)
    db.session.commit()
    late = sign_in(council.member).post(f"{url}/vote", data={"nonce": "8b" * 32, mark: "no", "note": CANARY})
    assert late.status_code == 409
    found = everything(app)
    needles = [CANARY.encode(), nonce.encode(), ("8b" * 32).encode()]
    needles += [
        getattr(hashlib, name)(one).hexdigest().encode() for one in needles for name in ("md5", "sha1", "sha256")
    ]
    assert places(found, *needles) == []
    assert not any(needle.decode() in caplog.text for needle in needles)
    assert f"{mark}" not in caplog.text


def test_an_expired_form_with_a_vote_is_not_kept_for_later(app, council, sign_in):
    """Other forms come back after sign-in; on a shared laptop this one would come back to the next person."""
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        nomination = council.nomination()
        ballot = council.begun(nomination)
        url, mark = url_of(council, ballot), f"mark-{council.item(ballot.sitting).key}"
        voter = sign_in(council.chair)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', voter.get(f"{url}/vote").text)[1]
        other = sign_in(council.member)
        for browser in (app.test_client(), other):
            answer = browser.post(f"{url}/vote", data={"nonce": "9c" * 32, mark: "yes", "csrf_token": token})
            assert answer.status_code in (400, 401)
            assert ("9c" * 32 in answer.text, mark in answer.text, 'name="kept"' in answer.text) == (
                False,
                False,
                False,
            )
        assert db.session.scalar(sa.select(sa.func.count()).select_from(BallotTurnout)) == 0
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


# ---------------------------------------------------------------- who may vote, and who may see


def test_only_who_is_on_the_roll_in_the_room_and_free_gets_a_paper(app, council, make, sign_in):
    nomination = council.nomination(unit=council.village)
    row = council.opened(nomination, absent=("Ủy viên 15",))
    council.ceremony(row)
    ballot = council.begin(row, nomination)
    url, mark = url_of(council, ballot), f"mark-{council.item(row).key}"
    outsiders = {
        "stranger of the unit": make.user(
            "Người Lạ", (Role.MEMBER, council.commune), tf_primary_method="authenticator"
        ),
        "secretary without a seat": council.secretary,
        "head of a village": council.head,
        "upper unit": council.upper,
        "administrator": make.user("Quản Trị", (Role.UNIT_ADMIN, council.commune), tf_primary_method="authenticator"),
        "system": make.user("Hệ Thống", (Role.SYSTEM_ADMIN, council.province), tf_primary_method="authenticator"),
        "inspector": make.user("Thanh Tra", (Role.INSPECTOR, council.commune), tf_primary_method="authenticator"),
        "barred": council.neighbour,
        "absent": council.voters[14],
    }
    for who, user in outsiders.items():
        browser = sign_in(user)
        for answer in (browser.get(f"{url}/vote"), browser.post(f"{url}/vote", data={"nonce": "1" * 64, mark: "yes"})):
            assert answer.status_code in (403, 404), who
    assert app.test_client().get(f"{url}/vote").status_code == 302
    other = council.make.unit("Xã Khác", kind="xa")
    foreign = make.user("Xã Khác", (Role.MEMBER, other), tf_primary_method="authenticator")
    moved = url.replace(council.commune.key, other.key)
    assert sign_in(foreign).get(f"{moved}/vote").status_code == 404
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BallotTurnout)) == 0
    denied = list(db.session.scalars(sa.select(AuditLine.object).where(AuditLine.action == "access.denied")))
    assert "route:committee.vote" in denied


PAGES = (
    "", "/ballots", "/ballots/{ballot}", "/ballots/{ballot}/progress", "/ballots/{ballot}/vote", "/counting-record",
    "/minutes", "/items/{item}", "/ranking", "/opening", "/ballots/{ballot}/close", "/ballots/{ballot}/give-up",
)  # fmt: skip
ELSEWHERE = (
    "/home", "/u/{unit}/", "/u/{unit}/committees", "/u/{unit}/my-sittings", "/u/{unit}/nominations",
    "/u/{unit}/nominations?q=Mau", "/u/{unit}/nominations/{nomination}", "/u/{unit}/decisions", "/u/{unit}/register",
    "/notices", "/honours", "/u/{unit}/audit", "/u/{village}/", "/u/{village}/nominations",
    "/u/{village}/nominations/{nomination}", "/u/{village}/nominations?state=passed",
)  # fmt: skip
_RANDOM = re.compile(
    r'name="csrf_token"[^>]*>|name="nonce"[^>]*>|name="request_id"[^>]*>|'
    r"[0-9a-f]{64}|[0-9a-f]{20}|[0-9a-f]{16}|[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}|\b[a-hjkmnp-z2-9]{12}\b|u\d+-[a-z2-9]{4}|ImI?[\w.-]{20,}"
    r"|dấu khóa \w{8}|Dấu khóa: \w{8}|\?v=\w+|nonce=\"?[\w-]+|T-\d{4}|ký \d+:"
)


def crawl(council, browser, ballot) -> dict[str, tuple[int, str]]:
    row = ballot.sitting
    item = council.item(row)
    words = {"unit": council.commune.key, "ballot": ballot.key, "item": item.key, "nomination": item.nomination.key}
    words["village"] = council.village.key
    paths = [f"/u/{{unit}}/sittings/{row.key}{page}" for page in PAGES] + list(ELSEWHERE)
    found = {}
    for path in paths:
        answer = browser.get(path.format(**words))
        found[path.replace(row.key, "sitting")] = (answer.status_code, _RANDOM.sub("*", answer.text))
    return found


def world(app, databases, make, context_of, sign_in, *, mark: str, who: str, until: str):
    """The same evening up to ``until``, everybody marking alike; what ``who`` sees of it."""
    db.session.remove()
    db.engine.dispose()
    databases.fresh()
    make._count = itertools.count(1)
    council = SealedCouncil(make, context_of, size=9)
    ballot = council.begun(council.nomination(unit=council.village))
    for user in council.voters:
        if user is not council.neighbour:
            council.cast(ballot, user, mark)
    if until != "open":
        council.close(ballot)
    if until == "opened":
        council.open_box(ballot.sitting)
    return crawl(council, sign_in(getattr(council, who)), ballot)


def differing(one, two) -> list[str]:
    return [path for path in one if one[path] != two[path]]


@pytest.mark.parametrize("who", ["secretary", "second", "chair", "member", "neighbour", "own_head", "upper"])
@pytest.mark.parametrize("until", ["open", "closed"])
def test_before_the_opening_yes_and_no_are_one_world(app, databases, make, context_of, sign_in, who, until):
    worlds = [
        world(app, databases, make, context_of, sign_in, mark=mark, who=who, until=until) for mark in ("yes", "no")
    ]
    assert len(worlds[0]) == len(PAGES) + len(ELSEWHERE)
    assert differing(*worlds) == []


@pytest.mark.parametrize("who", ["neighbour", "own_head"])
def test_a_conflicted_member_and_a_nominating_unit_never_learn_the_outcome(
    app, databases, make, context_of, sign_in, who
):
    worlds = [
        world(app, databases, make, context_of, sign_in, mark=mark, who=who, until="opened") for mark in ("yes", "no")
    ]
    assert differing(*worlds) == []
    assert {status for path, (status, _text) in worlds[0].items() if "{ballot}" in path} <= {403, 404}


def test_the_crawl_sees_a_difference_where_there_is_one(app, databases, make, context_of, sign_in):
    worlds = [
        world(app, databases, make, context_of, sign_in, mark=mark, who="member", until="opened")
        for mark in ("yes", "no")
    ]
    assert "/u/{unit}/sittings/sitting/counting-record" in differing(*worlds)


def test_progress_is_a_number_from_the_second_vote_on(council, sign_in):
    ballot = council.begun(council.nomination())
    url, desk = url_of(council, ballot), sign_in(council.secretary)
    texts = []
    for user in council.voters[:3]:
        council.cast(ballot, user, "yes")
        texts.append(desk.get(f"{url}/progress").json["text"])
    assert texts == [
        "Mới có ít phiếu, chưa hiện số. Được bỏ phiếu: 15 người.",
        "Đã có 2/15 phiếu trong thùng.",
        "Đã có 3/15 phiếu trong thùng.",
    ]


# ---------------------------------------------------------------- shares at the door


def test_five_wrong_tries_and_the_box_rests(app, council, sign_in):
    ballot = council.begun(council.nomination())
    council.cast(ballot, council.chair, "yes")
    council.close(ballot)
    desk, url = sign_in(council.secretary), f"/u/{council.commune.key}/sittings/{ballot.sitting.key}/opening"
    good = {"share1": council.shares[0], "share2": council.shares[1]}
    wrong = {**good, "share2": council.shares[1][:-1] + str((int(council.shares[1][-1]) + 1) % 10)}
    for n in range(5):
        answer = desk.post(url, data=wrong)
        assert answer.status_code == 422, n
        assert "Mảnh khóa thứ 2 có ít nhất một nhóm số gõ sai" in answer.text
    assert desk.post(url, data=good).status_code == 409
    noted = db.session.scalars(sa.select(AuditLine.action).where(AuditLine.action == "ballot.wrong_share")).all()
    assert len(noted) == 5
    key = db.session.scalars(sa.select(BallotKey)).one()
    assert (key.wrong_tries, key.rests_until) == (0, council.make.now + dt.timedelta(minutes=15))
    app.config["FROZEN_CLOCK"] = council.make.now + dt.timedelta(minutes=15)
    assert desk.post(url, data=good).status_code == 303
    db.session.expire_all()
    assert db.session.scalars(sa.select(Ballot)).one().state == "opened"


def test_nothing_opens_with_less_than_two(council, sign_in):
    ballot = council.begun(council.nomination())
    council.cast(ballot, council.chair, "yes")
    council.close(ballot)
    desk, url = sign_in(council.secretary), f"/u/{council.commune.key}/sittings/{ballot.sitting.key}/opening"
    one = council.shares[0]
    for data in ({}, {"share1": one}, {"share1": one, "share2": one}, {"share1": one, "share2": "0" * 132}):
        assert desk.post(url, data=data).status_code == 422
    assert sign_in(council.member).post(url, data={"share1": one, "share2": council.shares[1]}).status_code == 403
    db.session.expire_all()
    assert db.session.scalars(sa.select(Ballot)).one().state == "closed"


def test_a_receipt_stays_silent_with_the_whole_database_at_hand(app, council):
    """With receipt and database, without shares: the same receipt fits every vote that could have been cast."""
    nomination = council.nomination()
    ballot = council.begun(nomination)
    receipt = council.cast(ballot, council.chair, "yes")
    sealed = db.session.scalar(sa.select(BallotEnvelope.sealed))
    assert receipt == envelopes.receipt(sealed)
    public = db.session.scalar(sa.select(BallotKey.public))
    from core.services import sealing

    place = db.session.scalar(sa.select(BallotEnvelope.key))
    binding = envelopes.binding(ballot=ballot.key, key=place)
    tries = {envelopes.receipt(sealing.seal(envelopes.encode([m]), public=public, binding=binding)) for m in MARKS * 50}
    assert receipt not in tries
    assert recusals.own_seat(council.as_(council.chair), ballot.sitting) is not None
