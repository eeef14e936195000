"""The form on the accessibility page: what somebody could not use, told by anybody, so that everything is hostile."""

import re
from dataclasses import dataclass

from starlette.datastructures import FormData

from outreach import tags
from outreach.register.addresses import normalised_address
from outreach.web.forms import value
from outreach.web.profile import INVISIBLE

LONGEST_PAGE, LONGEST_STORY = 500, 4000
TRAP = "website"  # a field that no reader sees; what fills it in is no reader
FIELDS = ("fault_page", "fault_story", "fault_email")
# What makes a link a person's own (`links.Signer`, a link to sign in): whoever has it is that person to us.
SECRET = re.compile(r"(?<![\w-])(?:[\w-]+\.[\w-]+\.[\w-]+\.[\w-]{24}|[\w-]{40,64})(?![\w-])")


@dataclass(frozen=True)
class Report:
    """`typed`: field -> what stands in the form; `wrong`: field -> the text that says why; `trapped`: no reader."""

    typed: dict[str, str]
    wrong: dict[str, str]
    trapped: bool = False
    page: str = ""
    story: str = ""
    email: str | None = None


def empty(page: str = "") -> Report:
    """The form before anybody has typed; `page` is what they were looking at, where the link here said so."""
    return Report(dict.fromkeys(FIELDS, "") | {"fault_page": without_secret(_line(page)[:LONGEST_PAGE])}, {})


def read(form: FormData) -> Report:
    """The form as it was sent."""
    typed = {name: value(form, name) for name in FIELDS}
    page, story = without_secret(_line(typed["fault_page"])), without_secret(_lines(typed["fault_story"]))
    wanted = _line(typed["fault_email"])
    email = normalised_address(wanted) if wanted else None
    wrong = {}
    if len(page) > LONGEST_PAGE:
        wrong["fault_page"] = "wrong.fault_page"
    if not story:
        wrong["fault_story"] = "wrong.fault_empty"
    elif len(story) > LONGEST_STORY:
        wrong["fault_story"] = "wrong.fault_long"
    if wanted and email is None:
        wrong["fault_email"] = "wrong.email"
    return Report(typed, wrong, bool(value(form, TRAP)), page, story, email)


def without_secret(text: str) -> str:
    """Addresses without what makes them a person's own: `.../preferences/…`. Coordinators read them."""
    return SECRET.sub("…", text)


def _line(typed: str) -> str:
    return " ".join(INVISIBLE.sub("", tags.CONTROL.sub(" ", typed)).split())


def _lines(typed: str) -> str:
    """Its paragraphs, without control characters and marks nobody sees."""
    lines = [_line(line) for line in typed.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
