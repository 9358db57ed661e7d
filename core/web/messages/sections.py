"""Sentences about what plugins bring to a dossier."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "section_answer_missing": "Thiếu “%(label)s” ở mục “%(section)s”.",
    "section_answer_unfit": "“%(label)s” ở mục “%(section)s” ghi chưa đúng nên chưa nhận được.",
    "section_answer_unfit_why": "“%(label)s” ở mục “%(section)s” chưa nhận được: %(reason)s",
    "plugin_objects": "%(text)s (%(plugin)s)",
    "plugin_objects_to": "%(name)s: %(text)s (%(plugin)s)",
}
