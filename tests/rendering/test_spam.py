"""SpamAssassin finds nothing to object to in what we send."""

import re
import shutil
import subprocess
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from outreach import tags
from outreach.rendering import example_values, render

SPAMASSASSIN = shutil.which("spamassassin")

pytestmark = [
    pytest.mark.spamassassin,
    pytest.mark.skipif(SPAMASSASSIN is None, reason="spamassassin is not installed"),
]


def composed(message: str, language: str) -> bytes:
    letter = render(message, language=language, purpose="invitation")
    values = {name: value.replace("http://127.0.0.1:8400", "https://alumni.example.org") for name, value in
              example_values(language).items()}  # fmt: skip
    filled = tags.substitutions(tags.nonce_in(letter.html), values)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Alumn <alumn@alumni.example.org>"
    mail["To"] = "asa@reader.example.net"
    mail["Subject"] = tags.fill(letter.subject, filled)
    mail["Date"] = "Sun, 22 Nov 2026 12:00:00 +0100"
    mail["Message-ID"] = "<1.2@alumni.example.org>"
    mail["List-Unsubscribe"] = f"<{values['link_unsubscribe']}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(tags.fill(letter.text, filled))
    mail.add_alternative(tags.fill(letter.html, filled), subtype="html")
    return mail.as_bytes()


@pytest.mark.parametrize(
    ("message", "language"),
    [("graduation-invitation", "sv"), ("graduation-invitation", "en"), ("graduation-reminder-after", "sv")],
)
def test_message_scores_nothing(home, message, language):
    done = subprocess.run(
        [SPAMASSASSIN, "-L", "-t"], input=composed(message, language), capture_output=True, check=True
    )
    report = done.stdout.decode("utf-8", "replace")
    score = re.search(r"^X-Spam-Status: .*?score=(-?[\d.]+)", report, re.MULTILINE)
    assert score is not None, report
    assert float(score[1]) <= 0.0, report[report.find("Content analysis") :]
