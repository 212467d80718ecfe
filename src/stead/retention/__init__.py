"""Warnings that a customer may be leaving."""
