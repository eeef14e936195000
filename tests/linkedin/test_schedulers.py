"""Each scheduler's file to the letter, and what breaks its limits."""

import csv
from io import StringIO

import pandas as pd
import pytest

from outreach.errors import PermanentFailure
from outreach.linkedin.configuration import Scheduler, configuration
from outreach.linkedin.schedulers import written
from tests.linkedin.conftest import POST, post, posts

ADDRESS = "https://alumni.example.org/images/abc-1200.jpg"
HOSTILE = '=HYPERLINK("https://evil.example.org","x"),\n\n"citat"; +46\tslut'


def scheduler(file: str) -> Scheduler:
    return next(one for one in configuration().schedulers if one.file == file)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline="")))


def test_buffer_to_the_letter() -> None:
    made = written(scheduler("buffer.csv"), [post(picture="abc", text="Hej\n\nTack")], {"abc": ADDRESS})
    assert made == f'Text,Image URL,Tags,Posting Time\r\n"Hej\n\nTack","{ADDRESS}","","2026-11-24 08:30"\r\n'


def test_sprout_to_the_letter() -> None:
    made = written(scheduler("sprout.csv"), [post(text="Hej")], {})
    assert made == 'date,time_24hr,message_text\r\n"24/11/2026","08:30","Hej"\r\n'


def test_hootsuite_to_the_letter_without_header_and_the_address_once() -> None:
    made = written(scheduler("hootsuite.csv"), [POST], {})
    assert made == '"11/24/2026 08:30","En nyhet\n\nDet här har hänt.\n\n#alumn","https://www.example.org/nyhet"\r\n'


def test_ayrshare_to_the_letter_in_utc() -> None:
    made = written(scheduler("ayrshare.csv"), [post(picture="abc", text="Hej")], {"abc": ADDRESS})
    assert made == f'post,platforms,mediaUrls,scheduleDate\r\n"Hej","linkedin","{ADDRESS}","2026-11-24T07:30:00Z"\r\n'


@pytest.mark.parametrize("file", ["buffer.csv", "sprout.csv", "hootsuite.csv", "ayrshare.csv"])
def test_the_text_stands_exactly_as_it_will_be_posted(file: str) -> None:
    made = written(scheduler(file), [post(text=HOSTILE, link=None)], {})
    assert HOSTILE in rows(made)[-1]
    frame = pd.read_csv(StringIO(made, newline=""), header=None, dtype=str, keep_default_na=False)
    assert HOSTILE in set(frame.iloc[-1])


def test_no_posts_make_a_file_with_its_header_alone() -> None:
    assert written(scheduler("buffer.csv"), [], {}) == "Text,Image URL,Tags,Posting Time\r\n"
    assert written(scheduler("hootsuite.csv"), [], {}) == ""


@pytest.mark.parametrize(
    ("file", "count", "minutes", "said"),
    [
        ("buffer.csv", 101, 60, "Buffer cannot be written: it takes at most 100 posts, and there are 101"),
        ("sprout.csv", 351, 60, "Sprout Social cannot be written: it takes at most 350 posts, and there are 351"),
        ("sprout.csv", 2, 9, "Sprout Social cannot be written: story/0 and story/1 are less than 10 minutes apart"),
        ("hootsuite.csv", 351, 60, "Hootsuite cannot be written: it takes at most 350 posts, and there are 351"),
        ("hootsuite.csv", 2, 12, r"Hootsuite cannot be written: story/1 is not at a minute it takes \(every 5\)"),
    ],
)
def test_a_broken_limit_is_named_with_the_scheduler(file: str, count: int, minutes: int, said: str) -> None:
    with pytest.raises(PermanentFailure, match=said):
        written(scheduler(file), posts(count, minutes), {})


def test_as_much_as_the_limits_allow_is_written() -> None:
    assert len(rows(written(scheduler("buffer.csv"), posts(100), {}))) == 101
    assert len(rows(written(scheduler("sprout.csv"), posts(350, 10), {}))) == 351
    assert len(rows(written(scheduler("hootsuite.csv"), posts(350, 5), {}))) == 350


def test_a_text_longer_than_linkedin_takes_is_named() -> None:
    with pytest.raises(PermanentFailure, match="story/en-nyhet is longer than 3000 characters"):
        written(scheduler("buffer.csv"), [post(text="x" * 3001)], {})


def test_mentions_are_names_in_a_schedulers_file() -> None:
    made = written(scheduler("sprout.csv"), [post(text="Tack @[SU](urn:li:organization:1)!")], {})
    assert rows(made)[1][2] == "Tack @SU!"
