"""What the newsletter's letters are to those who read them: small, valid, accessible, and no spam."""

import json
import re
import shutil
import subprocess
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from outreach.rendering.checks import MAX_HTML, MAX_PREHEADER, MAX_SUBJECT
from outreach.settings import ROOT
from tests.newsletter.letters_of_the_sample import DUTY, campaign, contents, edition, filled, letters

CHROMIUM, SPAMASSASSIN = shutil.which("chromium"), shutil.which("spamassassin")
HTML_VALIDATE = shutil.which("html-validate")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
# What mail programs need and pages do not: styles in the elements, sizes and places as attributes for Outlook, its
# conditional comments, and a role on a plain element, as Gmail drops <article>.
OF_MAILS = ("no-inline-style", "no-deprecated-attr", "no-conditional-comment", "prefer-native-element")


@pytest.fixture
def made(home):
    return {name: (letter, *filled(letter)) for name, letter in letters().items()}


def test_every_version_is_small_and_its_first_lines_fit(made):
    for name, (letter, subject, _, html) in made.items():
        assert len(html.encode()) < MAX_HTML, name
        assert len(subject) <= MAX_SUBJECT, name
        assert 0 < len(letter.preheader) <= MAX_PREHEADER, name


def test_every_picture_has_its_size_and_says_what_it_shows(made):
    pictures = [tag for _, _, _, html in made.values() for tag in re.findall("<img [^>]*>", html)]
    assert len(pictures) > 30
    for tag in pictures:
        assert re.search(r'alt="[^"]+"', tag)
        assert re.search(r'width="\d+" height="\d+"', tag)
        assert re.search(r'src="https://alumni.example.org/images/[0-9a-f]{64}-\d+\.jpg"', tag)


def test_the_text_part_says_all_the_html_says(made):
    for name, (_, _, text, html) in made.items():
        titles = [re.sub(r"\s*<span.*", "", title).strip() for title in re.findall(r"<h3[^>]*>(.*?)</h3>", html)]
        assert titles, name
        flat = " ".join(text.split())
        for title in titles:
            assert title.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&") in flat, (name, title)
        assert max(map(len, text.splitlines())) < 120


def test_only_a_department_with_stories_has_a_section_of_its_own(made):
    assert "Juridiska institutionen" in made["sv.juridik"][3]
    assert "Från din institution" not in made["sv.nordita"][3]
    assert made["sv.nordita"][3].count("<h2") == made["sv.None"][3].count("<h2")


def in_a_frame(page, style=""):
    """A page's stories as the web shows them, without what stands around every page."""
    head = f'<head><meta charset="utf-8"><title>{page.title}</title><style>{style}</style></head>'
    body = f"<body><main><h1>{page.title}</h1>{page.html}</main></body>"
    return f'<!DOCTYPE html>\n<html lang="{page.language}">{head}{body}</html>\n'


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_no_look_breaks_wcag_in_light_or_dark(made):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    style = (ROOT / "templates/web/static/style.css").read_text(encoding="utf-8")
    shown = {name: made[name][-1] for name in ("sv.juridik", "en.juridik", "sv.None", "special.sv")}
    shown["page"] = in_a_frame(contents.pages(campaign(), edition())[0], style)
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for width, scheme in ((1000, "light"), (380, "dark")):
            page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
            page.route("https://**", lambda route: route.abort())
            for name, html in shown.items():
                page.set_content(html)
                results = Axe().run(page, options=RULES)
                if results.violations_count:
                    found[name, scheme] = results.generate_snapshot()
                assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"
            page.close()
        browser.close()
    assert found == {}


@pytest.mark.skipif(HTML_VALIDATE is None, reason="html-validate is not installed")
def test_every_version_and_page_is_valid_html(made, tmp_path):
    mails, pages = tmp_path / "mails", tmp_path / "pages"
    for folder, off in ((mails, OF_MAILS), (pages, ())):
        folder.mkdir()
        rules = {"root": True, "extends": ["html-validate:recommended"], "rules": dict.fromkeys(off, "off")}
        (folder / ".htmlvalidate.json").write_text(json.dumps(rules))
    for name, (_, _, _, html) in made.items():
        (mails / f"{name}.html").write_text(html, encoding="utf-8")
    for page in contents.pages(campaign(), edition()):
        (pages / f"{page.language}.html").write_text(in_a_frame(page), encoding="utf-8")
    files = [str(path) for folder in (mails, pages) for path in sorted(folder.glob("*.html"))]
    done = subprocess.run([HTML_VALIDATE, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    (mails / "sv.juridik.html").write_text("<p><div></p>")
    assert subprocess.run([HTML_VALIDATE, files[0], str(mails / "sv.juridik.html")], check=False).returncode != 0


@pytest.mark.spamassassin
@pytest.mark.skipif(SPAMASSASSIN is None, reason="spamassassin is not installed")
@pytest.mark.parametrize("name", ["sv.juridik", "en.juridik", "special.sv"])
def test_a_spam_filter_has_nothing_against_it(made, name):
    _, subject, text, html = made[name]
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "Alumn <alumn@alumni.example.org>", "asa@reader.example.net", subject
    mail["Date"], mail["Message-ID"] = "Tue, 01 Dec 2026 09:00:00 +0100", "<1.2@alumni.example.org>"
    mail["List-Id"] = f"<{DUTY}.alumni.example.org>"
    mail["List-Unsubscribe"] = "<https://alumni.example.org/unsubscribe/example>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    done = subprocess.run([SPAMASSASSIN, "-L", "-t"], input=mail.as_bytes(), capture_output=True, check=True)
    report = done.stdout.decode("utf-8", "replace")
    score = re.search(r"^X-Spam-Status: .*?score=(-?[\d.]+)", report, re.MULTILINE)
    assert score is not None, report
    assert float(score[1]) <= 0.0, report[report.find("Content analysis") :]
