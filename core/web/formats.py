"""How dates, sums, sizes and missing values are written on a Vietnamese page.

Common libraries get these wrong for official papers, so the few rules are here. Every function takes a plain value and
returns a plain string; a missing value is "—", never 0. `register` gives them to Jinja under the names in `FILTERS`.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from flask import Flask

from core.web import charts, fields, i18n
from core.web.i18n import _

MISSING = "—"

#: Asia/Ho_Chi_Minh. A fixed offset: the country has had no other since 1975, and a machine may lack tzdata.
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")

_SIZES = ("byte", "KB", "MB", "GB")


def local(value: datetime) -> datetime:
    """The same moment on a Vietnamese clock; a value without a zone is UTC, which is what the database holds."""
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(VIETNAM)


def as_date(value: date | datetime | None) -> str:
    """ "18/05/2026"; a moment is first brought to the Vietnamese day."""
    if value is None or value == "":
        return MISSING
    day = local(value) if isinstance(value, datetime) else value
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def as_datetime(value: datetime | None) -> str:
    """ "14:32 12/05/2026" in Vietnamese time."""
    if value is None or value == "":
        return MISSING
    return f"{as_clock(value)} {as_date(value)}"


def as_clock(value: datetime | None) -> str:
    """ "14:32" in Vietnamese time."""
    if value is None or value == "":
        return MISSING
    moment = local(value)
    return f"{moment.hour:02d}:{moment.minute:02d}"


def as_long_date(value: date | datetime | None) -> str:
    """ "ngày 18 tháng 5 năm 2026", as the head of an official paper writes it.

    Nghị định 30/2020/NĐ-CP, Phụ lục I: days below 10 and months 1 and 2 carry a 0 in front.
    """
    if value is None or value == "":
        return MISSING
    day = local(value) if isinstance(value, datetime) else value
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return _("ngày %(day)s tháng %(month)s năm %(year)s", day=f"{day.day:02d}", month=month, year=day.year)


def as_number(value: int | float | Decimal | None, places: int | None = None) -> str:
    """ "1.234,5": dots between thousands, a decimal comma; `places` fixes the digits after it."""
    number = _decimal(value)
    if number is None:
        return MISSING
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{abs(number):,f}"
    whole, _dot, rest = text.partition(".")
    if places is None:
        rest = rest.rstrip("0")
    sign = "-" if number < 0 else ""
    return sign + whole.replace(",", ".") + (f",{rest}" if rest else "")


def as_money(value: int | Decimal | None) -> str:
    """ "2.530.000 đồng"."""
    number = _decimal(value)
    return MISSING if number is None else _("%(sum)s đồng", sum=as_number(number))


def as_percent(part: int | float | None, whole: int | float | None, places: int = 0) -> str:
    """ "61%" of `whole`; "—" when either is missing or there is no whole."""
    upper, lower = _decimal(part), _decimal(whole)
    if upper is None or not lower:
        return MISSING
    return as_number(upper * 100 / lower, places) + "%"


def as_days_left(days: int | None) -> str:
    """ "còn 3 ngày làm việc", "hạn là hôm nay", "quá hạn 2 ngày làm việc"; the caller counted the working days."""
    if days is None:
        return MISSING
    if days == 0:
        return _("hạn là hôm nay")
    if days < 0:
        return _("quá hạn %(days)s ngày làm việc", days=-days)
    return _("còn %(days)s ngày làm việc", days=days)


def as_file_size(size: int | None) -> str:
    """ "1,4 MB"."""
    if size is None:
        return MISSING
    amount, step = Decimal(size), 0
    while amount >= 1024 and step < len(_SIZES) - 1:
        amount, step = amount / 1024, step + 1
    return f"{as_number(amount, 0 if step == 0 or amount >= 100 else 1).removesuffix(',0')} {_SIZES[step]}"


def or_dash(value: object) -> object:
    """The value itself, or "—" when there is none; 0 and False are values."""
    return MISSING if value is None or (isinstance(value, str) and not value.strip()) else value


def as_cell(value: object) -> object:
    """One cell of a table that somebody else filled: dates and numbers the Vietnamese way, nothing as "—"."""
    return or_dash(as_word(value))


def initials(name: str | None) -> str:
    """ "NT" for "Nguyễn Văn Tươi": first letter of the family name and of the given name."""
    words = (name or "").split()
    if not words:
        return MISSING
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def _decimal(value: object) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


FILTERS = {
    "date": as_date,
    "datetime": as_datetime,
    "clock": as_clock,
    "long_date": as_long_date,
    "number": as_number,
    "money": as_money,
    "percent": as_percent,
    "days_left": as_days_left,
    "file_size": as_file_size,
    "or_dash": or_dash,
    "cell": as_cell,
    "initials": initials,
}


def register(app: Flask) -> None:
    """Give the templates their filters and the few functions which the macros draw with."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(
        field_kind=fields.field_kind,
        form_problems=fields.form_problems,
        own_errors=fields.own_errors,
        bar_rows=charts.bar_rows,
        line_points=charts.line_points,
        page_language=i18n.locale,
    )


def as_word(value: object) -> object:
    """A figure of a refusal as its sentence shows it: dates, instants and numbers the Vietnamese way."""
    if isinstance(value, datetime):
        return as_datetime(value)
    if isinstance(value, date):
        return as_date(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value
    return as_number(value)
