"""Getting messages out: one frozen batch in, one result out. Nothing here sees the database."""
