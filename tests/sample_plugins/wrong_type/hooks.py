"""A string, a number, a mapping, a generator, items of another kind."""

from __future__ import annotations

from core.sdk import hookimpl


@hookimpl
def nomination_fields():
    return "a text"


@hookimpl
def nominee_facts():
    return 7


@hookimpl
def panels():
    return ["<script>alert(1)</script>"]


@hookimpl
def nav_items():
    return {"label": "Trang"}


@hookimpl
def report_chapters():
    yield "a generator"


@hookimpl
def nomination_objections():
    return True


@hookimpl
def member_conflicts():
    return ["a text"]


@hookimpl
def switch_on_objections():
    return [None]
