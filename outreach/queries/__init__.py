"""All SQL, session first. Nothing here commits: `database.session_scope` does, at the edge."""
