"""Processes that send beside the one that was asked to: Python keeps one core busy, and a machine has several.

Each runs `outreach.companion` for the same campaign and waves, and shares them by claims as any other worker does. It
says on its standard output how many people it has posted. It stops after its batch when its standard input ends, which
is also what it sees when the process that started it has died.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import orjson

from outreach.errors import PermanentFailure, TemporaryFailure

FAILURES = {kind.__name__: kind for kind in (TemporaryFailure, PermanentFailure)}


class Companion:
    """One such process, as seen from the one that started it."""

    def __init__(self, campaign_id: int, waves: Sequence[int]) -> None:
        call = [sys.executable, "-m", "outreach.companion", str(campaign_id), *map(str, waves)]
        self._process = subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own
        self.people = 0  # posted so far
        self.failure: TemporaryFailure | PermanentFailure | None = None
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            said = orjson.loads(line)
            if kind := said.get("failure"):
                self.failure = FAILURES[kind](said["sentence"])
            else:
                self.people = said["people"]

    def stop(self) -> None:
        """Let it post and record the batch in its hand, and no other."""
        assert self._process.stdin
        self._process.stdin.close()

    def wait(self) -> None:
        """Until it has done all there is. Raises its failure; whatever it held when it died is found in its claims."""
        code = self._process.wait()
        self._listener.join()
        if self.failure is not None:
            raise self.failure
        if code:
            raise TemporaryFailure("A process that sent beside this one has stopped. The next run does what is left.")


class Companions:
    """Those of one sending."""

    def __init__(self, started: Sequence[Companion] = ()) -> None:
        self._started = started

    @property
    def people(self) -> int:
        """How many they have posted so far, together."""
        return sum(one.people for one in self._started)

    def stop(self) -> None:
        for one in self._started:
            one.stop()

    def wait(self) -> None:
        """Until the last has ended. Raises the first failure, after all have."""
        failures = []
        for one in self._started:
            try:
                one.wait()
            except (TemporaryFailure, PermanentFailure) as failure:
                failures.append(failure)
        if failures:
            raise failures[0]


@contextmanager
def sending_beside(campaign_id: int, waves: Sequence[int], processes: int) -> Iterator[Companions]:
    """`processes` more senders for the length of a block; they stop early when it fails."""
    others = Companions([Companion(campaign_id, waves) for _ in range(processes)])
    try:
        yield others
    except BaseException:
        others.stop()
        raise
    others.wait()
