"""`outreach export linkedin`: what is mistyped is said before anything is started."""

import pytest
from typer.testing import CliRunner

from outreach.cli.commands import app
from outreach.errors import PermanentFailure


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--week", "2026-W54"], "'2026-W54' is not a week. Write it like 2026-W47."),
        (["--department", "finns-inte"], "There is no department 'finns-inte' in config/departments.csv."),
    ],
)
def test_a_mistake_gets_one_sentence(sqlite_db: str, words: list[str], said: str) -> None:
    result = CliRunner().invoke(app, ["export", "linkedin", *words])
    assert isinstance(result.exception, PermanentFailure)
    assert str(result.exception) == said
