"""The form an invitation is answered in: what was typed, what it means, and what is wrong with it."""

import re
from dataclasses import dataclass

from starlette.datastructures import FormData

from outreach.event import Answer
from outreach.queries.seats import Standing
from outreach.web.forms import value

LONGEST_NEEDS, LONGEST_FEEDBACK = 500, 500
NO_VERSION = -1  # never that of an answer: a form without one is out of date
FIELDS = ("answer", "guests", "needs")
CONTROL = re.compile(r"[^\S\n]|[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Filled:
    """`typed`: field -> what stands in the form; `wrong`: field -> key of the text that says why.

    `answer` is None where nothing was chosen.
    """

    typed: dict[str, str]
    wrong: dict[str, str]
    answer: Answer | None = None
    guests: int = 0
    needs: str = ""
    version: int = NO_VERSION


def of(standing: Standing | None) -> Filled:
    """The form as it stands before anybody has typed."""
    if standing is None:
        return Filled({"answer": "", "guests": "0", "needs": ""}, {}, version=0)
    said = {"answer": standing.answer.value, "guests": str(standing.guests), "needs": standing.needs}
    return Filled(said, {}, standing.answer, standing.guests, standing.needs, standing.version)


def read(form: FormData, most_guests: int) -> Filled:
    """The form as it was sent. Guests count for a yes alone, needs for all but a no."""
    typed = {name: value(form, name) for name in FIELDS}
    answer = next((said for said in Answer if said.value == typed["answer"]), None)
    needs = "" if answer == Answer.NO else lines(typed["needs"])
    guests = _number(typed["guests"] or "0") if answer == Answer.YES else 0
    wrong = {}
    if answer is None:
        wrong["answer"] = "wrong.answer"
    if guests is None or not 0 <= guests <= most_guests:
        wrong["guests"] = "wrong.guests"
    if len(needs) > LONGEST_NEEDS:
        wrong["needs"] = "wrong.needs"
    version = _number(value(form, "version"))
    return Filled(typed, wrong, answer, guests or 0, needs, NO_VERSION if version is None else version)


def lines(typed: str) -> str:
    """What was typed, without control characters and space at the ends; its lines stay."""
    return CONTROL.sub(" ", typed.replace("\r\n", "\n")).strip()


def one_line(typed: str) -> str:
    """The same on one line."""
    return " ".join(lines(typed).split())


def _number(typed: str) -> int | None:
    """A whole number as people write it, None for anything else. Longer than nine digits is nobody's count."""
    plain = re.sub(r"[\s.,]", "", typed)
    return int(plain) if re.fullmatch(r"-?[0-9]{1,9}", plain) else None
