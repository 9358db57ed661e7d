"""Adding a dated version of an award type: tried out first, then kept for good; nothing in use is ever edited."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from core.domain import catalog_additions, catalog_merge
from core.domain.catalog import Catalog
from core.domain.catalog_terms import KINDS, AwardVersion
from core.domain.errors import NotFound, Objection, Refused
from core.models import CatalogVersion, Nomination
from core.services import audit, catalog
from core.services.catalog_file import shipped
from core.services.catalog_pages import VersionPage, page_of
from core.services.context import VIETNAM, Context, new_key

#: Faults of the merged catalogue that an administrator can mend in the form, with the field each is about.
_FAULTS = {
    "household": ("version_household", "coef_household"),
    "office": ("version_office", "authorities"),
    "regime": ("version_outside_regimes", "from_on"),
    "gap": ("version_gap", "from_on"),
    "overlap": ("version_overlaps", "from_on"),
}


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What an administrator writes down. ``coefficients`` by kind; None: no prize is known."""

    from_on: dt.date
    authorities: tuple[str, ...]
    coefficients: dict[str, Decimal | None]
    vote: str
    dossier: str
    source: str
    conf: str
    note: str = ""


def newest(ctx: Context, code: str) -> AwardVersion:
    """The version that a new one would follow. Raises ``NotFound``."""
    found = catalog.current(ctx.session).award_types.get(code)
    if found is None:
        raise NotFound
    return found.versions[-1]


def preview(ctx: Context, code: str, new: NewVersion) -> VersionPage:
    """The version as it would stand, checked with the whole catalogue; nothing is kept. Raises ``Refused``."""
    ctx.require("catalog.manage")
    data = _checked(ctx, code, _row(ctx, code, new))
    book = Catalog.from_data(data)
    return page_of(book, book.award_types[code], ctx.today).versions[0]


def add(ctx: Context, code: str, new: NewVersion) -> CatalogVersion:
    """Keep the version: from its day it holds, and the one before it ends on the eve. Raises ``Refused``."""
    ctx.require("catalog.manage")
    row = _row(ctx, code, new)
    _checked(ctx, code, row)
    ctx.session.add(row)
    audit.note(
        ctx,
        "catalog.version_add",
        f"award_type:{code}",
        key=row.key,
        from_on=new.from_on.isoformat(),
        source=new.source,
    )
    ctx.session.flush()
    return row


def _row(ctx: Context, code: str, new: NewVersion) -> CatalogVersion:
    if code not in catalog.current(ctx.session).award_types:
        raise NotFound
    if not new.authorities:
        raise Refused.because([Objection("version_without_signer", field="authorities")])
    ours = {kind: theirs for theirs, kind in KINDS.items()}
    changes: dict[str, object] = {
        "authority": list(new.authorities),
        "coef": {ours[kind]: None if c is None else _plain(c) for kind, c in new.coefficients.items()},
        "vote": new.vote,
        "dossier": new.dossier,
        "conf": new.conf,
    }
    if new.note:
        changes["note"] = new.note
    before = catalog_merge.merge(shipped().data, catalog.added_rows(ctx.session))
    return CatalogVersion(
        key=new_key(),
        award_code=code,
        from_on=new.from_on,
        data=catalog_additions.new_entry(before, code, changes),
        source=new.source,
        note=new.note,
        added_by_id=ctx.actor.id,
        created_at=ctx.now,
    )


def _plain(coefficient: Decimal) -> str:
    text = format(coefficient.normalize(), "f")
    return text if "." in text else f"{text}.0"


def _checked(ctx: Context, code: str, row: CatalogVersion) -> dict[str, object]:
    try:
        return catalog_additions.check_addition(
            shipped().data,
            catalog.added_rows(ctx.session),
            catalog.added(row),
            in_use_until=_in_use_until(ctx, code),
        )
    except Refused as refused:
        raise Refused.because([_said(one) for one in refused.objections]) from refused


def _said(one: Objection) -> Objection:
    """A fault of the merged catalogue in the form's own words."""
    if one.code != "catalog_fault":
        return one
    code, field = _FAULTS.get(str(one.params.get("fault")), ("version_fault", None))
    return Objection(code, {"what": str(one.params.get("where", ""))} if code == "version_fault" else {}, field=field)


def _in_use_until(ctx: Context, code: str) -> dt.date | None:
    """The last day on which a dossier was received under this award type."""
    last = ctx.session.scalar(sa.select(sa.func.max(Nomination.receipt_at)).where(Nomination.award_code == code))
    return last.astimezone(VIETNAM).date() if last else None
