"""Clauses, versions and decide(): a table in, a table out."""
