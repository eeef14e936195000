"""The coming quarter, week by week: who will be written to by whom, and who would be written to too often.

Nothing is written down but figures, and nobody is written to: people are read by the SELECTs that duties go by, and
the days are walked through in memory.
"""
