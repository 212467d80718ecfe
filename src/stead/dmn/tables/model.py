"""A decision model as frozen data: what the XML says, before any expression in it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

HIT_POLICIES = {
    "UNIQUE": "U", "ANY": "A", "PRIORITY": "P", "FIRST": "F", "RULE ORDER": "R",
    "OUTPUT ORDER": "O", "COLLECT": "C",
}  # fmt: skip
AGGREGATIONS = ("SUM", "MIN", "MAX", "COUNT")


@dataclass(frozen=True)
class ItemDefinition:
    """A type that the model names: a base type or components, perhaps a list, perhaps with allowed values."""

    name: str
    type_ref: str = ""
    is_collection: bool = False
    allowed_values: str = ""
    components: tuple["ItemDefinition", ...] = ()
    returned: str = ""  # the type that a function of this type returns, if it is one


@dataclass(frozen=True)
class InputClause:
    """One input column of a decision table."""

    id: str
    label: str
    expression: str
    type: str = ""
    allowed_values: str = ""
    language: str = ""  # of the expression, when that is not FEEL


@dataclass(frozen=True)
class OutputClause:
    """One output column of a decision table; `name` is empty when the table has only one."""

    id: str
    name: str
    label: str = ""
    type: str = ""
    allowed_values: str = ""
    default: str = ""
    language: str = ""  # of the default, when that is not FEEL


@dataclass(frozen=True)
class Rule:
    """One row of a decision table: cell texts in the order of the columns.

    `entries`: the ids of the cells, inputs before outputs; empty where the file gives none.
    `languages`: theirs, empty where that is FEEL.
    """

    id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    annotations: tuple[str, ...] = ()
    description: str = ""
    entries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class LiteralExpression:
    """A FEEL text."""

    text: str
    type: str = ""


@dataclass(frozen=True)
class DecisionTable:
    """Rules with a hit policy; `hit_policy` is one letter of U A P F R O C."""

    id: str
    name: str
    hit_policy: str
    aggregation: str | None
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    annotation_names: tuple[str, ...] = ()
    type: str = ""
    is_distinct: bool = False  # whether equal outputs count once in a sum or a number, as DMN 1.1 has it

    @property
    def is_multiple(self) -> bool:
        """Whether the table gives a list: one entry for each rule that matched."""
        return self.hit_policy in "ROC" and self.aggregation is None


@dataclass(frozen=True)
class Invocation:
    """A business knowledge model applied to arguments by name."""

    function: str
    bindings: tuple[tuple[str, "Expression"], ...]
    type: str = ""


@dataclass(frozen=True)
class ContextExpression:
    """A boxed context: named entries in order, and perhaps a result without a name."""

    entries: tuple[tuple[str, "Expression"], ...]
    result: "Expression | None" = None
    type: str = ""


@dataclass(frozen=True)
class ListExpression:
    """A boxed list."""

    items: tuple["Expression", ...]
    type: str = ""


@dataclass(frozen=True)
class Relation:
    """A boxed relation: a list of contexts with the same names."""

    columns: tuple[str, ...]
    rows: tuple[tuple["Expression", ...], ...]
    type: str = ""


@dataclass(frozen=True)
class FunctionExpression:
    """A boxed function: parameters (name, type) and a body."""

    parameters: tuple[tuple[str, str], ...]
    body: "Expression | None"
    type: str = ""


@dataclass(frozen=True)
class ConditionalExpression:
    """A boxed if, then and else."""

    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"
    type: str = ""


@dataclass(frozen=True)
class IterationExpression:
    """A boxed for, some, every or filter: `body` for each item of `source`, under the name `variable`."""

    kind: str
    variable: str
    source: "Expression"
    body: "Expression"
    type: str = ""


@dataclass(frozen=True)
class UnsupportedExpression:
    """A boxed expression that the library does not evaluate; using it is an error that names it."""

    kind: str
    type: str = ""


Expression = (
    LiteralExpression | DecisionTable | Invocation | ContextExpression | ListExpression | Relation
    | FunctionExpression | ConditionalExpression | IterationExpression | UnsupportedExpression
)  # fmt: skip


@dataclass(frozen=True)
class InputData:
    """A value that the model is given."""

    id: str
    name: str
    type: str = ""


@dataclass(frozen=True)
class Decision:
    """A decision: its expression and the ids of what it requires."""

    id: str
    name: str
    type: str = ""
    expression: Expression | None = None
    requires: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    question: str = ""
    description: str = ""
    variable: str = ""  # the name of its variable, which should be that of the decision

    @property
    def table(self) -> DecisionTable | None:
        """The decision table, when that is what the decision is."""
        return self.expression if isinstance(self.expression, DecisionTable) else None


@dataclass(frozen=True)
class Knowledge:
    """A business knowledge model: a named function."""

    id: str
    name: str
    function: FunctionExpression
    knowledge: tuple[str, ...] = ()


@dataclass(frozen=True)
class DecisionService:
    """A decision service: a function from its inputs, data before decisions, to its output decisions."""

    id: str
    name: str
    outputs: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    type: str = ""


@dataclass(frozen=True)
class Model:
    """All definitions of one file, in the order of the file."""

    id: str
    name: str
    namespace: str = ""
    item_definitions: tuple[ItemDefinition, ...] = ()
    input_data: tuple[InputData, ...] = ()
    all_decisions: tuple[Decision, ...] = ()
    knowledge_models: tuple[Knowledge, ...] = ()
    services: tuple[DecisionService, ...] = ()
    source: str = field(default="", compare=False)

    @cached_property
    def decisions(self) -> Mapping[str, Decision]:
        """Decisions by id and by name; a name wins over an id that is spelled the same."""
        by_id = {decision.id: decision for decision in self.all_decisions}
        return MappingProxyType(by_id | {decision.name: decision for decision in self.all_decisions})

    @cached_property
    def types(self) -> Mapping[str, ItemDefinition]:
        """Item definitions by name."""
        return MappingProxyType({item.name: item for item in self.item_definitions})

    @cached_property
    def by_id(self) -> Mapping[str, InputData | Decision | Knowledge | DecisionService]:
        """Everything that a requirement can point at, by id."""
        return MappingProxyType(
            {
                **{data.id: data for data in self.input_data},
                **{decision.id: decision for decision in self.all_decisions},
                **{known.id: known for known in self.knowledge_models},
                **{service.id: service for service in self.services},
            }
        )
