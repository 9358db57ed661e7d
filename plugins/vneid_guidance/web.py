"""Our pages: importing this module has every view in its place."""

from __future__ import annotations

from plugins.vneid_guidance import web_counter, web_leader, web_official, web_sheets
from plugins.vneid_guidance.pages import pages

__all__ = ["pages", "web_counter", "web_leader", "web_official", "web_sheets"]
