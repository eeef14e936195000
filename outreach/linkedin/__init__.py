"""Posts for the university's LinkedIn page and the alumni group, made of what the pool has to tell."""
