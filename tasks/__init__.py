"""The steps flows share, one file a stage of the spine. A task opens a session, calls the nouns and returns ids or counts."""
