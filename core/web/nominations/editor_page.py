"""The editor of one nomination: what its page shows, and what one press of a button saves."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, flash, render_template, request, url_for

from core.domain.errors import Refused, Stale
from core.domain.nomination import EDITABLE, State
from core.models import Attachment, Nomination, Remark
from core.services import (
    attachments,
    nomination_check,
    nomination_draft,
    nomination_rules,
    nomination_sections,
    nominations,
    nominees,
)
from core.services import remarks as remarks_service
from core.services.context import Context
from core.services.nomination_check import Checklist
from core.services.nomination_draft import Draft
from core.services.nomination_rules import Rulebook
from core.services.nomination_sections import FormSection, FormSections
from core.web.formats import as_datetime
from core.web.forms.base import FileField, Form
from core.web.forms.specs import section_name
from core.web.i18n import gettext as _
from core.web.messages import say
from core.web.nominations import editor_form, sections, words
from core.web.nominations.editor_form import plain_key


@dataclass
class Editor:
    """A nomination open in the form."""

    ctx: Context
    row: Nomination
    rulebook: Rulebook | None
    no_rules: Refused | None
    offers: list[nominations.Offer]
    form_class: type[Form]
    remarks: list[Remark]
    plugins: FormSections
    #: (label, ours, theirs) of every field that two people changed.
    differences: list[tuple[str, str, str]] = field(default_factory=list)
    stale: Stale | None = None

    @classmethod
    def open(cls, ctx: Context, key: str) -> Editor:
        """The editor of a nomination of this unit. Raises ``NotFound``."""
        row = nomination_draft.own(ctx, key)
        rulebook, no_rules = nomination_rules.try_of(ctx, row)
        offers = nominations.offers(ctx, row.event)
        plugins = nomination_sections.of_form(ctx, row)
        form_class = editor_form.build(row, rulebook, offers, plugins)
        return cls(ctx, row, rulebook, no_rules, offers, form_class, remarks_service.to_unit(ctx, row), plugins)

    @property
    def is_editable(self) -> bool:
        """Whether the text is open to change, by this person."""
        return State(self.row.state) in EDITABLE and self.ctx.may("nomination.write")

    def stored(self) -> Form:
        """The form as stored."""
        return editor_form.fill(self.form_class, self.row, self.plugins)

    def posted(self) -> Form:
        """The form as sent."""
        return self.form_class(formdata=request.form)

    def draft(self, form: Form) -> Draft:
        """What was typed, the answers to remarks included: until they are sent on purpose they wait as typed text."""
        draft = editor_form.draft_of(form)
        raw = {name: request.form.get(name, "") for name in self._answers()}
        waiting = [name for name, text in raw.items() if text.strip()]
        return dataclasses.replace(draft, raw={**draft.raw, **raw}, unfit=[*draft.unfit, *waiting])

    def _answers(self) -> dict[str, Remark]:
        return {f"answer.{one.key}": one for one in self.remarks if f"answer.{one.key}" in request.form}

    def save(self, form: Form) -> None:
        """Save everything on the page: text, answers, files, and what a button beside a row asked for."""
        ctx, key = self.ctx, self.row.key
        nomination_draft.save(ctx, key, self.draft(form), expected_version=form.expected_version)
        for name, remark in self._answers().items():
            nominations.answer_typed(ctx, self.row, remark, self.row.typed.get(name))
        if chosen := _pressed("use_nominee"):
            nominees.use_nominee(ctx, self.row, chosen)
        if chosen := _pressed("use_achievement"):
            nominees.use_achievement(ctx, self.row, chosen)
        if unwanted := _pressed("remove_file"):
            attachments.remove(ctx, key, unwanted)
        self._take_files()

    def _take_files(self) -> None:
        for name in request.files:
            if not name.startswith("file."):
                continue
            for sent in request.files.getlist(name):
                if sent.filename:
                    self._take_file(name[5:], sent)

    def _take_file(self, part: str, sent: Any) -> None:
        try:
            attachments.add(
                self.ctx, self.row.key, part, stream=sent.stream, name=sent.filename, config=current_app.config
            )
        except Refused as refused:  # the text is saved all the same
            for one in refused.objections:
                flash(say(one), "error")

    def compare(self, form: Form, stale: Stale) -> None:
        """Put both texts side by side, and let the next save be a deliberate one."""
        theirs = editor_form.as_texts(stale.theirs)
        for one in form:
            if one.name in editor_form.HIDDEN or isinstance(one, FileField) or sections.is_section(one):
                continue
            mine, stored = editor_form.raw_of(one), theirs.get(one.name, [] if editor_form.is_table(one) else "")
            if _plain(mine) != _plain(stored):
                label = words.label_of(one.name, self.row.kind, self.rulebook)
                self.differences.append((label, _plain(mine), _plain(stored)))
        self.differences += sections.differences(form, stale.theirs)
        self.stale = stale
        form.version.data = str(self.row.version)
        form.version.raw_data = None

    def page(self, form: Form) -> str:
        """The page."""
        checklist = nomination_check.check(self.ctx, self.row)
        return render_template(
            "core/nominations/edit.html",
            editor=self,
            form_obj=form,
            row=self.row,
            rulebook=self.rulebook,
            at={"unit": self.ctx.here.key, "nomination": self.row.key},
            missing=self._missing(checklist),
            missing_fields={(one.field or "award_code").partition(".")[0] for one in checklist.blockers},
            warnings=[words.sentence(one, self.row.kind, self.rulebook) for one in checklist.warnings],
            files=attachments.held_files(self.ctx, self.row),
            namesakes=nominees.namesakes(self.ctx, self.row),
            achievements=nominees.achievements(self.ctx, self.row),
            details=editor_form.nominee_fields(self.row.kind, self.rulebook),
            remarks=self._remarks_by_field(),
            kinds=words.KINDS,
            grounds={one["code"]: one for one in self.rulebook.frozen["eligibility"]} if self.rulebook else {},
            known_already=self._known_already(),
            who=who_and_when(self.stale) if self.stale else "",
            problem=say(self.no_rules) if self.no_rules else "",
        )

    def _known_already(self) -> list[str]:
        fields = self.rulebook.report_fields() if self.rulebook else ()
        return [one["label"] for one in fields if one["nominee"]]

    def _missing(self, checklist: Checklist) -> list[tuple[str, str | None]]:
        found = []
        for one in checklist.blockers:
            place = words.anchor(one.field)
            found.append((words.sentence(one, self.row.kind, self.rulebook), f"#{place}" if place else None))
        return found

    def _remarks_by_field(self) -> dict[str, list[Remark]]:
        """Each remark beside what it is about; what is about nothing on this page stands at the top."""
        places = {"nominee", "achievement", "result", "figures", "effect", "consent", "citation"}
        if self.rulebook:
            places |= {f"part.{part['code']}" for part in self.rulebook.parts}
            places |= {f"report.{one['code']}" for one in self.rulebook.report_fields() if not one["nominee"]}
            places |= {"initiative"} if self.rulebook.asks_initiative else set()
        found: dict[str, list[Remark]] = {}
        for one in self.remarks:
            found.setdefault(one.about if one.about in places else "", []).append(one)
        return found

    def of_part(self, files: list[Attachment], part: str) -> list[Attachment]:
        """The files of one part."""
        return [one for one in files if one.part == part]

    def stand_of(self, part: Any, held: list[Attachment]) -> tuple[str, str]:
        """How one paper stands: word and tone."""
        if held:
            return _("đã có"), "passed"
        if part["generated"]:
            return _("phần mềm lập"), "draft"
        if part["by"] != "nominating_unit":
            return _("nơi nhận lập"), "draft"
        if part["report"]:
            return _("soạn ở mục 4"), "draft"
        if nomination_check.is_waived(self.row, part) or not part["required"]:
            return _("không bắt buộc"), "draft"
        return _("chưa có"), "returned"

    def steps(self, missing: set[str]) -> list[tuple[str, str, str]]:
        """The parts of the form that this award has, each with its stand."""
        rulebook = self.rulebook
        has = {
            "bao-cao": bool(rulebook and rulebook.sections),
            "dieu-kien": bool(rulebook and (rulebook.questions or rulebook.asks_initiative)),
            "tep": rulebook is not None,
        }
        found = [
            (str(word), f"#{anchor}", "todo" if fields & missing else "done")
            for anchor, word, fields in words.PARTS
            if has.get(anchor, True)
        ]
        for one in self.plugins.sections:
            name = section_name(one.plugin)
            found.append((one.title, f"#{name}", "todo" if name in missing else "done"))
        return found

    def gone(self, one: FormSection) -> list[tuple[str, str]]:
        """Answers of a section that are no longer asked, in words."""
        return sections.gone_words(one.gone)

    def url(self, anchor: str = "") -> str:
        """The address of this editor."""
        return url_for("nominations.edit", unit=self.ctx.here.key, nomination=self.row.key, _anchor=anchor or None)


def _pressed(name: str) -> str:
    """The key on a pressed button; nothing for what is no key of ours."""
    return plain_key(request.form.get(name, ""))


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join("; ".join(str(text) for text in one.values() if text) for one in value)
    return "\n".join(line.strip() for line in str(value).replace("\r\n", "\n").split("\n")).strip()


def who_and_when(stale: Stale) -> str:
    """Who saved in between, and when."""
    by = stale.params.get("by") or _("Người khác")
    return _("%(name)s đã lưu lúc %(at)s", name=by, at=as_datetime(stale.params["at"]))
