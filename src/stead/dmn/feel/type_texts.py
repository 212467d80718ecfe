"""The texts of FEEL types, such as list<context<name: string>>, taken apart (DMN 1.5, 10.3.1.2)."""


def split_type(type_name: str) -> tuple[str, str]:
    """The type and what stands in its pointed brackets."""
    outer, separator, rest = type_name.partition("<")
    return outer.strip(), rest.removesuffix(">").strip() if separator else ""


def entries_in(text: str) -> list[tuple[str, str]]:
    """Names and types of a context's entries; commas inside pointed brackets divide nothing."""
    found: list[str] = []
    depth = 0
    for part in text.split(",") if text else []:
        if depth:
            found[-1] += "," + part
        else:
            found.append(part)
        depth += part.count("<") - part.count(">")
    pairs = (part.partition(":") for part in found)
    return [(name.strip(), kind.strip()) for name, _, kind in pairs]
