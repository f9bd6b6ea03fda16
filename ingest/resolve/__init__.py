"""From names as written to the entities they mean, each decision with its score and its reason."""
