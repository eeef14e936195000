"""Who the people of the sample are: opaque ids, names, addresses and languages, all drawn at once."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from outreach.sample.names import Pool, ascii_of, pools
from outreach.sample.studies import Mask, exactly

Texts = npt.NDArray[np.object_]

# No vowels, so no words; no digits, so an id can never be taken for a personnummer.
ID_LETTERS = np.array(list("bcdfghjkmnpqrstvwxzy"))
ID_LENGTH = 10
ID_STEP = 8_157_033_647_911  # shares no factor with 20, so that ids within a file never meet

# Reserved names (RFC 2606): nothing sent there can reach anyone.
DOMAINS = ("mail.example.com", "post.example.net", "brev.example.org", "inbox.example.com", "student.example.org")
MAILBOXES = ("info@studenter.example.org", "kansli@foreningen.example.org", "familjen@hemma.example.net",
             "doktorander@labbet.example.org", "styrelsen@kollektivet.example.com")  # fmt: skip
INVALID = ("{}@", "{}", "{}@@mail.example.com", "@mail.example.com", "{}@mail..example.com", "{} x@mail.example.com",
           "saknas", "{}.@mail.example.com")  # fmt: skip

# What goes wrong with addresses in a register, and for how large a share of people.
SAME_ADDRESS = 0.005
ADDRESS_ODDITIES = {
    "missing_email": 0.02,
    "shared_mailbox": 0.003,
    "upper_case_email": 0.015,
    "padded_email": 0.01,
    "invalid_email": 0.004,
}


def uids(rng: np.random.Generator, count: int) -> Texts:
    """Invented ids such as `kqzrtmvbxw`: ten letters without vowels, no two alike."""
    space = len(ID_LETTERS) ** ID_LENGTH
    numbers = (int(rng.integers(space)) + np.arange(count, dtype=object) * ID_STEP) % space
    places = numbers.astype(np.int64)[:, None] // len(ID_LETTERS) ** np.arange(ID_LENGTH) % len(ID_LETTERS)
    return _joined(ID_LETTERS[places].T)


def _joined(letters: npt.NDArray[np.str_]) -> Texts:
    whole = np.full(letters.shape[1], "", dtype=object)
    for row in letters:
        whole = whole + row.astype(object)
    return whole


def names(rng: np.random.Generator, in_english: Mask) -> pd.DataFrame:
    """origin, first_name, last_name for each person, by the language their programme is taught in."""
    known = pools()
    weights = np.array([[each.at_home, each.abroad] for each in known])
    weights /= weights.sum(axis=0)
    count = len(in_english)
    origin = np.where(
        in_english, rng.choice(len(known), count, p=weights[:, 1]), rng.choice(len(known), count, p=weights[:, 0])
    )
    first, last = np.full(count, "", dtype=object), np.full(count, "", dtype=object)
    for number, each in enumerate(known):
        here = np.flatnonzero(origin == number)
        first[here] = _first_names(rng, each, len(here))
        last[here] = _last_names(rng, each, len(here))
    return pd.DataFrame(
        {"origin": np.array([each.origin for each in known])[origin], "first_name": first, "last_name": last}
    )


def _drawn(rng: np.random.Generator, choices: tuple[str, ...], count: int) -> Texts:
    """Common names first: a name's share falls with its place."""
    weights = 1 / (np.arange(len(choices)) + 8)
    return np.array(choices, dtype=object)[rng.choice(len(choices), count, p=weights / weights.sum())]


def _first_names(rng: np.random.Generator, each: Pool, count: int) -> Texts:
    """Given names; every fifth Swede is registered with two."""
    first = _drawn(rng, each.first, count)
    if each.origin != "swedish":
        return first
    second = _drawn(rng, each.first, count)
    return np.where((rng.random(count) < 0.2) & (first != second), first + " " + second, first)


def _last_names(rng: np.random.Generator, each: Pool, count: int) -> Texts:
    """Surnames; some Swedes carry two, with a hyphen or a space."""
    last = _drawn(rng, each.last, count)
    if each.origin != "swedish":
        return last
    second, luck = _drawn(rng, each.last, count), rng.random(count)
    double = np.where(luck < 0.03, last + "-" + second, np.where(luck < 0.05, last + " " + second, last))
    return np.where(last == second, last, double)


def languages(rng: np.random.Generator, in_english: Mask, origin: Texts) -> Texts:
    """The language a person asked for: the programme's mostly, Swedish for most Swedes in an English programme."""
    likely = np.where(in_english, np.where(origin == "swedish", 0.45, 0.96), np.where(origin == "swedish", 0.005, 0.1))
    return np.where(rng.random(len(origin)) < likely, "en", "sv").astype(object)


def addresses(rng: np.random.Generator, named: pd.DataFrame) -> tuple[Texts, dict[str, Mask]]:
    """Each person's address as the register has it, and who has which oddity (no one has two)."""
    count = len(named)
    email = plain_addresses(rng, named)
    # Every second person may share the address of the one before, so that nobody's neighbour is odd too.
    second = np.arange(count) % 2 == 1
    masks = {"same_address": exactly(rng, count, SAME_ADDRESS, second)}
    free = ~masks["same_address"] & ~np.roll(masks["same_address"], -1)
    for oddity, share in ADDRESS_ODDITIES.items():
        masks[oddity] = exactly(rng, count, share, free)
        free &= ~masks[oddity]
    local = np.array([address.partition("@")[0] for address in email], dtype=object)
    email[masks["missing_email"]] = ""
    email[masks["shared_mailbox"]] = rng.choice(MAILBOXES, masks["shared_mailbox"].sum())
    email[masks["upper_case_email"]] = np.char.upper(email[masks["upper_case_email"]].astype(str))
    email[masks["padded_email"]] = "  " + email[masks["padded_email"]] + " \u00a0"
    wrong = np.flatnonzero(masks["invalid_email"])
    email[wrong] = [INVALID[i % len(INVALID)].format(local[place]) for i, place in enumerate(wrong)]
    copies = np.flatnonzero(masks["same_address"])
    email[copies] = email[copies - 1]
    return email, masks


def plain_addresses(rng: np.random.Generator, named: pd.DataFrame) -> Texts:
    """Good addresses made from the names, no two alike."""
    first = _local(named["first_name"].str.partition(" ")[0])
    last = _local(named["last_name"])
    joint = rng.choice(np.array([".", "_", "", "-"], dtype=object), len(named), p=[0.7, 0.1, 0.15, 0.05])
    short = rng.random(len(named)) < 0.2
    given = np.where(short, first.astype("U1"), first)
    local = np.where((first == "") | (last == ""), first + last, given + joint + last).astype(object)
    domain = rng.choice(np.array(DOMAINS, dtype=object), len(named))
    wanted = pd.Series(local + "@" + domain)
    place = wanted.groupby(wanted).cumcount().to_numpy() + 1
    number = np.where(place == 1, "", place.astype(str)).astype(object)
    email: Texts = local + number + "@" + domain
    return email


def _local(name: pd.Series) -> Texts:
    """Names as people put them into an address: lower-case ASCII letters, 30 at most."""
    known = {each: "".join(filter(str.isalpha, ascii_of(each).lower()))[:30] for each in name.unique()}
    return name.map(known).to_numpy(dtype=object)
