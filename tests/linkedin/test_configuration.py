"""The office's file: the shipped one is in order, and what is wrong in another is named."""

from collections.abc import Callable
from datetime import time
from pathlib import Path

import pytest

from outreach.cli.reporting import problems
from outreach.errors import PermanentFailure
from outreach.linkedin.configuration import FILE, Slot, configuration
from outreach.settings import ROOT
from outreach.story import Channel, Kind

SHIPPED = (ROOT / "config" / FILE).read_text(encoding="utf-8")


@pytest.fixture
def written(home: Path, tmp_path: Path, set_environment: Callable[..., None]) -> Callable[[str], None]:
    """Write another file in place of the shipped one."""

    def write(text: str) -> None:
        for path in (ROOT / "config").glob("*.*"):
            (tmp_path / "config").mkdir(exist_ok=True)
            (tmp_path / "config" / path.name).write_bytes(path.read_bytes())
        (tmp_path / "config" / FILE).parent.mkdir(exist_ok=True)
        (tmp_path / "config" / FILE).write_text(text, encoding="utf-8")
        set_environment(config_dir=tmp_path / "config")

    return write


def test_the_shipped_file_is_in_order(home: Path) -> None:
    read = configuration()
    assert read.channels[Channel.LINKEDIN_PAGE].slots[0] == Slot(1, time(8, 30))
    assert [scheduler.file for scheduler in read.schedulers] == [
        "buffer.csv", "sprout.csv", "hootsuite.csv", "ayrshare.csv"
    ]  # fmt: skip
    assert read.tags.of(Kind.PORTRAIT, "dsv", "en") == (
        "AlumniStories", "ComputerAndSystemsSciences", "StockholmUniversity", "alumni"
    )  # fmt: skip
    assert problems() == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"tuesday 08:30"', '"tisdag 08:30"', "'tisdag 08:30' is not a weekday and a time"),
        ('"tuesday 08:30"', '"tuesday 25:00"', "'tuesday 25:00' is not a weekday and a time"),
        ('"thursday 08:30"', '"tuesday 08:30"', "tuesday 08:30 stands twice"),
        ("urn:li:organization:1234567", "1234567", "organisation: String should match"),
        ('language = "both"', 'language = "de"', "language: Input should be 'sv', 'en' or 'both'"),
        ('"alumn"]', '"#alumn"]', "always.1: String should match pattern"),
        ('zone = "UTC"', 'zone = "Mars/Base"', "'Mars/Base' is no time zone"),
        ("dsv = [", "okand = [", "There is no department 'okand'"),
        (
            "[channels.linkedin_group]",
            "[channels.newsletter]",
            "channels: there must be linkedin_page and linkedin",
        ),
        ('"ayrshare.csv"', '"buffer.csv"', "schedulers: two write buffer.csv"),
        ('file = "sprout.csv"', 'file = "../sprout.csv"', "file: String should match"),
        ('["link", "link"]', '["link", "url"]', "columns.2.1: Input should be"),
        ("max_tags = 5", "max_tags = 5\ncolour = 1", "tags.colour: Extra inputs are not permitted"),
        ("[tags]", "[tags", "cannot be read"),
    ],
)
def test_what_is_wrong_is_named_and_outreach_check_says_it(
    written: Callable[[str], None], old: str, new: str, said: str
) -> None:
    assert old in SHIPPED
    written(SHIPPED.replace(old, new, 1))
    with pytest.raises(PermanentFailure) as failure:
        configuration()
    assert said in str(failure.value)
    assert "\n" not in str(failure.value)
    assert str(failure.value) in problems()


def test_a_missing_file_is_said_to_be_missing(written: Callable[[str], None], tmp_path: Path) -> None:
    written(SHIPPED)
    (tmp_path / "config" / FILE).unlink()
    with pytest.raises(PermanentFailure, match=r"linkedin\.toml is missing"):
        configuration()
