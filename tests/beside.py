"""Where files lie that some tests read and that are no part of the project: a bank's, the kit, cases."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]


def beside(variable: str, *parts: str) -> Path:
    """The folder that an environment variable names, or that lies in `shared`, beside the checkout or one up.

    Where there is none the folder beside the checkout is the answer, for the test to name when it skips.
    """
    if os.environ.get(variable):
        return Path(os.environ[variable])
    places = [CHECKOUT.parents[up].joinpath("shared", *parts) for up in range(min(2, len(CHECKOUT.parents)))]
    return next((place for place in places if place.exists()), places[0])
