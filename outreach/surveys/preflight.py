"""Before a survey is signed: who can be reached, who is left out and why, and how many answers that may give."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from sqlalchemy.orm import Session

from outreach.duties import Duty, Language
from outreach.models import Survey
from outreach.queries import surveys
from outreach.queries.surveys import ASKED_IN_ANOTHER, STILL_STUDYING, Cohort
from outreach.surveys.opening import times_of


@dataclass(frozen=True)
class Preflight:
    """People, and shares of 1. `expected`: answers, by the share of those reached who answered earlier surveys of the
    kind (`as_before`), or by the target where there are none. `needed`: answers that meet the target."""

    survey: str
    cohort: Cohort
    unwilling: int
    as_before: float | None
    expected: int
    needed: int
    enough: bool

    @property
    def reached(self) -> int:
        return self.cohort.asked - self.cohort.unreached - self.unwilling


def preflight(session: Session, survey: Survey, duty: Duty) -> Preflight:
    """What the frozen cohort promises, counted in whole answers; the target counts everyone who is asked.

    Raises PermanentFailure for a duty that is no survey.
    """
    times = times_of(duty)
    cohort = surveys.cohort(session, survey.id)
    as_before = surveys.share_answered(session, survey.questionnaire, survey.months_after, survey.id)
    share = times.target_response if as_before is None else as_before
    unwilling = surveys.unwilling(session, survey.id, duty)
    reached = cohort.asked - cohort.unreached - unwilling
    needed = ceil(cohort.asked * Fraction(str(times.target_response)))
    enough = reached * share >= cohort.asked * times.target_response
    return Preflight(survey.slug, cohort, unwilling, as_before, round(reached * share), needed, enough)


WORDS = {
    "sv": {
        "people": "Tog examen",
        STILL_STUDYING: "– läser fortfarande vid universitetet, tillfrågas inte",
        ASKED_IN_ANOTHER: "– tillfrågas redan i en annan uppföljning",
        "asked": "Ska tillfrågas",
        "unreached": "– utan adress som fungerar",
        "unwilling": "– har sagt nej till brev eller lämnat alumnnätverket",
        "reached": "Kan nås",
        "expected": "Väntade svar",
        "needed": "Svar som målet kräver",
        "as_before": "Räknat på att {share} av dem som nåtts har svarat tidigare.",
        "no_past": "Ännu finns ingen avslutad uppföljning att räkna på: målet, {share}, är antaget.",
        "enough": "Det räcker till målet.",
        "short": "Det räcker inte till målet. Rätta adresserna före utskicket, eller be institutionen påminna.",
    },
    "en": {
        "people": "Completed a degree",
        STILL_STUDYING: "– still study at the university, not asked",
        ASKED_IN_ANOTHER: "– are asked in another follow-up already",
        "asked": "To be asked",
        "unreached": "– without an address that works",
        "unwilling": "– have said no to letters or left the alumni network",
        "reached": "Can be reached",
        "expected": "Expected answers",
        "needed": "Answers the target needs",
        "as_before": "Counted on {share} of those reached having answered before.",
        "no_past": "No follow-up has closed yet to count on: the target, {share}, is assumed.",
        "enough": "That is enough for the target.",
        "short": "That is not enough for the target. Mend addresses before sending, or ask the department to remind.",
    },
}


def lines(found: Preflight, language: Language) -> list[tuple[str, int]]:
    """The report's lines: what is counted, and how many."""
    say = WORDS[language]
    counts = [("people", found.cohort.people)]
    counts += [(why, found.cohort.excluded.get(why, 0)) for why in (STILL_STUDYING, ASKED_IN_ANOTHER)]
    counts += [("asked", found.cohort.asked), ("unreached", found.cohort.unreached)]
    counts += [("unwilling", found.unwilling), ("reached", found.reached)]
    counts += [("expected", found.expected), ("needed", found.needed)]
    return [(say[name], number) for name, number in counts]


def sentences(found: Preflight, duty: Duty, language: Language) -> str:
    """What the expected answers are counted on, and whether they are enough."""
    say = WORDS[language]
    share = f"{times_of(duty).target_response if found.as_before is None else found.as_before:.0%}"
    share = share.replace("%", " %") if language == "sv" else share
    basis = say["no_past" if found.as_before is None else "as_before"].format(share=share)
    return f"{basis} {say['enough' if found.enough else 'short']}"


def markdown(found: Preflight, duty: Duty, language: Language) -> str:
    """The report as a table and two sentences."""
    rows = "\n".join(f"| {name} | {number} |" for name, number in lines(found, language))
    return f"| {found.survey} | |\n| --- | ---: |\n{rows}\n\n{sentences(found, duty, language)}"
