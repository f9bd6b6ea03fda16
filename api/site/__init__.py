"""What of an edition can stand on any file server? A folder of pages, data, tables and SPARQL."""
