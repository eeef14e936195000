"""The default transport: mails as files to look at, so that nothing leaves before the office means it to."""

import os
import uuid
from collections.abc import Collection
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
        """A file a person. When the disk is full, whoever has no file yet is proven not written to."""
        refused: dict[str, str] = {}
        target = self.folder.joinpath(*batch.key.split("/"))
        for number, person in enumerate(batch.addressees):
            try:
                mail = compose(batch, person)
            except PermanentFailure:
                refused[person.token] = "cannot_compose"
                continue
            try:
                _write(target, f"{person.token}-{uuid.uuid4().hex[:8]}", mail)
            except OSError as error:
                sentence = (
                    f"The outbox folder cannot be written: {error.strerror}. Make room or set OUTREACH_OUTBOX_DIR."
                )
                if number == 0:
                    return Result(Proof.NOT_SENT, sentence=sentence)
                rest = frozenset(one.token for one in batch.addressees[number:])
                return Result(Proof.ACCEPTED, batch.key, sentence, refused, not_sent=rest)
        return Result(Proof.ACCEPTED, batch.key, refused=refused)

    def take_back(self, batch_key: str, tokens: Collection[str]) -> None:
        """Delete the letters of one batch to these recipients."""
        for path in self.folder.joinpath(*batch_key.split("/")).glob("*.eml"):
            if path.name.partition("-")[0] in tokens:
                path.unlink(missing_ok=True)


def _write(folder: Path, name: str, content: bytes) -> None:
    """Whole or not at all: a reader never sees half a mail."""
    part = folder / f"{name}.part"
    try:
        part.write_bytes(content)
    except FileNotFoundError:  # the first mail of its batch
        folder.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
    os.rename(part, folder / f"{name}.eml")  # noqa: PTH104 - twice as fast as Path.rename, which matters at 20,000 mails
