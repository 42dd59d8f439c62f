"""What enters or leaves as a file: papers read, shares, registers, tables."""
