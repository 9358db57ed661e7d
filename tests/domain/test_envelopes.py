"""Marks, places, receipts and seals: fixed forms, each pinned by a value that another program must find too."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain import envelopes
from core.domain.envelopes import ItemCount
from core.domain.errors import Refused

MARKS = st.lists(st.sampled_from(sorted(envelopes.MARKS)), min_size=1, max_size=60)
BOXES = st.dictionaries(st.text("0123456789abcdef", min_size=1, max_size=8), st.binary(max_size=80), max_size=40)


@given(MARKS)
def test_marks_come_back_and_every_paper_is_as_long_as_any_other(marks):
    content = envelopes.encode(marks)
    assert envelopes.decode(content, items=len(marks)) == tuple(marks)
    assert len(content) == len(envelopes.encode(["yes"] * len(marks))) == 6 + len(marks)


@pytest.mark.parametrize("marks", [[], ["yes"] * 201, ["Yes"], ["yes", ""], ["yes", "invalid"]])
def test_what_is_no_mark_is_not_sealed(marks):
    with pytest.raises(Refused) as refused:
        envelopes.encode(marks)
    assert (refused.value.code, refused.value.kind) == ("bad_mark", "bad_input")


@given(st.binary(max_size=40), st.integers(1, 30))
def test_nonsense_counts_as_invalid_for_every_candidate(content, items):
    marks = envelopes.decode(content, items=items)
    assert len(marks) == items
    if content[:4] != b"VDB1" or len(content) != 6 + items:
        assert set(marks) == {"invalid"}


def test_a_paper_of_another_length_is_invalid_for_all():
    assert envelopes.decode(envelopes.encode(["yes", "no"]), items=3) == ("invalid",) * 3
    assert envelopes.decode(envelopes.encode(["yes", "no", "no"]), items=2) == ("invalid",) * 2
    assert envelopes.decode(b"VDB1\0\2\1\7", items=2) == ("yes", "invalid")


@settings(max_examples=60)
@given(st.lists(st.lists(st.sampled_from(sorted(envelopes.MARKS)), min_size=4, max_size=4), max_size=25))
def test_counts_are_those_of_counting_by_hand(papers):
    counts = envelopes.add_up([envelopes.encode(one) for one in papers], items=4)
    for place, count in enumerate(counts):
        marks = [one[place] for one in papers]
        assert count == ItemCount(marks.count("yes"), marks.count("no"), marks.count("blank"), 0)
        assert count.envelopes == len(papers)


def test_the_place_belongs_to_the_nonce_and_the_ballot():
    place = envelopes.key_of("ab" * 32, ballot="phieu")
    assert place == hashlib.sha256(b"vinhdanh-ballot-1\nphieu\n" + b"ab" * 32).hexdigest()
    assert len({place, envelopes.key_of("ab" * 32, ballot="khac"), envelopes.key_of("ac" * 32, ballot="phieu")}) == 3


@pytest.mark.parametrize("nonce", ["", "ab" * 31, "ab" * 33, "AB" * 32, "g" * 64, "ab" * 31 + "a\n", "ａ" * 64])
def test_only_our_nonce_is_one(nonce):
    with pytest.raises(Refused, match="bad_nonce"):
        envelopes.key_of(nonce, ballot="phieu")


def test_a_receipt_is_eighty_bits_of_the_envelope():
    digest = hashlib.sha256(b"phong bi").digest()
    text = envelopes.receipt(b"phong bi")
    assert [len(one) for one in text.split("-")] == [4, 4, 4, 4]
    assert base64.b32decode(text.replace("-", "")) == digest[:10]


def test_the_binding_names_protocol_ballot_and_place():
    assert envelopes.binding(ballot="a", key="b") == b"vinhdanh-ballot-1\na\nb"


def test_the_root_of_small_boxes_by_hand():
    def leaf(key: bytes, sealed: bytes) -> bytes:
        return hashlib.sha256(b"\0" + key + b"\n" + sealed).digest()

    def node(left: bytes, right: bytes) -> bytes:
        return hashlib.sha256(b"\1" + left + right).digest()

    a, b, c = leaf(b"a", b"1"), leaf(b"b", b"2"), leaf(b"c", b"3")
    assert envelopes.root({}) == hashlib.sha256(b"").hexdigest()
    assert envelopes.root({"a": b"1"}) == a.hex()
    assert envelopes.root({"b": b"2", "a": b"1"}) == node(a, b).hex()
    assert envelopes.root({"c": b"3", "b": b"2", "a": b"1"}) == node(node(a, b), c).hex()


@given(BOXES, st.randoms())
def test_the_root_knows_no_order_and_every_change(box, random):
    keys = list(box)
    random.shuffle(keys)
    assert envelopes.root({key: box[key] for key in keys}) == envelopes.root(box)
    assert envelopes.root({**box, "x": b"new"}) != envelopes.root(box)
    for key in keys[:3]:
        assert envelopes.root({**box, key: box[key] + b"\0"}) != envelopes.root(box)
        assert envelopes.root({one: sealed for one, sealed in box.items() if one != key}) != envelopes.root(box)
