"""`outreach import visits` as a person meets it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from outreach import cli
from tests.visits.visit_files import AT_HOME, TOKYO, write

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process. Returns exit status, what it printed, what it complained."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["outreach", *words])
        try:
            cli.main()
            status = 0
        except SystemExit as left:
            status = int(left.code or 0)
        return status, *capsys.readouterr()

    return run


def test_good_rows_come_in_and_a_bad_one_is_said_by_the_status(sqlite_db: str, command: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "v.csv", TOKYO, AT_HOME | {"capacity": "0"})
    status, out, err = command("import", "visits", str(path))
    assert (status, err) == (3, "")
    assert "Events: 1 added" in out
    assert "1 rows rejected. See v.rejected.csv." in out
    path = write(tmp_path / "v.csv", TOKYO)
    assert command("import", "visits", str(path))[0] == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nowhere.csv",), "There is no file 'nowhere.csv'"),
        (("nowhere.ics",), "There is no file 'nowhere.ics'"),
        (("v.csv", "--force"), "not for visits"),
    ],
)
def test_a_mistake_gets_one_sentence(sqlite_db: str, command: Run, words: tuple[str, ...], sentence: str) -> None:
    status, out, err = command("import", "visits", *words)
    assert (status, out) == (1, "")
    assert sentence in err
    assert err.count("\n") == 1
