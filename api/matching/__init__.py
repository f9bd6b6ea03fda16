"""Who could work with whom? Suggestions with their reasons."""
