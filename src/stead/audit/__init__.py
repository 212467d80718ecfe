"""The append-only ledger of what was done and what was looked at."""
