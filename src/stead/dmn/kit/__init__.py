"""The technology compatibility kit."""
