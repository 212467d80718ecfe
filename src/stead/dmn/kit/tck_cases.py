"""The cases of the compatibility kit (DMN TCK): read from XML, their values as the model has them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from stead.dmn.errors import DmnError
from stead.dmn.feel import temporal
from stead.dmn.feel.harvest import taken_apart
from stead.dmn.feel.types import conformed_kind
from stead.dmn.feel.values import (
    BOOLEAN,
    NUMBER,
    STRING,
    ContextValue,
    ListValue,
    Value,
    constant,
    kind_of_constant,
)
from stead.dmn.tables import model as m
from stead.dmn.tables.declared import TypeTexts, base_kind
from stead.dmn.tables.elements import squeezed
from stead.dmn.tables.reading import read_xml

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


class Untyped(str):
    """A value of the kit without a type, as its older files have them: what it is, the model says."""

    __slots__ = ()


@dataclass(frozen=True)
class Case:
    """One test case: inputs by name, and by decision name the expected value and whether an error is."""

    id: str
    inputs: Mapping[str, Any]
    expected: tuple[tuple[str, Any, bool], ...]
    service: str = ""  # the decision service that the case calls, if it does

    def asks(self, decision: str) -> bool:
        """Whether the case expects something of a decision."""
        return any(name == decision for name, _, _ in self.expected)


@dataclass(frozen=True)
class CaseFile:
    """One test file: the name of its model's file, and its cases."""

    model: str
    cases: tuple[Case, ...]


def test_files(folder: Path) -> list[Path]:
    """The test files below a folder, in order; a file may be given as well."""
    return [folder] if folder.is_file() else sorted(folder.rglob("*-test-*.xml"))


test_files.__test__ = False  # type: ignore[attr-defined]


def read_cases(path: Path) -> CaseFile:
    """The cases of a test file; raises DmnError when it cannot be read."""
    root = read_xml(path)
    name = _text(_child(root, "modelName")) or path.name.partition("-test-")[0] + ".dmn"
    return CaseFile(name, tuple(_case(element) for element in _children(root, "testCase")))


def in_model(model: m.Model, cases: tuple[Case, ...]) -> list[Case]:
    """The cases with their inputs as the model declares them: untyped values read, others made to fit."""
    texts = TypeTexts(model)
    types = {decision.name: decision.type for decision in model.all_decisions}
    types |= {data.name: data.type for data in model.input_data}

    def given(name: str, value: Any) -> Any:
        type_ref = types.get(name, "")
        found = _as_value(settled(model, type_ref, value))
        return taken_apart(conformed_kind(texts.text(type_ref), found, lenient=True))[1](iter(()))

    return [replace(c, inputs={name: given(name, value) for name, value in c.inputs.items()}) for c in cases]


def _as_value(value: Any) -> Value:
    """A value of a case as the constant that it is."""
    if isinstance(value, dict):
        return ContextValue(tuple((name, _as_value(inner)) for name, inner in value.items()))
    if isinstance(value, list):
        return ListValue(tuple(_as_value(inner) for inner in value))
    return constant(value)


def settled(model: m.Model, type_ref: str, value: Any) -> Any:
    """A value with its untyped parts read as the declared type has them, or by their look."""
    item = model.types.get(type_ref)
    if isinstance(value, dict):
        parts = {part.name: part.type_ref for part in item.components} if item is not None else {}
        return {name: settled(model, parts.get(name, ""), inner) for name, inner in value.items()}
    if isinstance(value, list):
        inner = type_ref if item is None or item.components else item.type_ref
        return [settled(model, inner, one) for one in value]
    if not isinstance(value, Untyped):
        return value
    kind = base_kind(model, item.type_ref if item is not None and item.is_collection else type_ref)
    return as_kind(kind or guessed(value), value)


def guessed(text: str) -> str:
    """The kind that a text looks like."""
    if text in {"true", "false"}:
        return BOOLEAN
    return NUMBER if _NUMBER.fullmatch(text) else STRING


def as_kind(kind: str, text: str) -> Any:
    """A text as a value of a kind; nothing, for all kinds but strings, is null."""
    if kind == STRING:
        return str(text)
    return parsed(text, {NUMBER: "decimal", BOOLEAN: "boolean"}.get(kind, "any")) if text.strip() else None


