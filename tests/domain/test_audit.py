"""Test vectors of the chain: a second implementation must come to the same hashes."""

import hashlib

import pytest

from core.domain.audit import Line, canonical, link, payload_hash

LINE = Line(
    1, "2026-05-13T03:00:00.000000Z", "huong", "head", "thon-dong", "nomination.submit", "nomination:abc", "0" * 64
)


def test_canonical_form_is_nfc_sorted_and_without_spaces():
    assert canonical({"b": "Hoa\u0300", "a": [1, "x"]}) == '{"a":[1,"x"],"b":"Hoà"}'.encode()


@pytest.mark.parametrize("value", [1.5, b"x", {1, 2}, object()])
def test_only_integers_and_strings_have_a_canonical_form(value):
    with pytest.raises(TypeError):
        canonical({"v": value})


def test_link_vector():
    text = (
        '{"action":"nomination.submit","actor":"huong","at":"2026-05-13T03:00:00.000000Z",'
        '"object":"nomination:abc","payload_hash":"' + "0" * 64 + '","role":"head","seq":1,"unit":"thon-dong"}'
    )
    assert link("", LINE) == hashlib.sha256(b"v1" + text.encode()).hexdigest()
    assert link("ff", LINE) == hashlib.sha256(b"v1ff" + text.encode()).hexdigest()


def test_payload_hash_is_salted():
    assert payload_hash("s", "{}") == hashlib.sha256(b"s{}").hexdigest()
