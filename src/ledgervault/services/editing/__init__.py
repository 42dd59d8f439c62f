"""Edit: say otherwise what papers are; select, decide, file anew, record, undo."""
