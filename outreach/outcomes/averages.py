"""Averages of answers, weighted and not. Unanswered (NaN) is left out, never counted as 0.

Time to the first job is the median of months from completion to the start of the first job, among people who have had a
job and said when it started; whoever has had none yet, or did not say, is left out.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def weighted_median(values: Floats, weights: Floats) -> float:
    """The value where half of the weight lies below and half above; NaN for no values.

    Where exactly half is reached between two values, their middle: with equal weights it is the ordinary median.
    """
    kept = ~np.isnan(values) & (weights > 0)
    values, weights = values[kept], weights[kept]
    if not values.size:
        return float("nan")
    order = np.argsort(values, kind="stable")
    values, reached = values[order], np.cumsum(weights[order])
    half = reached[-1] / 2
    near = 1e-9 * reached[-1]  # sums of weights are not exact
    first = int(np.searchsorted(reached, half - near))
    after = first + 1 if abs(reached[first] - half) <= near and first + 1 < values.size else first
    return float((values[first] + values[after]) / 2)
