"""DMN XML to the frozen model, safely: no entities, no network, limits on size, depth and count."""

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from stead.dmn.errors import DmnError, LimitError
from stead.dmn.tables import model as m
from stead.dmn.tables.boxed_reading import BoxedReader
from stead.dmn.tables.elements import squeezed

BYTES_MAX = 10_000_000
DEPTH_MAX = 60
ELEMENTS_MAX = 100_000

# DMN 1.1 is read as well where it agrees with 1.2; the Camunda Modeler wrote the second namespace until 2019,
# Flowable writes the third.
NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd": "1.1 of Camunda",
    "http://www.omg.org/spec/DMN/20151101": "1.1 of Flowable",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
# What is given for a decision model by mistake: how its bytes begin, or the namespace or name of its root.
_OTHER_BYTES = (
    (b"PK\x03\x04", "a zip archive or an Office document"), (b"{", "JSON"), (b"[", "JSON"),
    (b"%PDF", "a PDF"), (b"package ", "a file of Drools rules"),
)  # fmt: skip
_OTHER_ROOTS = (
    ("/spec/BPMN/", "a process (BPMN)"), ("/spec/CMMN/", "a case model (CMMN)"),
    ("dmg.org/PMML", "a predictive model (PMML)"), ("}ScenarioSimulationModel", "a test scenario of KIE"),
    ("}testCases", "a file of test cases"), ("}DMNDI", "a diagram"), ("}html", "a web page"),
    ("}schema", "an XML schema"),
)  # fmt: skip


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
        start = text[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
        _refuse_other(said, next((kind for begin, kind in _OTHER_BYTES if start.startswith(begin)), ""))
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
        _refuse_other(said, next((kind for part, kind in _OTHER_ROOTS if part in f"}}{root.tag}"), ""))
        if tag == "definitions" and "/DMN/" in namespace:
            raise DmnError(
                "{file}: {namespace} is a draft or a version of DMN that is not read; "
                "save the file as DMN {known}",
                file=said, namespace=namespace, known=known,
            )  # fmt: skip
        raise DmnError(
            "{file}: the root is {tag}; it should be <definitions> of DMN {known}",
            file=said,
            tag=repr(root.tag),
            known=known,
        )
    return Reader(namespace, said, root.get("expressionLanguage", "")).model(root)


def _refuse_other(said: str, kind: str) -> None:
    """Raises DmnError for a file of another kind, if it is one."""
    if kind:
        raise DmnError("{file}: is {kind} and no decision model (DMN)", file=said, kind=kind)


class Reader(BoxedReader):
    """Reads the elements of a model."""

    nameless = 0
    namespace = ""

    def model(self, root: Element) -> m.Model:
        """The whole file."""
        self.namespace = root.get("namespace", "")
        model = m.Model(
            id=root.get("id", ""),
            name=root.get("name", ""),
            namespace=root.get("namespace", ""),
            item_definitions=tuple(self.item(e) for e in self.all(root, "itemDefinition")),
            input_data=tuple(
                m.InputData(self.identity(e), *self.variable(e)) for e in self.all(root, "inputData")
            ),
            all_decisions=tuple(self.decision(e) for e in self.all(root, "decision")),
            knowledge_models=tuple(self.knowledge(e) for e in self.all(root, "businessKnowledgeModel")),
            services=tuple(self.service(e) for e in self.all(root, "decisionService")),
            source=self.said,
        )
        self.refuse_shared_ids(model)
        return model

    def refuse_shared_ids(self, model: m.Model) -> None:
        """Raises DmnError for an id that stands twice: what requires it would get one of the two unsaid."""
        seen: set[str] = set()
        elements: tuple[m.InputData | m.Decision | m.Knowledge | m.DecisionService, ...] = (
            *model.input_data, *model.all_decisions, *model.knowledge_models, *model.services
        )  # fmt: skip
        for one in elements:
            if one.id in seen:
                raise DmnError(
                    "{file}: the id {id} is there twice; give {name} another",
                    file=self.said, id=repr(one.id), name=repr(one.name),
                )  # fmt: skip
            seen.add(one.id)

    def item(self, element: Element) -> m.ItemDefinition:
        """An item definition or component."""
        # A type constraint (from DMN 1.5 on) restricts the whole value, which for a single one is the same.
        constraint = None if element.get("isCollection") == "true" else self.one(element, "typeConstraint")
        allowed = constraint if constraint is not None else self.one(element, "allowedValues")
        function = self.one(element, "functionItem")
        return m.ItemDefinition(
            name=squeezed(element.get("name", "")),
            type_ref=self.type_of(element),
            is_collection=element.get("isCollection") == "true",
            allowed_values=self.text(allowed),
            components=tuple(self.item(e) for e in self.all(element, "itemComponent")),
            returned=self.plain_type(function.get("outputTypeRef", "")) if function is not None else "",
        )

    def target(self, element: Element) -> str:
        """The id that an element points at; the whole reference where that is in another model."""
        model, separator, one = element.get("href", "").rpartition("#")
        return one if model in {"", self.namespace} else f"{model}{separator}{one}"

    def identity(self, element: Element) -> str:
        """The id of an element; one without gets one of its own, which nothing in the file can point at."""
        self.nameless += 1
        return element.get("id") or f"{element.tag.rpartition('}')[2]} without id {self.nameless}"

    def references(self, element: Element, requirement: str, *tags: str) -> tuple[str, ...]:
        """The ids that an element requires."""
        found = []
        for one in self.all(element, requirement):
            for tag in tags:
                target = self.one(one, tag)
                if target is not None:
                    found.append(self.target(target))
        return tuple(found)

    def decision(self, element: Element) -> m.Decision:
        """A decision with its expression."""
        name, type_ref = self.variable(element)
        return m.Decision(
            id=self.identity(element),
            name=squeezed(element.get("name", "")) or name,
            type=type_ref,
            expression=self.expression_in(element, name=name),
            requires=self.references(element, "informationRequirement", "requiredInput", "requiredDecision"),
            knowledge=self.references(element, "knowledgeRequirement", "requiredKnowledge"),
            question=self.text(element, "question"),
            description=self.text(element, "description"),
            variable=name,
        )

    def knowledge(self, element: Element) -> m.Knowledge:
        """A business knowledge model."""
        logic = self.one(element, "encapsulatedLogic")
        name, type_ref = self.variable(element)
        function = self.function(logic) if logic is not None else m.FunctionExpression((), None, type_ref)
        return m.Knowledge(
            id=self.identity(element),
            name=name,
            function=function,
            knowledge=self.references(element, "knowledgeRequirement", "requiredKnowledge"),
        )

    def service(self, element: Element) -> m.DecisionService:
        """A decision service."""

        def refs(*tags: str) -> tuple[str, ...]:
            return tuple(self.target(e) for tag in tags for e in self.all(element, tag))

        name, type_ref = self.variable(element)
        inputs = refs("inputData", "inputDecision")
        return m.DecisionService(self.identity(element), name, refs("outputDecision"), inputs, type_ref)
