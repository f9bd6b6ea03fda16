"""HTTP only: every route translates between HTTP and the library."""
