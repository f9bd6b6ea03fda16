"""Weights from facts: those under which who really takes part would have come first.

A listwise model: the chance of a candidate is the softmax of its weighted signals. Weights are never
negative, so that each reason stays a reason. How much they are held back is chosen by cross-validation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from regiograph.matching.world import Array

SEED = 7
FOLDS = 10
_INNER_FOLDS = 3
_STRENGTHS = (0.003, 0.03)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One hidden participation: the signals of every candidate, and which one was hidden."""

    group: str  # cases of one group are never on both sides of a split
    rows: Array  # candidates × signals
    hidden: int  # the row of what was hidden
    popular: Array  # how many take part in a candidate, or in how much it takes part


def learn(cases: Sequence[Case], free: Array) -> Array:
    """Weights for cases; only `free` signals may have one."""
    strength = max(_STRENGTHS, key=lambda each: _held_out(cases, free, each))
    return _fit(cases, free, strength)


def scores_held_out(cases: Sequence[Case], free: Array) -> list[Array]:
    """The scores of each case under weights learnt without any case of its group."""
    found: list[Array] = [np.zeros(0)] * len(cases)
    for train, test in _splits([case.group for case in cases], FOLDS):
        weights = learn([cases[at] for at in train], free)
        for at in test:
            found[at] = cases[at].rows @ weights
    return found


def _held_out(cases: Sequence[Case], free: Array, strength: float) -> float:
    """How likely cases are under weights learnt from others."""
    total = 0.0
    for train, test in _splits([case.group for case in cases], _INNER_FOLDS):
        weights = _fit([cases[at] for at in train], free, strength)
        total += sum(_log_chance(cases[at], weights) for at in test)
    return total


def _log_chance(case: Case, weights: Array) -> float:
    scores = case.rows @ weights
    return float(scores[case.hidden] - logsumexp(scores))


def _fit(cases: Sequence[Case], free: Array, strength: float) -> Array:
    columns = np.flatnonzero(free)
    if not cases or not len(columns):
        return np.zeros(len(free))
    rows = [case.rows[:, columns] for case in cases]
    hidden = np.stack([row[case.hidden] for row, case in zip(rows, cases, strict=True)])
    ends = np.cumsum([len(row) for row in rows])
    stacked, starts = np.concatenate(rows), np.concatenate([[0], ends[:-1]])

    def loss(weights: Array) -> tuple[float, Array]:
        scores = stacked @ weights
        most = np.maximum.reduceat(scores, starts)
        chances = np.exp(scores - np.repeat(most, ends - starts))
        sums = np.add.reduceat(chances, starts)
        chances /= np.repeat(sums, ends - starts)
        missed = np.log(sums) + most - hidden @ weights
        expected = np.add.reduceat(chances[:, np.newaxis] * stacked, starts)
        gradient = (expected - hidden).mean(axis=0) + 2 * strength * weights
        return float(missed.mean() + strength * (weights**2).sum()), gradient

    found = minimize(
        loss, np.ones(len(columns)), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(columns)
    )
    weights = np.zeros(len(free))
    weights[columns] = found.x
    return weights


def _splits(groups: Sequence[str], folds: int) -> Iterator[tuple[list[int], list[int]]]:
    """Train and test, so that a group is never on both sides; the same groups give the same splits."""
    names = sorted(set(groups))
    order = np.random.default_rng(SEED).permutation(len(names))
    fold_of = {names[name]: place % folds for place, name in enumerate(order)}
    for fold in range(min(folds, len(names))):
        test = [at for at, group in enumerate(groups) if fold_of[group] == fold]
        train = [at for at, group in enumerate(groups) if fold_of[group] != fold]
        if test and train:
            yield train, test
