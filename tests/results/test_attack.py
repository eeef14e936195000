"""The sums this package adds, all who work and all who seek, give nobody away: the attack knows them too."""

import numpy as np
import pytest

from outreach.outcomes import Mode, Question, measured, protect
from outreach.outcomes.rates import EMPLOYED, SEEKING
from outreach.results.making import _with_sums
from tests.outcomes import attack
from tests.outcomes.samples import QUESTIONS, sample

plain_sums = attack.sums_of


def sums_with_ours(question: Question, answers: tuple[str, ...]) -> dict[str, np.ndarray]:
    found = plain_sums(question, answers)
    if question.code != "activity":
        return found
    ours = {"working": EMPLOYED, "seeking": SEEKING}
    return found | {name: np.array([answer in of for answer in answers], dtype=float) for name, of in ours.items()}


@pytest.mark.parametrize("mode", ["threshold", "hesa"])
def test_no_small_number_can_be_worked_out_with_the_added_sums(mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attack, "sums_of", sums_with_ours)  # a reader who knows what else is told
    attacked = 0
    for seed in (21, 22, 23):
        frame = sample(seed, 90)
        exact = measured(frame, QUESTIONS)
        assert exact is not None
        tables = protect(_with_sums(exact), mode)
        count, found = attack.breaches(seed, frame, tables, QUESTIONS, mode, most=3)
        assert found == []
        attacked += count
    assert attacked >= 20
