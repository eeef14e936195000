"""Editions of the newsletter: when they open, what stands in them, who is asked for stories."""
