"""Keys, shares and sealed envelopes: the only place in the house with cryptography, and none of it our own.

Sealing is HPKE (RFC 9180, base mode: X25519, HKDF-SHA256, ChaCha20-Poly1305) by ``cryptography``; sharing is SLIP-39,
two of three, by its authors' ``shamir-mnemonic``. A share is written as the numbers of its SLIP-39 words, four digits
each: the same content, easier to type than English words, with the same checksum.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.wordlist import WORDLIST

from core.domain.ballot import NEEDED_TELLERS, TELLERS
from core.domain.errors import Objection, Refused

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
#: Groups of digits on a printed share of a 256-bit key.
GROUPS = 33
#: What an envelope is longer than its content: the sender's key and the tag.
OVERHEAD = 48


@dataclass(frozen=True, slots=True)
class NewKey:
    """A public key to keep, and three shares to hand out and forget."""

    public: str
    shares: tuple[str, ...]


def new_key() -> NewKey:
    """A fresh pair. The private key leaves this function only in three shares, of which two make it whole."""
    private = X25519PrivateKey.generate()
    [mnemonics] = generate_mnemonics(1, [(NEEDED_TELLERS, TELLERS)], private.private_bytes_raw(), iteration_exponent=0)
    return NewKey(private.public_key().public_bytes_raw().hex(), tuple(_digits(one) for one in mnemonics))


def seal(content: bytes, *, public: str, binding: bytes) -> bytes:
    """An envelope that only the private key opens, and only for the same binding."""
    return _SUITE.encrypt(content, X25519PublicKey.from_public_bytes(bytes.fromhex(public)), info=binding)


def unseal(sealed: bytes, *, private: bytes, binding: bytes) -> bytes | None:
    """What the envelope says; None for one that was altered, moved, or sealed for somebody else."""
    try:
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info=binding)
    except (InvalidTag, ValueError):
        return None


def read_share(text: str) -> str:
    """A typed or scanned share in its one form. Digits in groups, SLIP-39 words, or their first four letters.

    Raises ``Refused("share_not_read")``: a group too many or too few, or a slip that the checksum finds.
    """
    parts = re.findall(r"[0-9a-z]+", text.lower())
    if len(parts) == 1 and parts[0].isdigit():
        parts = [parts[0][at : at + 4] for at in range(0, len(parts[0]), 4)]
    if len(parts) != GROUPS:
        raise Refused("share_not_read", got=len(parts), want=GROUPS)
    words = [_word(part, place) for place, part in enumerate(parts, 1)]
    try:
        Share.from_mnemonic(" ".join(words))
    except MnemonicError:
        raise Refused("share_checksum") from None
    return _digits(" ".join(words))


def combine(shares: Sequence[str], *, public: str) -> bytes:
    """The private key that these shares make, if it belongs to this public key.

    Raises ``Refused`` naming each share that cannot be one: not_read, checksum, twice, of another key.
    """
    mnemonics, problems = [], []
    for place, text in enumerate(shares, 1):
        try:
            mnemonics.append(_mnemonic(read_share(text)))
        except Refused as refused:
            found = refused.objections[0]
            problems.append(Objection(found.code, {**found.params, "place": place}, field=f"share{place}"))
    if problems:
        raise Refused.because(problems)
    if len(set(mnemonics)) < len(mnemonics):
        raise Refused.because([Objection("share_twice", field="share2")])
    if len(mnemonics) < NEEDED_TELLERS:
        raise Refused("shares_too_few", want=NEEDED_TELLERS)
    try:
        private = combine_mnemonics(mnemonics)
    except MnemonicError:
        raise Refused("shares_do_not_match") from None
    if len(private) != 32 or _public_of(private) != public:
        raise Refused("shares_of_another_key")
    return private


def _public_of(private: bytes) -> str:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw().hex()


def _word(part: str, place: int) -> str:
    if part.isdigit():
        if len(part) <= 4 and int(part) < len(WORDLIST):
            return WORDLIST[int(part)]
    elif len(part) >= 4:
        found = [word for word in WORDLIST if word.startswith(part)]
        if len(found) == 1 or part in found:
            return part if part in found else found[0]
    raise Refused("share_group_wrong", group=place)


def _digits(mnemonic: str) -> str:
    return " ".join(f"{WORDLIST.index(word):04d}" for word in mnemonic.split())


def _mnemonic(digits: str) -> str:
    return " ".join(WORDLIST[int(one)] for one in digits.split())
