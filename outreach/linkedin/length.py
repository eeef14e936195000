"""How long a text is to LinkedIn, and cutting it where a reader would.

LinkedIn does not say what it counts as a character. Its own composer runs in a browser, where a string's length is its
number of UTF-16 code units (ECMAScript, String.length); so an emoji is 2 or more. It is never less than the number of
code points, so a text that fits by this count fits by the others too.
"""

import re

import regex

MENTION = r"@\[[^\[\]\\\n]{1,200}\]\(urn:li:organization:\d{1,20}\)"
# Stops at what must be escaped for the API and never stands in an address that `plain` has written.
ADDRESS = r"https?://[^\s\\|{}<>\[\]()]+"
WHOLE = re.compile(f"{MENTION}|{ADDRESS}")
ENDS = re.compile(r"[.!?…؟۔।][\"'”’»)\]]*(?=\s)|[。！？][”」』]*|\S(?=\n\n)")
WORD_ENDS = re.compile(r"\S(?=\s)")
CLUSTER = regex.compile(r"\X")
MORE = " …"


def units(text: str) -> int:
    """How many characters LinkedIn counts: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """`text` within `limit` units: at the end of a sentence, else of a word, else of a character as people see it.

    What was cut ends in an ellipsis. Addresses and mentions stay whole. A sentence or word that would leave less than
    half of the room is passed over for the next smaller thing.
    """
    if units(text) <= limit:
        return text
    room = limit - units(MORE)
    ends = _cluster_ends(text, room)
    fits, half = max(ends, default=0), max(_cluster_ends(text, room // 2), default=0)
    whole = [found.span() for found in WHOLE.finditer(text)]
    for kind in (ENDS, WORD_ENDS):
        # Two more signs than fit, so that an end at the very last place still sees what follows it.
        places = [found.end() for found in kind.finditer(text, 0, fits + 2)]
        good = [place for place in places if half <= place and place in ends and not _inside(place, whole)]
        if good:
            return text[: good[-1]] + MORE
    last = _before(fits, whole)
    place = max((end for end in ends if end <= last and not text[end - 1].isspace()), default=0)
    return text[:place] + MORE if place else MORE.strip()


def _cluster_ends(text: str, room: int) -> set[int]:
    """Where grapheme clusters end, as long as everything before takes at most `room` units."""
    used, ends = 0, set()
    for found in CLUSTER.finditer(text):
        used += units(found[0])
        if used > room:
            break
        ends.add(found.end())
    return ends


def _inside(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start < place < end for start, end in spans)


def _before(place: int, spans: list[tuple[int, int]]) -> int:
    """`place`, or the beginning of what it would break."""
    return next((start for start, end in spans if start < place < end), place)
