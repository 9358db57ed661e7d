"""The counted figures of one plugin in one context: what ``desk.tallies`` gives."""

from __future__ import annotations

from core.services.context import Context


class TallyBook:
    """The plugin's counted figures."""

    def __init__(self, plugin: str, ctx: Context) -> None:
        self.plugin = plugin
        self._ctx = ctx
