"""What goes into a sealed envelope and what may be said about closed ones: marks, root, receipts. No cryptography here.

The forms on which an independent checker relies: a change of any of them needs a new ``PROTOCOL``.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.domain.errors import Refused

#: Bound into every envelope: one sealed under another version does not open.
PROTOCOL = "vinhdanh-ballot-1"
#: A member's mark on one candidate, and the byte that stands for it.
MARKS = {"yes": 1, "no": 2, "blank": 3}
#: No ballot is longer; the paper one would not be either.
MOST_ITEMS = 200
RECEIPT_BITS = 80
_HEAD = b"VDB1"
_NAMES = {byte: name for name, byte in MARKS.items()}
_NONCE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ItemCount:
    """What the envelopes say about one candidate."""

    yes: int = 0
    no: int = 0
    blank: int = 0
    invalid: int = 0

    @property
    def envelopes(self) -> int:
        """All of them: none goes missing between the box and the record."""
        return self.yes + self.no + self.blank + self.invalid


def encode(marks: Sequence[str]) -> bytes:
    """One member's marks in the order of the ballot: as long as any other member's. Raises ``Refused("bad_mark")``."""
    if not 0 < len(marks) <= MOST_ITEMS or any(mark not in MARKS for mark in marks):
        raise Refused("bad_mark", kind="bad_input")
    return _HEAD + len(marks).to_bytes(2, "big") + bytes(MARKS[mark] for mark in marks)


def decode(content: bytes, *, items: int) -> tuple[str, ...]:
    """The marks of an opened envelope; ``invalid`` for each that says nothing, for all where the form is not ours."""
    if content[:6] != _HEAD + items.to_bytes(2, "big") or len(content) != 6 + items:
        return ("invalid",) * items
    return tuple(_NAMES.get(byte, "invalid") for byte in content[6:])


def add_up(contents: Iterable[bytes], *, items: int) -> tuple[ItemCount, ...]:
    """The counts by candidate. What a single envelope says as a whole is kept nowhere."""
    totals = [dict.fromkeys(ItemCount.__slots__, 0) for _ in range(items)]
    for content in contents:
        for total, mark in zip(totals, decode(content, items=items), strict=True):
            total[mark] += 1
    return tuple(ItemCount(**one) for one in totals)


def binding(*, ballot: str, key: str) -> bytes:
    """What an envelope is bound to, so that it opens nowhere else: protocol, ballot, and its own place in the box."""
    return f"{PROTOCOL}\n{ballot}\n{key}".encode()


def key_of(nonce: str, *, ballot: str) -> str:
    """The place of an envelope in the box, from the random number that only its form holds.

    Raises ``Refused("bad_nonce")`` for anything but 64 hexadecimal digits.
    """
    if not _NONCE.fullmatch(nonce):
        raise Refused("bad_nonce", kind="bad_input")
    return hashlib.sha256(f"{PROTOCOL}\n{ballot}\n{nonce}".encode()).hexdigest()


def receipt(sealed: bytes) -> str:
    """Proves that this envelope is in the box, never what it says: 80 bits of its hash, in four groups of four."""
    text = base64.b32encode(hashlib.sha256(sealed).digest()[: RECEIPT_BITS // 8]).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def root(envelopes: Mapping[str, bytes]) -> str:
    """The seal over the whole box: Merkle root of the envelopes in the order of their keys.

    Leaves and nodes are hashed apart (0 and 1 in front), an odd one goes up as it is; the root of an empty box is the
    hash of nothing.
    """
    level = [hashlib.sha256(b"\0" + key.encode() + b"\n" + envelopes[key]).digest() for key in sorted(envelopes)]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [hashlib.sha256(b"\1" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0].hex()
