# ruff: noqa: E501 - vectors as they are published
"""Published vectors first: sharing as SLIP-39 has it, sealing as RFC 9180 has it; then what tellers do wrong."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from shamir_mnemonic import MnemonicError, combine_mnemonics

from core.domain.errors import Refused
from core.services import ballot_opening, sealing
from core.web.messages.ballots import MESSAGES

#: From the vectors of SLIP-0039 (vectors.json, passphrase TREZOR): two-of-three, good and one share short.
SLIP39 = [
    (
        "shadow pistol academic always adequate wildlife fancy gross oasis cylinder mustang wrist rescue view short owner "
        "flip making coding armed",
        "shadow pistol academic acid actress prayer class unknown daughter sweater depict flip twice unkind craft early "
        "superior advocate guest smoking",
        "b43ceb7e57a0ea8766221624d01b0864",
    ),
    (
        "humidity disease academic always aluminum jewelry energy woman receiver strategy amuse duckling lying evidence "
        "network walnut tactics forget hairy rebound impulse brother survive clothes stadium mailman rival ocean reward "
        "venture always armed unwrap",
        "humidity disease academic agency actress jacket gross physics cylinder solution fake mortgage benefit public "
        "busy prepare sharp friar change work slow purchase ruler again tricycle involve viral wireless mixture anatomy "
        "desert cargo upgrade",
        "c938b319067687e990e05e0da0ecce1278f75ff58d9853f19dcaeed5de104aae",
    ),
]
#: The published faults: checksum, padding, one share short, identifiers, digest.
SLIP39_BAD = [
    (
        "duckling enlarge academic academic agency result length solution fridge kidney coal piece deal husband erode "
        "duke ajar critical decision kidney",
    ),
    (SLIP39[0][0],),
    (SLIP39[1][0],),
    (
        "adequate smoking academic acid debut wine petition glen cluster slow rhyme slow simple epidemic rumor junk "
        "tracks treat olympic tolerate",
        "adequate stay academic agency agency formal party ting frequent learn upstairs remember smear leaf damage "
        "anatomy ladle market hush corner",
    ),
    (
        "guilt walnut academic acid deliver remove equip listen vampire tactics nylon rhythm failure husband fatigue "
        "alive blind enemy teaspoon rebound",
        "guilt walnut academic agency brave hamster hobo declare herd taste alpha slim criminal mild arcade formal romp "
        "branch pink ambition",
    ),
]
#: RFC 9180, A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305, base mode: the receiver's pair.
RFC9180_SECRET = "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"
RFC9180_PUBLIC = "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"


@pytest.mark.parametrize(("first", "second", "secret"), SLIP39)
def test_the_published_shares_make_the_published_secret(first, second, secret):
    assert combine_mnemonics([first, second], b"TREZOR").hex() == secret


@pytest.mark.parametrize("shares", SLIP39_BAD)
def test_the_published_faults_are_refused(shares):
    with pytest.raises(MnemonicError):
        combine_mnemonics(list(shares), b"TREZOR")


def test_a_published_share_reads_the_same_in_words_in_prefixes_and_in_digits():
    words = SLIP39[1][0]
    digits = sealing.read_share(words)
    assert len(digits.split()) == 33
    assert sealing.read_share(" ".join(word[:4] for word in words.split())) == digits
    assert sealing.read_share(digits.replace(" ", "")) == digits
    assert sealing.read_share(digits.replace(" ", "-\n")) == digits


def test_the_published_key_pair_is_ours_too():
    private = X25519PrivateKey.from_private_bytes(bytes.fromhex(RFC9180_SECRET))
    assert private.public_key().public_bytes_raw().hex() == RFC9180_PUBLIC


@pytest.fixture(scope="module")
def key():
    return sealing.new_key()


@pytest.mark.parametrize("pair", list(itertools.permutations(range(3), 2)))
def test_any_two_of_three_open(key, pair):
    private = sealing.combine([key.shares[one] for one in pair], public=key.public)
    sealed = sealing.seal(b"noi dung", public=key.public, binding=b"x")
    assert len(sealed) == len(b"noi dung") + sealing.OVERHEAD
    assert sealing.unseal(sealed, private=private, binding=b"x") == b"noi dung"
    assert sealing.unseal(sealed, private=private, binding=b"y") is None
    for place in range(len(sealed)):
        broken = bytearray(sealed)
        broken[place] ^= 1
        assert sealing.unseal(bytes(broken), private=private, binding=b"x") is None
    assert sealing.unseal(b"short", private=private, binding=b"x") is None


def test_the_same_vote_never_looks_the_same(key):
    assert len({sealing.seal(b"yes", public=key.public, binding=b"x") for _ in range(50)}) == 50


def test_our_envelope_opens_with_the_library_alone(key):
    private = X25519PrivateKey.from_private_bytes(sealing.combine(key.shares[:2], public=key.public))
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
    assert suite.decrypt(sealing.seal(b"a", public=key.public, binding=b"x"), private, info=b"x") == b"a"


def codes(refused):
    return [(one.code, one.field) for one in refused.value.objections]


def test_each_wrong_share_is_named(key):
    good, other = key.shares[0], sealing.new_key().shares[1]
    groups = good.split()
    slip = " ".join([*groups[:-1], f"{(int(groups[-1]) + 1) % 1024:04d}"])
    cases = {
        (good, slip): [("share_checksum", "share2")],
        (slip, slip): [("share_checksum", "share1"), ("share_checksum", "share2")],
        (good, " ".join(groups[:32])): [("share_not_read", "share2")],
        (good, good + " 0001"): [("share_not_read", "share2")],
        ("", good): [("share_not_read", "share1")],
        (good, "9999 " + " ".join(groups[1:])): [("share_group_wrong", "share2")],
        (good, "xyzq " + " ".join(groups[1:])): [("share_group_wrong", "share2")],
        (good, "１２３４ " + " ".join(groups[1:])): [("share_not_read", "share2")],
        (good, good): [("share_twice", "share2")],
        (good, other): [("shares_do_not_match", None)],
        (good,): [("shares_too_few", None)],
        (): [("shares_too_few", None)],
    }
    for shares, wanted in cases.items():
        with pytest.raises(Refused) as refused:
            sealing.combine(shares, public=key.public)
        assert codes(refused) == wanted, shares


def test_two_good_shares_of_another_sitting_open_nothing(key):
    with pytest.raises(Refused) as refused:
        sealing.combine(sealing.new_key().shares[:2], public=key.public)
    assert codes(refused) == [("shares_of_another_key", None)]


def test_every_single_slip_of_one_group_is_found(key):
    groups = key.shares[0].split()
    for place in range(33):
        wrong = [*groups]
        wrong[place] = f"{(int(wrong[place]) + 1) % 1024:04d}"
        with pytest.raises(Refused, match="share_checksum"):
            sealing.read_share(" ".join(wrong))


def test_every_refusal_about_a_share_counts_as_a_wrong_try(key):
    named = {code for code in MESSAGES if code.startswith("share")}
    assert named == set(ballot_opening.WRONG_SHARES)


def test_the_child_that_knows_the_key_leaves_no_file_and_no_core():
    code = (
        "import resource; from core.services import opening_child as c; c.limit_ourselves();"
        "print(resource.getrlimit(resource.RLIMIT_CORE), resource.getrlimit(resource.RLIMIT_FSIZE))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(0, 0) (0, 0)"


def test_only_sealing_knows_cryptography():
    from tests.architecture.test_house import CORE, SOURCES

    found = {
        path.relative_to(CORE).as_posix()
        for path in SOURCES
        if re.search(r"(import|from) (cryptography|shamir_mnemonic)", path.read_text(encoding="utf-8"))
    }
    assert found == {"services/sealing.py"}
