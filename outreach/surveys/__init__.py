"""The life of a survey: which cohorts are due, what they are asked, what the letters say, what can be expected."""
