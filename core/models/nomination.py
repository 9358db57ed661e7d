"""Nominations: one proposal in one event, its history, remarks, files, search words and way up."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.domain.nomination import State
from core.models.base import Keyed, Model, Row, Stamped, UTCDateTime, Versioned, one_of
from core.models.event import Event
from core.models.nominee import KINDS, Achievement, Nominee
from core.models.unit import Unit
from core.models.user import User


class Nomination(Keyed, Stamped, Versioned, Model):
    """Everything filed for one nominee in one event.

    Lists read this one table by key: ``unit_id`` is the nominating unit's box, ``organiser_id`` the organiser's,
    ``upper_unit_id`` that of the unit to which the dossier was handed up. ``handling_unit_id`` holds it now.
    """

    __tablename__ = "nomination"
    __table_args__ = (
        one_of("state", tuple(s.value for s in State), name="state"),
        one_of("kind", KINDS, name="kind"),
        one_of("consent", ("not_asked", "given", "refused", "withdrawn"), name="consent"),
        *(
            sa.Index(f"ix_nomination_{box}_{order}", f"{box}_id", *columns)
            for box in ("unit", "organiser", "upper_unit", "event")
            for order, columns in {
                "new": ("id",),
                "state": ("state", "id"),
                "name": ("name_key", "id"),
                "due": ("due_on", "id"),
            }.items()
        ),
        sa.Index("ix_nomination_unit_award", "unit_id", "award_code", "id"),
        sa.Index("ix_nomination_organiser_award", "organiser_id", "award_code", "id"),
        sa.Index("ix_nomination_handling_state", "handling_unit_id", "state", "id"),
        sa.Index("ix_nomination_event_award", "event_id", "award_code", "state"),
        sa.Index("ix_nomination_event_unit", "event_id", "unit_id", "state"),
    )

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    organiser_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    upper_unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    handling_unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))

    state: Mapped[str] = mapped_column(sa.String(20), default=State.DRAFT.value)
    state_since: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    #: Until when whoever holds it should have acted; None when nothing is due.
    due_on: Mapped[dt.date | None]

    kind: Mapped[str] = mapped_column(sa.String(20))
    award_code: Mapped[str] = mapped_column(sa.String(40))
    nominee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("nominee.id"), index=True)
    achievement_id: Mapped[int | None] = mapped_column(sa.ForeignKey("achievement.id"), index=True)
    #: The nominee's name as in this dossier, and its key, so that lists need no join.
    nominee_name: Mapped[str] = mapped_column(sa.String(200), default="")
    name_key: Mapped[str] = mapped_column(sa.String(400), default="")

    #: What was typed and is not yet fit for its place; a draft never loses anything. ``{field: raw}``
    typed: Mapped[dict[str, object]] = mapped_column(sa.JSON, default=dict)
    #: Report sections of the award's report form: ``{field: text}``.
    report: Mapped[dict[str, object]] = mapped_column(sa.JSON, default=dict)
    #: What the unit attests for the eligibility rules: ``{rule: {"value", "note"}}``.
    attestations: Mapped[dict[str, object]] = mapped_column(sa.JSON, default=dict)
    initiative_title: Mapped[str] = mapped_column(sa.String(300), default="")
    initiative_number: Mapped[str] = mapped_column(sa.String(80), default="")
    initiative_scope: Mapped[str] = mapped_column(sa.String(20), default="")
    initiative_folded: Mapped[str] = mapped_column(sa.String(400), default="", index=True)
    citation: Mapped[str] = mapped_column(sa.String(600), default="")

    consent: Mapped[str] = mapped_column(sa.String(20), default="not_asked")
    consent_on: Mapped[dt.date | None]
    consent_note: Mapped[str] = mapped_column(sa.String(300), default="")

    #: The receipt: number, instant, and the rules in force that day, frozen with their hash.
    receipt_number: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    receipt_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    rules: Mapped[dict[str, object] | None] = mapped_column(sa.JSON)
    rules_hash: Mapped[str | None] = mapped_column(sa.String(64))

    consult_from: Mapped[dt.date | None]
    consult_to: Mapped[dt.date | None]
    consult_result: Mapped[str] = mapped_column(sa.Text, default="")

    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    #: The last saving of the text, by a person or by itself: what two editors are told about each other.
    saved_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    event: Mapped[Event] = relationship()
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    organiser: Mapped[Unit] = relationship(foreign_keys=[organiser_id])
    upper_unit: Mapped[Unit | None] = relationship(foreign_keys=[upper_unit_id])
    handling_unit: Mapped[Unit] = relationship(foreign_keys=[handling_unit_id])
    nominee: Mapped[Nominee | None] = relationship()
    achievement: Mapped[Achievement | None] = relationship()
    saved_by: Mapped[User | None] = relationship(foreign_keys=[saved_by_id])


class NominationWord(Model):
    """A folded word by which a nomination is found; one index serves rare and common words."""

    __tablename__ = "nomination_word"
    # the key finds who has a word; this one tells whether a given dossier has it, or one that begins like it
    __table_args__ = (sa.Index("ix_nomination_word_nomination", "nomination_id", "word"),)

    #: Compared byte by byte on both engines: "begins with" is then a range of the primary key.
    word: Mapped[str] = mapped_column(
        sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql"), primary_key=True
    )
    nomination_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination.id", ondelete="CASCADE"), primary_key=True)


class NominationStep(Row, Model):
    """One line of the history: who did what, when, from which state to which."""

    __tablename__ = "nomination_step"
    #: "Đã làm hôm nay" asks by person and day.
    __table_args__ = (sa.Index("ix_nomination_step_user_at", "user_id", "at"),)

    nomination_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination.id"), index=True)
    step: Mapped[str] = mapped_column(sa.String(30))
    old: Mapped[str] = mapped_column(sa.String(20))
    new: Mapped[str] = mapped_column(sa.String(20))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    #: The unit in whose name it was done: what the other side reads instead of a reviewer's name.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    note: Mapped[str] = mapped_column(sa.Text, default="")

    user: Mapped[User | None] = relationship()
    unit: Mapped[Unit] = relationship()


class Remark(Keyed, Stamped, Model):
    """A remark on one field or part of a dossier, and the answer to it."""

    __tablename__ = "remark"
    __table_args__ = (one_of("audience", ("nominating", "handling"), name="audience"),)

    nomination_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination.id"), index=True)
    #: Name of the form field or dossier part; empty: about the dossier as a whole.
    about: Mapped[str] = mapped_column(sa.String(80), default="")
    text: Mapped[str] = mapped_column(sa.Text)
    #: ``nominating``: sent to the unit with the return; ``handling``: a note among the appraisers.
    audience: Mapped[str] = mapped_column(sa.String(20))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answered_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    unit: Mapped[Unit] = relationship()


class Attachment(Keyed, Stamped, Model):
    """A file of a dossier, typed by dossier part. A random ``storage_id`` names it on disk; ``name`` is for display."""

    __tablename__ = "attachment"

    nomination_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination.id"), index=True)
    part: Mapped[str] = mapped_column(sa.String(40))
    storage_id: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    media_type: Mapped[str] = mapped_column(sa.String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    #: Replaced or taken out before submission: kept, not shown.
    removed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    nomination: Mapped[Nomination] = relationship()


class Handover(Row, Model):
    """ "Trình cấp trên": the same dossier handed to an upper unit, and what came back."""

    __tablename__ = "handover"
    #: A unit hands a dossier up once; there is no taking back.
    __table_args__ = (sa.UniqueConstraint("nomination_id", "from_unit_id"),)

    nomination_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination.id"), index=True)
    from_unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    to_unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    letter_number: Mapped[str] = mapped_column(sa.String(60), default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    result: Mapped[str | None] = mapped_column(sa.String(20))
    result_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    to_unit: Mapped[Unit] = relationship(foreign_keys=[to_unit_id])
    from_unit: Mapped[Unit] = relationship(foreign_keys=[from_unit_id])
