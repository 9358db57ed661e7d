"""Dossiers of the demo from the nominating side: written, given their paper, confirmed, sent, mended, withdrawn."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping

from core.models import Nomination
from core.services import attachments, demo_papers, nomination_draft, nomination_rules, nominations
from core.services.context import Context
from core.services.demo_story import Entry, Stage, Told
from core.services.nomination_draft import Draft

AWARDS = {"G": "GIAY_KHEN", "B": "BIEU_DUONG", "T": "BANG_KHEN_TINH"}


def begin(stage: Stage, event: str, entry: Entry, at: dt.datetime) -> Told:
    """A draft with everything the file says about it."""
    ctx = _writing(stage, event, entry, at)
    row = nominations.start(ctx, award_code=AWARDS[entry["award"]], kind=entry["kind"])
    rulebook, _none = nomination_rules.try_of(ctx, row)
    values = _values(entry, at)
    for field in rulebook.report_fields() if rulebook else ():
        if field["nominee"] is None:
            values[f"report.{field['code']}"] = _section(entry, field["code"])
    for question in rulebook.questions if rulebook else ():
        if question.kind == "yes_no":
            values[f"attest.{question.rule_code}"] = "yes"
    draft = Draft(values, raw=values, sections=entry.get("sections", {}))
    nomination_draft.save(ctx, row.key, draft, expected_version=row.version)
    if rulebook and entry["end"] != "draft":
        for part in rulebook.own_parts:
            if part["uploaded"] and part["required"]:
                attach(stage, ctx, row, part["code"], part["name"])
    return Told(entry, row)


def _values(entry: Entry, at: dt.datetime) -> dict[str, object]:
    year = at.year
    values: dict[str, object] = {
        "nominee": entry["name"],
        "place": entry.get("place", ""),
        "achievement": entry["deed"],
        "result": entry["result"],
        "figures": entry["figures"],
        "effect": entry["effect"],
        "period_from": dt.date(year, 1, 5),
        "period_to": at.date() - dt.timedelta(days=10),
        "citation": f"Đã có thành tích: {entry['deed'][0].lower()}{entry['deed'][1:]}",
        "consent": entry.get("consent", "given"),
        "consent_on": at.date() - dt.timedelta(days=1),
    }
    if entry["kind"] == "individual":
        values |= {"birth_year": entry["born"], "position": entry.get("position", "")}
    else:
        values |= {"head_count": entry["people"], "women_count": entry["women"]}
    return values


def _section(entry: Entry, code: str) -> str:
    """A report section out of the three short texts."""
    texts = [entry["result"], entry["figures"], entry["effect"]]
    if code == "bien_phap":
        texts = ["Làm từng bước, có người kèm; cuối mỗi tuần rà lại việc chưa xong.", entry["effect"]]
    return "\n".join(text for text in texts if text)


def attach(stage: Stage, ctx: Context, row: Nomination, part: str, name: str) -> None:
    """One paper of the dossier."""
    content = demo_papers.letter(name, (row.nominee_name, stage.units["ha-long"].name, "Van ban mau, khong co that."))
    attachments.add(ctx, row.key, part, stream=io.BytesIO(content), name=f"{name}.pdf", config=stage.config)


def confirm(stage: Stage, event: str, told: Told, at: dt.datetime) -> None:
    """Whoever wrote it asks the head; a head who wrote it alone need not ask."""
    ctx = _writing(stage, event, told.entry, at)
    nominations.ask_confirmation(ctx, told.key)


def send(stage: Stage, event: str, told: Told, at: dt.datetime) -> None:
    """The head sends it; where somebody else wrote it, that person asked a quarter of an hour before."""
    unit = told.entry["unit"]
    if told.row.state == "draft" and stage.who("nominator", unit):
        confirm(stage, event, told, at - dt.timedelta(minutes=15))
    nominations.submit(_heading(stage, event, told.entry, at), told.key)


def send_all(stage: Stage, event: str, moments: Mapping[Told, dt.datetime | None]) -> None:
    """Send each at its moment, the earliest first: receipts are numbered as they come. None: it stays at home."""
    known = [(at, one) for one, at in moments.items() if at is not None]
    for at, one in sorted(known, key=lambda pair: pair[0]):
        send(stage, event, one, at)


def mend(stage: Stage, event: str, told: Told, at: dt.datetime) -> None:
    """A returned dossier gets its answers and is sent again."""
    ctx = _writing(stage, event, told.entry, at)
    text = f"{told.entry['figures']} Thực hiện trong hai tháng, có danh sách kèm theo."
    draft = Draft({"achievement": told.entry["deed"], "figures": text}, raw={"figures": text})
    nomination_draft.save(ctx, told.key, draft, expected_version=told.row.version)
    for key in told.entry.get("asked", ()):
        nominations.answer_remark(ctx, told.key, key, answer="Đơn vị đã bổ sung số liệu.")
    nominations.submit(_heading(stage, event, told.entry, at + dt.timedelta(hours=1)), told.key)


def withdraw(stage: Stage, event: str, told: Told, at: dt.datetime) -> None:
    """The unit takes it back."""
    nominations.withdraw(_heading(stage, event, told.entry, at), told.key, reason=told.entry["why"])


def _writing(stage: Stage, event: str, entry: Entry, at: dt.datetime) -> Context:
    unit = entry["unit"]
    login = stage.who("nominator", unit) or stage.who("head", unit)
    return stage.acting(str(login), unit, at, event=event)


def _heading(stage: Stage, event: str, entry: Entry, at: dt.datetime) -> Context:
    return stage.acting(str(stage.who("head", entry["unit"])), entry["unit"], at, event=event)
