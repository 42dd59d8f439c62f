"""The opened vault that every use case stands on: keys, ring, journal, records."""
