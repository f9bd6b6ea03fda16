"""What is asked by name, and what lasts? Named questions, the start page, frozen answers, editions."""
