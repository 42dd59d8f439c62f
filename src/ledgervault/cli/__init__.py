"""Arguments and words. No business facts, no SQL, no cryptography."""
