"""What can be fetched whole? The catalogue, its files, and what changed from edition to edition."""
