"""How well a ranking finds what was hidden: hit@k and MRR, with bootstrap intervals."""

from collections.abc import Sequence

import numpy as np

from regiograph.matching.learning import SEED
from regiograph.matching.world import Array

RESAMPLES = 2000
METRICS = ("hit@5", "hit@10", "mrr")
Measured = dict[str, dict[str, float | list[float]]]


def measure(scores: Array, hidden: int) -> Array:
    """Hit@5, hit@10 and reciprocal rank of what was hidden; of equal scores, the mean over their orders.

    >>> measure(np.array([3.0, 1.0, 2.0]), 2).tolist()
    [1.0, 1.0, 0.5]
    """
    rounded = np.round(scores, 9)
    above = int((rounded > rounded[hidden]).sum())
    equal = int((rounded == rounded[hidden]).sum())
    ranks = np.arange(above + 1, above + equal + 1)
    return np.array([(ranks <= 5).mean(), (ranks <= 10).mean(), (1 / ranks).mean()])


def summed(values: Array, groups: Sequence[str]) -> Measured:
    """The means over all cases, with 95 % intervals: whole groups are drawn again and again."""
    if not len(values):
        return {name: {"value": 0.0, "interval": [0.0, 0.0]} for name in METRICS}
    means = _resampled(values, groups)
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    return {
        name: {
            "value": round(float(values[:, at].mean()), 4),
            "interval": [round(float(low[at]), 4), round(float(high[at]), 4)],
        }
        for at, name in enumerate(METRICS)
    }


def _resampled(values: Array, groups: Sequence[str]) -> Array:
    names, places = np.unique(np.array(groups), return_inverse=True)
    sums = np.zeros((len(names), values.shape[1]))
    np.add.at(sums, places, values)
    sizes = np.bincount(places).astype(float)
    drawn = np.random.default_rng(SEED).multinomial(
        len(names), np.full(len(names), 1 / len(names)), size=RESAMPLES
    )
    return np.asarray((drawn @ sums) / (drawn @ sizes)[:, np.newaxis])
