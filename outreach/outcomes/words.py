"""Plain words for the codes of the standard tables. A questionnaire's own questions and choices have theirs there."""

from collections.abc import Mapping

Words = Mapping[str, tuple[str, str]]  # code -> Swedish, English

ACTIVITIES: Words = {
    "full_time": ("Arbetar heltid (minst 30 timmar i veckan)", "Working full time (at least 30 hours a week)"),
    "part_time": ("Arbetar deltid", "Working part time"),
    "self_employed": ("Eget företag eller frilans", "Self-employed or freelance"),
    "internship": ("Praktik efter examen", "Internship after the degree"),
    "volunteer_service": ("Volontärtjänst", "Volunteer service"),
    "military": ("Militärtjänst", "Military service"),
    "continuing_education": ("Studerar vidare", "In further study"),
    "seeking_work": ("Söker arbete", "Looking for work"),
    "seeking_education": ("Söker vidare studier", "Looking for further study"),
    "not_seeking": ("Söker varken arbete eller studier", "Looking for neither work nor study"),
}

QUESTIONS: Words = {
    "response": ("Vilka svarade", "Who answered"),
    "activity": ("Huvudsaklig sysselsättning under mätveckan", "Main activity in the census week"),
    "career_outcomes": ("I arbete, tjänstgöring eller studier", "In work, service or study"),
    "months_to_first_job": ("Månader från examen till första jobbet", "Months from the degree to the first job"),
}

COLUMNS: Words = {
    "reached": ("Nådda av enkäten", "Reached by the survey"),
    "responded": ("Har svarat (svarsfrekvens)", "Answered (response rate)"),
    "known": ("Känd sysselsättning (kunskapsgrad)", "Activity known (knowledge rate)"),
    "career_outcomes": ("I arbete, tjänstgöring eller studier", "In work, service or study"),
    "high": ("Svarade något av de två högsta stegen", "Answered one of the two highest steps"),
    "mean": ("Medelvärde", "Mean"),
    "median": ("Median", "Median"),
}

DIMENSIONS: Words = {
    "all": ("Alla", "Everyone"),
    "department": ("Institution", "Department"),
    "programme": ("Program", "Programme"),
    "level": ("Nivå", "Level"),
    "cohort": ("Examensmånad", "Month of the degree"),
    "year": ("Examensår", "Year of the degree"),
}

GROUPS: Words = {
    "all": ("Alla", "Everyone"),
    "others": ("Övriga", "Others"),
    "not_known": ("Uppgift saknas", "Not known"),
    "first": ("Grundnivå", "First cycle"),
    "second": ("Avancerad nivå", "Second cycle"),
    "third": ("Forskarnivå", "Third cycle"),
}

MARKS: Words = {
    "hidden": (
        "visas inte: färre än 5, eller skyddar en uppgift om färre än 5",
        "not shown: fewer than 5, or protects a figure of fewer than 5",
    ),
    "no_share": ("..", ".."),
}

NOTES: Words = {
    "threshold": (
        "Antal från 1 till 4 visas inte. Fler uppgifter är dolda så att de inte kan räknas ut. Det syns inte"
        " vilka som är dolda av vilket skäl. Grupper med färre än tio svar redovisas tillsammans som övriga.",
        "Numbers from 1 to 4 are not shown. More figures are hidden so that those cannot be worked out; which is hidden"
        " for which reason is not shown. Groups with fewer than ten answers are put together as others.",
    ),
    "hesa": (
        "Alla antal är avrundade till närmaste femtal, också summorna var för sig. Andelar av färre än 22,5"
        " personer och medelvärden för högst 7 visas inte (..). Några uppgifter är dolda så att små antal inte kan"
        " räknas ut. Grupper med färre än tio svar redovisas tillsammans som övriga.",
        "All numbers are rounded to the nearest 5, totals too, each for itself. Shares of fewer than 22.5 people and"
        " averages of 7 or fewer are not shown (..). Some figures are hidden so that small numbers cannot be worked"
        " out. Groups with fewer than ten answers are put together as others.",
    ),
    "response": (
        "Svarsfrekvensen är andelen av alla i kullen som besvarade enkäten. Kunskapsgraden är andelen vars"
        " sysselsättning är känd, oavsett källa (NACE).",
        "The response rate is the share of everyone in the cohort who completed the survey. The knowledge rate is the"
        " share whose activity is known, whatever the source (NACE).",
    ),
    "career_outcomes": (
        "Andelen i arbete, volontärtjänst, militärtjänst eller vidare studier, av dem vars sysselsättning är känd."
        " De som varken söker arbete eller studier räknas inte med (NACE).",
        "The share in work, volunteer service, the military or further study, of those whose activity is known and who"
        " are looking for something or have it (NACE).",
    ),
    "weights": (
        "Viktade värden väger svaren så att institutioner och nivåer är så stora som i hela kullen"
        " (efterstratifiering). Det effektiva antalet är Kishs.",
        "Weighted values weight the answers so that departments and levels are as large as in the whole cohort"
        " (post-stratification). The effective number is Kish's.",
    ),
    "intervals": (
        "Intervallen är 95-procentiga (Wilson). För viktade värden räknas de på det effektiva antalet.",
        "Intervals are 95% (Wilson); those of weighted values use the effective number.",
    ),
    "median": (
        "Median bland dem som har haft ett jobb efter examen och har angett när det började. Övriga är inte med.",
        "Median among those who have had a job since the degree and said when it started; others are left out.",
    ),
    "mean": (
        "Medelvärde av skalans steg bland dem som svarade.",
        "Mean of the scale's steps among those who answered.",
    ),
    "high": (
        "Andelen som svarade något av skalans två högsta steg.",
        "The share who answered one of the two highest steps of the scale.",
    ),
}


def words_of(words: Words, code: str, language: str) -> str:
    """What a code means in `sv` or `en`; a code without words is given as it stands."""
    return words[code][0 if language == "sv" else 1] if code in words else code


def group_words(code: str, language: str) -> str:
    """A group's name where it is not a register's: `D1:others` is the others of D1."""
    parent, _, rest = code.rpartition(":")
    if rest != "others" or not parent:
        return words_of(GROUPS, code, language)
    return f"{parent}: {words_of(GROUPS, rest, language).lower()}"
