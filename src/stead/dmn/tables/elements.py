"""The parts of DMN's XML that all its elements share: children, texts, types, variables and languages."""

from xml.etree.ElementTree import Element


class Elements:
    """Reads the elements of one namespace; elements of other namespaces are extensions and are skipped.

    language: the expression language of the whole file, which an expression may override.
    """

    def __init__(self, namespace: str, said: str, language: str = "") -> None:
        self.prefix = f"{{{namespace}}}"
        self.said = said
        self.language = language

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
        return self.plain_type(element.get("typeRef") or self.text(element, "typeRef"))

    def plain_type(self, name: str) -> str:
        """The name of a type without the prefix of its namespace."""
        return name.rpartition("}")[2].rpartition(":")[2].strip()

    def variable(self, element: Element) -> tuple[str, str]:
        """Name and type of the variable that an element declares."""
        variable = self.one(element, "variable")
        name = variable.get("name", "") if variable is not None else ""
        return squeezed(name or element.get("name", "")), self.type_of(variable)

    def foreign(self, element: Element | None) -> str:
        """The language of an expression that is not in FEEL; empty for FEEL."""
        own = element.get("expressionLanguage", "") if element is not None else ""
        language = own or self.language
        return "" if not language or "feel" in language.lower() else language


def squeezed(name: str) -> str:
    """A name with each run of white space as one space: FEEL names do not differ by spacing."""
    return " ".join(name.split())
