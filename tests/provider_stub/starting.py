"""The shipped stand-in for SendGrid, on a port of loopback for the length of a block."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from outreach.provider_stub import Stub, serving
from outreach.provider_stub.faults import parse
from outreach.provider_stub.record import Record


@contextmanager
def provider(where: Path, faults: str = "", seed: int = 0, **fields: Any) -> Iterator[Stub]:
    record = Record(where / "received.jsonl")
    with serving(Stub(record, parse(faults, seed), drip_seconds=0.02, **fields)) as stub:
        yield stub
    record.close()
