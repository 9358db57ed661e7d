"""What the form macros ask about WTForms fields: which shape to draw, and every error with the place it is about."""

from collections.abc import Mapping

from wtforms import Field
from wtforms.form import BaseForm

_SHAPES = {"checkbox": "checkbox", "date": "date", "file": "file", "submit": "submit", "hidden": "hidden"}


def field_kind(field: Field) -> str:
    """Which shape a field is drawn in.

    One of text, textarea, select, radio, checkboxes, checkbox, date, number, file, hidden, submit, rows and group.
    Read from the widget and not from the class, so that a field of our own is drawn like the one it was made from.
    """
    if hasattr(field, "append_entry"):
        return "rows"
    render = field.render_kw or {}
    if render.get("data-kind") == "date":
        return "date"
    options = getattr(getattr(field, "option_widget", None), "input_type", None)
    if options is not None:
        return "radio" if options == "radio" else "checkboxes"
    widget = field.widget
    kind = getattr(widget, "input_type", None)
    if kind is not None:
        return _SHAPES.get(kind, "number" if render.get("inputmode") in ("numeric", "decimal") else "text")
    if hasattr(widget, "multiple"):
        return "select"
    return "textarea" if "maxlength" in getattr(widget, "validation_attrs", ()) else "group"


def form_problems(form: BaseForm) -> list[tuple[str, str, str]]:
    """Every error of a form in the order of its fields, rows and groups included.

    Each is (id to jump to, label, message); id and label are "" for an error about the form as a whole.
    """
    found = [("", "", str(message)) for message in getattr(form, "form_errors", ())]
    for field in form:
        found.extend(_problems_of(field))
    return found


def own_errors(field: Field) -> list[str]:
    """The errors which belong beside this field itself, without those of the fields inside it."""
    errors = field.errors.get(None, ()) if isinstance(field.errors, Mapping) else field.errors
    return [str(message) for message in errors if not isinstance(message, Mapping | list | tuple)]


def _problems_of(field: Field, row: str = "") -> list[tuple[str, str, str]]:
    kind = field_kind(field)
    label = row if row and kind != "group" else str(field.label.text)
    if kind == "rows":
        found = [one for at, part in enumerate(field.entries, 1) for one in _problems_of(part, f"{label} {at}")]
    elif kind == "group":
        inner = [one for part in field.form for one in _problems_of(part)]
        found = [(place, f"{row}, {name}" if row else name, message) for place, name, message in inner]
    else:
        found = []
    place = ("", "") if kind == "hidden" else (field.id, label)
    return found + [(*place, message) for message in own_errors(field)]
