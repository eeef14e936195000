"""What results say, in Swedish and English: plain, careful, and never more than the figures bear."""

from collections.abc import Callable
from typing import Any

from outreach.duties import Language
from outreach.outcomes.words import Words

SUMS: Words = {
    "working": (
        "Arbetar (heltid, deltid, eget eller praktik)",
        "Working (full or part time, own business, internship)",
    ),
    "seeking": ("Söker arbete eller studier", "Looking for work or studies"),
}

TEXTS: Words = {
    "cohort": ("Examen {months}, {after} månader efteråt", "Degrees of {months}, {after} months later"),
    "kind_high": ("(4 eller 5 av 5)", "(4 or 5 of 5)"),
    "kind_mean": ("(medelvärde)", "(mean)"),
    "university": ("hela universitetet", "the whole university"),
    "hidden": ("visas inte", "not shown"),
    "group": ("Grupp", "Group"),
    "within": ("Hör till", "Belongs to"),
    "answer": ("Svar", "Answer"),
    "count": ("Antal", "Number"),
    "base": ("Av antal", "Out of"),
    "share": ("Andel", "Share"),
    "mean": ("Medelvärde", "Mean"),
    "median": ("Median", "Median"),
    "low": ("Intervall, från", "Interval, from"),
    "high": ("Intervall, till", "Interval, to"),
    "interval": ("95 %-intervall", "95% interval"),
    "weighted": ("Viktat", "Weighted"),
    "weighted_low": ("Viktat, från", "Weighted, from"),
    "weighted_high": ("Viktat, till", "Weighted, to"),
    "effective_base": ("Effektivt antal", "Effective number"),
    "mark": ("Anmärkning", "Remark"),
    "contents": ("Innehåll", "Contents"),
    "method": ("Metod", "Method"),
    "written": ("Egna ord", "In their own words"),
    "sheet": ("Blad", "Sheet"),
    "table": ("Tabell", "Table"),
    "question": ("Fråga", "Question"),
    "by": ("efter", "by"),
    "figure": ("Diagram i ord", "The chart in words"),
    "everyone": ("Hela universitetet", "The whole university"),
    # sentences
    "answered": (
        "Av {base} personer med examen {months} svarade {count}, det är {share}.",
        "Of {base} people with a degree of {months}, {count} answered, that is {share}.",
    ),
    "answered_hidden": (
        "Hur många som svarade kan inte visas för en så liten grupp.",
        "How many answered cannot be shown for so small a group.",
    ),
    "working_is": (
        "Av dem som svarade arbetade {share} ({interval}, {base} svar).",
        "Of those who answered, {share} were working ({interval}, {base} answers).",
    ),
    "studying_is": (
        "{share} studerade vidare ({interval}, {base} svar).",
        "{share} were in further study ({interval}, {base} answers).",
    ),
    "seeking_is": (
        "{share} sökte arbete eller studier ({interval}, {base} svar).",
        "{share} were looking for work or studies ({interval}, {base} answers).",
    ),
    "outcomes_is": (
        "Av dem som hade eller sökte arbete eller studier var {share} i arbete, tjänstgöring eller studier"
        " ({interval}, {base} svar).",
        "Of those who had or looked for work or study, {share} were in work, service or study"
        " ({interval}, {base} answers).",
    ),
    "months_is": (
        "Hälften av dem som har haft ett arbete som passar utbildningen hade det inom {median} från examen"
        " ({base} svar).",
        "Half of those who have had a job that fits the education had it within {median} of the degree"
        " ({base} answers).",
    ),
    "month": ("{number} månad", "{number} month"),
    "months": ("{number} månader", "{number} months"),
    "months_at_once": (
        "Minst hälften av dem som har haft ett arbete som passar utbildningen hade det redan vid examen ({base} svar).",
        "At least half of those who have had a job that fits the education had it when they took the degree"
        " ({base} answers).",
    ),
    "high_is": (
        "”{question}”: {share} svarade 4 eller 5 av 5 ({interval}, {base} svar).",
        "“{question}”: {share} answered 4 or 5 of 5 ({interval}, {base} answers).",
    ),
    "again_is": (
        "{share} skulle välja samma utbildning igen ({interval}, {base} svar).",
        "{share} would choose the same education again ({interval}, {base} answers).",
    ),
    "interval_is": ("osäkerhet {low}–{high}", "uncertainty {low}–{high}"),
    "wide": (
        "Så få har svarat att andelen bara går att säga grovt.",
        "So few have answered that the share can be told only roughly.",
    ),
    "compared": ("För hela universitetet är det {share}.", "For the whole university it is {share}."),
    "too_few": (
        "Visas inte, för att svaren är för få eller för att skydda enskilda: {what}.",
        "Not shown, because the answers are too few or to protect single people: {what}.",
    ),
    "what_working": ("hur många som arbetade", "how many were working"),
    "what_studying": ("hur många som studerade vidare", "how many were in further study"),
    "what_seeking": ("hur många som sökte arbete eller studier", "how many were looking for work or studies"),
    "what_outcomes": (
        "andelen i arbete, tjänstgöring eller studier", "the share in work, service or study",
    ),
    "what_months": ("tiden till första arbetet", "the time to the first job"),
    "what_again": ("om man skulle välja samma utbildning igen", "whether they would choose the same education again"),
}  # fmt: skip


def speaker(language: Language) -> Callable[..., str]:
    """`say(key, **values)`: the text in the language."""

    def say(key: str, **values: Any) -> str:
        return TEXTS[key][0 if language == "sv" else 1].format(**values)

    return say


def percent(share: float | None, language: Language, decimals: int = 0) -> str:
    """ "82 %" or "82%"; "" for nothing."""
    if share is None:
        return ""
    figure = f"{share * 100:.{decimals}f}"
    return f"{figure.replace('.', ',')}\u00a0%" if language == "sv" else f"{figure}%"


def decimal(value: float | None, language: Language) -> str:
    """A mean or median with at most one decimal; "" for nothing."""
    if value is None:
        return ""
    figure = f"{value:.1f}".removesuffix(".0")
    return figure.replace(".", ",") if language == "sv" else figure
