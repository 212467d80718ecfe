"""DMN's boxed expressions from XML: literal expressions, tables, contexts, functions and the rest."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

from stead.dmn.errors import DmnError, LimitError
from stead.dmn.tables import model as m
from stead.dmn.tables.elements import Elements, squeezed

RULES_MAX = 1_000
# The boxed iterations, and what the element with their body is called.
_BODIES = {"for": "return", "some": "satisfies", "every": "satisfies", "filter": "match"}


class BoxedReader(Elements):
    """Reads boxed expressions; which are not evaluated is said where they are used."""

    def __init__(self, namespace: str, said: str, language: str = "") -> None:
        super().__init__(namespace, said, language)
        self.boxed: dict[str, Callable[[Element], m.Expression]] = {
            "literalExpression": self.literal, "decisionTable": self.table, "invocation": self.invocation,
            "context": self.context, "list": self.list_of, "relation": self.relation,
            "functionDefinition": self.function, "conditional": self.conditional,
            **dict.fromkeys(_BODIES, self.iteration),
        }  # fmt: skip

    @property
    def is_first_version(self) -> bool:
        """Whether the file is DMN 1.1, whose aggregates leave out outputs that are equal to another."""
        return "/20151101/" in self.prefix

    def expression_in(self, element: Element, name: str = "") -> m.Expression | None:
        """The first boxed expression among the children."""
        for child in element:
            if child.tag.startswith(self.prefix):
                tag = child.tag.removeprefix(self.prefix)
                if tag == "decisionTable":
                    return self.table(child, name)
                if tag in self.boxed:
                    return self.boxed[tag](child)
        return None

    def required(self, element: Element | None) -> m.Expression:
        """The boxed expression of an element that must have one; null where there is none."""
        found = self.expression_in(element) if element is not None else None
        return found if found is not None else m.LiteralExpression("null")

    def literal(self, element: Element) -> m.Expression:
        """A literal expression."""
        if language := self.foreign(element):
            return m.UnsupportedExpression(f"literal expression in {language}", self.type_of(element))
        return m.LiteralExpression(self.text(element), self.type_of(element))

    def invocation(self, element: Element) -> m.Expression:
        """An invocation."""
        bindings = []
        for binding in self.all(element, "binding"):
            parameter = self.one(binding, "parameter")
            name = parameter.get("name", "") if parameter is not None else ""
            bindings.append((squeezed(name), self.required(binding)))
        called = self.one(element, "literalExpression")
        return m.Invocation(self.text(called), tuple(bindings), self.type_of(element))

    def context(self, element: Element) -> m.Expression:
        """A boxed context."""
        entries = []
        result = None
        for entry in self.all(element, "contextEntry"):
            if self.one(entry, "variable") is None:
                result = self.required(entry)
            else:
                entries.append((self.variable(entry)[0], self.required(entry)))
        return m.ContextExpression(tuple(entries), result, self.type_of(element))

    def list_of(self, element: Element) -> m.Expression:
        """A boxed list."""
        return m.ListExpression(self.boxed_children(element), self.type_of(element))

    def boxed_children(self, element: Element) -> tuple[m.Expression, ...]:
        """All boxed expressions among the children."""
        tags = ((child, child.tag.removeprefix(self.prefix)) for child in element)
        return tuple(self.boxed[tag](child) for child, tag in tags if tag in self.boxed)

    def relation(self, element: Element) -> m.Expression:
        """A boxed relation."""
        columns = tuple(squeezed(column.get("name", "")) for column in self.all(element, "column"))
        rows = tuple(self.boxed_children(row) for row in self.all(element, "row"))
        return m.Relation(columns, rows, self.type_of(element))

    def function(self, element: Element) -> m.FunctionExpression:
        """A boxed function, or the logic of a business knowledge model."""
        parameters = tuple(
            (squeezed(e.get("name", "")), self.type_of(e)) for e in self.all(element, "formalParameter")
        )
        if element.get("kind", "FEEL") != "FEEL":
            body: m.Expression | None = self._external(element)
        else:
            body = self.expression_in(element)
        return m.FunctionExpression(parameters, body, self.type_of(element))

    def _external(self, element: Element) -> m.UnsupportedExpression:
        """A function in Java or PMML, with what it names there."""
        named = (self.text(one) for one in element.iter(f"{self.prefix}literalExpression"))
        where = ", ".join(text.strip('"') for text in named)
        return m.UnsupportedExpression(f"{element.get('kind')} function ({where})")

    def conditional(self, element: Element) -> m.Expression:
        """A boxed conditional."""
        parts = [self.required(self.one(element, tag)) for tag in ("if", "then", "else")]
        return m.ConditionalExpression(parts[0], parts[1], parts[2], self.type_of(element))

    def iteration(self, element: Element) -> m.Expression:
        """A boxed for, some, every or filter; a filter calls what it looks at `item`."""
        kind = element.tag.removeprefix(self.prefix)
        source, body = (self.required(self.one(element, tag)) for tag in ("in", _BODIES[kind]))
        name = squeezed(element.get("iteratorVariable", "item"))
        return m.IterationExpression(kind, name, source, body, self.type_of(element))

    def table(self, element: Element, name: str = "") -> m.DecisionTable:
        """A decision table."""
        policy = " ".join(element.get("hitPolicy", "UNIQUE").split()).upper()
        aggregation = element.get("aggregation")
        place = {"file": self.said, "table": repr(name or element.get("id", ""))}
        if policy not in m.HIT_POLICIES:
            raise DmnError(
                "{file}: decision table {table}: hit policy {policy} is unknown; use one of {hit_policies}",
                **place,
                policy=repr(policy),
                hit_policies=", ".join(m.HIT_POLICIES),
            )
        if aggregation is not None and (policy != "COLLECT" or aggregation not in m.AGGREGATIONS):
            raise DmnError(
                "{file}: decision table {table}: aggregation {aggregation} with {policy}; "
                "use {aggregations} with COLLECT",
                **place, aggregation=repr(aggregation), policy=policy,
                aggregations=", ".join(m.AGGREGATIONS),
            )  # fmt: skip
        inputs = tuple(self.input_clause(e) for e in self.all(element, "input"))
        outputs = tuple(self.output_clause(e) for e in self.all(element, "output"))
        if not outputs:
            raise DmnError(
                "{file}: decision table {table}: no output column; a decision table has at least one", **place
            )
        count = len(self.all(element, "rule"))
        if count > RULES_MAX:
            raise LimitError(
                "{file}: decision table {table}: {count} rules; a table may have at most {rules_max}",
                **place,
                count=f"{count:,}",
                rules_max=f"{RULES_MAX:,}",
            )
        rules = tuple(self.rule(e, row) for row, e in enumerate(self.all(element, "rule"), start=1))
        for row, rule in enumerate(rules, start=1):
            if (len(rule.inputs), len(rule.outputs)) != (len(inputs), len(outputs)):
                raise DmnError(
                    "{file}: decision table {table}, row {row}: cells: inputs {inputs}, outputs {outputs}; "
                    "columns: inputs {input_columns}, outputs {output_columns}",
                    **place, row=row, inputs=len(rule.inputs), outputs=len(rule.outputs),
                    input_columns=len(inputs), output_columns=len(outputs),
                )  # fmt: skip
        annotations = tuple(e.get("name", "") for e in self.all(element, "annotation"))
        return m.DecisionTable(
            element.get("id", ""), name, m.HIT_POLICIES[policy], aggregation, inputs, outputs, rules,
            annotations, self.type_of(element), self.is_first_version and aggregation in {"SUM", "COUNT"},
        )  # fmt: skip

    def input_clause(self, element: Element) -> m.InputClause:
        """An input column."""
        expression = self.one(element, "inputExpression")
        text = self.text(expression)
        label = element.get("label", "") or text
        allowed = self.text(self.one(element, "inputValues"))
        return m.InputClause(
            element.get("id", ""), label, text, self.type_of(expression), allowed, self.foreign(expression)
        )

    def output_clause(self, element: Element) -> m.OutputClause:
        """An output column."""
        return m.OutputClause(
            id=element.get("id", ""),
            name=squeezed(element.get("name", "")),
            label=element.get("label", ""),
            type=self.type_of(element),
            allowed_values=self.text(self.one(element, "outputValues")),
            default=self.text(self.one(element, "defaultOutputEntry")),
            language=self.foreign(self.one(element, "defaultOutputEntry")),
        )

    def rule(self, element: Element, row: int) -> m.Rule:
        """A rule; one without an id is called by its row."""
        inputs, outputs = self.all(element, "inputEntry"), self.all(element, "outputEntry")
        return m.Rule(
            id=element.get("id") or f"row-{row}",
            inputs=tuple(self.text(e) for e in inputs),
            outputs=tuple(self.text(e) for e in outputs),
            annotations=tuple(self.text(e) for e in self.all(element, "annotationEntry")),
            description=self.text(element, "description"),
            entries=tuple(e.get("id", "") for e in (*inputs, *outputs)),
            languages=tuple(self.foreign(e) for e in (*inputs, *outputs)),
        )
