"""Forgetting people: in the database, in every file of ours, and in what stands on the disk behind both."""
