"""The leader's tables in words: for the page, the file and the chapters of a report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.sdk import ReportChapter
from core.sdk.web import gettext, lazy
from plugins.vneid_guidance import domain, official
from plugins.vneid_guidance.dashboard import COLUMNS, Board, Ledger

NOT_SUMMED = lazy(
    "Hai cột khác nguồn và khác đơn vị tính: một bên là lượt hướng dẫn trong kỳ, một bên là số lũy kế của Công an. "
    "Không cộng, không trừ với nhau."
)
SILENT = lazy("Dấu “—” là chưa có số liệu đã duyệt, không phải 0.")

#: The columns that a page has room for; the file has all.
MAIN = (domain.TURNS, domain.REFERRED, domain.BLOCKED)

Table = tuple[str, tuple[str, ...], tuple[tuple[Any, ...], ...], str]


@dataclass(frozen=True, slots=True)
class Beside:
    """Two figures about one subject from two sources."""

    guided: str
    turns: int | None
    official: str
    value: int | None
    measure: str
    given: int


def beside(board: Board) -> tuple[Beside, ...]:
    """Guidance and official figures, side by side; the official ones empty where there are none."""
    ledger = board.ledger
    return tuple(
        Beside(
            gettext(domain.LABELS[code]),
            board.figures.get(code),
            gettext(official.FIELDS[field][0]),
            ledger.sums[field] if ledger else None,
            gettext(official.FIELDS[field][1]),
            ledger.given[field] if ledger else 0,
        )
        for code, field in official.BESIDE
    )


def reported(board: Board) -> str:
    """How many units reported of how many."""
    return gettext("%(reported)s/%(expected)s đơn vị đã báo cáo", reported=board.reported, expected=board.expected)


def tables(board: Board) -> Iterator[Table]:
    """Every table: title, columns, rows, note."""
    yield _branches(board)
    yield gettext("Theo ngày"), _words("Ngày", "Lượt hướng dẫn"), board.days, str(SILENT)
    rows = tuple(
        (one.guided, one.turns, gettext("lượt"), one.official, one.value, one.measure) for one in beside(board)
    )
    columns = _words("Tổ hướng dẫn, trong kỳ", "Số", "Đơn vị tính", "Công an, lũy kế", "Số", "Đơn vị tính")
    yield gettext("Hướng dẫn và số liệu chính thức"), columns, rows, str(NOT_SUMMED)
    if board.ledger is not None and board.ledger.rows:
        yield _ledger(board.ledger)
    yield gettext("Vướng mắc"), _words("Vướng mắc", "Lượt"), board.blockers, ""
    targets = tuple(
        (one.unit, one.label, f"{one.window.first:%d/%m/%Y} - {one.window.last:%d/%m/%Y}", one.quantity, one.actual)
        for one in board.targets
    )
    yield gettext("Chỉ tiêu"), _words("Đơn vị", "Chỉ tiêu", "Kỳ", "Cần đạt", "Đã đạt"), targets, ""


def _branches(board: Board, codes: tuple[str, ...] = COLUMNS) -> Table:
    columns = _words("Đơn vị", "Đã báo cáo", *(domain.LABELS[code] for code in codes))
    rows = tuple(
        (one.unit.name, f"{one.reported}/{one.expected}", *(one.figures.get(code) for code in codes))
        for one in board.branches
    )
    total = (gettext("Cộng"), f"{board.reported}/{board.expected}", *(board.figures.get(code) for code in codes))
    return gettext("Theo đơn vị"), columns, (*rows, total) if len(rows) > 1 else rows, str(SILENT)


def _ledger(ledger: Ledger) -> Table:
    rows = tuple(
        (gettext(label), ledger.sums[name], gettext(measure), f"{ledger.given[name]}/{ledger.areas}")
        for name, (label, measure) in official.FIELDS.items()
    )
    papers = "; ".join(dict.fromkeys(row.document for row in ledger.rows))
    first, last = f"{ledger.first:%d/%m/%Y}", f"{ledger.last:%d/%m/%Y}"
    note = gettext("Chốt đến ngày %(day)s. Văn bản: %(papers)s.", day=last, papers=papers)
    if ledger.first != ledger.last:
        note = gettext(
            "Chốt từ ngày %(first)s đến ngày %(last)s, mỗi xã một ngày. Văn bản: %(papers)s.",
            first=first,
            last=last,
            papers=papers,
        )
    return gettext("Số liệu chính thức của Công an"), _words("Số liệu", "Số", "Đơn vị tính", "Số xã đã có"), rows, note


def _words(*labels: str) -> tuple[str, ...]:
    return tuple(gettext(one) for one in labels)


def chapters(board: Board) -> tuple[ReportChapter, ...]:
    """The chapters of a results report: what the teams did, what stood in the way, what the police say."""
    found = []
    if board.expected:
        _title, columns, rows, note = _branches(board, MAIN)
        title = gettext("Hướng dẫn VNeID của các tổ (lượt)")
        found.append(ReportChapter(title, columns, rows, note, board.reported, board.expected, position=30))
    if board.reported:
        acts = tuple((gettext(domain.LABELS[code]), board.figures.get(code)) for code in (*domain.BUTTONS, "VN09"))
        title = gettext("Hướng dẫn VNeID theo việc")
        found.append(ReportChapter(title, _words("Việc", "Lượt"), acts, position=31))
    if board.blockers:
        title = gettext("Vướng mắc khi hướng dẫn VNeID")
        found.append(ReportChapter(title, _words("Vướng mắc", "Lượt"), board.blockers, position=32))
    if board.ledger is not None and board.ledger.rows:
        title, columns, rows, note = _ledger(board.ledger)
        words = gettext("%(note)s Số lũy kế của Công an, không cộng trừ với lượt hướng dẫn.", note=note)
        found.append(ReportChapter(title, columns, rows, words, position=33))
    return tuple(found)
