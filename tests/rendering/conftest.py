"""What the tests of rendering share: an office's own folder of templates, and a person with their values."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from outreach.rendering import person_values
from outreach.rendering.examples import CONTEXT
from outreach.settings import ROOT

SHIPPED = ROOT / "templates" / "email"
MESSAGES = {
    "graduation-invitation": "invitation",
    "graduation-reminder-month": "invitation",
    "graduation-reminder-week": "invitation",
    "graduation-reminder-after": "invitation",
    "approval-request": None,
}


@pytest.fixture
def write(home: Path, tmp_path: Path, set_environment: Callable[..., None]) -> Callable[..., Path]:
    """Write a template `name` with `body` into an office's own folder; `top` are further lines of front matter."""
    templates = tmp_path / "templates"
    (templates / "email").mkdir(parents=True)
    for layout in SHIPPED.glob("*.jinja"):
        shutil.copy(layout, templates / "email")
    set_environment(templates_dir=templates)

    def write_(name: str, body: str = "Hej!", *, subject: str = "Ett brev", top: str = "") -> Path:
        path = templates / "email" / name
        path.write_text(f"---\nsubject: {subject}\npreheader: Kort sagt\n{top}---\n{body}\n", encoding="utf-8")
        return path

    return write_


@pytest.fixture
def values() -> Callable[..., dict[str, str]]:
    """A person's values, with whatever name is given."""

    def values_(first: str = "Åsa", last: str = "Öberg", language: str = "sv") -> dict[str, str]:
        links = {name: f"https://alumni.example.org/{name}/a.b" for name in ("join", "preferences", "unsubscribe")}
        return person_values(first_name=first, last_name=last, programme="", language=language, links=links)

    return values_


@pytest.fixture
def shipped_messages() -> dict[str, str | None]:
    """Every message we ship and its purpose."""
    return MESSAGES


@pytest.fixture
def example_context() -> dict[str, object]:
    return CONTEXT
