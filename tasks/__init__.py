"""The steps flows share, one file a stage: a task opens a session, calls the nouns and returns ids or counts."""
