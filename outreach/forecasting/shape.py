"""What a forecast is made of. Days are numbers: 0 is today, -3 three days ago."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import pandas as pd

NEVER = -9999  # a day on which nothing was sent

# One row a person and campaign: person int, and what they have had of it: `asked` the day of its first message, `last`
# the day of its last one (NEVER for none), `highest` the number of the last wave (0), `weekdays` a bit for each
# weekday (Monday 1, Tuesday 2, Wednesday 4, ...) they have had one on.
CHAINS = {"person": "int64", "asked": "int16", "last": "int16", "highest": "int8", "weekdays": "uint8"}
# One row a message that may come: chain int (place in CHAINS), wave int, the `first` and the last day (`until`) it may
# be sent on, `offset` so many days after the campaign's first message to the person and `gap` after its last.
SENDS = {"chain": "int64", "wave": "int8", "first": "int16", "until": "int16", "offset": "int16", "gap": "int16"}


class Status(StrEnum):
    """How a campaign of the forecast stands today."""

    PLANNED = "planned"  # not opened yet
    UNDER_WAY = "under_way"
    WAITING = "waiting"  # for a signature
    PAUSED = "paused"


@dataclass(frozen=True)
class Sender:
    """A campaign: one there is (`id`), or one that will be. `order`: who goes first in people's budgets, smallest
    first. `movable`: it may be sent another week as a whole. `apart`: each message on a weekday of its own."""

    key: str
    duty: str
    title_sv: str
    title_en: str
    department: str | None
    status: Status
    order: tuple[int, float, int]
    counts: bool = True
    waits: bool = False
    apart: bool = False
    movable: bool = False
    edition: bool = False
    special: bool = False
    id: int | None = None


@dataclass(frozen=True)
class Coming:
    """Whom one campaign will write to, if nothing changes: CHAINS and SENDS."""

    sender: Sender
    chains: pd.DataFrame
    sends: pd.DataFrame


@dataclass(frozen=True)
class Register:
    """What else the walk needs: people's studies (person int64, department str: each pair once), and what they have
    had lately (person int64, day int16, campaign int: an id; of campaigns that count)."""

    studies: pd.DataFrame
    recent: pd.DataFrame
    names: dict[int, str] = field(default_factory=dict)


def frame(kinds: dict[str, str], rows: Sequence[object] | pd.DataFrame | None = None) -> pd.DataFrame:
    """Rows in the columns and types of `kinds`."""
    given = pd.DataFrame(columns=list(kinds)) if rows is None else pd.DataFrame(rows, columns=list(kinds))
    return given.astype(kinds)
