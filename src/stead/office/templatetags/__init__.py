"""Tags of the handbook's pages."""
