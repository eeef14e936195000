"""What readers get, as text to read and compare. `UPDATE_SNAPSHOTS=1 pytest tests/rendering` writes it anew."""

import os
from pathlib import Path

import pytest

from outreach import tags
from outreach.rendering import example_values, render

SNAPSHOTS = Path(__file__).parent / "snapshots"
LETTERS = [
    ("graduation-invitation", "sv", None),
    ("graduation-invitation", "en", "juridik"),
    ("graduation-invitation", "sv", "dsv"),
    ("graduation-reminder-month", "sv", "fysikum"),
    ("graduation-reminder-week", "en", None),
    ("graduation-reminder-after", "sv", None),
    ("graduation-reminder-after", "en", None),
    ("approval-request", "sv", None),
]


@pytest.mark.parametrize(("message", "language", "code"), LETTERS)
def test_letter_reads_as_agreed(home, shipped_messages, example_context, message, language, code):
    letter = render(
        message,
        language=language,
        department_code=code,
        purpose=shipped_messages[message],
        context=example_context,
    )
    nonce = tags.nonce_in(letter.subject, letter.html, letter.text)
    filled = tags.substitutions(nonce, example_values(language))
    said = tags.fill(f"Subject: {letter.subject}\nPreheader: {letter.preheader}\n\n{letter.text}", filled)
    path = SNAPSHOTS / f"{message}.{letter.variant}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(said, encoding="utf-8")
    assert said == path.read_text(encoding="utf-8")