def typed(model: m.Model, cases: list[Case]) -> m.Model:
    """The model with a type for each input that declares none, taken from the cases' values."""
    extra: list[m.ItemDefinition] = []
    inputs = []
    for data in model.input_data:
        given = [case.inputs[data.name] for case in cases if case.inputs.get(data.name) is not None]
        if given and (not data.type or data.type == "Any"):
            extra += _types_of(f"typed {data.name}", given[0])
            inputs.append(replace(data, type=extra[-1].name))
        else:
            inputs.append(data)
    return replace(model, input_data=tuple(inputs), item_definitions=(*model.item_definitions, *extra))


def _types_of(name: str, value: Any) -> list[m.ItemDefinition]:
    """The type of a value, first those that it is made of."""
    if isinstance(value, dict):
        made = {key: _types_of(f"{name} {key}", inner) for key, inner in value.items()}
        parts = tuple(replace(found[-1], name=key) for key, found in made.items())
        inside = [item for found in made.values() for item in found[:-1]]
        return [*inside, m.ItemDefinition(name, components=parts)]
    if isinstance(value, list):
        # An empty list says nothing of its items, so one that has some speaks for them all.
        items = sorted((one for one in value if one is not None), key=lambda one: one in ([], {}))
        *inside, item = _types_of(f"{name} item", items[0] if items else "")
        if item.is_collection:
            return [*inside, item, m.ItemDefinition(name, item.name, is_collection=True)]
        return [*inside, replace(item, name=name, is_collection=True)]
    return [m.ItemDefinition(name, "string" if value is None else kind_of_constant(value))]


def like(got: Any, text: str) -> Any:
    """An untyped text as a value of the kind that came out, when it reads like one."""
    if got is None or isinstance(got, list | dict | DmnError):
        return str(text) or None
    kind = kind_of_constant(got)
    return text if kind == NUMBER and not _NUMBER.fullmatch(text.strip()) else as_kind(kind, text)


def _case(element: Element) -> Case:
    inputs = {squeezed(e.get("name", "")): _value(e) for e in _children(element, "inputNode")}
    expected = tuple(
        (squeezed(e.get("name", "")), _value(_child(e, "expected")), e.get("errorResult") == "true")
        for e in _children(element, "resultNode")
    )
    service = element.get("invocableName", "") if element.get("type") == "decisionService" else ""
    return Case(element.get("id", ""), inputs, expected, squeezed(service))


def _children(element: Element, tag: str) -> list[Element]:
    return [child for child in element if child.tag.rpartition("}")[2] == tag]


def _child(element: Element, tag: str) -> Element | None:
    return next(iter(_children(element, tag)), None)


def _text(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _value(element: Element | None) -> Any:
    """The value inside an inputNode, expected, item or component."""
    if element is None or element.get(_NIL) == "true":
        return None
    components = _children(element, "component")
    if components:
        return {squeezed(one.get("name", "")): _value(one) for one in components}
    items = _child(element, "list")
    if items is not None:
        return None if items.get(_NIL) == "true" else [_value(one) for one in _children(items, "item")]
    value = _child(element, "value")
    if value is None or value.get(_NIL) == "true":
        return None
    kind = value.get(_TYPE)
    return parsed(value.text or "", kind.rpartition(":")[2]) if kind else Untyped(value.text or "")


def parsed(text: str, kind: str) -> Any:
    """A value of the kit from its text and XML schema type."""
    readers = {
        "date": temporal.date_from, "time": temporal.time_from, "dateTime": temporal.date_time_from,
        "duration": temporal.duration_from, "dayTimeDuration": temporal.duration_from,
        "yearMonthDuration": temporal.duration_from, "any": temporal.temporal_from,
    }  # fmt: skip
    if kind == "boolean":
        return text.strip() in {"true", "1"}
    if kind in {"decimal", "double", "float", "integer", "int", "long"}:
        try:
            return Decimal(text.strip())
        except InvalidOperation:
            raise DmnError(f"{text!r} is not a number; the test case says {kind}") from None
    reader = readers.get(kind)
    return reader(text.strip()) if reader is not None else text
