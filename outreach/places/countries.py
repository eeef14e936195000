"""Countries: their names in the reader's language (Babel's), and which one a word means."""

from functools import cache

from babel import Locale

from outreach.duties import LANGUAGES
from outreach.places.folding import folded

NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
# What people write and Babel does not.
ALSO = {
    "GB": ["UK", "U.K.", "Great Britain", "Storbritannien", "England", "Scotland", "Skottland", "Wales", "Nordirland"],
    "US": ["U.S.", "U.S.A.", "USA", "United States of America", "Amerikas förenta stater", "Förenta staterna"],
    "NL": ["Holland", "The Netherlands"],
    "AE": ["UAE", "Emiraten"],
    "CZ": ["Czech Republic", "Tjeckiska republiken"],
    "KR": ["Korea", "Republic of Korea"],
    "CN": ["People's Republic of China"],
    "HK": ["Hong Kong", "Hongkong"],
    "MO": ["Macau", "Macao"],
    "TR": ["Turkey", "Turkiet"],
    "CI": ["Ivory Coast", "Elfenbenskusten"],
    "BY": ["Vitryssland", "Belarus"],
    "VN": ["Viet Nam"],
    "RU": ["Russian Federation"],
    "IR": ["Islamic Republic of Iran"],
}


@cache
def countries(language: str) -> dict[str, str]:
    """ISO 3166-1 alpha-2 code -> name, in the language (sv, en)."""
    names = Locale.parse(language).territories.items()
    return {code: name for code, name in names if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES}


@cache
def _words() -> dict[str, str]:
    full = [(code, name) for language in LANGUAGES for code, name in countries(language).items()]
    named = {folded(part): code for code, name in full for part in (*name.rstrip(")").split("("), name)}
    also = {folded(name): code for code, names in ALSO.items() for name in names}
    return named | also | {code.casefold(): code for code in countries("en")}


def country_code(word: str) -> str | None:
    """The code of a country by its code or its name in Swedish or English; None for a word that is no country."""
    return _words().get(folded(word))


def country_name(code: str, language: str) -> str:
    return countries(language).get(code, code)
