"""Countries in the reader's language, from Babel."""

from functools import cache
from unicodedata import combining, normalize

from babel import Locale

from outreach.duties import Language

NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
SWEDISH_LAST = str.maketrans({"å": "{a", "ä": "{b", "ö": "{c"})  # these sort after z, and { is the sign after z


@cache
def countries(language: Language) -> tuple[tuple[str, str], ...]:
    """(ISO 3166-1 alpha-2 code, name), in the alphabetical order of `language`."""
    names = Locale.parse(language).territories
    found = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    real = [pair for pair in found if pair[0] not in NOT_COUNTRIES]
    return tuple(sorted(real, key=lambda pair: in_alphabet(pair[1], language)))


def in_alphabet(name: str, language: Language) -> str:
    """Accents do not count, except that Swedish has three letters of its own at the end."""
    folded = name.casefold().translate(SWEDISH_LAST if language == "sv" else {})
    return "".join(sign for sign in normalize("NFKD", folded) if not combining(sign))


def is_country(code: str) -> bool:
    return any(code == known for known, _ in countries("en"))
