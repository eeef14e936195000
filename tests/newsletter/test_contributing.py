"""Departments are asked for stories once, reminded once, and only when their mail was not taken asked again."""

from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import unquote

from outreach import clock
from outreach.editions import contributing
from outreach.mail import Outbox
from outreach.outgoing import Proof, Result
from outreach.settings import settings
from tests.newsletter.conftest import DUTY, TUESDAY, Tale


def ask(weeks, transport=None):
    with clock.frozen(TUESDAY - timedelta(weeks=weeks)):
        return contributing.ask(DUTY, clock.today(), transport or Outbox(settings().outbox))


def asked():
    found = settings().outbox.glob("office/contributions/2026-Q4/**/*.eml")
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(found)]


class Takes:
    """Takes nothing before it is told to."""

    name = "outbox"

    def send(self, batch):
        return Result(Proof.NOT_SENT, sentence="Not now.")


def test_everyone_is_asked_once_and_the_silent_are_reminded_once(db, on_tuesday, tell):
    assert ask(7) == 0
    everyone = ask(6)
    assert everyone > 20
    assert [ask(weeks) for weeks in (6, 5, 4)] == [0, 0, 0]
    tell(Tale("told", department="juridik"), Tale("draft", department="fysikum", fields={"status": "draft"}))
    assert ask(3) == everyone - 2
    assert [ask(weeks) for weeks in (3, 2, 1)] == [0, 0, 0], "nobody is asked after the deadline"
    recipients = [str(mail["To"]) for mail in asked()]
    assert max(recipients.count(one) for one in recipients) == 2


def test_whose_mail_was_not_taken_is_asked_by_the_next_run(db, on_tuesday):
    assert ask(6, Takes()) == 0
    assert asked() == []
    assert ask(6) > 20


def test_the_mail_says_by_when_how_and_where(sqlite_db, on_tuesday):
    ask(6)
    mail = next(mail for mail in asked() if "juridik" in str(mail["To"]))
    text = mail.get_body(("plain",)).get_content()
    assert "Juridiska institutionen" in text
    assert "17 november 2026" in text
    assert "1 december 2026" in text
    assert f"{settings().public_url}/newsletter/contribute?lang=sv" in text
    assert "subject=Bidrag till nyhetsbrevet 2026-Q4: Juridiska institutionen" in unquote(text)


def test_nobody_is_asked_where_the_office_asks_nobody(sqlite_db, on_tuesday, monkeypatch):
    assert contributing.ask("graduation-invitation", clock.today(), Outbox(settings().outbox)) == 0
