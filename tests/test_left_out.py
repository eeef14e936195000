"""What `make test` says before the tests."""

from pathlib import Path

import pytest

from tests import left_out


def test_every_check_a_machine_cannot_make_is_named_with_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    left_out.main()
    said = capsys.readouterr().out.splitlines()
    assert len(said) == len(left_out.NEEDED)
    assert all(line.startswith("LEFT OUT: ") and line.endswith(" is not installed.") for line in said)
    assert "LEFT OUT: exported files opened in LibreOffice: libreoffice-calc-nogui is not installed." in said


def test_a_machine_that_has_a_program_makes_its_check(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "soffice"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    left_out.main()
    assert "LibreOffice" not in capsys.readouterr().out
