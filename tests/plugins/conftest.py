"""Plugins are tested with the fixtures that their authors use; only the browser is shared with the rest of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from core.sdk.testing import Chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def browser_of(chromium: Browser) -> Iterator[Callable[..., Any]]:
    """As for a third party, but in the one Chromium of this run: two in a process quarrel."""
    shared = Chromium()
    shared._browser = chromium
    yield shared.page
    shared.close()
