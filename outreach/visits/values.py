"""One kind of field each: what was written in, what it means out. Raises Slip. Pure but for the configuration."""

import re
from collections.abc import Callable

from outreach import places
from outreach.departments import department_words
from outreach.event import Place
from outreach.sheets.reading import folded
from outreach.stories import texts
from outreach.stories.problems import RefusedStory
from outreach.visits.columns import CENTRAL, INTEREST_WORDS, WHOLE_COUNTRY
from outreach.visits.drafts import DEFAULT_RADIUS_KM
from outreach.visits.slips import Slip

MOST_SEATS = 5_000
MOST_GUESTS = 10  # a person may bring
FARTHEST_KM = 20_038  # half way round the earth
FIRST_YEAR, LAST_YEAR = 1900, 2100
BETWEEN = re.compile(r"[;|,\n]")


def place(city: str, country: str) -> Place:
    """Which city is meant. The Slip holds the choices where several are."""
    if not city.strip():
        raise Slip("Orten saknas.", "The city is missing.")
    try:
        return places.find(city, country or None)
    except places.Ambiguous as several:
        raise Slip(several.sentence("sv"), several.sentence("en"), several.choices) from None
    except places.Unknown as unknown:
        raise Slip(unknown.sentence("sv"), unknown.sentence("en"), unknown.near) from None


def line(text: str) -> str:
    """One line of plain text."""
    return _text(texts.title, text)


def markdown(text: str) -> str:
    return _text(texts.body, text)


def needed(text: str) -> str:
    """One line that may not be empty."""
    return line(text) or _missing()


def _missing() -> str:
    raise Slip("Det här fältet måste fyllas i.", "This must be filled in.")


def _text(clean: Callable[[str, str], tuple[str, object]], text: str) -> str:
    try:
        return clean(text, "texten")[0]
    except RefusedStory as refused:
        raise Slip(f"{refused.problem.sentence(0)}.", f"{refused.problem.sentence(1)}.") from None


def seats(text: str) -> int:
    return _whole(text or _missing(), 1, MOST_SEATS)


def guests(text: str) -> int:
    return _whole(text, 0, MOST_GUESTS) if text else 0


def year(text: str) -> int | None:
    return _whole(text, FIRST_YEAR, LAST_YEAR) if text else None


def _whole(text: str, least: int, most: int) -> int:
    plain = re.sub(r"[\s\u00a0]", "", text)
    if re.fullmatch(r"[+-]?[0-9]{1,12}(\.0)?", plain) and least <= int(float(plain)) <= most:
        return int(float(plain))
    raise Slip(
        f"{text[:40]!r} går inte: skriv ett helt tal från {least} till {most}.",
        f"{text[:40]!r} will not do: write a whole number from {least} to {most}.",
    )


def radius(text: str) -> float | None:
    """Kilometres; None for the whole country."""
    if not text:
        return DEFAULT_RADIUS_KM
    if folded(text) in WHOLE_COUNTRY:
        return None
    plain = re.sub(r"\s*km$", "", text.strip().lower()).replace(",", ".").replace(" ", "")
    if re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", plain) and 1 <= float(plain) <= FARTHEST_KM:
        return float(plain)
    raise Slip(
        f"Avståndet {text[:40]!r} går inte: skriv kilometer, från 1 till {FARTHEST_KM}, eller hela landet.",
        f"The distance {text[:40]!r} will not do: write kilometres, from 1 to {FARTHEST_KM}, or whole country.",
    )


def department(text: str) -> str | None:
    """A code or a name; None for the central office."""
    return None if not text or folded(text) in CENTRAL else _department(text)


def _department(text: str) -> str:
    code = department_words().get(" ".join(text.split()).casefold())
    if code is None:
        raise Slip(
            f"Institutionen {text[:80]!r} finns inte i config/departments.csv.",
            f"The department {text[:80]!r} does not stand in config/departments.csv.",
        )
    return code


def departments(text: str) -> tuple[str, ...]:
    """Codes or names with `;`, `|` or `,` between them. A name may itself hold a comma."""
    if not text:
        return ()
    alone = department_words().get(" ".join(text.split()).casefold())
    parts = re.split(r"[;|\n]", text) if re.search(r"[;|\n]", text) else text.split(",")
    return (alone,) if alone else tuple(sorted({_department(part.strip()) for part in parts if part.strip()}))


def interests(text: str) -> tuple[str, ...]:
    """What people have offered to do, by our words or the Swedish ones."""
    return tuple(sorted({_interest(part) for part in BETWEEN.split(text) if part.strip()}))


def _interest(text: str) -> str:
    if found := INTEREST_WORDS.get(folded(text)):
        return found
    known = ", ".join(sorted(set(INTEREST_WORDS.values())))
    raise Slip(
        f"Intresset {text.strip()[:40]!r} finns inte. Det finns: {known}.",
        f"There is no interest {text.strip()[:40]!r}. There are: {known}.",
    )
