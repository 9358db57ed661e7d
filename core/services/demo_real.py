"""The plan's own event, told to its end: from the first dossier in May to the decision that takes one award back."""

from __future__ import annotations

import datetime as dt

from core.services import decision_after, decision_changes, demo_council, demo_dossiers, events
from core.services.demo_council import COMMUNE, PROVINCE, Desk
from core.services.demo_story import Entry, Stage, Told

EVENT = "ngay-khcn-2026"


def tell(stage: Stage, entries: list[Entry]) -> None:
    """The whole story, each act on its day."""
    told = [_write(stage, entry, place) for place, entry in enumerate(entries)]
    demo_dossiers.send_all(stage, EVENT, {one: _sent_at(stage, one, place) for place, one in enumerate(told)})
    sent = [one for one in told if one.entry["sent"] and one.end != "withdrawn"]
    _withdraw(stage, told)
    _appraise(stage, sent)
    _vote(stage, sent)
    _decide(stage, sent)
    _go_up(stage, [one for one in sent if one.entry.get("up")])
    manager = stage.acting("xa.thuky", "ha-long", stage.at("2026-06-01", 9), event=EVENT)
    events.show_roll(manager, is_public=True)
    events.take_step(stage.acting("xa.thuky", "ha-long", stage.at("2026-06-30", 16), event=EVENT), "close")


def _write(stage: Stage, entry: Entry, place: int) -> Told:
    return demo_dossiers.begin(stage, EVENT, entry, stage.at(entry["sent"] or "2026-05-11", 8, place % 40))


def _sent_at(stage: Stage, told: Told, place: int) -> dt.datetime | None:
    day = told.entry["sent"]
    return stage.at(day, 9 + place % 6, (7 * place) % 60) if day else None


def _withdraw(stage: Stage, told: list[Told]) -> None:
    for one in told:
        if one.end == "withdrawn":
            demo_dossiers.withdraw(stage, EVENT, one, stage.at("2026-05-14", 9))


def _appraise(stage: Stage, sent: list[Told]) -> None:
    for one in sent:
        if one.entry.get("mended"):
            text = "Đề nghị nêu rõ số bài, số lượt nghe và thời gian thực hiện."
            demo_council.give_back(stage, one, stage.at("2026-05-14", 10), about="figures", text=text)
            demo_dossiers.mend(stage, EVENT, one, stage.at("2026-05-15", 9))
    for minute, one in enumerate(sent):
        demo_council.receive(stage, COMMUNE, one, stage.at("2026-05-18", 14, minute))
    for minute, one in enumerate(sent):
        if one.entry.get("why") == "appraisal":
            reason = "Ý tưởng chưa được triển khai nên chưa có kết quả để xét."
            demo_council.decline(stage, COMMUNE, one, stage.at("2026-05-19", 9), reason=reason)
        else:
            demo_council.appraise(stage, COMMUNE, one, stage.at("2026-05-20", 8, minute))


def _vote(stage: Stage, sent: list[Told]) -> None:
    """Awards under the law go before the council; thanks need no vote."""
    candidates = [one for one in sent if one.entry["award"] != "B" and one.row.state == "appraised"]
    losers = [one for one in candidates if one.entry.get("why") == "ballot"]
    title = "Phiên họp xét khen thưởng Ngày 18/5/2026"
    demo_council.vote(stage, COMMUNE, candidates, stage.at("2026-05-27", 14), title=title, event=EVENT, failing=losers)
    for one in losers:
        reason = "Hội đồng đã bỏ phiếu, không đủ số phiếu cần thiết."
        demo_council.decline(stage, COMMUNE, one, stage.at("2026-05-28", 8), reason=reason)


