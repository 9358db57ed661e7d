"""Which plugins are installed, and whether each is well. One registry per app; nothing here reads a database."""

from __future__ import annotations

import collections
import importlib
import importlib.metadata
import importlib.util
import logging
import secrets
import traceback
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pluggy
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from core.domain.fields import check_specs
from core.domain.permissions import PERMISSIONS, Role
from core.plugin import hookspecs, lint
from core.plugin.lock import Lock
from core.plugin.manifest import NAME, Indicator, Manifest, Permission

log = logging.getLogger("vinhdanh.plugins")

GROUP = "vinhdanh.plugins"
#: Of ``core.sdk``; by semver of its own. A plugin's ``works_with`` is a range of it.
SDK_VERSION = "0.1.0"


class Unwell(Exception):  # noqa: N818 - says how the plugin is
    """A plugin cannot act: at which stage it stopped, and why."""

    def __init__(self, stage: str, reason: str) -> None:
        super().__init__(f"{stage}: {reason}")
        self.stage, self.reason = stage, reason


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that failed, to be written down by the door once the request is over."""

    plugin: str
    hook: str
    error_id: str
    error: str


@dataclass(slots=True)
class Installed:
    """A plugin found on this server. ``stage`` None: it is well; else where it stopped, with the ``reason``."""

    name: str
    manifest: Manifest | None = None
    stage: str | None = None
    reason: str | None = None
    #: Hook -> implementation; empty where unwell.
    impls: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    #: Names of the hooks it answers, kept also when it fell ill later.
    hooks: tuple[str, ...] = ()
    #: Its import package, and where its files lie.
    package: str = ""
    folder: Path | None = None
    blueprints: tuple[Any, ...] = ()
    tables: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        return self.stage is None

    @property
    def title(self) -> str:
        return self.manifest.title if self.manifest else self.name

    @property
    def version(self) -> str:
        return self.manifest.version if self.manifest else ""


class Registry:
    """The plugins of one app, in the order in which they are asked: by ``requires``, then by name."""

    def __init__(self, installed: Iterable[Installed] = ()) -> None:
        self.installed: dict[str, Installed] = {one.name: one for one in _ordered(installed)}
        self.permissions: dict[str, Permission] = {}
        #: Switched off by the operator for this process: name them at start.
        self.emergency_off: frozenset[str] = frozenset()
        self._failures: collections.deque[Failure] = collections.deque(maxlen=1000)
        self.refresh()

    def refresh(self) -> None:
        """Gather again what the well plugins declare, after one fell ill."""
        self.permissions = {
            one.key: one for plugin in self.installed.values() if plugin.manifest for one in plugin.manifest.permissions
        }

    @property
    def well(self) -> dict[str, Installed]:
        """The plugins that can act."""
        return {name: one for name, one in self.installed.items() if one.is_well}

    @property
    def is_empty(self) -> bool:
        """Whether no plugin is installed at all: then nothing need be asked of the database."""
        return not self.installed

    def indicators(self, plugin: str) -> dict[str, Indicator]:
        """The indicators of a plugin by code; empty for one that is not here."""
        found = self.installed.get(plugin)
        return {one.code: one for one in found.manifest.indicators} if found and found.manifest else {}

    def mark_unwell(self, name: str, stage: str, reason: str) -> None:
        """A plugin cannot act from now on."""
        one = self.installed[name]
        one.stage, one.reason, one.impls = stage, reason, MappingProxyType({})
        log.warning("plugin %s is unwell at %s: %s", name, stage, reason)

    def report(self, plugin: str, hook: str, error: BaseException) -> str:
        """Write a failed call into the log and keep it for the door. Returns its error id."""
        error_id = secrets.token_hex(8)
        where = "".join(traceback.format_exception(error, limit=-12))[-4000:]
        # one error object raised again and again would otherwise grow by a frame each time
        error.__traceback__ = error.__context__ = None
        log.error("plugin %s failed in %s [%s] %s", plugin, hook, error_id, where)
        self._failures.append(Failure(plugin, hook, error_id, _said(error)))
        return error_id

    def take_failures(self) -> list[Failure]:
        """The failures since the last time, once."""
        found = []
        while self._failures:
            try:
                found.append(self._failures.popleft())
            except IndexError:  # another thread took it
                break
        return found

    @classmethod
    def discover(
        cls,
        *,
        served: Collection[str] | None = None,
        off: Collection[str] = (),
        strict: bool = False,
        extra: Sequence[importlib.metadata.EntryPoint] = (),
        check: Callable[[Installed], None] | None = None,
        lock: Lock | None = None,
    ) -> Registry:
        """Find, read and check every installed plugin; a bad one is unwell, and the app starts.

        ``served``: names that this server takes, None for all; ``off``: emergency switch; ``extra``: besides the
        installed entry points (tests); ``check``: further checks on one that imports, raises ``Unwell``. ``lock``:
        fingerprints that the files must have. ``strict`` raises the first ``Unwell`` instead.
        """
        points = {one.name: one for one in (*importlib.metadata.entry_points(group=GROUP), *extra)}
        found = []
        for name, point in sorted(points.items()):
            if name in off or (served is not None and name not in served):
                continue
            one = Installed(name)
            try:
                _bring(one, point, lock)
                if check is not None:
                    check(one)
            except Unwell as unwell:
                if strict:
                    raise
                one.stage, one.reason, one.impls = unwell.stage, unwell.reason, MappingProxyType({})
                log.warning("plugin %s is unwell at %s: %s", name, unwell.stage, unwell.reason)
            found.append(one)
        registry = cls(found)
        registry.emergency_off = frozenset(off)
        registry._check_requires(strict=strict)
        return registry

    def _check_requires(self, *, strict: bool) -> None:
        for one in list(self.installed.values()):
            missing = [n for n in (one.manifest.requires if one.manifest else ()) if n not in self.installed]
            if one.is_well and missing:
                if strict:
                    raise Unwell("requires", ", ".join(missing))
                self.mark_unwell(one.name, "requires", ", ".join(missing))


def _said(error: BaseException) -> str:
    """The kind of error and its message, short: a message may hold what somebody typed, so it is cut."""
    return f"{type(error).__name__}: {error}"[:200].replace("\x00", "")


def guarded(stage: str, act: Callable[[], Any]) -> Any:
    """Run a plugin's code at start: whatever it raises is its own illness."""
    try:
        return act()
    except (Unwell, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise Unwell(stage, _said(error)) from error


def _bring(one: Installed, point: importlib.metadata.EntryPoint, lock: Lock | None) -> None:
    one.package, one.folder = point.module, _folder(point.module)
    if lock is not None and (fault := lock.fault(one.name, one.folder)):
        raise Unwell("lock", fault)
    if found := lint.faults(one.folder, one.name, package=one.package):  # before anything of it runs
        raise Unwell("lint", "; ".join(found[:5]))
    manifest = guarded("import", point.load)
    if type(manifest) is not Manifest:
        raise Unwell("manifest", "not a Manifest")
    one.manifest = manifest
    _check_manifest(one.name, manifest)
    _check_own(one.package, manifest)
    one.impls = MappingProxyType(_implementations(manifest))
    one.hooks = tuple(sorted(one.impls))


def _folder(package: str) -> Path:
    """Where a package's files lie, found without running it (but for the packages above it)."""
    if "." in package and not package.startswith("plugins."):
        raise Unwell("import", f"{package} lies inside another package, whose code would run unread")
    spec = guarded("import", lambda: importlib.util.find_spec(package))
    if spec is None or not spec.submodule_search_locations:
        raise Unwell("import", f"no package {package}")
    return Path(next(iter(spec.submodule_search_locations)))


def _check_manifest(name: str, manifest: Manifest) -> None:
    if manifest.name != name or not NAME.fullmatch(name):
        raise Unwell("manifest", f"name {manifest.name!r}")
    try:
        fits = SpecifierSet(manifest.works_with).contains(SDK_VERSION)
    except InvalidSpecifier as error:
        raise Unwell("version", f"works_with {manifest.works_with!r}") from error
    if not manifest.works_with or not fits:
        raise Unwell("version", f"works with {manifest.works_with}, this is {SDK_VERSION}")
    if manifest.personal_data not in ("none", "some"):
        raise Unwell("manifest", "personal_data")
    for permission in manifest.permissions:
        if not permission.key.startswith(f"{name}.") or permission.key in PERMISSIONS:
            raise Unwell("names", f"permission {permission.key}")
        unknown = set(permission.roles) - {role.value for role in Role}
        if unknown:
            raise Unwell("names", f"roles {', '.join(sorted(unknown))}")
    codes = [one.code for one in manifest.indicators]
    if len(codes) != len(set(codes)):
        raise Unwell("manifest", "two indicators with one code")
    if faults := check_specs(manifest.settings):
        raise Unwell("manifest", f"settings: {'; '.join(faults[:3])}")
    guarding = {"submit", "open_ballot"}
    if not manifest.guards <= guarding:
        raise Unwell("manifest", f"guards {', '.join(sorted(manifest.guards - guarding))}")


def _check_own(package: str, manifest: Manifest) -> None:
    """Everything a manifest names by its address lies in the plugin's own package: that is what was read."""
    places = (
        manifest.hooks,
        manifest.models,
        manifest.demo,
        *(one.blueprint for one in manifest.pages),
        *(j.run for j in manifest.jobs),
    )
    for place in places:
        if place and not place.startswith(f"{package}."):
            raise Unwell("names", f"{place} is not of {package}")
    if manifest.migrations and not manifest.migrations.isidentifier():
        raise Unwell("names", f"migrations {manifest.migrations!r}")


def _implementations(manifest: Manifest) -> dict[str, Any]:
    """The plugin's hooks, checked by pluggy against the specs: a misspelt one or an unknown argument is refused."""
    if not manifest.hooks:
        return {}
    module = guarded("import", lambda: importlib.import_module(manifest.hooks))
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    guarded("hooks", lambda: manager.register(module, manifest.name))
    guarded("hooks", manager.check_pending)
    found = {}
    for caller in manager.get_hookcallers(module) or ():
        for impl in caller.get_hookimpls():
            if impl.hookwrapper or impl.wrapper or impl.tryfirst or impl.trylast:
                raise Unwell("hooks", f"{caller.name}: no wrapper, no tryfirst, no trylast")
            found[caller.name] = impl
    return found


def _ordered(installed: Iterable[Installed]) -> list[Installed]:
    """By ``requires``, then by name, never by import; a circle is broken by name."""
    waiting = {one.name: one for one in sorted(installed, key=lambda one: one.name)}
    done: list[Installed] = []
    while waiting:
        free = [
            one
            for one in waiting.values()
            if not any(need in waiting for need in (one.manifest.requires if one.manifest else ()))
        ] or list(waiting.values())[:1]
        for one in free:
            done.append(waiting.pop(one.name))
    return done
