"""Runs the edition once in a process of its own, which kills itself in the middle of a post when told to.

`python -m tests.newsletter.killed FILE [MAILS]`: FILE gets a line a person, "token language department"; after MAILS
lines, in the middle of a batch, the process dies as by kill -9.
"""

import os
import re
import signal
import sys
from pathlib import Path

from outreach import clock
from outreach.outgoing import OutgoingBatch, Proof, Result
from tests.newsletter.conftest import TUESDAY, run_edition

OWN = re.compile(r"Bara för ([a-z-]+)")


class Provider:
    """Takes everything, and writes down who got which version, told by its text and not by our word."""

    name = "outbox"  # one sender: a kill leaves one batch in doubt

    def __init__(self, file: Path, dies_after: int | None = None) -> None:
        self.file, self.dies_after = file, dies_after

    def send(self, batch: OutgoingBatch) -> Result:
        if batch.key.startswith("office/"):
            return Result(Proof.ACCEPTED)
        departments = set(OWN.findall(batch.text))
        assert len(departments) <= 1
        language = re.search(r'<html lang="(\w\w)"', batch.html)
        assert language is not None
        version = f"{language[1]} {''.join(departments) or '-'}"
        with self.file.open("a", encoding="ascii") as lines:
            for place, person in enumerate(batch.addressees):
                lines.write(f"{person.token} {version}\n")
                if (
                    self.dies_after is not None
                    and place == len(batch.addressees) // 2
                    and self._written() >= self.dies_after
                ):
                    lines.flush()
                    os.kill(os.getpid(), signal.SIGKILL)
        return Result(Proof.ACCEPTED)

    def _written(self) -> int:
        return self.file.read_bytes().count(b"\n")


if __name__ == "__main__":
    with clock.frozen(TUESDAY):
        run_edition(transport=Provider(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None))
