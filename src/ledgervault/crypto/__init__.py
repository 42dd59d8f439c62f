"""Keys and bytes: suites, records, ring, identities. Knows nothing of documents."""
