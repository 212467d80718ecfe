"""Formats of numbers where ours differ from those of Django."""
