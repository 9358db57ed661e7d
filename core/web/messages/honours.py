"""Sentences of the honours pages."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "bad_consent": "Hãy chọn một trong các câu trả lời.",
    "consent_unchanged": "Ý kiến này đã được ghi rồi.",
    "consent_not_given": "Người được tôn vinh chưa từng đồng ý nên không có gì để rút.",
}
