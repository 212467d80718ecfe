"""Tiers, life stages and portfolios."""
