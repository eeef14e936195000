"""When the stand-in fails, and how: by chance or by schedule, the same for the same seed.

429=0.1,reset_after_accept=0.05      a share of all requests
hang@3,500@7                         the third and the seventh request
bad_address=0.001                    a share of all addresses, refused by name whenever they are posted
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from outreach.errors import PermanentFailure

NONE = ""
HANG, SLOW = "hang", "slow"
RESET_BEFORE_READ, RESET_AFTER_READ, RESET_AFTER_ACCEPT = "reset_before_read", "reset_after_read", "reset_after_accept"
HANG_AFTER_ACCEPT, CUT_AFTER_ACCEPT, FAIL_AFTER_ACCEPT = "hang_after_accept", "cut_after_accept", "500_after_accept"
OF_REQUESTS = {
    HANG: "reads, then stays silent; nothing accepted",
    SLOW: "accepts, and gives its answer a byte at a time",
    RESET_BEFORE_READ: "cuts the connection at once; nothing accepted",
    RESET_AFTER_READ: "cuts it when the body is there; nothing accepted",
    RESET_AFTER_ACCEPT: "accepts, and cuts it before answering",
    HANG_AFTER_ACCEPT: "accepts, then stays silent",
    CUT_AFTER_ACCEPT: "accepts, and breaks off in the middle of its answer",
    FAIL_AFTER_ACCEPT: "accepts, and answers 500",
}
BAD_ADDRESS, BAD_ADDRESS_UNNAMED = "bad_address", "bad_address_unnamed"
OF_ADDRESSES = {
    BAD_ADDRESS: "the whole request is refused, and the answer names the person",
    BAD_ADDRESS_UNNAMED: "the whole request is refused, and the answer names nobody",
}


@dataclass(frozen=True)
class Faults:
    """What goes wrong. A share is between 0 and 1; requests are numbered from 1 since the start or the last reset."""

    requests: Mapping[str, float] = field(default_factory=dict)
    at: Mapping[int, str] = field(default_factory=dict)
    addresses: Mapping[str, float] = field(default_factory=dict)
    listed: Mapping[str, str] = field(default_factory=dict)  # address -> its fault
    seed: int = 0

    def of_request(self, number: int) -> str:
        """The fault of the request with this number, NONE for most."""
        return self.at.get(number) or pick(self.requests, draw(self.seed, "request", number))

    def of_address(self, address: str) -> str:
        """The fault of an address: the same whenever it is posted."""
        return self.listed.get(address) or pick(self.addresses, draw(self.seed, "address", address))


def parse(words: str, seed: int = 0) -> Faults:
    """`words` as this file's first lines show. Raises PermanentFailure naming the part that is none."""
    requests: dict[str, float] = {}
    at: dict[int, str] = {}
    addresses: dict[str, float] = {}
    listed: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in words.split(","))):
        name, _, which = part.partition("@")
        if which and name in OF_ADDRESSES:
            listed[which] = name
        elif which:
            at[_number(which, part)] = _known(name)
        else:
            name, _, given = part.partition("=")
            kinds = addresses if name in OF_ADDRESSES else requests
            kinds[name if name in OF_ADDRESSES else _known(name)] = share(given, part)
    if sum(requests.values()) > 1 or sum(addresses.values()) > 1:
        raise PermanentFailure("The shares of the faults come to more than 1.")
    return Faults(requests, at, addresses, listed, seed)


def _known(name: str) -> str:
    if name in OF_REQUESTS or (name.isdecimal() and 200 <= int(name) <= 599 and name != "202"):
        return name
    raise PermanentFailure(f"{name!r} is no fault. There are a status from 200 to 599, {', '.join(OF_REQUESTS)}.")


def _number(text: str, part: str) -> int:
    if not text.isdecimal():
        raise PermanentFailure(f"{part!r} must look like 429@3: the fault of the third request.")
    return int(text)


def share(text: str, part: str) -> float:
    """Raises PermanentFailure unless `text` is a number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise PermanentFailure(f"{part!r} must end in a share from 0 to 1.")
    return value


def pick(shares: Mapping[str, float], point: float) -> str:
    """The name in whose share of [0, 1) a point lies; NONE in what is left over."""
    for name, width in shares.items():
        if point < width:
            return name
        point -= width
    return NONE


def draw(*parts: object) -> float:
    """A number in [0, 1) that looks random and is the same for the same parts, in any process."""
    digest = blake2b("/".join(map(str, parts)).encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64
