"""Recount a sitting's sealed ballots: python recount.py FILE [SHARE SHARE]

FILE is written by `vinhdanh ballot export`; each SHARE is a text file with the 33 groups of digits of one sheet.
Shares no code with the product: standard library and `cryptography` only. Ends with 0 when everything holds, with 1
and one line for each fault otherwise. Without shares it checks numbers and seals; with two it opens and counts again.
"""

import hashlib
import hmac
import json
import re
import sys
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
MARKS = {1: "yes", 2: "no", 3: "blank"}

# --- SLIP-39 (https://github.com/satoshilabs/slips/blob/master/slip-0039.md), one group, two of three, no passphrase

EXP, LOG = [0] * 255, [0] * 256
value = 1
for power in range(255):
    EXP[power], LOG[value] = value, power
    value = (value << 1) ^ value
    value ^= 0x11B if value & 0x100 else 0


def checksum_holds(numbers, extendable):
    generator = (0xE0E040, 0x1C1C080, 0x3838100, 0x7070200, 0xE0E0009, 0x1C0C2412, 0x38086C24, 0x3090FC48, 0x21B1F890,
                 0x3F3F120)  # fmt: skip
    check = 1
    for number in [*(b"shamir_extendable" if extendable else b"shamir"), *numbers]:
        top, check = check >> 20, (check & 0xFFFFF) << 10 ^ number
        for bit in range(10):
            check ^= generator[bit] if top >> bit & 1 else 0
    return check == 1


def read_share(text):
    numbers = [int(group) for group in re.findall(r"\d{4}", text)]
    if len(numbers) != 33 or max(numbers) > 1023:
        raise ValueError("a share has 33 groups from 0000 to 1023")
    head = numbers[0] << 10 | numbers[1]
    extendable, exponent, identifier = head >> 4 & 1, head & 15, head >> 5
    if not checksum_holds(numbers, extendable):
        raise ValueError("a group of this share is mistyped")
    member = (numbers[2] << 10 | numbers[3]) >> 4 & 15
    content = 0
    for number in numbers[4:30]:
        content = content << 10 | number
    return identifier, extendable, exponent, member, content.to_bytes(33, "big")[1:]


def interpolate(points, x):
    result = bytearray(32)
    for at, content in points:
        power = 0
        for other, _content in points:
            if other != at:
                power += LOG[other ^ x] - LOG[other ^ at]
        for place, byte in enumerate(content):
            result[place] ^= EXP[(LOG[byte] + power) % 255] if byte else 0
    return bytes(result)


def private_key(texts):
    shares = [read_share(text) for text in texts]
    if len({share[:3] for share in shares}) != 1 or len({share[3] for share in shares}) != 2:
        raise ValueError("two different shares of one key are needed")
    identifier, extendable, exponent = shares[0][:3]
    points = [(share[3], share[4]) for share in shares]
    secret, digest = interpolate(points, 255), interpolate(points, 254)
    if hmac.new(digest[4:], secret, "sha256").digest()[:4] != digest[:4]:
        raise ValueError("these shares do not belong together")
    left, right = secret[:16], secret[16:]
    salt = b"" if extendable else b"shamir" + identifier.to_bytes(2, "big")
    for turn in (3, 2, 1, 0):
        block = hashlib.pbkdf2_hmac("sha256", bytes([turn]), salt + right, 2500 << exponent, 16)
        left, right = right, bytes(a ^ b for a, b in zip(left, block, strict=True))
    return X25519PrivateKey.from_private_bytes(right + left)


# --- seals and envelopes


def root(envelopes):
    leaves = [b"\0" + key.encode() + b"\n" + bytes.fromhex(envelopes[key]) for key in sorted(envelopes)]
    level = [hashlib.sha256(leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [hashlib.sha256(b"\1" + b"".join(p)).digest() if len(p) == 2 else p[0] for p in pairs]
    return (level[0] if level else hashlib.sha256(b"").digest()).hex()


def count(document, ballot, private):
    size = len(ballot["items"])
    totals = [{"yes": 0, "no": 0, "blank": 0, "invalid": 0} for _ in range(size)]
    for key, sealed in ballot["envelopes"].items():
        binding = f"{document['protocol']}\n{ballot['ballot']}\n{key}".encode()
        content = SUITE.decrypt(bytes.fromhex(sealed), private, info=binding)
        is_ours = len(content) == 6 + size and content[:6] == b"VDB1" + size.to_bytes(2, "big")
        for place, total in enumerate(totals):
            total[MARKS.get(content[6 + place], "invalid") if is_ours else "invalid"] += 1
    return totals


def faults(document, private):
    roll = {seat["member"] for seat in document["roll"]}
    for ballot in document["ballots"]:
        name, number = f"ballot {ballot['number']}", len(ballot["envelopes"])
        if ballot["state"] not in ("closed", "opened"):
            continue
        if not set(ballot["voters"]) <= roll or len(set(ballot["voters"])) != len(ballot["voters"]):
            yield f"{name}: somebody voted who is not on the roll, or twice"
        if not len(ballot["voters"]) == number <= ballot["entitled"] <= ballot["members"] == len(roll):
            yield f"{name}: voters, envelopes and roll do not fit one another"
        if not (ballot["audit"] and root(ballot["envelopes"]) == ballot["root"] == ballot["audit"]["root"]):
            yield f"{name}: the seal is not that of the closing"
        written = [item["counts"] for item in ballot["items"]]
        if ballot["state"] == "opened" and any(not c or sum(c.values()) != number for c in written):
            yield f"{name}: a count does not add up to the envelopes"
        if private and private.public_key().public_bytes_raw().hex() != ballot["public_key"]:
            yield f"{name}: the shares belong to another key"
        elif private and ballot["state"] == "opened":
            try:
                if count(document, ballot, private) != written:
                    yield f"{name}: the envelopes say otherwise than the record"
            except InvalidTag:
                yield f"{name}: an envelope does not open"


def main(words):
    texts = [Path(word).read_text(encoding="utf-8") for word in words[:3]]
    document, private = json.loads(texts[0]), private_key(texts[1:]) if len(texts) > 2 else None
    found = list(faults(document, private))
    for line in found:
        print(line)
    print(f"{len(document['ballots'])} ballots, {'recounted' if private else 'seals checked'}, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
