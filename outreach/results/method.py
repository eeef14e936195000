"""How the figures were made, for the method sheet, the report and the page."""

from outreach.duties import Language
from outreach.outcomes import words
from outreach.results.published import Results
from outreach.results.wording import METHOD, PROTECTION


def method(results: Results, language: Language) -> list[tuple[str, str]]:
    """(what, how), with the disclosure rule of this publication."""
    told = [(what, how.format(hide_below=results.content["hide_below"])) for what, how in METHOD[language]]
    told[PROTECTION] = (told[PROTECTION][0], words.words_of(words.NOTES, results.content["mode"], language))
    return told
