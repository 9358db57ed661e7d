"""What a decision pays: coefficient × base salary of the decision date, rounded up, with the stacking rules applied.

NĐ 152/2025 Điều 49. Where no coefficient is known, and for recognitions, there is no number, ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.domain import decision as rules
from core.domain.catalog import Catalog
from core.domain.errors import Refused
from core.models import Nomination
from core.services import catalog as catalogs
from core.services.context import Context

#: Why there is no sum, or why it is another than the plain product; the register keeps the code with the award.
NOT_STATUTORY, NO_COEFFICIENT, ONLY_A_MAXIMUM = "not_statutory", "no_coefficient", "only_a_maximum"


@dataclass(frozen=True, slots=True)
class Worked:
    """The money of one line. ``amount`` None: none is known; ``note`` is the code of the reason or stacking rule."""

    nomination_id: int
    award_name: str
    is_statutory: bool
    coefficient: Decimal | None
    #: The product rounded up, before the stacking rules.
    product: int | None
    amount: int | None
    note: str
    needs_check: bool


@dataclass(frozen=True, slots=True)
class Bill:
    """The money of a whole decision on a day."""

    day: date
    base_salary: int | None
    base_ground: str
    lines: tuple[Worked, ...]

    @property
    def total(self) -> int:
        """What is paid in all, over the lines with a known sum."""
        return sum(one.amount or 0 for one in self.lines)

    @property
    def unknown(self) -> int:
        """How many awards under the law have no known prize: somebody must ask."""
        return sum(1 for one in self.lines if one.is_statutory and one.amount is None)


def work_out(ctx: Context, rows: Sequence[Nomination], day: date) -> Bill:
    """The money of a decision of ``day`` that grants these nominations; no number where no base salary is known."""
    catalog = catalogs.current(ctx.session)
    try:
        salary = catalog.base_salary_on(day)
        base, ground = salary.amount, salary.name
    except Refused:
        base, ground = None, ""
    lines = {row.id: _line(catalog, row, day, base) for row in rows}
    for same in _by_nominee(rows):
        for paid in rules.stack([_prize(catalog, row, lines[row.id]) for row in same]):
            lines[paid.key] = _stacked(lines[paid.key], paid)
    return Bill(day, base, ground, tuple(lines.values()))


def stacking_rules(ctx: Context) -> dict[str, tuple[str, str]]:
    """The stacking rules by code: text and article."""
    found = catalogs.current(ctx.session).data["money"]["stacking"]
    return {rule["id"]: (rule["text"], rule.get("article", "")) for rule in found}


def _line(catalog: Catalog, row: Nomination, day: date, base: int | None) -> Worked:
    award = catalog.award_type(row.award_code)
    version = award.version_on(day)
    frozen = (row.rules or {}).get("version")
    if isinstance(frozen, dict):
        # the dossier follows the rules of its receipt; only the base salary is that of the decision date
        raw, is_maximum = frozen["coefficient"], bool(frozen["coefficient_is_maximum"])
        coefficient = None if raw is None else Decimal(str(raw))
    else:
        coefficient = version.coefficients.get(row.kind) if version else None
        is_maximum = bool(version and version.is_coefficient_maximum)
    if not award.is_statutory:
        note, coefficient = NOT_STATUTORY, None
    elif coefficient is None:
        note = NO_COEFFICIENT
    else:
        note = ONLY_A_MAXIMUM if is_maximum else ""
    known = note == "" and base is not None
    product = rules.prize(coefficient, base, step=catalog.prize_step) if known and base is not None else None
    return Worked(
        nomination_id=row.id,
        award_name=award.name_on(day),
        is_statutory=award.is_statutory,
        coefficient=coefficient,
        product=product,
        amount=product,
        note=note,
        needs_check=bool(version and version.needs_check),
    )


def _by_nominee(rows: Sequence[Nomination]) -> list[list[Nomination]]:
    found: dict[int | None, list[Nomination]] = {}
    for row in rows:
        found.setdefault(row.nominee_id, []).append(row)
    return [same for nominee, same in found.items() if nominee is not None and len(same) > 1]


def _prize(catalog: Catalog, row: Nomination, line: Worked) -> rules.Prize:
    return rules.Prize(row.id, line.amount, catalog.award_type(row.award_code).is_title, _period(row))


def _period(row: Nomination) -> str:
    """The years over which an award is counted: those of the achievement, else that of the event."""
    what = row.achievement
    last = (what.period_to if what else None) or row.event.window_to
    first = (what.period_from if what else None) or last
    return str(last.year) if first.year == last.year else f"{first.year}-{last.year}"


def _stacked(line: Worked, paid: rules.Payable) -> Worked:
    return Worked(
        nomination_id=line.nomination_id,
        award_name=line.award_name,
        is_statutory=line.is_statutory,
        coefficient=line.coefficient,
        product=line.product,
        amount=paid.amount,
        note=line.note or (paid.rule or ""),
        needs_check=line.needs_check,
    )
