"""The demo: the main job for real, from a register file to a new member and a full table, in a minute or two.

Everything runs as it would at an office: the register is imported, the duty runs as a Prefect deployment in the worker,
a coordinator signs, the mails lie in the outbox, and one person follows the link in hers.
"""

import os
import re
import shutil
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from outreach import clock, duties, links, prefect_api, signing, up
from outreach.cli import one_reader, survey_demo, visits_shown
from outreach.database import engine_for, session_scope
from outreach.errors import PermanentFailure
from outreach.models import Campaign, Membership, RecipientStatus
from outreach.queries import approvals, campaigns, consents, ledger, people
from outreach.queries import figures as counted
from outreach.register import import_file
from outreach.sample import write_sample, write_stories
from outreach.settings import settings
from outreach.stories import import_stories
from outreach.up.claims import lock

DUTY, NEWSLETTER, LINKEDIN = "graduation-invitation", "quarterly-newsletter", "linkedin-export"
INVITATION = visits_shown.INVITATION
MEMBERS = 300  # who say yes to the newsletter
PEOPLE, SEED = 5000, 7
RUN_SECONDS = 180


@dataclass
class Story:
    """What happened, line by line, with the seconds since the start."""

    began: float = field(default_factory=time.monotonic)

    def tell(self, line: str) -> None:
        print(f"{time.monotonic() - self.began:6.1f} s  {line}", flush=True)


def run(*, leave: bool) -> None:
    """Start everything, run the main job, check that it happened, and stay up until Ctrl-C unless `leave`.

    Raises PermanentFailure with what did not happen.
    """
    story = Story()
    _start_afresh()
    with up.stack(say=story.tell) as running:
        story.tell("Prefect, its deployments, a worker and the web are up.")
        _main_job(story)
        _follow_up(story)
        print(f"\n{up.addresses()}\n  Outbox:          {settings().public_url}/outbox\n{_way_in()}")
        print(visits_shown.where_to_look())
        if not leave:
            running.watch(story.tell)
    story.tell("Everything has stopped.")


def _way_in() -> str:
    """How a coordinator signs in here, where no mail leaves the machine."""
    here, anna = settings().public_url, settings().coordinators[0]
    return (
        f"  Portal:          {here}/portal (write {anna.email}; the mail with the link lies at {here}/outbox?q=sign-in)"
    )


def _start_afresh() -> None:
    """A register, outbox and Prefect of the demo's own, new each time: an office's data is never touched."""
    folder = settings().data_dir / "demo"
    for name in [name for name in os.environ if name.startswith("OUTREACH_") and name not in up.PORTS]:
        del os.environ[name]
    os.environ["OUTREACH_DATA_DIR"] = str(folder)
    settings.cache_clear()
    links._key.cache_clear()
    with lock():
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "up.lock":
                path.unlink()
    engine_for.cache_clear()
    _let_letters_leave_at_once(folder / "config")


def _let_letters_leave_at_once(folder: Path) -> None:
    """The shipped configuration without the hour a duty arrives at: nobody waits for tomorrow's morning in a demo."""
    shutil.copytree(settings().config_dir, folder)
    rules = folder / "duties.toml"
    rules.write_text(re.sub(r"(?m)^arrive_at", "# arrive_at", rules.read_text("utf-8")), "utf-8")
    os.environ["OUTREACH_CONFIG_DIR"] = str(folder)
    settings.cache_clear()


def _main_job(story: Story) -> None:
    story.tell(_import_register())
    story.tell(_import_stories())
    story.tell(f"The duty ran as a Prefect deployment and ended as: {_run_duty()}")
    story.tell(_sign())
    story.tell(f"The duty ran again and ended as: {_run_duty()}")
    sent = _ledger()
    story.tell(_accounted_for(sent))
    _run_duty()
    accepted = RecipientStatus.ACCEPTED
    if _ledger()[accepted] != sent[accepted] or _mails() != sent[accepted]:
        raise PermanentFailure("A further run wrote to somebody again.")
    story.tell("A third run wrote to nobody: everyone has exactly one mail.")
    story.tell(one_reader.joins(DUTY))
    story.tell(_figures())
    _newsletter_and_visits(story)


def _follow_up(story: Story) -> None:
    for line in survey_demo.shows():
        story.tell(line)


