"""Ingest: scan, read once, classify, seal, make packs durable, then one transaction."""
