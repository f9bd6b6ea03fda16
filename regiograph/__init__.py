"""Regiograph, the library: settings, IRIs, archive, store, editions, query service."""

__version__ = "0.1.0"
