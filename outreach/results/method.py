"""How the figures were made, for the method sheet, the report and the page: `templates/results/method.toml`."""

import tomllib

from outreach.duties import Language
from outreach.outcomes import words
from outreach.results.published import Results
from outreach.settings import settings


def method(results: Results, language: Language) -> list[tuple[str, str]]:
    """(what, how), with the disclosure rule of this publication."""
    told = tomllib.loads((settings().templates_dir / "results" / "method.toml").read_text("utf-8"))
    rule = words.words_of(words.NOTES, results.content["mode"], language)
    values = {"hide_below": str(results.content["hide_below"]), "rule": rule}
    return [(each[f"what_{language}"], _put_in(each[f"how_{language}"], values)) for each in told.values()]


def _put_in(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text
