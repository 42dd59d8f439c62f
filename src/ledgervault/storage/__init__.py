"""Adapters: files, SQLite, locks and the clock behind the ports."""
