"""Money, clock, HTML components, the embedded database. No business words."""
