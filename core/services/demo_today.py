"""The event that is open whenever the demo is tried: a dossier in every state that waits for somebody."""

from __future__ import annotations

import datetime as dt

from core.services import appraisal, demo_council, demo_dossiers
from core.services.demo_council import COMMUNE, PROVINCE
from core.services.demo_story import Entry, Stage, Told

EVENT = "dung-thu"
#: States reached only after the standing body has taken the dossier in, appraised it, and the council has met.
_RECEIVED = ("received", "appraised", "consulting", "on_ballot", "passed", "failed", "signing")
_JUDGED = ("passed", "failed", "signing")


def tell(stage: Stage, entries: list[Entry]) -> None:
    """Everything that happened up to yesterday evening."""
    told = [_write(stage, entry, place) for place, entry in enumerate(entries)]
    demo_dossiers.send_all(stage, EVENT, {one: _sent_at(stage, one, place) for place, one in enumerate(told)})
    _appraise(stage, told)
    _first_sitting(stage, told)
    _second_sitting(stage, told)


def _write(stage: Stage, entry: Entry, place: int) -> Told:
    told = demo_dossiers.begin(stage, EVENT, entry, stage.at(entry.get("sent", -3), 8, 5 + place))
    if entry["end"] == "ready":
        demo_dossiers.confirm(stage, EVENT, told, stage.at(-2, 10, place))
    return told


def _sent_at(stage: Stage, told: Told, place: int) -> dt.datetime | None:
    day = told.entry.get("sent")
    return stage.at(day, 9 + place % 7, (11 * place) % 60) if day else None


def _appraise(stage: Stage, told: list[Told]) -> None:
    for minute, one in enumerate(told):
        if one.end == "returned":
            entry = one.entry
            demo_council.give_back(stage, one, stage.at(-3, 10, minute), about=entry["remark"], text=entry["say"])
        elif one.end in _RECEIVED or one.entry.get("up"):
            day = one.entry["sent"]
            demo_council.receive(stage, COMMUNE, one, stage.at(day + 1, 17, minute))
            if one.end != "received" or one.entry.get("up"):
                demo_council.appraise(stage, COMMUNE, one, stage.at(day + 2, 8, minute))
    for one in told:
        if one.end == "consulting":
            appraisal.open_consultation(stage.acting("xa.thuky", "ha-long", stage.at(-2, 9)), one.key, days=5)


def _first_sitting(stage: Stage, told: list[Told]) -> None:
    """Held and closed three days ago: who passed waits for a decision, and what is the province's has gone up."""
    judged = [one for one in told if one.end in _JUDGED or one.entry.get("up")]
    failing = [one for one in judged if one.end == "failed"]
    title = "Phiên họp thứ nhất của đợt dùng thử"
    demo_council.vote(stage, COMMUNE, judged, stage.at(-3, 14), title=title, event=EVENT, failing=failing)
    chosen = [one for one in judged if one.end == "signing"]
    title = "Tặng Giấy khen đợt dùng thử"
    demo_council.draft(stage, COMMUNE, EVENT, chosen, stage.at(-2, 9), title=title)
    for minute, one in enumerate(one for one in judged if one.entry.get("up")):
        demo_council.hand_up(stage, one, stage.at(-2, 14, minute), letter="88/TTr-UBND")
        if one.end == "received":
            demo_council.receive(stage, PROVINCE, one, stage.at(-1, 9))


def _second_sitting(stage: Stage, told: list[Told]) -> None:
    """Opened yesterday and still going on: two counts wait for the second person, two were not entered yet."""
    candidates = [one for one in told if one.end == "on_ballot"]
    at = stage.at(-1, 14)
    row = demo_council.sit(stage, COMMUNE, candidates, at, title="Phiên họp thứ hai của đợt dùng thử", event=EVENT)
    waiting = {one.row.id for one in candidates if one.entry["count"] == "waiting"}
    for item in demo_council.items_of(stage, row):
        if item.nomination_id in waiting:
            demo_council.count(stage, COMMUNE, item, at + dt.timedelta(hours=1), passes=True, confirmed=False)
