"""``vinhdanh plugins new``: a plugin to begin with, as a package of its own, with its tests."""

from __future__ import annotations

import string
from pathlib import Path

import click

from core.cli.envelope import UNSAFE, CannotRun, Outcome, verb
from core.domain import text
from core.domain.errors import FieldProblem
from core.plugin.manifest import NAME
from core.plugin.registry import SDK_VERSION

SKELETON = Path(__file__).parents[1] / "data" / "plugin_skeleton"
_TAIL = ".tmpl"
#: Templates and tables of the core stand under this name.
_TAKEN = frozenset({"core"})


@click.command(name="new")
@click.argument("name")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Where the folder goes.")
@click.option("--title", default="", help="What people read in the menu; the name otherwise.")
@verb("plugins new", has_app=False)
def new(name: str, into: Path, title: str) -> Outcome:
    """Write the beginning of a plugin NAME: a package that pip installs, with a page, a table, a hook and tests."""
    if not NAME.fullmatch(name) or name in _TAKEN:
        raise CannotRun("plugins.name", f"{name!r} is not 3 to 24 of a-z 0-9 _, from a letter to a letter or digit")
    words = {
        "name": name,
        "package": f"vinhdanh_{name}",
        "project": f"vinhdanh-plugin-{name.replace('_', '-')}",
        "title": _clean(title) or name.replace("_", " ").capitalize(),
        "works_with": _range(SDK_VERSION),
    }
    folder = into / words["project"]
    if folder.exists():
        raise CannotRun("plugins.exists", f"{folder} is there already", code=UNSAFE)
    written = _write(folder, words)
    outcome = Outcome(extra={"folder": str(folder), "files": written}, counts={"files": len(written)})
    outcome.lines = [
        f"Made {folder}. Next:",
        f"  cd {folder}",
        "  pip install --editable . --no-build-isolation",
        "  pytest",
    ]
    return outcome


def _clean(title: str) -> str:
    """A title that may stand in quotes in Python, TOML and HTML alike. Raises ``CannotRun``."""
    try:
        found = text.clean_line(title, limit=80)
    except FieldProblem as problem:
        raise CannotRun("plugins.title", problem.code) from None
    if set(found) & set('"\\<>&{}$'):
        raise CannotRun("plugins.title", "plain words, please: no quotes, brackets or braces")
    return found


def _range(version: str) -> str:
    """This minor version of the SDK and its patches: before 1.0 a minor one may remove something."""
    major, minor, *_rest = (int(part) for part in version.split("."))
    return f">={major}.{minor},<{major}.{minor + 1}" if major == 0 else f">={major}.{minor},<{major + 1}"


def _write(folder: Path, words: dict[str, str]) -> list[str]:
    written = []
    for source in sorted(SKELETON.rglob(f"*{_TAIL}")):
        relative = source.relative_to(SKELETON).as_posix().removesuffix(_TAIL)
        target = folder / relative.replace("__package__", words["package"]).replace("__name__", words["name"])
        target.parent.mkdir(parents=True, exist_ok=True)
        filled = string.Template(source.read_text(encoding="utf-8")).substitute(words)
        target.write_text(filled, encoding="utf-8")
        written.append(target.relative_to(folder).as_posix())
    return written
