"""Encrypted document vault for bookkeeping agencies."""

__version__ = "0.1.0"
