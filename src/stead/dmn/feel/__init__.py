"""FEEL: from text to compiled values."""
