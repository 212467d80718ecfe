"""DMN decision tables and FEEL, compiled to column expressions."""
