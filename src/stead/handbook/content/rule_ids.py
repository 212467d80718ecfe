"""Ids of rules: "<clause>-<table>-<n>", given out once and never again."""

import re
from collections.abc import Collection
from functools import lru_cache

from stead.dmn import DmnError
from stead.dmn import read as read_dmn
from stead.handbook.content.differences import next_id
from stead.handbook.content.differences.dmn_form import with_rule_ids


@lru_cache(maxsize=512)
def ids_in(text: str) -> frozenset[str]:
    """The rule ids of a DMN text; none where it cannot be read.

    Each save asks for those of every wording that a table ever had, which stay the same.
    """
    try:
        model = read_dmn(text.encode())
    except DmnError:
        return frozenset()
    tables = [decision.table for decision in model.all_decisions if decision.table]
    return frozenset(rule.id for table in tables for rule in table.rules if rule.id)


def numbered(path: str, text: str, known: Collection[str], used: Collection[str]) -> str:
    """The text with new rules numbered on where an editor gave them ids of its own.

    known: ids that stay as they are, whatever they look like. used: ids that were ever given out.
    """
    prefix = path.removesuffix(".dmn").replace("/", "-")
    own = re.compile(re.escape(prefix) + r"-\d+")
    found = ids_in(text)
    taken = {*found, *used}
    fresh: dict[str, str] = {}
    # In the order in which they stand, so that the numbers rise from top to bottom.
    for rule_id in sorted(found, key=lambda one: text.index(f'"{one}"') if f'"{one}"' in text else 0):
        if rule_id not in known and not own.fullmatch(rule_id):
            fresh[rule_id] = next_id(f"{prefix}-0", taken)
            taken.add(fresh[rule_id])
    return with_rule_ids(text, fresh) if fresh else text