def _newsletter_and_visits(story: Story) -> None:
    """The next edition, today instead of on its Tuesday, and the invitations to where the university travels, side by
    side."""
    story.tell(_members_say_yes())
    for line in visits_shown.arrive(PEOPLE // 2, SEED):
        story.tell(line)
    newsletter, invitation = _start(NEWSLETTER, early=True), _start(INVITATION)
    story.tell(f"The newsletter was filled, and its run ended as: {_ended(newsletter)}")
    story.tell(f"The events whose time has come were found, and the run ended as: {_ended(invitation)}")
    story.tell(_sign())
    newsletter, invitation = _start(NEWSLETTER, early=True), _start(INVITATION)
    story.tell(f"The newsletter's second run ended as: {_ended(newsletter)}")
    story.tell(_newsletters())
    story.tell(f"The invitations' second run ended as: {_ended(invitation)}")
    _posts_and_answers(story)


def _newsletters() -> str:
    members, letters = MEMBERS + 1, _mails(NEWSLETTER)  # and the one who joined before
    if letters != members:
        raise PermanentFailure(f"{letters} newsletters were written for {members} members who said yes.")
    return f"{letters} members have one newsletter each. Anybody may read it: {settings().public_url}/newsletter"


def _posts_and_answers(story: Story) -> None:
    """The week's posts, from the same stories and the newsletter just sent, while those who are invited answer until a
    table is full."""
    posts = _start(LINKEDIN)
    said_yes, line = visits_shown.answer()
    story.tell(line)
    counting = _start(INVITATION)  # invites nobody again, tells who has answered, and counts the answers
    story.tell(f"The posts for LinkedIn were written, and the run ended as: {_ended(posts)}")
    story.tell(_posts())
    _ended(counting)
    story.tell(visits_shown.told(said_yes))


def _posts() -> str:
    pages = list((settings().data_dir / "exports" / "linkedin").glob("*/index.html"))
    if len(pages) != 1:
        raise PermanentFailure("There is no page with the week's posts for LinkedIn.")
    return f"Each post with its picture and a button to copy it: {pages[0]}"


def _members_say_yes() -> str:
    with session_scope() as session:
        for person in people.with_address(session, Membership.INVITED, limit=MEMBERS):
            people.join(session, person, clock.now())
            answer = {"newsletter": True}
            consents.answer(session, person.id, answer, language=person.language, source="demo", at=clock.now())
    return f"{MEMBERS} more people joined and said yes to the newsletter."


def _import_register() -> str:
    file = settings().data_dir / "register" / "students.csv"
    file.parent.mkdir(parents=True)
    write_sample(file, people=PEOPLE, seed=SEED, today=clock.today())
    return import_file("students", file).sentence("en")


def _import_stories() -> str:
    folder = settings().data_dir / "stories"
    write_stories(folder, people=PEOPLE, seed=SEED, today=clock.today())
    return import_stories(folder).sentence("en")


def _run_duty() -> str:
    return _ended(_start(DUTY))


def _start(duty: str, **params: Any) -> str:
    """Start the duty's deployment, which the worker runs; returns the flow run's id."""
    parameters = {"params": params} if params else {}
    return prefect_api.start_duty(duty, parameters, idempotency_key=f"demo/{uuid.uuid4()}")


def _ended(run_id: str) -> str:
    """Wait until a run has ended and return the name of the state it ended in. Raises PermanentFailure if it failed."""
    state = prefect_api.wait_for(run_id, RUN_SECONDS)
    if state.type != "COMPLETED":
        raise PermanentFailure(f"The run ended as {state.name}: {state.message} See {prefect_api.flow_run_url(run_id)}")
    return f"{state.name}. {state.message or ''}".strip()


def _sign() -> str:
    """What a coordinator does on the page that was mailed to them, or in the Prefect UI."""
    with session_scope(reading=True) as session:
        codes = sorted({approvals.code_of(session, *wave) for wave in approvals.waiting(session)})
    coordinator = settings().coordinators[0]
    for code in codes:
        signing.decide(code, coordinator.email, approved=True, comment="", via="cli")
    return f"{coordinator.name} approved the text ({', '.join(codes)})."


def _ledger() -> dict[RecipientStatus, int]:
    """People by status over every campaign."""
    total: dict[RecipientStatus, int] = {}
    with session_scope(reading=True) as session:
        for campaign in _campaigns(session):
            for (_, status), count in ledger.counts(session, campaign.id).items():
                total[status] = total.get(status, 0) + count
    return total


def _campaigns(session: Any) -> list[Campaign]:
    return list(campaigns.newest(session, limit=100))


def _mails(duty: str = DUTY) -> int:
    return sum(1 for _ in Path(settings().outbox / duty).glob("**/*.eml"))


def _accounted_for(counts: dict[RecipientStatus, int]) -> str:
    """Raises PermanentFailure unless everyone considered was written to or is excluded with a reason."""
    considered, accepted = sum(counts.values()), counts.get(RecipientStatus.ACCEPTED, 0)
    excluded = counts.get(RecipientStatus.EXCLUDED, 0)
    if accepted + excluded != considered or not accepted or _mails() != accepted:
        raise PermanentFailure(f"Not everyone is accounted for: {counts}, {_mails()} mails in the outbox.")
    return f"{considered} people considered = {accepted} written to + {excluded} excluded with a reason."


def _figures() -> str:
    with session_scope(reading=True) as session:
        shares = counted.share_joined(session)
    term = duties.term_of(clock.today()).name
    this_class = shares[shares["term"] == term]
    joined, graduates = int(this_class["joined"].sum()), int(this_class["graduates"].sum())
    if joined != 1:
        raise PermanentFailure(f"The figures count {joined} members where one has joined.")
    return f"Figures: {joined} of {graduates} in the class of {term} has joined; the aim is 90 %."
