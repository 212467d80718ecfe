"""What a model declares of types: kinds, allowed values, names of components, types as FEEL writes them."""

from dataclasses import dataclass, field

from stead.dmn.errors import DmnError
from stead.dmn.feel.type_texts import entries_in, split_type
from stead.dmn.feel.values import NUMBER, SCALAR_KINDS
from stead.dmn.tables import model as m

KINDS = {
    **{kind: kind for kind in SCALAR_KINDS}, "dateTime": "date and time", "dateAndTime": "date and time",
    "dayTimeDuration": "days and time duration", "yearMonthDuration": "years and months duration",
}  # fmt: skip
# dmn-js offers these types for numbers; the check then knows that nothing lies between 1 and 2.
WHOLE = frozenset({"integer", "int", "long"})
KINDS |= dict.fromkeys((*WHOLE, "double", "decimal"), NUMBER)
_CHAIN_MAX = 50
_DEPTH_MAX = 5
_TEXT_MAX = 2_000


def base_kind(model: m.Model, type_ref: str) -> str | None:
    """The FEEL kind of a simple type, through item definitions; None for structures, lists and Any."""
    for _ in range(_CHAIN_MAX):
        if type_ref in KINDS:
            return KINDS[type_ref]
        item = model.types.get(type_ref)
        if item is None or item.components or item.is_collection:
            return None
        type_ref = item.type_ref
    raise DmnError("item definition {type_ref} refers to itself", type_ref=repr(type_ref))


def component_names(model: m.Model) -> frozenset[str]:
    """All names of components, which expressions may use after a dot."""
    names: set[str] = set()
    waiting = list(model.item_definitions)
    while waiting:
        item = waiting.pop()
        names.update(component.name for component in item.components)
        waiting.extend(item.components)
    return frozenset(names)


def allowed_values(model: m.Model, type_ref: str) -> str:
    """The allowed values of a type as text, the nearest definition first; empty when there are none."""
    for _ in range(_CHAIN_MAX):
        item = model.types.get(type_ref)
        if item is None or item.allowed_values:
            return item.allowed_values if item is not None else ""
        type_ref = item.type_ref
    return ""


def returned_type(model: m.Model, type_ref: str) -> str:
    """The type of what a service gives: the declared one, or where that is of functions, what they return."""
    item = model.types.get(type_ref)
    return item.returned if item is not None and item.returned else type_ref


def output_values(model: m.Model, table: m.DecisionTable, clause: m.OutputClause, decision_type: str) -> str:
    """The allowed values of an output column: its own, those of its type, or those of the decision's type."""
    found = clause.allowed_values or allowed_values(model, clause.type)
    if found:
        return found
    for type_ref in (table.type, decision_type):
        if len(table.outputs) == 1 and (found := allowed_values(model, type_ref)):
            return found
        item = model.types.get(type_ref)
        for part in item.components if item is not None else ():
            if part.name == clause.name:
                return part.allowed_values or allowed_values(model, part.type_ref)
    return ""


@dataclass
class TypeTexts:
    """Types of a model as FEEL writes them, such as list<context<name: string>>; Any for one too large."""

    model: m.Model
    known: dict[tuple[str, int], str] = field(default_factory=dict)

    def text(self, type_ref: str, depth: int = 0) -> str:
        """The type that is referred to."""
        item = self.model.types.get(type_ref)
        if item is None or depth > _DEPTH_MAX:
            return KINDS.get(type_ref, "Any")
        key = (type_ref, depth)
        if key not in self.known:
            self.known[key] = self.of_item(item, depth)
        return self.known[key]

    def resolved(self, type_name: str) -> str:
        """A type as an expression writes it, with the model's types in it taken for what they are."""
        outer, inner = split_type(type_name)
        if not inner:
            return self.text(type_name) if type_name in self.model.types else type_name
        if outer == "context":
            parts = (f"{name}: {self.resolved(kind)}" for name, kind in entries_in(inner))
            return f"context<{', '.join(parts)}>"
        return f"{outer}<{self.resolved(inner)}>"

    def of_item(self, item: m.ItemDefinition, depth: int = 0) -> str:
        """The type that is defined; components may be defined in place."""
        text = self.text(item.type_ref, depth + 1)
        if item.components:
            parts = (f"{part.name}: {self.of_item(part, depth + 1)}" for part in item.components)
            text = f"context<{', '.join(parts)}>"
        text = f"list<{text}>" if item.is_collection else text
        return text if len(text) <= _TEXT_MAX else "Any"
