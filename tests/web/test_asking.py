"""The mail that asks for a signature: until it is taken, saying truly what a yes means and whom it holds for."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from outreach import asking
from outreach.mail import transport_from
from outreach.outgoing import OutgoingBatch, Proof, Result
from outreach.settings import settings
from tests.web.conftest import MakePerson
from tests.web.test_approval import code_of, end, lay_campaign, open_campaign, own_duties

__all__ = ["own_duties"]  # a fixture


@dataclass
class Post:
    """A transport that treats each address as it was told to, and takes all others."""

    name: str = "post"
    answers: dict[str, Callable[[str], Result]] = field(default_factory=dict)
    taken: list[OutgoingBatch] = field(default_factory=list)

    def send(self, batch: OutgoingBatch) -> Result:
        reader = batch.addressees[0]
        result = self.answers.get(reader.address, lambda token: Result(Proof.ACCEPTED))(reader.token)
        if result == Result(Proof.ACCEPTED):
            self.taken.append(batch)
        return result


@pytest.fixture
def waiting(sqlite_db: str, make_person: MakePerson) -> int:
    """A campaign with two people on their way."""
    return lay_campaign(make_person)


def addresses() -> list[str]:
    return [person.email for person in settings().coordinators]


def test_each_coordinator_is_asked_once_for_a_text_whichever_campaign_it_waits_in(waiting: int) -> None:
    post = Post()
    other = open_campaign("2027-VT", ["already_asked", "already_asked", None])
    assert [asking.ask(campaign, 1, post) for campaign in (waiting, waiting, other)] == [len(addresses()), 0, 0]
    assert [batch.addressees[0].address for batch in post.taken] == addresses()


@pytest.mark.parametrize(
    "answer",
    [
        lambda token: Result(Proof.NOT_SENT, sentence="The mail server cannot be reached."),
        lambda token: Result(Proof.UNKNOWN, sentence="The connection broke off."),
        lambda token: Result(Proof.REFUSED, sentence="No."),
        lambda token: Result(Proof.ACCEPTED, refused={token: "mailbox unavailable"}),
        lambda token: Result(Proof.ACCEPTED, not_sent=frozenset({token})),
        lambda token: Result(Proof.ACCEPTED, unknown=frozenset({token})),
    ],
)
def test_whose_mail_was_not_taken_is_asked_by_the_next_run_and_nobody_else(
    waiting: int, caplog: pytest.LogCaptureFixture, answer: Callable[[str], Result]
) -> None:
    unlucky, *others = addresses()
    assert others
    post = Post(answers={unlucky: answer})
    assert asking.ask(waiting, 1, post) == len(others)
    assert "is asked again" in caplog.text
    assert unlucky not in caplog.text
    post.answers.clear()
    assert asking.ask(waiting, 1, post) == 1
    assert [batch.addressees[0].address for batch in post.taken] == [*others, unlucky]
    assert asking.ask(waiting, 1, post) == 0


def test_mail_has_the_code_and_counts_all_who_wait_under_it(waiting: int) -> None:
    open_campaign("2027-VT", ["already_asked", "already_asked", None], department="fysikum")
    end(open_campaign("2026-VT", [None, None, None]))
    post = Post()
    asking.ask(waiting, 1, post)
    text = " ".join(post.taken[0].text.split())
    assert code_of(waiting) in text
    assert "3 personer väntar på brevet just nu" in text
    assert "- Fysikum: 1 " in text
    assert "graduation-invitation/2026-HT/central: 2 - graduation-invitation/2027-VT/central: 1" in text
    assert "2026-VT" not in text
    assert post.taken[0].subject.endswith("2026-HT, 2027-VT (brev 1 av 4)")


def test_mail_says_when_it_is_asked_again(waiting: int, own_duties: Callable[..., None]) -> None:
    once, each = Post(), Post()
    asking.ask(waiting, 1, once)
    own_duties('"once_per_text"', '"each_time"')
    asking.ask(waiting, 1, each)
    said = [" ".join(post.taken[0].text.split()) for post in (once, each)]
    assert ["Nya mottagare av samma text frågar vi inte om" in text for text in said] == [True, False]
    assert ["tillkommer någon mottagare, efter att ni har sagt ja frågar vi igen" in text for text in said] == [
        False,
        True,
    ]


def test_mail_arrives_through_a_real_transport(waiting: int) -> None:
    assert asking.ask(waiting, 1, transport_from(settings())) == len(addresses())
    assert len(list(settings().outbox.glob("office/**/*.eml"))) == len(addresses())
