"""The log as mathematics: entries, Merkle tree, proofs, checkpoints. No I/O."""
