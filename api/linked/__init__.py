"""What is at this address? Things, words and tables, as pages and as data."""
