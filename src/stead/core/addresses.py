"""How a number, a key or a file's name stands in an address, whatever signs the bank's own have."""

import re

from django.urls import register_converter


class AddressPart:
    """Text of any signs as one part of an address; a slash, and dots that browsers read as folders, are
    written ~2F and ~2E.

    A slash that somebody typed is taken as it is: servers turn %2F into one before anything sees it.
    """

    regex = ".+"

    def to_python(self, value: str) -> str:
        """The text as the bank writes it."""
        return re.sub("~(2F|2E|7E)", lambda found: chr(int(found[1], 16)), value)

    def to_url(self, value: str) -> str:
        """The text as one part of an address; what else is not plain, Django quotes."""
        text = value.replace("~", "~7E").replace("/", "~2F")
        return text.replace(".", "~2E") if set(text) == {"."} else text


register_converter(AddressPart, "part")
