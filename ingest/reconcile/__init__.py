"""Names people send → entities of an edition: candidates with score and reason, and what is known of them."""
