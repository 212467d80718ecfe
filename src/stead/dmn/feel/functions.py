"""All built-in functions of FEEL by name."""

from stead.dmn.feel import aggregates, contexts, dates, lists, numeric, ranges, texts
from stead.dmn.feel.values import FunctionValue

_MODULES = (lists, aggregates, contexts, numeric, texts, dates, ranges)

BUILT_IN: dict[str, FunctionValue] = {
    function.name: function for module in _MODULES for function in module.FUNCTIONS
}
