"""What pytest finds where the product is installed: fixtures for plugins, bundled and third-party alike.

pytest imports this module in every run, so it imports nothing of ours: ``core.sdk.testing`` comes with the first
fixture that is asked for. A fixture of the same name in a ``conftest.py`` wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from flask import Flask

    from core.sdk.testing import House, Templates, UnitInTest


@pytest.fixture(scope="session")
def plugin_templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """One app and one migrated database for each set of plugins, made at its first use."""
    from core.sdk.testing import Templates  # noqa: PLC0415 - slow import

    return Templates(tmp_path_factory.mktemp("vinhdanh"))


@pytest.fixture
def house_with(plugin_templates: Templates, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., House]]:
    """``house_with("x", folders=())``: app, clock and factories of this test, on a fresh database."""
    from core.sdk.testing import stay_home  # noqa: PLC0415 - slow import

    stay_home(monkeypatch)
    opened: dict[tuple[str, ...], House] = {}

    def build(*plugins: str, folders: tuple[str, ...] = ()) -> House:
        wanted = tuple(sorted(plugins))
        if wanted not in opened:
            if opened:
                raise RuntimeError(f"this test has an app with {next(iter(opened))} already")
            opened[wanted] = plugin_templates.open(wanted, folders)
        return opened[wanted]

    yield build
    for one in opened.values():
        one.close()


@pytest.fixture
def app_with(house_with: Callable[..., House]) -> Callable[..., Flask]:
    """``app_with("x", "y")``: an app with exactly these plugins on a fresh, migrated SQLite database.

    Their own migrations are run too. A plugin that is unwell fails the test here, with its stage and reason.
    """

    def build(*plugins: str, **kwargs: Any) -> Flask:
        return house_with(*plugins, **kwargs).app

    return build


@pytest.fixture
def unit_with(house_with: Callable[..., House]) -> Callable[..., UnitInTest]:
    """``unit_with("x")``: a commune where these plugins are switched on, in an app with exactly these plugins.

    A second call gives a second commune of the same province.
    """

    def build(*plugins: str, folders: tuple[str, ...] = (), **kwargs: Any) -> UnitInTest:
        house = house_with(*plugins, folders=folders)
        unit = house.commune(**kwargs)
        for one in house.registry.installed:  # what is needed comes before what needs it
            unit.switch_on(one)
        return unit

    return build


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One Chromium for the whole run (needs Playwright): two at once in a process would quarrel over its event loop."""
    from core.sdk.testing_browser import chromium as started  # noqa: PLC0415 - slow import

    with started() as browser:
        yield browser


@pytest.fixture
def browser_of(chromium: Any) -> Iterator[Callable[..., Any]]:
    """``browser_of(client)``: a page of a real Chromium, signed in like this client."""
    from core.sdk.testing_browser import Pages  # noqa: PLC0415 - slow import

    pages = Pages(chromium)
    yield pages.open
    pages.close()
