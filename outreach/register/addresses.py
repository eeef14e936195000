"""E-mail addresses: one normal form, so that the same mailbox is always the same text. Pure."""

import idna
import pandas as pd

LONGEST = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322 section 3.2.3, lower case; quoted local parts are refused
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
ADDRESS = rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?=[^.]*[a-z]){_LABEL}"


def normalised(addresses: pd.Series) -> tuple[pd.Series, pd.Series]:
    """(normal form or NaN, whether it is wrong) for text where "" means none.

    Lower case, NFC, no spaces around, the domain in its ASCII form (IDNA 2008).
    """
    text = addresses.str.strip().str.normalize("NFC").str.lower()
    foreign = ~text.map(str.isascii).astype(bool)
    if foreign.any():
        text = text.mask(foreign, text[foreign].map(_with_ascii_domain))
    good = text.str.fullmatch(ADDRESS) & (text.str.len() <= LONGEST)
    return text.where(good), (text != "") & ~good


def normalised_address(address: str) -> str | None:
    """The same for one address: its normal form, None when it is not one."""
    values, _ = normalised(pd.Series([address], dtype="str"))
    return None if values.isna().iloc[0] else str(values.iloc[0])


def _with_ascii_domain(address: str) -> str:
    local, at, domain = address.rpartition("@")
    try:
        return local + at + idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return address
