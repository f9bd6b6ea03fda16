"""The query service: public SPARQL, answered by worker processes that can be stopped. No HTTP here.

`front` is what others use; a worker imports as little as it can.
"""
