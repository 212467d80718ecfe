"""All built-in functions of FEEL by name."""

from stead.dmn import dates, lists, numeric, ranges, texts
from stead.dmn.values import FunctionValue

BUILT_IN: dict[str, FunctionValue] = {
    function.name: function
    for functions in (lists.FUNCTIONS, numeric.FUNCTIONS, texts.FUNCTIONS, dates.FUNCTIONS, ranges.FUNCTIONS)
    for function in functions
}
