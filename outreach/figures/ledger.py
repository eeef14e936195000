"""The ledger of a campaign as tables: how far everyone got, and why some were not written to."""

import pandas as pd

from outreach.figures.markdown import table
from outreach.figures.words import STATUSES, number, reason_words, said, status_words


def funnel_table(funnel: pd.DataFrame, language: str) -> str:
    """A Markdown table, a line a status and a column a wave, from wave (int), status (str), people (int).

    The first line counts everyone considered; each of them stands in exactly one of the lines below.
    """
    if funnel.empty:
        return said("Ingen har övervägts ännu.", "Nobody has been considered yet.", language)
    counts = _by_wave(funnel, "status")
    known = [status for status in STATUSES if status in counts.index]
    counts = counts.loc[known + sorted(set(counts.index) - set(known))]
    everyone = [said("**Övervägda**", "**Considered**", language), *_numbers(counts.sum(), language)]
    rows = [[status_words(str(status), language), *_numbers(line, language)] for status, line in counts.iterrows()]
    return table([said("Personer", "People", language), *_waves(counts, language)], [everyone, *rows])


def exclusion_table(exclusions: pd.DataFrame, language: str) -> str:
    """A Markdown table, a line a reason (the most common first), from wave (int), reason (str), people (int)."""
    if exclusions.empty:
        return said("Ingen har undantagits.", "Nobody has been left out.", language)
    counts = _by_wave(exclusions, "reason")
    counts = (
        counts.assign(all=counts.sum(axis="columns")).sort_index().sort_values("all", ascending=False, kind="stable")
    )
    counts = counts.drop(columns="all")
    rows = [[reason_words(str(reason), language), *_numbers(line, language)] for reason, line in counts.iterrows()]
    title = said("Varför någon inte skrevs till", "Why people were not written to", language)
    return table([title, *_waves(counts, language)], rows)


def _by_wave(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    return frame.pivot_table(index=by, columns="wave", values="people", aggfunc="sum", fill_value=0)


def _waves(counts: pd.DataFrame, language: str) -> list[str]:
    return [f"{said('Brev', 'Message', language)} {wave}" for wave in counts.columns]


def _numbers(line: "pd.Series[int]", language: str) -> list[str]:
    return [number(int(count), language) for count in line]
