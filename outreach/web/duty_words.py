"""What a duty and a run of it are called, and what the duty does, in the reader's language."""

import re

from outreach import departments, duties
from outreach.duties import Language
from outreach.models import DutyRun
from outreach.prefect_runs import Deployment
from outreach.web import texts

MARKS = re.compile(r"\*+|`")
PARAGRAPH = re.compile(r"\n+")


def title(duty: str, language: Language) -> str:
    """As the configuration has it; of what stands in none, what our texts say or else its name."""
    known = duties.duties().get(duty)
    if known:
        return known.title(language)
    key = f"start.title_{duty.replace('-', '_')}"
    return texts.speaker(language)(key) if texts.has(key) else duty.replace("-", " ").capitalize()


def about(deployment: Deployment, language: Language) -> str:
    """What it does: what our texts say or else the deployment's own description, of which the part in *italics* is
    English. Plain text."""
    key = f"start.about_{deployment.name.replace('-', '_')}"
    if texts.has(key):
        return texts.speaker(language)(key)
    paragraphs = [part.strip() for part in PARAGRAPH.split(deployment.description) if part.strip()]
    english = [part for part in paragraphs if part.startswith("*") and not part.startswith("**")]
    swedish = [part for part in paragraphs if part not in english]
    chosen = (swedish or english) if language == "sv" else (english or swedish)
    return " ".join(MARKS.sub("", " ".join(part.split())) for part in chosen)


def whose(run: DutyRun, language: Language) -> str:
    """The department a run is for; "" for the whole university."""
    row = departments.departments().get(run.department_code or "")
    return row.name(language) if row else run.department_code or ""
