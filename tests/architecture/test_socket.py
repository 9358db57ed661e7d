"""The rules of the socket: every hook documented, tested and used; every guest within its own name."""

from __future__ import annotations

import ast
import importlib.metadata
import inspect
import re
import sys
import tomllib
from pathlib import Path

import pytest

from core.cli.plugins import plugins
from core.http import plugin_load
from core.plugin import hookspecs
from core.plugin.registry import GROUP, Installed, Registry

ROOT = Path(__file__).parents[2]
SPECS = {
    node.name: node
    for node in ast.parse((ROOT / "core" / "plugin" / "hookspecs.py").read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef)
}
DOCS = (ROOT / "docs" / "hooks.md").read_text(encoding="utf-8")
FOLDERS = sorted(p for p in (ROOT / "plugins").iterdir() if (p / "__init__.py").is_file())
SOURCES = {
    path: ast.parse(path.read_text(encoding="utf-8")) for folder in FOLDERS for path in sorted(folder.rglob("*.py"))
}
#: What a migration may import: it must run when everything of ours has moved on.
MIGRATION_IMPORTS = {"__future__", "alembic", "sqlalchemy", *sys.stdlib_module_names}


def _heading(node: ast.FunctionDef) -> str:
    return f"`{node.name}({ast.unparse(node.args)}) -> {ast.unparse(node.returns)}`"


def _sections() -> dict[str, str]:
    """Heading -> what stands below it."""
    parts = re.split(r"^## (.+)$", DOCS, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _users() -> dict[str, set[str]]:
    """Hook -> bundled plugins that implement it."""
    found: dict[str, set[str]] = {hook: set() for hook in SPECS}
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and any("hookimpl" in ast.unparse(d) for d in node.decorator_list):
                found[node.name].add(path.relative_to(ROOT / "plugins").parts[0])
    return found


def test_every_spec_says_what_it_answers():
    assert list(hookspecs.ANSWERS) == list(SPECS)


def test_every_hook_is_documented_under_its_exact_signature():
    assert list(_sections()) == [_heading(node) for node in SPECS.values()]


@pytest.mark.parametrize("hook", SPECS)
def test_a_hook_s_page_names_verb_arguments_and_users(hook: str):
    section = _sections()[_heading(SPECS[hook])]
    spec = inspect.getdoc(getattr(hookspecs, hook)) or ""
    verb = re.search(r"^Verb: (\w+)", spec, re.MULTILINE)
    assert verb
    assert re.findall(r"^\* \*\*Verb:\*\* (\w+)", section, re.MULTILINE) == [verb[1]]
    arguments = [one.arg for one in SPECS[hook].args.args]
    assert re.findall(r"^\* `(\w+)`:", section, re.MULTILINE) == arguments
    assert re.findall(r"^:param (\w+):", spec, re.MULTILINE) == arguments
    used = re.findall(r"^\* \*\*Used by:\*\* (.+)\.$", section, re.MULTILINE)
    assert [set(re.findall(r"`(\w+)`", one)) for one in used] == [_users()[hook]]
    (example,) = re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    (shown,) = ast.parse(example).body
    assert isinstance(shown, ast.FunctionDef)
    assert shown.name == hook
    assert {one.arg for one in shown.args.args} <= set(arguments)


def test_every_hook_is_used_by_a_bundled_plugin():
    assert [hook for hook, users in _users().items() if not users] == []


def test_every_hook_has_its_test():
    tests = [*(ROOT / "tests").rglob("test_*.py"), *(ROOT / "plugins").rglob("test_*.py")]
    written = {name for path in tests for name in re.findall(r"def test_hook_(\w+)\(", path.read_text("utf-8"))}
    assert set(SPECS) - written == set()


def test_every_folder_of_plugins_is_an_entry_point():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project.get("entry-points", {}).get(GROUP, {})
    assert declared == {one.name: f"plugins.{one.name}:manifest" for one in FOLDERS}
    installed = {one.name for one in importlib.metadata.entry_points(group=GROUP)}
    assert set(declared) - installed == set(), "run pip install --editable . again"


def test_every_verb_about_plugins_is_explained_to_administrators():
    told = set(re.findall(r"`vinhdanh plugins (\w+)", (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")))
    assert told == set(plugins.commands)


@pytest.fixture(scope="module")
def bundled() -> dict[str, Installed]:
    """Our own plugins, read as the server reads them: names, tables, permissions, pages are checked there."""
    names = {one.name for one in FOLDERS}
    return Registry.discover(served=names, strict=True, check=plugin_load.check).installed


def test_bundled_plugins_are_well(bundled):
    assert {name: one.stage for name, one in bundled.items()} == {one.name: None for one in FOLDERS}


def test_manifests_say_what_nobody_should_forget(bundled):
    for one in bundled.values():
        manifest = one.manifest
        assert manifest.works_with
        assert manifest.personal_data in ("none", "some")
        assert manifest.personal_data == "none" or manifest.personal_data_note
        assert manifest.adds, "what the unit's administrator reads before the switch"
        assert bool(manifest.guards) is ("nomination_objections" in one.hooks), "guards go with nomination_objections"


def test_templates_and_styles_stand_under_the_plugin_s_name():
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in FOLDERS
        if (folder / "templates").is_dir()
        for path in (folder / "templates").iterdir()
        if path.name != folder.name
    }
    assert found == set()


def _imports(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {one.name.split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." if node.level else str(node.module).split(".")[0])
    return names


def test_migrations_import_nothing_of_ours():
    ours = [path for path in SOURCES if "migrations" in path.parts]
    ours += sorted((ROOT / "core" / "migrations" / "versions").glob("*.py"))
    skeleton = sorted((ROOT / "core" / "data" / "plugin_skeleton").rglob("migrations/*.tmpl"))
    assert skeleton
    found = {
        f"{path.relative_to(ROOT)}: {', '.join(wrong)}"
        for path in (*ours, *skeleton)
        if (wrong := sorted(_imports(ast.parse(path.read_text(encoding="utf-8"))) - MIGRATION_IMPORTS))
    }
    assert found == set()


def _is_key(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.Eq)
        and isinstance(node.left, ast.Attribute)
        and node.left.attr in ("id", "key")
    )


def test_plugins_find_a_row_by_its_id_only_within_a_unit():
    """As ``reach`` does for the core: the scope is in the query, so another unit's id finds nothing."""
    found = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("where", "filter")
        and any(_is_key(one) for one in node.args)
        and not re.search(r"\bunit_id\b", ast.unparse(node))
    }
    assert found == set()


def test_plugins_look_rows_up_by_no_other_way():
    """``session.get`` and the like know no unit."""
    found = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("get_or_404", "filter_by", "query")
    }
    assert found == set()
