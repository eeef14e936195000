"""A name without what people leave out when they type it: accents, case, signs between words."""

import re
from unicodedata import combining, normalize

# Letters that no normal form takes apart.
APART = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"})
BETWEEN = re.compile(r"[^\w]+|_+")


def folded(name: str) -> str:
    """São Paulo, SAO PAULO and sao-paulo are all sao paulo."""
    plain = normalize("NFKD", name.casefold().translate(APART))
    letters = "".join(sign for sign in plain if not combining(sign) and sign not in "'’‘`´ʼ")
    return BETWEEN.sub(" ", letters).strip()


def slugged(name: str) -> str:
    """A name as it stands in an address: a-z, 0-9 and hyphens; "plats" where nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-") or "plats"