def _decide(stage: Stage, sent: list[Told]) -> None:
    chosen = [one for one in sent if one.entry["award"] == "G" and one.row.state == "passed"]
    title = "Tặng Giấy khen cho các tập thể, cá nhân, hộ gia đình nhân Ngày 18/5/2026"
    row = demo_council.draft(stage, COMMUNE, EVENT, chosen, stage.at("2026-05-28", 9), title=title)
    row = demo_council.sign(stage, row, "xa.chutich", "ha-long", stage.at("2026-05-29", 9), number=118)
    _present(stage, COMMUNE, row, "2026-05-30")
    _correct(stage, chosen, row)
    _revoke(stage, chosen, row)
    thanked = [one for one in sent if one.entry["award"] == "B"]
    title = "Biểu dương các tập thể, cá nhân, hộ gia đình nhân Ngày 18/5/2026"
    row = demo_council.draft(stage, COMMUNE, EVENT, thanked, stage.at("2026-05-28", 10), title=title)
    row = demo_council.sign(stage, row, "xa.phochutich", "ha-long", stage.at("2026-05-29", 10), number=119)
    _present(stage, COMMUNE, row, "2026-05-30")
    decision_after.archive(stage.acting("xa.thuky", "ha-long", stage.at("2026-06-25", 9)), row.key)


def _present(stage: Stage, desk: Desk, row: object, day: str) -> None:
    ctx = stage.acting(desk.secretary, desk.unit, stage.at(day, 11))
    keys = [award.key for award in demo_council.awards_of(stage, row).values()]  # type: ignore[arg-type]
    decision_after.present(ctx, row.key, keys, day=ctx.today)  # type: ignore[attr-defined]


def _correct(stage: Stage, chosen: list[Told], row: object) -> None:
    wrong = next(one for one in chosen if one.entry.get("corrected"))
    award = demo_council.awards_of(stage, row)[wrong.entry["name"]]  # type: ignore[arg-type]
    ctx = stage.acting("xa.thuky", "ha-long", stage.at("2026-06-03", 9))
    change = decision_changes.draft_correction(
        ctx,
        row.key,  # type: ignore[attr-defined]
        award.key,
        name=wrong.entry["corrected"],
        citation="",
        reason="Ghi thiếu tên trong quyết định đã ban hành.",
        article="Nghị định 30/2020/NĐ-CP (đính chính văn bản)",
    )
    demo_council.sign(stage, change, "xa.chutich", "ha-long", stage.at("2026-06-03", 15), number=126)


def _revoke(stage: Stage, chosen: list[Told], row: object) -> None:
    bad = next(one for one in chosen if one.end == "revoked")
    award = demo_council.awards_of(stage, row)[bad.entry["name"]]  # type: ignore[arg-type]
    ctx = stage.acting("xa.thuky", "ha-long", stage.at("2026-06-15", 9))
    change = decision_changes.draft_revocation(
        ctx,
        row.key,  # type: ignore[attr-defined]
        [award.key],
        ground_code="RV2",
        reason="Kiểm tra lại: số buổi và danh sách người tham gia trong báo cáo không đúng thực tế.",
        article="Luật Thi đua, khen thưởng 2022, Điều 93",
    )
    demo_council.sign(stage, change, "xa.chutich", "ha-long", stage.at("2026-06-15", 16), number=139)


def _go_up(stage: Stage, told: list[Told]) -> None:
    """Bằng khen is the province's to give: the dossiers go up, and their result comes back."""
    for minute, one in enumerate(told):
        demo_council.hand_up(stage, one, stage.at("2026-05-28", 14, minute), letter="52/TTr-UBND")
        demo_council.receive(stage, PROVINCE, one, stage.at("2026-05-29", 14, minute))
        demo_council.appraise(stage, PROVINCE, one, stage.at("2026-06-02", 9, minute))
    losers = [one for one in told if one.end == "declined"]
    demo_council.vote(
        stage,
        PROVINCE,
        told,
        stage.at("2026-06-05", 8),
        title="Phiên họp xét tặng Bằng khen tháng 6/2026",
        event=None,
        failing=losers,
    )
    for one in losers:
        reason = "Hội đồng cấp tỉnh đã bỏ phiếu, không đủ số phiếu cần thiết."
        demo_council.decline(stage, PROVINCE, one, stage.at("2026-06-08", 8), reason=reason)
    winners = [one for one in told if one not in losers]
    title = "Tặng Bằng khen của Chủ tịch UBND tỉnh"
    row = demo_council.draft(stage, PROVINCE, EVENT, winners, stage.at("2026-06-09", 9), title=title)
    demo_council.sign(stage, row, "tinh.kyduyet", "thanh-hoa", stage.at("2026-06-10", 10), number=2150)
