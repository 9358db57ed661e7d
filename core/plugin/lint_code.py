"""One Python file of a plugin, read and not run: what it imports, names and touches."""

from __future__ import annotations

import ast
import functools
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from core.plugin import lint_names as allowed

_SDK = Path(__file__).parents[1] / "sdk"
_WRAPPERS = frozenset({"hookwrapper", "optionalhook", "specname", "tryfirst", "trylast", "wrapper"})

Fault = tuple[int, str]


@dataclass
class Reader(ast.NodeVisitor):
    """Faults of one file. ``package``: the plugin's own; ``module``: this file's; ``borrowed``: by module of the
    package, the names there that it imports from elsewhere and that nobody may take from it."""

    package: str
    module: str
    is_package: bool
    is_migration: bool
    borrowed: Mapping[str, frozenset[str]]
    faults: list[Fault] = field(default_factory=list)
    #: name here -> module it stands for
    modules: dict[str, str] = field(default_factory=dict)
    #: every name that an import made
    imported: set[str] = field(default_factory=set)

    def fault(self, node: ast.AST, what: str) -> None:
        self.faults.append((getattr(node, "lineno", 0), what))

    # -- what is imported, and from where

    def visit_Import(self, node: ast.Import) -> None:
        for one in node.names:
            if "." in one.name and one.asname is None:
                self.fault(node, f"import {one.name}: write `from … import …`")
            elif self._may_import(node, one.name):
                name = one.asname or one.name
                self.modules[name] = one.name
                self.imported.add(name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        source = absolute(node, self.module, is_package=self.is_package)
        for one in node.names:
            self._take(node, source, one.name, one.asname or one.name)

    def _take(self, node: ast.AST, source: str, name: str, here: str) -> None:
        self.imported.add(here)
        whole = f"{source}.{name}"
        if name == "*":
            self.fault(node, f"from {source} import *")
        elif whole in self._rules() or whole in self.borrowed or (whole in allowed.DOORS and not self.is_migration):
            self.modules[here] = whole
        elif self._may_import(node, source) and not self._may_take(source, name):
            self.fault(node, f"{whole} is not for plugins")

    def _rules(self) -> Mapping[str, frozenset[str] | None]:
        return allowed.IN_MIGRATIONS if self.is_migration else allowed.MODULES

    def _may_import(self, node: ast.AST, module: str) -> bool:
        is_own = module == self.package or module.startswith(f"{self.package}.")
        if self.is_migration and is_own:
            self.fault(node, f"a migration imports {module}: types are written out")
        elif is_own and module.startswith(f"{self.package}.tests"):
            self.fault(node, f"{module} is not read before it runs")
        elif not is_own and module not in self._rules() and (self.is_migration or module not in allowed.DOORS):
            self.fault(node, f"import of {module}")
        else:
            return True
        return False

    def _may_take(self, module: str, name: str) -> bool:
        """Whether ``name`` of an allowed module may be used."""
        if name.startswith("_"):
            return module == "__future__" or (module == self.package or module.startswith(f"{self.package}."))
        if module in self._rules():
            names = self._rules()[module]
            return name in (_public(module) if names is None else names)
        if module in allowed.DOORS:
            return name in _door(module)
        return name not in self.borrowed.get(module, ())

    # names and attributes

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in allowed.NAMES:
            self.fault(node, node.id)
        elif not node.id.startswith(self.package) and self._is_foreign_module(node.id):
            self.fault(node, f"the module {node.id} is handed around")
        if isinstance(node.ctx, ast.Store) and node.id in allowed.SETTINGS:
            self.fault(node, f"{node.id} is set")

    def _is_foreign_module(self, name: str) -> bool:
        module = self.modules.get(name, "")
        return bool(module) and module != self.package and not module.startswith(f"{self.package}.")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        name, base = node.attr, node.value
        is_super = isinstance(base, ast.Call) and isinstance(base.func, ast.Name) and base.func.id == "super"
        if name.startswith("_") and not (is_super and name.startswith("__")):
            self.fault(node, f".{name}")
        elif isinstance(base, ast.Name) and base.id in self.modules:
            module = self.modules[base.id]
            if f"{module}.{name}" not in self._rules() and not self._may_take(module, name):
                self.fault(node, f"{module}.{name} is not for plugins")
            return
        elif name in allowed.ATTRIBUTES:
            self.fault(node, f".{name}")
        if isinstance(node.ctx, ast.Store | ast.Del) and self._root(base) in self.imported:
            self.fault(node, f"{self._root(base)}.{name} is changed from outside")
        self.visit(base)

    def _root(self, node: ast.expr) -> str:
        while isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        return node.id if isinstance(node, ast.Name) else ""

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if isinstance(node.ctx, ast.Store | ast.Del) and self._root(node) in self.imported:
            self.fault(node, f"{self._root(node)}[…] is changed from outside")
        self.generic_visit(node)

    # calls and decorators

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        if called in ("getattr", "hasattr"):
            self._check_getattr(node)
        elif called == "type" and len(node.args) != 1:
            self.fault(node, "a class made by type()")
        elif called == "hookimpl" and (node.args or node.keywords):
            self.fault(node, "hookimpl takes nothing: no wrapper, no tryfirst, no trylast")
        elif isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "format_map"):
            self._check_format(node, node.func.value)
        for one in node.keywords:
            if one.arg in allowed.SETTINGS or one.arg in _WRAPPERS or (one.arg or "").startswith("_"):
                self.fault(node, f"{one.arg}=")
        self.generic_visit(node)

    def _check_getattr(self, node: ast.Call) -> None:
        name = node.args[1] if len(node.args) > 1 else None
        if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
            self.fault(node, "getattr with a name that is not written out")
        elif name.value.startswith("_") or name.value in allowed.ATTRIBUTES:
            self.fault(node, f".{name.value}")

    def _check_format(self, node: ast.Call, text: ast.expr) -> None:
        """A format string reads attributes: ``"{0._ctx}".format(desk)``."""
        if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
            self.fault(node, "format of a text that is not written out")
        elif "._" in text.value or "[_" in text.value:
            self.fault(node, "format reads what is private")

    def visit_Dict(self, node: ast.Dict) -> None:
        for key in node.keys:
            if isinstance(key, ast.Constant) and key.value in allowed.SETTINGS:
                self.fault(node, f"{key.value} is set")
        self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> None:
        self.fault(node, "global: what a plugin remembers outlives the request and mixes units")

    # annotations

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._read_annotation(node.annotation)
        self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> None:
        if node.annotation is not None:
            self._read_annotation(node.annotation)
        self.generic_visit(node)

    def _read_annotation(self, node: ast.expr) -> None:
        """Text in an annotation is run by who reads it: SQLAlchemy does."""
        for one in ast.walk(node):
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and not one.value.isidentifier():
                self.fault(node, "an annotation that is text")


