"""A folder of configuration whose questionnaires a test writes itself."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from outreach.settings import ROOT
from tests.conftest import forget_settings

Write = Callable[[str, str], None]


@pytest.fixture
def written(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write `config/surveys/<name>`; the shipped ones stand beside it."""
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    monkeypatch.setenv("OUTREACH_CONFIG_DIR", str(config))

    def write(name: str, content: str) -> None:
        path = config / "surveys" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
        forget_settings()

    return write
