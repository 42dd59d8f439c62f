"""Identifiers in texts: how they are written, which are valid, which words name them."""
