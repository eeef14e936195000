"""What LinkedIn counts, and cutting where a reader would: any text in any script."""

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from outreach.linkedin.length import MORE, WHOLE, cut, units

FAMILY, FLAG, ACCENTED = "👩‍👩‍👧‍👦", "🇸🇪", "e\u0301"
WORDS = ["Alumner", "möts", "حوار", "خريجة", "שלום", "学生", "卒業生。", "नमस्ते", "กรุงเทพ", FAMILY, FLAG,
         ACCENTED, "👍🏽",
         "https://example.org/a/b?c=d", "@[Stockholms universitet](urn:li:organization:42)", "slut.", "Varför?", "ja!",
         "«så»", "...", "\u200f", "a\u0300\u0301"]  # fmt: skip
SPACES = [" ", "  ", "\n", "\n\n", ""]
TEXTS = st.one_of(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(SPACES)), max_size=200).map(
        lambda pairs: "".join(word + space for word, space in pairs)
    ),
    st.text(max_size=600),
)


def clusters(text: str) -> list[str]:
    return regex.findall(r"\X", text)


@given(text=TEXTS, limit=st.integers(3, 400))
@example(text=FAMILY * 40, limit=140)
@example(text="a" + "\u0301" * 500, limit=100)
@example(text=f"{'x' * 60} https://example.org/{'y' * 200}", limit=140)
@example(text="؀ " * 100, limit=9)
def test_any_text_is_cut_within_the_limit_and_nothing_in_it_is_broken(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert units(shown) <= limit
    shown.encode("utf-8")  # no half of a pair
    if units(text) <= limit:
        assert shown == text
        return
    assert shown == MORE.strip() or shown.endswith(MORE)
    kept = shown.removesuffix(MORE) if shown != MORE.strip() else ""
    assert text.startswith(kept)
    assert clusters(kept) == clusters(text)[: len(clusters(kept))]
    assert not any(found.start() < len(kept) < found.end() for found in WHOLE.finditer(text))


@given(st.text(max_size=200))
def test_units_are_utf16_code_units_and_never_fewer_than_code_points(text: str) -> None:
    assert units(text) == len(text) + sum(ord(sign) > 0xFFFF for sign in text)


def test_the_end_of_a_sentence_is_taken_before_the_end_of_a_word() -> None:
    assert cut("Den första meningen är här. Den andra ryms inte alls på raden.", 40) == "Den första meningen är här. …"
    assert (
        cut("En enda mycket lång mening som aldrig tar slut och inte ryms", 40)
        == "En enda mycket lång mening som aldrig …"
    )


def test_a_sentence_that_leaves_less_than_half_is_passed_over() -> None:
    assert (
        cut("Kort. Sedan följer en mycket lång mening som inte heller ryms", 40)
        == "Kort. Sedan följer en mycket lång …"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("عملت ليلى في البحث. ثم عادت إلى الجامعة لتدرس هناك", "عملت ليلى في البحث. …"),
        ("卒業生が集まりました。次の会は来年の春に開かれる予定です。楽しみ", "卒業生が集まりました。 …"),
        ("क्या आप आएंगे? हम सब आपका इंतज़ार कर रहे हैं और", "क्या आप आएंगे? …"),
    ],
)
def test_sentences_end_in_other_scripts_too(text: str, shown: str) -> None:
    assert cut(text, 25) == shown


def test_text_of_3001_characters_ends_at_a_sentence_within_3000() -> None:
    text = "Tio tecken. " * 249 + "Tretton tecken"
    text = text[:3001].ljust(3001, "x")
    shown = cut(text, 3000)
    assert units(text) == 3001
    assert units(shown) <= 3000
    assert shown.endswith("tecken. …")
    assert cut(text[:3000], 3000) == text[:3000]


def test_an_emoji_of_four_people_at_the_cut_goes_whole() -> None:
    text = "x" * 2995 + FAMILY + "y" * 50
    assert cut(text, 3000) == "x" * 2995 + MORE
