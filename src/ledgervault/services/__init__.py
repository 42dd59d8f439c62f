"""Use cases: one a file, none imports another."""
