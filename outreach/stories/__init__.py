"""Stories taken in from files, and their pictures."""
