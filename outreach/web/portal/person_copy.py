"""What is known of somebody, in the words of whoever reads it. Pure: from the rows of an export to labels and texts."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from outreach.duties import Language
from outreach.web import persons, texts
from outreach.web.formats import Formats
from outreach.web.portal.person import Words

Rows = Sequence[Mapping[str, Any]]
# Field -> the kind of word its values are (`person_word.<kind>_<value>`).
KINDS = {"membership": "membership", "answer": "answer", "seat": "seat", "source": "source", "legal_basis": "basis"}


def readable(told: Mapping[str, Rows], language: Language) -> dict[str, list[dict[str, str]]]:
    """Table -> rows of label -> text, of what is not empty; without what only the database reads."""
    words = Words(language)
    return {
        table: [
            {
                _label(words, table, name): _text(words, table, name, value)
                for name, value in row.items()
                if _tells(name, value)
            }
            for row in rows
        ]
        for table, rows in told.items()
    }


def _tells(field: str, value: Any) -> bool:
    only_a_key = field == "id" or field.endswith(("_id", "_hash", "_folded"))
    return not only_a_key and value not in (None, "", [], {})


def _label(words: Words, table: str, field: str) -> str:
    for key in (f"copy.{table}_{field}", f"copy.{field}"):
        if texts.has(key):
            return words.say(key)
    return field.replace("_", " ")


def _text(words: Words, table: str, field: str, value: Any) -> str:
    if isinstance(value, bool):
        return words.say("copy.is_true") if value else words.say("copy.is_false")
    if isinstance(value, datetime):
        return Formats(words.language).moment(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return _word(words, table, field, str(value))


def _word(words: Words, table: str, field: str, said: str) -> str:
    match field:
        case "purpose":
            return words.purpose(said)
        case "scope":
            return words.scope(said)
        case "department_code":
            return words.department(said)
        case "country":
            return words.country(said)
        case "language":
            return persons.LANGUAGE_NAMES.get(said, said)
        case "reason":
            return words.among("because", said) if table == "suppressions" else words.reason(said)
        case "status":
            return words.among("story" if table == "stories" else "status", said)
        case _:
            return words.among(KINDS[field], said.replace(" ", "_")) if field in KINDS else said
