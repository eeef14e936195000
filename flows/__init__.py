"""One file a duty: its parameters, and a handful of calls in the order of the spine."""
