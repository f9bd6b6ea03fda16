"""The catalogue: what there is to have, as DCAT-AP 3.0.1, for portals that harvest and for people."""
