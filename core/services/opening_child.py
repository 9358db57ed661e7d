"""Opens one box in a process of its own, adds up and ends: ``python -m core.services.opening_child``.

Reads one JSON document (public key, shares, ballots with their envelopes), prints counts, and takes private key and
opened envelopes with it: Python cannot promise to wipe memory, the end of a process can. Writes no file, dumps no core.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sys
from typing import Any

from core.domain import envelopes
from core.domain.errors import Refused
from core.services import sealing


def limit_ourselves() -> None:
    """No core dump, no file; silent where the system has no such limits."""
    try:
        import resource  # noqa: PLC0415 - optional dependency, not on every system
    except ImportError:
        return
    for what in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (0, 0))


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Counts by ballot, or the refusals of the shares, or the keys of envelopes that do not open."""
    try:
        private = sealing.combine(asked["shares"], public=asked["public"])
    except Refused as refused:
        return {"refused": [dataclasses.asdict(one) for one in refused.objections]}
    counts, broken = {}, {}
    for ballot, box in asked["ballots"].items():
        contents = []
        for key, sealed in box["envelopes"].items():
            binding = envelopes.binding(ballot=ballot, key=key)
            content = sealing.unseal(bytes.fromhex(sealed), private=private, binding=binding)
            if content is None:
                broken.setdefault(ballot, []).append(key)
            else:
                contents.append(content)
        counts[ballot] = [dataclasses.asdict(one) for one in envelopes.add_up(contents, items=box["items"])]
    return {"broken": broken} if broken else {"counts": counts}


if __name__ == "__main__":
    limit_ourselves()
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
