"""Attack what is published of many random samples: python -m tests.outcomes.attacking [--samples 1000] [--all]

For each sample and mode the small numbers of every question (5 of each drawn at random, or all) are attacked with
everything published. Ends with 1 if one of them can be bounded more tightly than the rule promises.
"""

import argparse
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

from outreach.outcomes import measured, protect
from tests.outcomes.attack import Breach, breaches
from tests.outcomes.samples import QUESTIONS, sample

DRAWN = 5
Task = tuple[int, int | None]


def attacked(task: Task) -> tuple[int, list[Breach]]:
    """Publish one sample in both modes, and attack."""
    seed, most = task
    frame = sample(seed)
    exact = measured(frame, QUESTIONS)
    numbers, found = 0, []
    for mode in ("threshold", "hesa"):
        count, given_way = breaches(seed, frame, protect(exact, mode), QUESTIONS, mode, most)
        numbers += count
        found += given_way
    return numbers, found


def _told(results: Iterable[tuple[int, list[Breach]]]) -> tuple[int, int, int]:
    samples = numbers = gave_way = 0
    for count, found in results:
        samples, numbers, gave_way = samples + 1, numbers + count, gave_way + len(found)
        for breach in found:
            print(breach, flush=True)
        if samples % 50 == 0:
            print(f"{samples} samples, {numbers} small numbers, {gave_way} gave way", flush=True)
    return samples, numbers, gave_way


def main() -> int:
    """Run, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="the number the samples start from")
    parser.add_argument("--all", action="store_true", help="attack every small number, not some of each question")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    tasks = [(seed, None if given.all else DRAWN) for seed in range(given.first, given.first + given.samples)]
    start = time.monotonic()
    with ProcessPoolExecutor(given.processes) as pool:
        samples, numbers, gave_way = _told(pool.map(attacked, tasks))
    seconds = time.monotonic() - start
    print(f"{samples} samples, {numbers} small numbers attacked in {seconds:.0f} s: {gave_way} gave way")
    return 1 if gave_way else 0


if __name__ == "__main__":
    sys.exit(main())
