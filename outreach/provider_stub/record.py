"""Who got what: one line of JSON for each accepted request, in a file that only grows.

A million people take about 60 MB there and nothing in memory. A line is written before the request is answered, so the
record holds even when the stand-in is killed: `{"message_id", "at", "people": [[token, address], ...]}`.
"""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson


@dataclass(frozen=True)
class Accepted:
    """One accepted request. `at`: seconds since 1970; `people`: recipient token (custom_args) and address."""

    message_id: str
    at: float
    people: list[tuple[str, str]]


class Record:
    """The file, shared by all requests. What it held before stays, but for a line that was never finished."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        self.requests, self.people, end = 0, 0, 0
        for accepted, end in self.lines():  # noqa: B007 - the last one's end
            self.requests, self.people = self.requests + 1, self.people + len(accepted.people)
        os.truncate(self._file, end)

    def append(self, accepted: Accepted) -> None:
        line = orjson.dumps(accepted) + b"\n"
        with self._lock:
            if os.write(self._file, line) < len(line):
                raise OSError(f"The disk under {self.path} is full.")
            self.requests, self.people = self.requests + 1, self.people + len(accepted.people)

    def lines(self, start: int = 0) -> Iterator[tuple[Accepted, int]]:
        """What was accepted, from a place in the file on, each with the place that follows it."""
        with self.path.open("rb") as file:
            file.seek(start)
            for line in file:
                if not line.endswith(b"\n"):  # the process died while writing: never answered, so never accepted
                    return
                start += len(line)
                held = orjson.loads(line)
                yield Accepted(held["message_id"], held["at"], [(token, who) for token, who in held["people"]]), start

    def received(self) -> dict[str, list[str]]:
        """Token -> the message ids of the requests that brought that person a mail; two are one too many."""
        found: dict[str, list[str]] = {}
        for accepted, _ in self.lines():
            for token, _address in accepted.people:
                found.setdefault(token, []).append(accepted.message_id)
        return found

    def clear(self) -> None:
        with self._lock:
            os.truncate(self._file, 0)
            self.requests, self.people = 0, 0

    def close(self) -> None:
        os.close(self._file)
