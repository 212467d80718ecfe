"""Tags of the nights' pages."""
