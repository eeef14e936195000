"""The default transport: mails as files to look at, so that nothing leaves before the office means it to."""

import os
import uuid
from pathlib import Path

from outreach.errors import PermanentFailure
from outreach.mail.mime import compose
from outreach.outgoing import OutgoingBatch, Proof, Result


class Outbox:
    """Writes `<folder>/<batch key>/<recipient token>-<random>.eml`. A mail written twice would be two files."""

    name = "outbox"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, batch: OutgoingBatch) -> Result:
        refused: dict[str, str] = {}
        target = self.folder.joinpath(*batch.key.split("/"))
        try:
            target.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return Result(Proof.NOT_SENT, sentence=f"The outbox folder cannot be written: {error.strerror}.")
        for person in batch.addressees:
            try:
                mail = compose(batch, person).as_bytes()
            except PermanentFailure:
                refused[person.token] = "cannot_compose"
                continue
            try:
                _write(target / f"{person.token}-{uuid.uuid4().hex[:8]}.eml", mail)
            except OSError as error:
                return Result(
                    Proof.UNKNOWN, sentence=f"The outbox stopped half way: {error.strerror}.", refused=refused
                )
        return Result(Proof.ACCEPTED, provider_message_id=batch.key, refused=refused)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: a reader never sees half a mail."""
    part = path.with_suffix(".part")
    part.write_bytes(content)
    os.rename(part, path)  # noqa: PTH104 - twice as fast as Path.rename, which matters at 20,000 mails
