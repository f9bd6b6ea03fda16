"""Who should work with whom, and why: suggestions with reasons that anyone can check."""
