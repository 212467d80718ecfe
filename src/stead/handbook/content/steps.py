"""A process (BPMN) as steps in words, for whoever cannot see the drawing: who does what, what comes next."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stead.handbook.content.value_words import Reader

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
KINDS: dict[str, str | Promise] = {
    "startEvent": _("start"),
    "endEvent": _("end"),
    "intermediateCatchEvent": _("wait"),
    "intermediateThrowEvent": _("message"),
    "boundaryEvent": _("deadline"),
    "userTask": _("by hand"),
    "manualTask": _("by hand"),
    "serviceTask": _("by the system"),
    "scriptTask": _("by the system"),
    "businessRuleTask": _("by a table of the handbook"),
    "sendTask": _("message"),
    "receiveTask": _("wait"),
    "task": _("step"),
    "callActivity": _("another process"),
    "subProcess": _("part"),
    "exclusiveGateway": _("one way of several"),
    "parallelGateway": _("all ways at once"),
    "inclusiveGateway": _("one or more ways"),
    "eventBasedGateway": _("whatever comes first"),
}


_NAME = re.compile(r'\sname="([^"]* / [^"]*)"')


@dataclass(frozen=True)
class Way:
    """What comes next, and on which condition."""

    condition: str
    to: str


@dataclass(frozen=True)
class Step:
    """One step: its name, what kind it is, who does it."""

    number: int
    name: str
    kind: str | Promise
    who: str
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Process:
    """A process for reading."""

    path: str  # "3.1/opening.bpmn"
    title: str
    steps: tuple[Step, ...]

    @property
    def name(self) -> str:
        """Clause and process: 3.1/opening."""
        return self.path.removesuffix(".bpmn")

    @property
    def file(self) -> str:
        """The name that its page has within the clause."""
        return self.name.partition("/")[2]

    @property
    def has_lanes(self) -> bool:
        """Whether it says who does what."""
        return any(step.who for step in self.steps)


def process(source: str, path: str, reader: Reader) -> Process | None:
    """The steps of a BPMN file in the order in which one comes to them; None when it cannot be read."""
    try:
        root: Element = fromstring(source)
    except (ParseError, DefusedXmlException, ValueError):
        return None
    nodes = {node.get("id", ""): node for node in root.iter() if node.tag.removeprefix(BPMN) in KINDS}
    flows = [flow for flow in root.iter(f"{BPMN}sequenceFlow") if flow.get("targetRef") in nodes]
    lanes = {
        (reference.text or "").strip(): reader.label(lane.get("name", ""))
        for lane in root.iter(f"{BPMN}lane")
        for reference in lane.iter(f"{BPMN}flowNodeRef")
    }
    order = list(_in_order(nodes, flows))
    named_parts = {f"{BPMN}process", f"{BPMN}participant"}
    titles = (one.get("name", "") for one in root.iter() if one.tag in named_parts)
    title = next((reader.label(one) for one in titles if one), path.rpartition("/")[2].removesuffix(".bpmn"))

    def named(node_id: str) -> str:
        node = nodes[node_id]
        return reader.label(node.get("name", "")) or str(KINDS[node.tag.removeprefix(BPMN)])

    steps = tuple(
        Step(
            number,
            named(node_id),
            KINDS[nodes[node_id].tag.removeprefix(BPMN)],
            lanes.get(node_id, ""),
            tuple(
                Way(reader.label(flow.get("name", "")), named(flow.get("targetRef", "")))
                for flow in flows
                if flow.get("sourceRef") == node_id
            ),
        )
        for number, node_id in enumerate(order, start=1)
    )
    return Process(path, title, steps)


def in_language(source: str, reader: Reader) -> str:
    """The file with every name that has both languages in the language of the reader, for the drawing."""
    return _NAME.sub(lambda found: f' name="{reader.label(found[1])}"', source)


def _in_order(nodes: dict[str, Element], flows: Iterable[Element]) -> Iterator[str]:
    """The nodes as one comes to them from the start; those that nothing leads to come last."""
    after: dict[str, list[str]] = {}
    for flow in flows:
        after.setdefault(flow.get("sourceRef", ""), []).append(flow.get("targetRef", ""))
    for node_id, node in nodes.items():
        # A deadline stands at the step that it watches.
        if node.get("attachedToRef"):
            after.setdefault(node.get("attachedToRef", ""), []).append(node_id)
    waiting = [node_id for node_id, node in nodes.items() if node.tag == f"{BPMN}startEvent"]
    seen: set[str] = set()
    for begin in [*waiting, *nodes]:
        line = [begin]
        while line:
            node_id = line.pop(0)
            if node_id not in seen and node_id in nodes:
                seen.add(node_id)
                yield node_id
                line += after.get(node_id, [])
