"""Whom does this name mean? The Reconciliation API, and whole lists of names."""
