"""Decision tables that are no decision by themselves: those inside functions, contexts and the like."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from stead.dmn.tables import model as m


@dataclass(frozen=True)
class Inner:
    """What an expression inside a model may know: the model with what is named on the way as its elements."""

    model: m.Model
    name: str
    requires: tuple[str, ...]
    knowledge: tuple[str, ...]

    def tables(self, expression: m.Expression | None) -> Iterator[tuple[m.Model, m.Decision]]:
        """Each table of the expression as a decision of its own, in a model that has what it may name."""
        match expression:
            case m.DecisionTable():
                yield self.model, self._decision(self.name, expression)
            case m.ContextExpression():
                inside = self
                for name, entry in expression.entries:
                    yield from inside.tables(entry)
                    inside = inside._naming(inside._decision(name, entry))
                yield from inside.tables(expression.result)
            case m.FunctionExpression():
                inside = self
                for name, type_ref in expression.parameters:
                    inside = inside._naming(m.InputData(inside._id(name), name, type_ref))
                yield from inside.tables(expression.body)
            case m.ConditionalExpression(condition, then, otherwise):
                yield from self._all((condition, then, otherwise))
            case m.ListExpression(items):
                yield from self._all(items)
            case m.Invocation():
                yield from self._all(tuple(binding for _, binding in expression.bindings))

    def _all(self, parts: tuple[m.Expression, ...]) -> Iterator[tuple[m.Model, m.Decision]]:
        for part in parts:
            yield from self.tables(part)

    def _id(self, name: str) -> str:
        return f"{name} in {self.name} {len(self.requires)}"

    def _decision(self, name: str, expression: m.Expression) -> m.Decision:
        return m.Decision(
            self._id(name), name, expression=expression, requires=self.requires, knowledge=self.knowledge
        )

    def _naming(self, element: m.InputData | m.Decision) -> "Inner":
        """The same with one name more, which hides another of its spelling."""
        model = self.model
        if isinstance(element, m.InputData):
            model = replace(model, input_data=(*model.input_data, element))
        else:
            model = replace(model, all_decisions=(*model.all_decisions, element))
        seen = [one for one in self.requires if self.model.by_id[one].name != element.name]
        return replace(self, model=model, requires=(*seen, element.id))


def inner_tables(model: m.Model, owner: m.Decision | m.Knowledge) -> Iterator[tuple[m.Model, m.Decision]]:
    """The tables inside a decision that is none itself, or inside a business knowledge model."""
    if isinstance(owner, m.Knowledge):
        yield from Inner(model, owner.name, (), owner.knowledge).tables(owner.function)
    elif owner.table is None:
        known = tuple(one for one in owner.requires if one in model.by_id)
        yield from Inner(model, owner.name, known, owner.knowledge).tables(owner.expression)
