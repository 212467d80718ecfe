"""DMN XML to the frozen model, safely: no entities, no network, limits on size, depth and count."""

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from stead.dmn import model as m
from stead.dmn.errors import DmnError, LimitError

BYTES_MAX = 10_000_000
DEPTH_MAX = 60
ELEMENTS_MAX = 100_000
DECISIONS_MAX = 500
RULES_MAX = 1_000

# DMN 1.1 is read as well where it agrees with 1.2.
NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}


class LimitedBuilder(TreeBuilder):
    """Builds a tree and refuses one that is too deep or too large before it is built."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.count = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        """An element begins."""
        self.depth += 1
        self.count += 1
        if self.depth > DEPTH_MAX:
            raise LimitError("the XML is nested more than {depth_max} elements deep", depth_max=DEPTH_MAX)
        if self.count > ELEMENTS_MAX:
            raise LimitError("the XML has more than {elements_max} elements", elements_max=ELEMENTS_MAX)
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        """An element ends."""
        self.depth -= 1
        return super().end(tag)


def read_xml(source: Path | bytes, *, name: str = "") -> Element:
    """The root element of an XML file or text; raises DmnError or LimitError naming the file."""
    said = name or (str(source) if isinstance(source, Path) else "XML")
    if isinstance(source, Path):
        if not source.is_file():
            raise DmnError("{file}: there is no such file", file=said)
        size = source.stat().st_size
    else:
        size = len(source)
    if size > BYTES_MAX:
        raise LimitError(
            "{file}: {size} bytes; a decision model may have at most {bytes_max}",
            file=said,
            size=f"{size:,}",
            bytes_max=f"{BYTES_MAX:,}",
        )
    text = source.read_bytes() if isinstance(source, Path) else source
    parser = DefusedXMLParser(
        target=LimitedBuilder(), forbid_dtd=True, forbid_entities=True, forbid_external=True
    )
    try:
        parser.feed(text)
        root = parser.close()
    except DefusedXmlException:
        raise DmnError(
            "{file}: a document type or an entity is declared; DMN has no need of them", file=said
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        raise DmnError("{file}: not well-formed XML: {error}", file=said, error=error) from None
    except LimitError as error:
        raise LimitError("{file}: {error}", file=said, error=error) from None
    assert isinstance(root, Element)  # noqa: S101 - LimitedBuilder makes nothing else
    return root


def read(source: Path | bytes) -> m.Model:
    """The decision model in a DMN 1.2 to 1.5 file.

    Raises DmnError (with what is wrong and where) or LimitError; reads no entities and no other file.
    """
    said = str(source) if isinstance(source, Path) else "XML"
    root = read_xml(source)
    namespace, _, tag = root.tag.rpartition("}")
    namespace = namespace.removeprefix("{")
    if tag != "definitions" or namespace not in NAMESPACES:
        known = ", ".join(NAMESPACES.values())
        raise DmnError(
            "{file}: the root is {tag}; it should be <definitions> of DMN {known}",
            file=said,
            tag=repr(root.tag),
            known=known,
        )
    return Reader(namespace, said).model(root)


class Reader:
    """Reads the elements of one namespace; elements of other namespaces are extensions and are skipped."""

    def __init__(self, namespace: str, said: str) -> None:
        self.prefix = f"{{{namespace}}}"
        self.said = said
        self.boxed = {
            "literalExpression": self.literal, "decisionTable": self.table, "invocation": self.invocation,
            "context": self.context, "list": self.list_of, "relation": self.relation,
            "functionDefinition": self.function, "conditional": self.conditional,
        }  # fmt: skip

    def all(self, element: Element, tag: str) -> list[Element]:
        """The children with this tag."""
        return element.findall(self.prefix + tag)

    def one(self, element: Element, tag: str) -> Element | None:
        """The first child with this tag."""
        return element.find(self.prefix + tag)

    def text(self, element: Element | None, tag: str = "text") -> str:
        """The text of a child, without outer space."""
        child = self.one(element, tag) if element is not None else None
        return (child.text or "").strip() if child is not None else ""

    def type_of(self, element: Element | None) -> str:
        """The type that an element refers to; a prefix such as feel: or tns: does not matter."""
        if element is None:
            return ""
        found = element.get("typeRef") or self.text(element, "typeRef")
        return found.rpartition("}")[2].rpartition(":")[2].strip()

    def variable(self, element: Element) -> tuple[str, str]:
        """Name and type of the variable that an element declares."""
        variable = self.one(element, "variable")
        name = variable.get("name", "") if variable is not None else ""
        return squeezed(name or element.get("name", "")), self.type_of(variable)

    def model(self, root: Element) -> m.Model:
        """The whole file."""
        count = len(self.all(root, "decision"))
        if count > DECISIONS_MAX:
            raise LimitError(
                "{file}: {count} decisions; a file may have at most {decisions_max}",
                file=self.said,
                count=f"{count:,}",
                decisions_max=DECISIONS_MAX,
            )
        return m.Model(
            id=root.get("id", ""),
            name=root.get("name", ""),
            namespace=root.get("namespace", ""),
            item_definitions=tuple(self.item(e) for e in self.all(root, "itemDefinition")),
            input_data=tuple(
                m.InputData(e.get("id", ""), *self.variable(e)) for e in self.all(root, "inputData")
            ),
            all_decisions=tuple(self.decision(e) for e in self.all(root, "decision")),
            knowledge_models=tuple(self.knowledge(e) for e in self.all(root, "businessKnowledgeModel")),
            services=tuple(self.service(e) for e in self.all(root, "decisionService")),
            source=self.said,
        )

    def item(self, element: Element) -> m.ItemDefinition:
        """An item definition or component."""
        allowed = self.one(element, "allowedValues")
        return m.ItemDefinition(
            name=squeezed(element.get("name", "")),
            type_ref=self.type_of(element),
            is_collection=element.get("isCollection") == "true",
            allowed_values=self.text(allowed),
            components=tuple(self.item(e) for e in self.all(element, "itemComponent")),
        )

    def references(self, element: Element, requirement: str, *tags: str) -> tuple[str, ...]:
        """The ids that an element requires."""
        found = []
        for one in self.all(element, requirement):
            for tag in tags:
                target = self.one(one, tag)
                if target is not None:
                    found.append(target.get("href", "").rpartition("#")[2])
        return tuple(found)

    def decision(self, element: Element) -> m.Decision:
        """A decision with its expression."""
        name, type_ref = self.variable(element)
        return m.Decision(
            id=element.get("id", ""),
            name=squeezed(element.get("name", "")) or name,
            type=type_ref,
            expression=self.expression_in(element, name=name),
            requires=self.references(element, "informationRequirement", "requiredInput", "requiredDecision"),
            knowledge=self.references(element, "knowledgeRequirement", "requiredKnowledge"),
            question=self.text(element, "question"),
            description=self.text(element, "description"),
        )

    def knowledge(self, element: Element) -> m.Knowledge:
        """A business knowledge model."""
        logic = self.one(element, "encapsulatedLogic")
        name, type_ref = self.variable(element)
        function = self.function(logic) if logic is not None else m.FunctionExpression((), None, type_ref)
        return m.Knowledge(
            id=element.get("id", ""),
            name=name,
            function=function,
            knowledge=self.references(element, "knowledgeRequirement", "requiredKnowledge"),
        )

    def service(self, element: Element) -> m.DecisionService:
        """A decision service."""

        def refs(*tags: str) -> tuple[str, ...]:
            return tuple(e.get("href", "").rpartition("#")[2] for tag in tags for e in self.all(element, tag))

        name, _ = self.variable(element)
        return m.DecisionService(
            element.get("id", ""), name, refs("outputDecision"), refs("inputData", "inputDecision")
        )

    def expression_in(self, element: Element, name: str = "") -> m.Expression | None:
        """The first boxed expression among the children."""
        for child in element:
            if child.tag.startswith(self.prefix):
                tag = child.tag.removeprefix(self.prefix)
                if tag == "decisionTable":
                    return self.table(child, name)
                if tag in self.boxed:
                    return self.boxed[tag](child)
                if tag in {"for", "every", "some", "filter"}:
                    return m.UnsupportedExpression(tag, self.type_of(child))
        return None

    def required(self, element: Element) -> m.Expression:
        """The boxed expression of an element that must have one."""
        found = self.expression_in(element)
        return found if found is not None else m.LiteralExpression("null")

    def literal(self, element: Element) -> m.Expression:
        """A literal expression."""
        language = element.get("expressionLanguage", "")
        if language and "feel" not in language.lower():
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
            body: m.Expression | None = m.UnsupportedExpression(f"{element.get('kind')} function")
        else:
            body = self.expression_in(element)
        return m.FunctionExpression(parameters, body, self.type_of(element))

    def conditional(self, element: Element) -> m.Expression:
        """A boxed conditional."""
        parts: list[m.Expression] = []
        for tag in ("if", "then", "else"):
            part = self.one(element, tag)
            parts.append(self.required(part) if part is not None else m.LiteralExpression("null"))
        return m.ConditionalExpression(parts[0], parts[1], parts[2], self.type_of(element))

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
                    "{file}: decision table {table}, row {row}: {inputs} input and {outputs} output cells "
                    "for {input_columns} input and {output_columns} output columns",
                    **place, row=row, inputs=len(rule.inputs), outputs=len(rule.outputs),
                    input_columns=len(inputs), output_columns=len(outputs),
                )  # fmt: skip
        annotations = tuple(e.get("name", "") for e in self.all(element, "annotation"))
        return m.DecisionTable(
            element.get("id", ""), name, m.HIT_POLICIES[policy], aggregation, inputs, outputs, rules,
            annotations, self.type_of(element),
        )  # fmt: skip

    def input_clause(self, element: Element) -> m.InputClause:
        """An input column."""
        expression = self.one(element, "inputExpression")
        text = self.text(expression)
        label = element.get("label", "") or text
        allowed = self.text(self.one(element, "inputValues"))
        return m.InputClause(element.get("id", ""), label, text, self.type_of(expression), allowed)

    def output_clause(self, element: Element) -> m.OutputClause:
        """An output column."""
        return m.OutputClause(
            id=element.get("id", ""),
            name=squeezed(element.get("name", "")),
            label=element.get("label", ""),
            type=self.type_of(element),
            allowed_values=self.text(self.one(element, "outputValues")),
            default=self.text(self.one(element, "defaultOutputEntry")),
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
        )


def squeezed(name: str) -> str:
    """A name with each run of white space as one space: FEEL names do not differ by spacing."""
    return " ".join(name.split())
