"""Counts stand in groups of three in banks' Chinese tables too, as amounts do."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
