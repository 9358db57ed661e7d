"""Templates, scripts and other files of a plugin, read and not run."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
from jinja2 import nodes

#: Templates of the core that a plugin's may extend or take macros from.
_CORE = re.compile(r"core/(page|public|print|report)\.html|core/macros/[a-z_]+\.html")
_INLINE = re.compile(
    r"""<script(?![^>]*\bsrc=)|<style\b|\sstyle\s*=|\son[a-z]+\s*=|javascript:|<base\b|<meta[^>]*http-equiv|<iframe\b|<object\b"""
    r"""|<embed\b|(?:src|srcset|action|formaction)\s*=\s*["']?\s*(?:https?:)?//|<link\b[^>]*//""",
    re.IGNORECASE,
)
_IN_SCRIPTS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.(write|cookie)|\beval\(|new Function|https?://"
)
_NAMES = frozenset({"config", "g", "session"})
_FILTERS = frozenset({"attr", "forceescape", "pprint", "safe", "xmlattr"})
#: Filters that read an attribute by its name.
_BY_NAME = frozenset({"groupby", "map", "max", "min", "rejectattr", "selectattr", "sort", "sum", "unique"})
_ATTRIBUTES = frozenset(
    {"application", "cookies", "ctx", "environ", "format", "format_map", "headers", "query", "registry"}
)
_SUFFIXES = frozenset(
    ".py .html .txt .css .js .svg .png .jpg .webp .woff2 .ico .md .po .pot .mo .json .csv .yaml .typed .toml".split()  # noqa: SIM905
)

Fault = tuple[int, str]


def of_template(text: str, *, plugin: str) -> list[Fault]:
    """Faults of one template."""
    found = [
        (text.count("\n", 0, one.start()) + 1, f"in the page itself: {one[0].strip()}")
        for one in _INLINE.finditer(text)
    ]
    environment = jinja2.Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    try:
        tree = environment.parse(text)
    except jinja2.TemplateSyntaxError as error:
        return [*found, (error.lineno, f"no template: {error.message}")]
    for node in tree.find_all(nodes.Node):
        if what := _of_node(node, plugin):
            found.append((node.lineno, what))
    return found


def _of_node(node: nodes.Node, plugin: str) -> str:
    if isinstance(node, nodes.Getattr) and (node.attr.startswith("_") or node.attr in _ATTRIBUTES):
        return f".{node.attr}"
    if isinstance(node, nodes.Getitem):
        return _of_index(node.arg)
    if isinstance(node, nodes.Name) and node.name in _NAMES:
        return node.name
    if isinstance(node, nodes.Filter) and node.name in _FILTERS:
        return f"|{node.name}"
    if isinstance(node, nodes.Filter) and node.name in _BY_NAME:
        words = [*node.args, *(one.value for one in node.kwargs)]
        return "".join(
            _of_index(one) for one in words if not isinstance(one, nodes.Const | nodes.Name) or _is_private(one)
        )
    if isinstance(node, nodes.ScopedEvalContextModifier | nodes.EvalContextModifier):
        return "autoescape"
    if isinstance(node, nodes.Extends | nodes.Include | nodes.Import | nodes.FromImport):
        name = node.template.value if isinstance(node.template, nodes.Const) else None
        if not isinstance(name, str) or not (_CORE.fullmatch(name) or name.startswith(f"{plugin}/")):
            return f"the template {name or 'by a name that is not written out'}"
    return ""


def _of_index(index: nodes.Node) -> str:
    """Jinja reads ``x["_ctx"]`` as an attribute, and a text put together as any."""
    if _is_private(index):
        return "[what is private]"
    if isinstance(
        index, nodes.Const | nodes.Name | nodes.Getattr | nodes.Getitem | nodes.Slice | nodes.Neg | nodes.Tuple
    ):
        return ""
    if isinstance(index, nodes.Concat) and _begins_like_no_name(index.nodes[0]):
        return ""
    if isinstance(index, nodes.Add | nodes.Sub | nodes.Mod):
        parts = (index.left, index.right)
        return "".join(filter(None, map(_of_index, parts))) if not _has_text(index) else "[a text put together]"
    return "[a text put together]"


def _begins_like_no_name(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, str) and not f"{node.value}x".isidentifier()


def _has_text(node: nodes.Node) -> bool:
    return any(isinstance(one.value, str) for one in [*node.find_all(nodes.Const)])


def _is_private(node: nodes.Node) -> bool:
    if not isinstance(node, nodes.Const) or not isinstance(node.value, str):
        return False
    return any(part.startswith("_") or part in _ATTRIBUTES for part in node.value.split("."))


def of_file(path: Path, relative: Path, *, plugin: str) -> list[Fault]:
    """Faults of any file that is no Python."""
    if path.is_symlink():
        return [(0, "a link to another file")]
    if path.suffix.lower() not in _SUFFIXES:
        return [(0, f"no kind of file for a plugin: {path.suffix or path.name}")]
    parts = relative.parts
    if parts[0] == "templates":
        if len(parts) < 3 or parts[1] != plugin:
            return [(0, f"a template outside templates/{plugin}/")]
        return of_template(path.read_text(encoding="utf-8"), plugin=plugin)
    if path.suffix == ".html":
        return [(0, f"a page outside templates/{plugin}/")]
    if path.suffix == ".js":
        text = path.read_text(encoding="utf-8")
        return [(text.count("\n", 0, one.start()) + 1, one[0]) for one in _IN_SCRIPTS.finditer(text)]
    return []
