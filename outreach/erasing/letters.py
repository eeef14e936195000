"""Mails of ours that lie in files: the outbox's, and what came back."""

import re
from collections.abc import Collection, Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from pathlib import Path

from outreach.bounces.places import OTHER, READ
from outreach.drop_folders import drop_folder
from outreach.queries import names
from outreach.queries.traces import Traces
from outreach.settings import settings

# Whole ones: whoever has li@example.org is not emili@example.org.
ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
OFFICE = "office"  # what the outbox holds for coordinators: proofs and requests


def delete_theirs(traces: Traces, naming: Collection[str] = ()) -> int:
    """Delete the outbox's letters to them, all those of a campaign's wave that named them (`naming`), and those to
    coordinators that do. Returns how many."""
    outbox = settings().outbox
    to_them = [path for key in traces.letters for path in _in(outbox, key) if path.name[:32] in traces.tokens]
    about_them = [path for key in naming for path in _in(outbox, key)]
    to_the_office = [path for path in _in(outbox, OFFICE) if traces.sought and names_them(path.read_bytes(), traces)]
    return _delete({*to_them, *about_them, *to_the_office})


def delete_returned(traces: Traces) -> int:
    """Delete the returned mail that is about them, read or not. Returns how many files."""
    folders = [drop_folder("bounces") / outcome for outcome in ("done", "failed")]
    if maildir := settings().bounce_maildir:
        folders += [maildir / box / part for box in ("", READ, OTHER) for part in ("new", "cur")]
    found = [path for folder in folders if folder.is_dir() for path in folder.iterdir() if path.is_file()]
    return _delete({path for path in found if names_them(path.read_bytes(), traces)})


def names_them(raw: bytes, traces: Traces) -> bool:
    """Whether a mail (or several in one file) holds their address, one of their letters' tokens, or their name."""
    text = "\n".join(_readable(raw))
    if any(token in text for token in traces.tokens) or not traces.addresses.isdisjoint(ADDRESS.findall(text.lower())):
        return True
    folded = f" {names.fold(text)} "
    return any(f" {names.fold(first)} {names.fold(last)} " in folded for first, last in traces.names)


def _readable(raw: bytes) -> Iterator[str]:
    """Every part that is text, and every header, decoded; what no program can decode, as it stands."""
    yield raw.decode("utf-8", "replace")
    try:
        mail = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
        for part in mail.walk():
            yield from (str(value) for value in part.values())
            if part.get_content_maintype() == "text":
                yield str(part.get_content())
    except (MessageError, LookupError, ValueError, KeyError, AttributeError, TypeError, IndexError):
        return  # hostile mail: the standard library gives up in many ways


def _in(outbox: Path, key: str) -> Iterator[Path]:
    folder = outbox.joinpath(*key.split("/"))
    return (path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else iter(())


def _delete(paths: Collection[Path]) -> int:
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)
