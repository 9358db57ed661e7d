"""Fields that a plugin asks for, as a marshmallow schema: the domain judges, the schema only asks it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, missing

from core.domain.errors import FieldProblem
from core.domain.fields import FieldSpec, JSONValue, clean


class SpecField(fields.Field[JSONValue]):
    """One spec. An answer that is missing is judged like one that is null."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(allow_none=True, metadata={"title": spec.label, "description": spec.help})
        self.spec = spec

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,  # noqa: ARG002 - the interface
        data: Mapping[str, Any] | None = None,  # noqa: ARG002
        **_kwargs: Any,
    ) -> JSONValue:
        """The cleaned answer. Raises ``ValidationError`` with one problem: its code and figures."""
        try:
            return clean(self.spec, None if value is missing else value)
        except FieldProblem as problem:
            raise ValidationError([as_json(problem)]) from None


class SpecSchema(Schema):
    """The answers to the fields of one plugin."""

    class Meta:
        unknown = RAISE

    error_messages = {
        "unknown": {"code": "no_such_field", "params": {}},  # type: ignore[dict-item]
        "type": {"code": "not_an_object", "params": {}},  # type: ignore[dict-item]
    }


def schema_for(specs: Sequence[FieldSpec]) -> type[SpecSchema]:
    """The schema class of these specs; ``{"extensions": {<plugin>: …}}`` nests one for each plugin."""
    made = {spec.key: SpecField(spec) for spec in specs}
    return SpecSchema.from_dict(made, name="PluginSchema")  # type: ignore[return-value,arg-type]


def as_json(problem: FieldProblem) -> dict[str, object]:
    """A problem for the wire: days as ISO texts. The sentence is the reader's business."""
    params = {name: one.isoformat() if isinstance(one, dt.date) else one for name, one in problem.params.items()}
    return {"code": problem.code, "params": params}
