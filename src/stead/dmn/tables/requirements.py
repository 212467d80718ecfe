"""What a decision may know: each name in it has one meaning, and requirements lead somewhere in the file."""

from collections.abc import Iterator, Mapping

from stead.dmn.errors import DmnError, FeelError, Place
from stead.dmn.tables import model as m

_SAID_MAX = 40
Element = m.InputData | m.Decision | m.Knowledge | m.DecisionService


def decision_of(model: m.Model, key: str) -> m.Decision:
    """The decision of a name or id; raises DmnError for none and for a name that several have."""
    named = [one for one in model.all_decisions if one.name == key]
    found = named or [one for one in model.all_decisions if one.id == key]
    if not found:
        known = ", ".join(sorted(repr(one.name) for one in model.all_decisions)[:_SAID_MAX])
        raise DmnError(
            "there is no decision {decision}; the model has {known}",
            decision=repr(key),
            known=known or "none",
        )
    if len(found) > 1:
        ids = ", ".join(repr(one.id) for one in found)
        raise DmnError(
            "several decisions are called {decision}; rename all but one, or use an id: {ids}",
            decision=repr(key), ids=ids,
        )  # fmt: skip
    return found[0]


def refuse_unclear(model: m.Model, decision: m.Decision) -> None:
    """Raises FeelError where a decision requires what is not in the file, or two things of one name."""
    place = Place(decision.name, decision_id=decision.id)
    names: dict[str, str] = {}
    for one in (*decision.requires, *_all_knowledge(model, decision.knowledge)):
        found = model.by_id.get(one)
        if found is None:
            raise _leads_nowhere(model, one, place)
        if isinstance(found, m.DecisionService):
            for inner in (*found.outputs, *found.inputs):
                if inner not in model.by_id:
                    raise _leads_nowhere(model, inner, Place(found.name))
        if names.setdefault(found.name, one) != one:
            raise FeelError(
                "requires two things that are called {name}; rename one of them",
                place, kind="name", name=repr(found.name),
            )  # fmt: skip


def _all_knowledge(model: m.Model, ids: tuple[str, ...]) -> Iterator[str]:
    """The knowledge that is required, and what that requires in turn, each once."""
    seen: dict[str, None] = {}
    waiting = list(ids)
    while waiting:
        one = waiting.pop(0)
        if one not in seen:
            seen[one] = None
            found = model.by_id.get(one)
            waiting.extend(found.knowledge if isinstance(found, m.Knowledge) else ())
    yield from seen


def _leads_nowhere(model: m.Model, href: str, place: Place) -> FeelError:
    if "#" in href:
        return FeelError(
            "requires {href}, which is in another model ({namespace} is this one); "
            "imports are not followed: copy what is required into this file",
            place, kind="name", href=repr(href), namespace=repr(model.namespace),
        )  # fmt: skip
    return FeelError(
        "requires the element with the id {id}, which is not in the file; draw the requirement again",
        place, kind="name", id=repr(href),
    )  # fmt: skip


def refuse_unrequired(model: m.Model, decision: m.Decision, name: str, place: Place) -> None:
    """Raises FeelError when an undeclared name of a table is that of an element of the model.

    It would be taken for a column of that name, and a decision that is there would never be asked.
    """
    elements: tuple[Element, ...] = (
        *model.all_decisions, *model.knowledge_models, *model.services, *model.input_data
    )  # fmt: skip
    if any(one.name == name and one is not decision for one in elements):
        raise FeelError(
            "{name} is in the model but this decision does not require it; draw the requirement",
            place, kind="name", name=repr(name),
        )  # fmt: skip
    for one in decision.requires:
        required = model.by_id.get(one)
        if isinstance(required, m.Decision) and name in _other_names(required):
            raise FeelError(
                "{name} is the id, an output or the variable of decision {decision}; "
                "by the standard a decision is read by its name: write {decision}",
                place, kind="name", name=repr(name), decision=repr(required.name),
            )  # fmt: skip


def _other_names(decision: m.Decision) -> set[str]:
    """What some engines know a decision by, beside its name."""
    outputs = {one.name for one in decision.table.outputs} if decision.table is not None else set()
    return {decision.id, decision.variable, *outputs} - {""}


def refuse_shared_columns(paths: Mapping[str, str], given: Mapping[str, str]) -> None:
    """Raises DmnError when two inputs stand in one column, unless the caller named the column for both.

    paths: the column of each FEEL path, as the model and the caller have it.
    given: what the caller said, FEEL path to column.
    """
    taken: dict[str, str] = {}
    for path, column in paths.items():
        other = taken.setdefault(column, path)
        if other != path and not {path, other} <= set(given):
            raise DmnError(
                "the inputs {one} and {other} would both be in column {column}; "
                "rename one, or say which column each is in",
                one=repr(other), other=repr(path), column=repr(column),
            )  # fmt: skip
