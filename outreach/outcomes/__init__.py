"""What became of the graduates: figures of a survey, and what of them may be shown. Pure; frames in, tables out."""

from outreach.outcomes.disclosure import Mode, protect
from outreach.outcomes.measuring import Measured, Question, measured
from outreach.outcomes.rates import ACTIVITIES, Rate, career_outcomes_rate, knowledge_rate, response_rate
from outreach.outcomes.tables import HIDDEN, NO_SHARE, Table

__all__ = [
    "ACTIVITIES", "HIDDEN", "NO_SHARE", "Measured", "Mode", "Question", "Rate", "Table", "career_outcomes_rate",
    "knowledge_rate", "measured", "protect", "response_rate",
]  # fmt: skip
