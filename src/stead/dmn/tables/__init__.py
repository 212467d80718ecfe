"""Decision models: read, and compiled to column expressions."""
