"""What is wrong with what somebody wrote about a visit or an event, in Swedish and English."""

from collections.abc import Sequence
from typing import NamedTuple

from outreach.places import Choice


class Wrong(NamedTuple):
    """`field`: our column."""

    field: str
    sv: str
    en: str

    def sentence(self, language: int) -> str:
        """In Swedish (0) or English (1), with the name of the column."""
        return f"{self.field}: {self[1 + language]}"


class Slip(ValueError):
    """One value that cannot be used. `choices`: the places among which a name does not choose."""

    def __init__(self, sv: str, en: str, choices: Sequence[Choice] = ()) -> None:
        super().__init__(en)
        self.sv, self.en = sv, en
        self.choices = tuple(choices)


class Refused(ValueError):
    """A visit or an event that cannot be taken as it is written. `choices`: field -> the places to choose among."""

    def __init__(self, problems: Sequence[Wrong], choices: dict[str, tuple[Choice, ...]] | None = None) -> None:
        super().__init__("; ".join(problem.sentence(1) for problem in problems))
        self.problems = list(problems)
        self.choices = choices or {}
