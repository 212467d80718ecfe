"""The whole software as its users have it: real processes, a real database, a real browser."""
