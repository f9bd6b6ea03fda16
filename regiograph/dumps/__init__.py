"""Files of what an edition says: whole and by dataset, in every format; same edition, same bytes."""
