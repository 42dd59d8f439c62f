"""Composition root: the only place where adapters meet services."""
