"""Recovery by several people: arranged, contributed to, rehearsed."""
