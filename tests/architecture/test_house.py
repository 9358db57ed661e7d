"""The rules of the house that a linter does not know. Each failure reads like advice."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "core"
SOURCES = sorted(p for p in CORE.rglob("*.py") if "versions" not in p.parts)
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}

#: Longer than the rule, each with the reason why it still is one idea.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
#: Words that the glossary replaced.
BANNED = re.compile(r"campaign|leaderboard", re.IGNORECASE)
FLOORS = ("domain", "models", "services", "migrations", "http", "web", "cli", "jobs")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_floors_are_kept():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def test_files_can_be_held_in_a_head():
    long = {_name(p) for p in SOURCES if len(p.read_text(encoding="utf-8").splitlines()) > 400}
    assert long == set(LONG_FILES)


def test_functions_can_be_seen_at_once():
    long = {
        f"{_name(path)}:{node.name}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno > 50
    }
    assert long == set(LONG_FUNCTIONS)


def test_views_decide_nothing():
    """A view over 25 lines does more than read, call and render."""
    long = {
        f"{_name(path)}:{node.name}"
        for path, tree in TREES.items()
        if path.name.startswith("views") and "web" in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(
            "route" in ast.dump(d) or "'get'" in ast.dump(d) or "'post'" in ast.dump(d) for d in node.decorator_list
        )
        and node.end_lineno - node.body[0].lineno > 25
    }
    assert long == set()


def test_words_are_the_glossary_s():
    found = {
        f"{_name(path)}:{name}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        for name in (getattr(node, "name", None), getattr(node, "id", None), getattr(node, "arg", None))
        if isinstance(name, str) and BANNED.search(name)
    }
    assert found == set()


def test_an_import_inside_a_function_has_its_reason():
    bare = {
        f"{_name(path)}:{inner.lineno}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
        and not re.search(
            r"noqa: PLC0415 - (slow import|optional dependency)",
            path.read_text(encoding="utf-8").splitlines()[inner.lineno - 1],
        )
    }
    assert bare == set()


@pytest.mark.parametrize("floor", FLOORS)
def test_each_floor_has_its_law(floor: str):
    text = (CORE / floor / "README.md").read_text(encoding="utf-8")
    assert 1 <= len(text.strip().splitlines()) <= 12


def test_services_find_rows_only_through_reach():
    """An id becomes a row in one place: elsewhere no query filters a table by its public key."""
    pattern = re.compile(r"\b[A-Z]\w+\.key == ")
    found = {
        f"{_name(path)}: {line.strip()}"
        for path in SOURCES
        if "services" in path.parts and not path.name.startswith(("reach", "demo", "seed", "doctor"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if pattern.search(line)
    }
    assert found == set()


def test_only_doors_commit():
    found = {
        f"{_name(path)}:{node.lineno}"
        for path, tree in TREES.items()
        if {"services", "domain", "models"} & set(path.parts) and not path.name.startswith(("demo", "seed"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and not ast.unparse(node.func.value).endswith("savepoint")  # released, not committed
    }
    assert found == set()


def _codes() -> set[str]:
    made = {"Refused", "Objection", "FieldProblem"}
    return {
        node.args[0].value
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in made
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_code_has_a_sentence():
    from core.web.messages import sentences

    assert sorted(_codes() - set(sentences())) == []


def test_every_step_that_is_told_has_a_sentence():
    from core.services.moves import _NEWS
    from core.web.messages import sentences

    assert sorted({f"news_{step.value}" for step in _NEWS} - set(sentences())) == []


def test_templates_draw_with_macros_and_carry_no_inline_code():
    """No style attribute, no handler, no inline script: the content policy would refuse them anyway."""
    inline = re.compile(r"""<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|["']javascript:""", re.IGNORECASE)
    found = {
        f"{path.relative_to(ROOT)}:{number}"
        for path in (CORE / "web" / "templates").rglob("*.html")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if inline.search(line)
    }
    assert found == set()


def test_scripts_put_no_data_into_markup():
    found = {
        f"{path.relative_to(ROOT)}"
        for path in (CORE / "web" / "static").rglob("*.js")
        if re.search(r"innerHTML|insertAdjacentHTML|document\.write|eval\(", path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_pages_load_nothing_from_elsewhere():
    found = {
        f"{path.relative_to(ROOT)}:{number}"
        for kind in ("*.html", "*.css", "*.js")
        for path in (CORE / "web").rglob(kind)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"""(?:src|href|url|import|@import)\s*[=(]?\s*["']?https?://""", line)
    }
    assert found == set()
