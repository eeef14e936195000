"""An export, whole: what to post is chosen and recorded, and the week's files are written from the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from outreach import clock, database
from outreach.departments import department, departments
from outreach.linkedin import folder
from outreach.linkedin.choosing import Record, Week, choose, composed_anew
from outreach.linkedin.configuration import CHANNELS, LinkedIn, configuration
from outreach.linkedin.files import files, in_order
from outreach.linkedin.post import Post, as_record, from_record
from outreach.linkedin.schedulers import begins_like_a_formula
from outreach.linkedin.slots import monday_of, week_of, week_to_fill
from outreach.queries import exports, stories
from outreach.queries.exports import Gone
from outreach.settings import settings

LOCK = "linkedin-export"


@dataclass(frozen=True)
class Exported:
    """What came of an export. `posts`: the week's, in order; `new`, `anew`: how many are new, were changed.

    `waiting`: stories that found no free slot, over both channels. `gone`: posts of any week that were taken out.
    """

    week: Week
    posts: tuple[Post, ...]
    new: int
    anew: int
    waiting: int
    gone: tuple[Gone, ...]
    folder: Path

    @property
    def sentence(self) -> str:
        """What happened, in a few plain sentences."""
        page, group = ([post for post in self.posts if post.channel is channel] for channel in CHANNELS)
        said = [f"{self.week.name} has {len(page)} posts for the page and {len(group)} for the group, {self.new} new."]
        said = said if self.posts else [f"There is nothing to post in {self.week.name}."]
        said += [f"{self.anew} were written anew."] if self.anew else []
        said += [f"{self.waiting} more wait for a free slot."] if self.waiting else []
        said += [taken_out(self.gone)] if self.gone else []
        said += [self._formulas()] if self._like_formulas() else []
        return " ".join([*said, f"Files: {self.folder}"] if self.posts else said)

    def _formulas(self) -> str:
        named = ", ".join(post.item for post in self._like_formulas())
        return f"The text of {named} begins like a formula: do not open the CSV files in a spreadsheet program."

    def _like_formulas(self) -> list[Post]:
        return [post for post in self.posts if begins_like_a_formula(post)]


def export(*, department_code: str | None, week: str | None = None, again: bool = False) -> Exported:
    """Make what posts a week has slots and stories for, record them, and write the week's files.

    Run again it makes only what is left, and writes the same files. `week` like 2026-W47; None is this one, or the next
    when the last time to post in this one has passed. A week that is over gets no new posts. `again`: write the week's
    posts anew from what their stories say now, and take also what was exported before; None is then this week. Raises
    PermanentFailure for an unknown department or week, TemporaryFailure for a full disk.
    """
    config = configuration()
    chosen = Week(week or _week_now(config, department_code, again=again), department_code)
    monday_of(chosen.name)
    if department_code is not None:
        department(department_code)
    with database.session_scope() as session:
        database.lock(session, LOCK)
        new, anew, waiting, gone = _record(session, chosen, config, again=again)
        # Before the commit: whoever dies here has recorded nothing, and the next run finds the same to do.
        _write_without(session, gone, config)
        posts = _write(session, chosen, config)
    return Exported(chosen, tuple(posts), len(new), len(anew), waiting, tuple(gone), place(_root(), chosen))


def take_out_forbidden() -> tuple[Gone, ...]:
    """Take what may not be shown any more out of every week's record and files, without waiting for the next export.

    Nothing new is chosen. Raises TemporaryFailure when the files cannot be written; the record stays as it was then.
    """
    with database.session_scope() as session:
        database.lock(session, LOCK)
        gone = exports.empty_forbidden(session)
        if gone:
            _write_without(session, gone, configuration())
    return tuple(gone)


def taken_out(gone: Sequence[Gone]) -> str:
    """What was taken out, and what somebody has to do about it."""
    named = ", ".join(f"{one.item} ({one.channel.value}, {one.period})" for one in gone)
    return f"Taken out, because it may not be shown any more: {named}. Is it posted already, delete it on LinkedIn."


def _week_now(config: LinkedIn, department_code: str | None, *, again: bool) -> str:
    slots = [slot for channel in CHANNELS for slot in config.channels[channel].slots_of(department_code)]
    return week_of(clock.today()) if again else week_to_fill(slots, clock.now())


def place(root: Path, week: Week) -> Path:
    """Where a week's files lie."""
    return root / week.name / (week.department_code or "")


def _record(
    session: Session, week: Week, config: LinkedIn, *, again: bool
) -> tuple[list[Record], list[Record], int, list[Gone]]:
    """Empty what may not be shown, then record what is new or said anew."""
    gone = exports.empty_forbidden(session)
    anew = composed_anew(session, week, config) if again else []
    _add(session, week, anew)
    new: list[Record] = []
    waiting = 0
    for channel in () if week.over else CHANNELS:
        found = choose(session, week, channel, config, again=again)
        _add(session, week, found.posts)
        new += found.posts
        waiting += found.waiting
    stories.mark_used(session, [story_id for _, story_id in new if story_id], clock.now())
    return new, anew, waiting, gone


def _add(session: Session, week: Week, records: list[Record]) -> None:
    rows = [(as_record(post), story_id) for post, story_id in records]
    exports.add(session, week.name, week.scope, rows, clock.now())


def _root() -> Path:
    return settings().data_dir / "exports" / "linkedin"


def _write_without(session: Session, gone: Sequence[Gone], config: LinkedIn) -> None:
    """Write the folders anew that held a post which was emptied."""
    for period, scope in sorted({(one.period, one.scope) for one in gone}):
        _write(session, Week(period, None if scope == exports.CENTRAL else scope), config)


def _write(session: Session, week: Week, config: LinkedIn) -> list[Post]:
    """Write a week's folder from its record. Returns its posts in order."""
    root = _root()
    posts = in_order([from_record(record) for record, _ in exports.standing(session, week.name, week.scope)])
    keep = frozenset(departments()) if week.department_code is None else frozenset()
    target = place(root, week)
    made = files(posts, week, config) if posts else {}
    with folder.explaining(root):
        if made:
            folder.replace(target, made, keep)
        else:
            folder.remove(target, keep)
    return posts
