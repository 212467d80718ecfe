"""Past nights decided again, side by side."""
