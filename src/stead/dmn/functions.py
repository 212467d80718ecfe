"""All built-in functions of FEEL by name."""

from stead.dmn import dates, lists, numeric, texts
from stead.dmn.values import FunctionValue

BUILT_IN: dict[str, FunctionValue] = {
    function.name: function
    for function in (*lists.FUNCTIONS, *numeric.FUNCTIONS, *texts.FUNCTIONS, *dates.FUNCTIONS)
}
