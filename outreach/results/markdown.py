"""A publication as an artifact in Prefect: the main figures, a plot, and where everything can be read."""

from base64 import b64encode

from outreach.duties import Language
from outreach.results.charts import charts
from outreach.results.plot import drawn
from outreach.results.published import Results
from outreach.results.report import between
from outreach.results.sentences import answered, findings
from outreach.results.wording import percent, speaker
from outreach.settings import settings
from outreach.tags import CONTROL


def address(results: Results, language: Language) -> str:
    """Where anybody reads it."""
    return f"{settings().public_url.rstrip('/')}/results/{results.slug}?lang={language}"


def markdown(results: Results, language: Language) -> str:
    """Sentences, the activities as a table, and a plot with its words."""
    say = speaker(language)
    lines = [f"## {results.title(language)}", "", answered(results, language), ""]
    lines += [f"- {finding.text}" for finding in findings(results, language)]
    lines += ["", f"| {say('answer')} | {say('count')} | {say('share')} | {say('interval')} |", "|---|---:|---:|---:|"]
    for cell in results.sheets["activity.all"].cells if "activity.all" in results.sheets else ():
        name = CONTROL.sub(" ", results.column_words("activity", cell.column, language)).replace("|", "\\|")
        count = say("hidden") if cell.count is None else str(cell.count)
        lines.append(f"| {name} | {count} | {percent(cell.estimate, language)} | {between(cell, language)} |")
    for chart in charts(results, language)[:1]:
        picture = b64encode(drawn(chart, "png")).decode()
        lines += ["", f"![{chart.alternative}](data:image/png;base64,{picture})"]
    return "\n".join([*lines, "", address(results, language)])
