"""The signals: each says of every asker and candidate how much speaks for the two, by one kind of fact.

A signal is a product of sparse matrices, askers × … × candidates, between 0 and 1. What it weighs is data
(`reference/match_weights.toml`).
"""

from collections.abc import Callable, Mapping

import numpy as np
from scipy.sparse import csr_matrix, diags

from regiograph.matching.candidates import Candidates
from regiograph.matching.world import Array, Askers, World

Signal = Callable[[World, Askers, Candidates], Array]
_MANY = 10.0  # a count of which more does not tell much more
_VERY_MANY = 100.0  # members of the largest partnership one can think of
_FAINT = 0.05  # a cosine below which the best is no match
_FADES = 3.0  # years in which an activity loses most of what it tells


def priorities(world: World, askers: Askers, pool: Candidates) -> Array:
    """Words of the asker's own priorities in its texts: cosine of TF-IDF vectors, as a share of the best."""
    spoken = np.maximum(chain(askers.words, world.docs.T, pool.speaks), _dense(askers.words @ pool.docs.T))
    return np.asarray(spoken / np.maximum(spoken.max(axis=1, keepdims=True, initial=0.0), _FAINT))


def topics(world: World, askers: Askers, pool: Candidates) -> Array:
    """Texts like those of what the asker is in: mean cosine of TF-IDF vectors."""
    return chain(_means(askers.taking), world.docs, world.docs.T, pool.speaks)


def partners(world: World, askers: Askers, pool: Candidates) -> Array:
    """Partners in common: resource allocation over participations, by weight of role.

    Source: Zhou, Lü, Zhang 2009, Predicting missing links via local information.
    """
    friends = _dense(askers.taking @ world.sharing)
    friends[_dense(askers.own) > 0] = 0
    return _count(_MANY * chain(csr_matrix(friends), diags(world.rare), pool.reach))


def shared(world: World, askers: Askers, pool: Candidates) -> Array:
    """Partnerships and working areas that both are in."""
    return _count(chain(askers.taking.sign(), pool.doors))


def interested(world: World, askers: Askers, pool: Candidates) -> Array:
    """The asker is named as interested in it, or in what it takes part in."""
    return _count(chain(askers.interest, pool.circles))


def actors(world: World, askers: Askers, pool: Candidates) -> Array:
    """Organisations and hubs of the asker that act in it."""
    return _count(chain(askers.organisations, pool.organisations))


def sdg(world: World, askers: Askers, pool: Candidates) -> Array:
    """Sustainable Development Goals that both contribute to: cosine of profiles."""
    wanted = np.minimum(askers.goals + askers.taking.sign() @ world.goals, 1)
    return np.asarray(_unit(wanted) @ _unit(pool.goals.T).T)


def platform(world: World, askers: Askers, pool: Candidates) -> Array:
    """Other partnerships of its thematic platform that the asker is in."""
    return _count(chain(askers.taking.sign(), world.platforms_of.T, pool.platforms))


def country(world: World, askers: Askers, pool: Candidates) -> Array:
    """Regions of the asker's country in it."""
    return _count(chain(askers.country, world.countries_of, pool.at))


def neighbours(world: World, askers: Askers, pool: Candidates) -> Array:
    """Regions that border the asker in it."""
    return _count(chain(askers.near, pool.at))


def macro_region(world: World, askers: Askers, pool: Candidates) -> Array:
    """Regions of the asker's macro-regions in it."""
    return _count(chain(askers.macros, world.macros_of, pool.at))


def kin(world: World, askers: Askers, pool: Candidates) -> Array:
    """Regions within or around the asker in it."""
    return _count(chain(askers.kin, pool.at))


def leadership(world: World, askers: Askers, pool: Candidates) -> Array:
    """The asker leads elsewhere and it lacks a second lead; or a candidate that leads."""
    asks = np.outer(np.minimum(askers.leads, _MANY), pool.lacks_lead)
    return _count(asks + pool.leads[np.newaxis, :])


def eu13(world: World, askers: Askers, pool: Candidates) -> Array:
    """A region of the EU13 where few are, or the other way round: what balances."""
    return np.abs(askers.eu13[:, np.newaxis] - pool.eu13[np.newaxis, :])


def activity(world: World, askers: Askers, pool: Candidates) -> Array:
    """How recently it was active."""
    return np.tile(np.exp(-pool.old / _FADES), (askers.taking.shape[0], 1))


def size(world: World, askers: Askers, pool: Candidates) -> Array:
    """How many are in it, or how much it is in."""
    return np.tile(np.log1p(pool.size) / np.log1p(_VERY_MANY), (askers.taking.shape[0], 1))


def experience(world: World, askers: Askers, pool: Candidates) -> Array:
    """How much the asker is in: it ranks those who are asked to join, not what is offered to one who asks."""
    circles = np.asarray(askers.taking.sign().sum(axis=1))
    return np.tile(np.log1p(circles) / np.log1p(_VERY_MANY), (1, len(pool.iris)))


SIGNALS: Mapping[str, Signal] = {
    each.__name__: each
    for each in (
        *(priorities, topics, partners, shared, interested, actors, sdg, platform),
        *(country, neighbours, macro_region, kin, leadership, eu13, activity, size, experience),
    )
}


def features(world: World, askers: Askers, pool: Candidates) -> Array:
    """Askers × candidates × signals, in the order of `SIGNALS`."""
    return np.stack([signal(world, askers, pool) for signal in SIGNALS.values()], axis=-1)


def chain(first: csr_matrix, *rest: csr_matrix) -> Array:
    """The product of matrices, from the side on which fewer numbers arise."""
    if first.shape[0] <= rest[-1].shape[1]:
        product = first
        for each in rest:
            product = product @ each
        return _dense(product)
    product = rest[-1]
    for each in reversed((first, *rest[:-1])):
        product = each @ product
    return _dense(product)


def _dense(matrix: csr_matrix) -> Array:
    return np.asarray(matrix.todense(), dtype=float)


def _count(values: Array) -> Array:
    """A count as a number from 0 to 1 that grows more slowly the more there are."""
    return np.asarray(np.minimum(np.log1p(values) / np.log1p(_MANY), 1.0))


def _means(matrix: csr_matrix) -> csr_matrix:
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    return diags(np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0)) @ matrix


def _unit(rows: Array) -> Array:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, lengths, out=np.zeros_like(rows, dtype=float), where=lengths > 0))
