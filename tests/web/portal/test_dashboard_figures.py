"""The plots and verdicts of the overview: what they draw and when they say what."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from outreach.web import texts
from outreach.web.portal import dashboard_figures
from outreach.web.portal.plots import HIGH, Column, Plot, drawn, scale

SVG = "{http://www.w3.org/2000/svg}"


def parsed(plot: Plot) -> ET.Element:
    return ET.fromstring(str(drawn(plot)).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def test_plot_names_and_describes_itself_and_whatever_it_is_called_stays_text() -> None:
    root = parsed(Plot("p", "<b>A & B</b>", '"told"', [Column("x", 1)]))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "p-title p-desc"
    assert {one.attrib["id"]: one.text for one in root[:2]} == {"p-title": "<b>A & B</b>", "p-desc": '"told"'}
    assert "style" not in str(drawn(Plot("p", "t", "d", [Column("x", 1)])))


def test_columns_are_as_high_as_their_values_and_none_where_there_is_nothing() -> None:
    root = parsed(Plot("p", "t", "d", [Column("a", 50, part=25), Column("b", 0), Column("c", 100)]))
    bars = [(one.attrib["class"], float(one.attrib["height"])) for one in root.iter(f"{SVG}rect")]
    assert [kind for kind, _ in bars] == ["plot-bar", "plot-part", "plot-bar"]
    (_, half), (_, quarter), (_, whole) = bars
    assert (half / whole, quarter / whole) == (pytest.approx(0.5, 0.01), pytest.approx(0.25, 0.01))
    assert whole < HIGH


@pytest.mark.parametrize(
    ("highest", "lines"),
    [(0, [0, 1, 2, 3]), (3, [0, 1, 2, 3]), (320, [0, 200, 400]), (1218, [0, 500, 1000, 1500]), (100, [0, 50, 100])],
)
def test_scale_is_of_round_numbers_that_reach_the_highest(highest: float, lines: list[float]) -> None:
    assert scale(Plot("p", "t", "d", [Column("x", highest)], top=3)) == lines


@pytest.mark.parametrize(
    ("sent", "bounced", "complained", "verdict"),
    [(99, 50, 0, "few"), (1000, 0, 0, "silent"), (1000, 19, 0, "good"), (1000, 20, 0, "watch"),
     (1000, 50, 0, "bad"), (10_000, 1, 10, "watch"), (10_000, 1, 30, "bad"), (10_000, 1, 9, "good")],
)  # fmt: skip
def test_verdict_says_when_messages_stop_arriving(sent: int, bounced: int, complained: int, verdict: str) -> None:
    delivery: dict[str, Any] = {"sent": sent, "arrived": 0, "bounced": bounced, "complained": complained, "unknown": 0}
    found = dashboard_figures.delivery({"delivery": delivery}, texts.speaker("en"), "en")
    assert found.verdict == verdict
    assert found.facts[0] == ("Sent in 90 days", f"{sent:,}")


def test_every_trend_has_a_table_behind_it_and_each_class_stands_against_the_aim(home: object) -> None:
    kept = {
        "classes": [["2025-HT", 0, 0], ["2026-VT", 400, 320], ["2026-HT", 410, 390]],
        "joined": [["2026-10", 4], ["2026-11", 7]],
        "messages": [["2026-10", 0, 0, 0], ["2026-11", 1200, 12, 1]],
        "surveys": [{"cohort": "2025-08", "months_after": 15, "asked": 40, "answered": 30},
                    {"cohort": "2025-09", "months_after": 15, "asked": 4, "answered": 3}],
    }  # fmt: skip
    found = {one.name: one for one in dashboard_figures.trends(kept, texts.speaker("en"), "en")}
    assert {name: [list(row) for row in one.rows] for name, one in found.items()} == {
        "classes": [["2026-HT", "410", "390", "95%"], ["2026-VT", "400", "320", "80%"]],
        "joined": [["November 2026", "7"], ["October 2026", "4"]],
        "messages": [["November 2026", "1,200", "12", "1"], ["October 2026", "0", "0", "0"]],
        "rates": [["Degrees 2025-09, 15 months later", "Too few to show"],
                  ["Degrees 2025-08, 15 months later", "75%"]],
    }  # fmt: skip
    assert all(len(row) == len(one.head) for one in found.values() for row in one.rows)
    assert "Target 90%" in found["classes"].svg
    assert "Target 50%" in found["rates"].svg
    nothing = {"classes": [], "joined": [["2026-11", 0]], "messages": [["2026-11", 0, 0, 0]], "surveys": []}
    assert [one.name for one in dashboard_figures.trends(nothing, texts.speaker("en"), "en")] == ["joined"]
