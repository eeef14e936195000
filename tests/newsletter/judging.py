"""What judges a letter from outside: html-validate, axe-core in Chromium, SpamAssassin, and how each is asked."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import TYPE_CHECKING

from tests.newsletter.letters_of_the_sample import DUTY

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

CHROMIUM, SPAMASSASSIN = shutil.which("chromium"), shutil.which("spamassassin")
HTML_VALIDATE = shutil.which("html-validate")
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
# What mail programs need and pages do not: styles in the elements, sizes and places as attributes for Outlook, its
# conditional comments, and a role on a plain element, as Gmail drops <article>.
OF_MAILS = ("no-inline-style", "no-deprecated-attr", "no-conditional-comment", "prefer-native-element")

MAIL_IN_A_BOX = b"From judge Tue Dec  1 09:00:00 2026\n"


def html_errors(folder: Path, documents: Mapping[str, str], off: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Name -> what html-validate finds wrong in that document; `off`: the rules not asked. Writes into `folder`."""
    folder.mkdir(exist_ok=True)
    rules = {"root": True, "extends": ["html-validate:recommended"], "rules": dict.fromkeys(off, "off")}
    (folder / ".htmlvalidate.json").write_text(json.dumps(rules))
    for name, html in documents.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    files = [str(folder / f"{name}.html") for name in documents]
    done = subprocess.run([str(HTML_VALIDATE), "--formatter", "json", *files], capture_output=True, check=False)
    found = {
        Path(one["filePath"]).stem: [f"{said['line']}: {said['message']}" for said in one["messages"]]
        for one in json.loads(done.stdout)
        if one["messages"]
    }
    assert found or done.returncode == 0, done.stderr
    return found


@contextmanager
def browser_page(answer: "Callable[[Route], None]") -> "Iterator[Page]":
    """A page of Chromium's, in which `answer` answers whatever is asked of another host."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.route(re.compile("^https?://"), answer)  # a glob of all hosts matches none
        yield page
        browser.close()


def look_at(page: "Page", html: str, width: int, scheme: str) -> list[str]:
    """What breaks WCAG 2.1 A or AA in a window `width` pixels across, `scheme` "light" or "dark"; and if it scrolls."""
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_content(html)
    results = Axe().run(page, options=WCAG)
    found = [results.generate_snapshot()] if results.violations_count else []
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("It scrolls sideways.")
    return found


def as_mail(subject: str, text: str, html: str) -> EmailMessage:
    """The letter as it reaches a reader."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "Alumn <alumn@alumni.example.org>", "asa@reader.example.net", subject
    mail["Date"], mail["Message-ID"] = "Tue, 01 Dec 2026 09:00:00 +0100", "<1.2@alumni.example.org>"
    mail["List-Id"] = f"<{DUTY}.alumni.example.org>"
    mail["List-Unsubscribe"] = "<https://alumni.example.org/unsubscribe/example>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    return mail


def spam_score(mail: EmailMessage) -> tuple[float, str]:
    """SpamAssassin's points without asking the net, and its reasons. Above 0.0 it has something against the mail."""
    return spam_scores({"": mail})[""]


def spam_scores(mails: Mapping[str, EmailMessage]) -> dict[str, tuple[float, str]]:
    """The same of many mails, by their names: it takes seconds to start and little for each."""
    box = b"".join(MAIL_IN_A_BOX + mail.as_bytes(policy=SMTP.clone(linesep="\n")) + b"\n" for mail in mails.values())
    done = subprocess.run([str(SPAMASSASSIN), "-L", "-t", "--mbox"], input=box, capture_output=True, check=True)
    reports = re.split(MAIL_IN_A_BOX.decode(), done.stdout.decode("utf-8", "replace"))[1:]
    return dict(zip(mails, map(_points, reports), strict=True))


def _points(report: str) -> tuple[float, str]:
    score = re.search(r"^X-Spam-Status: .*?score=(-?[\d.]+)", report, re.MULTILINE)
    assert score is not None, report
    return float(score[1]), report[report.find("Content analysis") :]
