"""The history of the catalogue's schema, run in code."""
