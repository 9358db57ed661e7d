"""Who does not vote on whom; the roll stays whole."""

from __future__ import annotations

from core.domain.conflicts import (
    DECLARED,
    IS_NOMINEE,
    OWN_UNIT,
    PUT_FORWARD,
    Bar,
    Candidate,
    Seat,
    barred_members,
    bars,
)

CANDIDATE = Candidate("Nguyễn Thị Hòa", unit_id=7, person_id=100, put_forward_by=frozenset({200}))


def test_a_member_without_any_tie_votes():
    assert bars([Seat(1, "Trần Văn An", person_id=1, home_unit_id=3)], CANDIDATE) == ()


def test_the_nominee_does_not_vote_on_herself():
    assert bars([Seat(1, "Hòa", person_id=100, home_unit_id=3)], CANDIDATE) == (Bar(1, IS_NOMINEE),)


def test_without_an_account_the_name_decides_accents_and_tone_placement_aside():
    seat = Seat(1, "NGUYEN THI HOÀ")
    assert bars([seat], CANDIDATE) == (Bar(1, IS_NOMINEE),)
    assert bars([Seat(1, "Nguyễn Thị Hoà", home_unit_id=3)], CANDIDATE) == ()


def test_two_accounts_settle_who_is_who_whatever_the_names():
    assert bars([Seat(1, "Nguyễn Thị Hòa", person_id=101)], CANDIDATE) == ()


def test_a_member_of_the_nominating_unit_does_not_vote():
    assert bars([Seat(1, "Trần Văn An", home_unit_id=7)], CANDIDATE) == (Bar(1, OWN_UNIT),)


def test_a_member_of_the_nominated_collective_does_not_vote():
    collective = Candidate("Thôn 1", unit_id=2, as_unit_id=9)
    assert bars([Seat(1, "Trần Văn An", home_unit_id=9)], collective, committee_unit_id=2) == (Bar(1, OWN_UNIT),)


def test_the_committees_own_unit_bars_nobody():
    seat = Seat(1, "Trần Văn An", home_unit_id=7)
    assert bars([seat], CANDIDATE, committee_unit_id=7) == ()


def test_who_put_somebody_forward_does_not_judge_it():
    assert bars([Seat(1, "Trần Văn An", person_id=200)], CANDIDATE) == (Bar(1, PUT_FORWARD),)


def test_all_reasons_stand_beside_each_other_in_roll_order():
    roll = [Seat(2, "Lê Thị Bình", person_id=200, home_unit_id=7), Seat(1, "Trần Văn An")]
    found = bars(roll, CANDIDATE, declared={1: "em họ", 2: ""})
    assert found == (Bar(2, OWN_UNIT), Bar(2, PUT_FORWARD), Bar(2, DECLARED), Bar(1, DECLARED, "em họ"))
    assert barred_members(found) == {1, 2}


def test_nameless_records_are_nobody():
    assert bars([Seat(1, "…")], Candidate("  ", unit_id=1)) == ()
