"""Questionnaires as data: read from `config/surveys/`, checked, and what an answer to them may be."""

from outreach.questionnaires.answering import Checked, Value, checked, kept, read, shown, stored
from outreach.questionnaires.doubts import doubts
from outreach.questionnaires.reading import check, extra_sections, questionnaire, questionnaires
from outreach.questionnaires.shape import Choice, Kind, Question, Questionnaire, Section, Words

__all__ = [
    "Checked", "Choice", "Kind", "Question", "Questionnaire", "Section", "Value", "Words", "check", "checked", "doubts",
    "extra_sections", "kept", "questionnaire", "questionnaires", "read", "shown", "stored",
]  # fmt: skip