def absolute(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    """The module an import names, where it is relative too."""
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    parts = parts[: len(parts) - node.level + (1 if is_package else 0)]
    return ".".join([*parts, *([node.module] if node.module else [])])


def borrowed(tree: ast.Module, module: str, package: str, *, is_package: bool) -> frozenset[str]:
    """The names that a module of the plugin imports from outside it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {(one.asname or one.name).split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            source = absolute(node, module, is_package=is_package)
            if source != package and not source.startswith(f"{package}."):
                found |= {one.asname or one.name for one in node.names}
    return frozenset(found)


@functools.cache
def _public(module: str) -> frozenset[str]:
    """Public names of a module of the standard library or of ours that are no modules: ``datetime.sys`` is none."""
    made = importlib.import_module(module)
    return frozenset(
        name for name in dir(made) if not name.startswith("_") and not isinstance(getattr(made, name), ModuleType)
    )


@functools.cache
def _door(module: str) -> frozenset[str]:
    """``__all__`` of a guest door, read and not imported: the socket knows nothing of what is above it."""
    name = module.removeprefix("core.sdk").lstrip(".") or "__init__"
    return frozenset(_all_of(ast.parse((_SDK / f"{name}.py").read_text(encoding="utf-8"))))


def _all_of(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
            yield from ast.literal_eval(node.value)
