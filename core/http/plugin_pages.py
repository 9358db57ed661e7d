"""Pages of plugins: under a unit or an event, shut without a permission, gone where the plugin is off."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from flask import Blueprint, Flask, Response, current_app, g
from werkzeug.exceptions import HTTPException

from core.domain.errors import Refused
from core.http.guards import Policy
from core.http.idempotency import once as answer_once
from core.http.paths import own_path
from core.models import db
from core.plugin.registry import Installed, Registry
from core.services.desk import Desk

Scope = Literal["unit", "event"]
#: What a plugin's answer may say in its headers; the rest is the core's.
_SAID_BY_PLUGINS = frozenset({"content-disposition", "content-length", "content-type", "location"})
_PREFIX = {"unit": "/u/<unit>/x/{name}", "event": "/u/<unit>/e/<event>/x/{name}"}


class PluginPageBroke(Exception):  # noqa: N818 - says what happened
    """A plugin's page raised: the core's error page names the plugin and the error id."""

    def __init__(self, title: str, error_id: str) -> None:
        super().__init__(error_id)
        self.title, self.error_id = title, error_id


@dataclass(frozen=True, slots=True)
class _Route:
    rule: str
    permission: str
    methods: tuple[str, ...]
    view: Callable[..., Any]
    is_once: bool


@dataclass
class PluginBlueprint:
    """The pages of one plugin. ``scope``: below a unit (``/u/<unit>/x/<plugin>``) or one of its events.

    ``package`` is the plugin's ``__name__``: its ``templates/<plugin>/`` and ``static/`` are found beside it. A view
    gets what its own rule names, not unit and event: those are on its desk.
    """

    name: str
    package: str
    scope: Scope = "unit"
    _routes: list[_Route] = field(default_factory=list)

    def route(
        self, rule: str, *, permission: str, methods: Iterable[str] = ("GET",), once: bool = False
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A page. ``permission``: a key of the plugin's own, required. ``once``: a repeated sending gets the first
        answer. Raises ``ValueError`` for a key of another."""
        if not permission.startswith(f"{self.name}."):
            raise ValueError(f"{rule}: permission {permission!r} is not of {self.name}")

        def keep(view: Callable[..., Any]) -> Callable[..., Any]:
            self._routes.append(_Route(rule, permission, tuple(methods), view, once))
            return view

        return keep

    def get(self, rule: str, *, permission: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A page to read."""
        return self.route(rule, permission=permission)

    def post(
        self, rule: str, *, permission: str, once: bool = False
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """An act."""
        return self.route(rule, permission=permission, methods=("POST",), once=once)

    def register(self, app: Flask, installed: Installed) -> None:
        """Put the pages into the app. Called by the core only."""
        known = {one.key for one in installed.manifest.permissions} if installed.manifest else set()
        if unknown := sorted({one.permission for one in self._routes} - known):
            raise ValueError(f"permissions that the manifest does not name: {', '.join(unknown)}")
        made = Blueprint(
            self._endpoint(),
            self.package,
            url_prefix=_PREFIX[self.scope].format(name=self.name),
            template_folder="templates",
        )
        for one in self._routes:
            view = _guarded(installed.name, one)
            made.add_url_rule(one.rule, one.view.__name__, view, methods=list(one.methods))
        app.register_blueprint(made)

    def _endpoint(self) -> str:
        return self.name if self.scope == "unit" else f"{self.name}_event"


def _guarded(plugin: str, one: _Route) -> Callable[..., Any]:
    @functools.wraps(one.view)
    def view(unit: str, event: str | None = None, **rest: Any) -> Any:  # noqa: ARG001 - the guard read them
        registry: Registry = current_app.extensions["plugins"]
        g.desk = Desk(plugin, g.ctx)
        try:
            return _plain(current_app.make_response(one.view(**rest)))
        except HTTPException as error:
            if error.response is None:
                raise
            return _plain(current_app.make_response(error.response))
        except (Refused, KeyboardInterrupt):
            raise
        except BaseException as error:
            db.session.rollback()
            error_id = registry.report(plugin, f"page {one.view.__name__}", error)
            raise PluginPageBroke(registry.installed[plugin].title, error_id) from error

    guarded = answer_once(view) if one.is_once else view
    guarded.__policy__ = Policy(one.permission, owner=plugin)  # type: ignore[attr-defined]
    return guarded


def _plain(answer: Response) -> Response:
    """The answer without what is the core's to say: cookies, the content policy, who else may read it."""
    for name in {name for name in answer.headers.keys() if name.lower() not in _SAID_BY_PLUGINS}:  # noqa: SIM118
        del answer.headers[name]
    if "Location" in answer.headers and own_path(answer.headers["Location"]) is None:
        raise ValueError("a plugin leads to pages of this site, by their path")
    return answer


def desk() -> Desk:
    """The desk of the plugin whose page this request is on."""
    found: Desk = g.desk
    return found
