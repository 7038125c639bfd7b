"""What a task promises to hand to a learner's function, drawn from one end to the other.

A check tries a few dozen of these after an exercise's probes. The probes are chosen to tell
mistakes apart. These find what the probes do not meet: a cap or a floor far out, a number that is
only nearly 0, an answer that knows the probes. The draws are always the same, so is the verdict.

No input may decide by rounding: every right way to compute it comes to the same within a check's
tolerance. So borders are met exactly (in powers of 2) or not at all, and no exponential overflows
that the task does not name.
"""

import zlib

import numpy as np

__all__ = ["drawn"]


def drawn(task, count=None, seed=0):
    """Return arguments for further calls, always the same.

    Parameters
    ----------
    task : Exercise
    count : int, optional
        `task.draws` by default.
    seed : int, optional
        Another one gives others.

    Returns
    -------
    tuple of tuple
        Empty when the exercise draws none.
    """
    if task.draw is None:
        return ()
    g = np.random.default_rng([zlib.crc32(task.id.encode()), seed])
    return tuple(task.draw(g) for _ in range(task.draws if count is None else count))


def _short(values, digits=4):
    """Return numbers that are short to read: a check may have to show them."""
    short = [float(f"{v:.{digits}g}") for v in np.ravel(values)]
    return np.array(short).reshape(np.shape(values))


def _decade(g, low, high):
    return float(f"{10.0 ** g.uniform(low, high):.3g}")


def _any_size(g):
    """Return a length, at times one of dozens."""
    return int(g.integers(1, 9) if g.random() < 0.8 else g.choice([10, 30, 90]))


def _scores(g, n):
    """Return ordinary scores: of both signs, at times with ties, all equal, or all low."""
    z = _short(g.normal(0, g.choice([0.3, 2.0, 5.0]), n))
    if g.random() < 0.2:
        z = np.round(z)
    if g.random() < 0.1:
        z[:] = z[0]
    if g.random() < 0.1:
        z -= 20
    return z


def numbers(g):
    """Draw numbers to add up."""
    return (_short(g.normal(0, _decade(g, -6, 8), _any_size(g)), 5),)


def scores(g):
    """Draw scores, as far up and down as their exponentials can be held."""
    n = _any_size(g)
    kind = g.integers(5)
    if kind == 0:
        return (_short(g.uniform(-340, 340, n)),)
    if kind == 1:
        return (_short(_scores(g, n) * _decade(g, -6, -1)),)
    if kind == 2:  # all of them far from 0; e to the 710 is too large for a computer
        far = 704 if g.random() < 0.3 else g.uniform(20, 700)
        z = _scores(g, n)
        return (_short(z - z.max() + far if g.random() < 0.5 else z - z.min() - far, 6),)
    return (_scores(g, n),)


def table(g):
    """Draw a table of scores."""
    n = int(g.integers(1, 6))
    rows = [np.resize(scores(g)[0], n) for _ in range(g.integers(1, 6))]
    return (np.array(rows),)


def counts(g):
    """Draw how often each word was seen: at least one of them once."""
    largest = g.choice([3, 100, 10_000, 10**9])
    found = np.floor(largest ** g.random(_any_size(g))).astype(np.int64)
    found[g.random(len(found)) < 0.2] = 0
    found[g.integers(len(found))] += 1
    return (found,)


def weights(g):
    """Draw positive weights: tiny, huge, and very unequal."""
    n, spread = _any_size(g), g.choice([1, 1, 8, 14])
    return (_short(_decade(g, -30, 30) * 10.0 ** g.uniform(-spread, 0, n)),)


def _dyadic(g, n, bits, unequal=False):
    """Return a distribution in which every sum is exact: whole numbers over a power of 2."""
    whole = 1 << bits
    while True:
        parts = np.floor(g.dirichlet(np.full(n, g.choice([0.3, 1.0, 5.0]))) * whole)
        parts[np.argmax(parts)] += whole - parts.sum()
        if not unequal or len(set(parts)) == n and parts.all():
            return parts / whole


def place(g):
    """Draw probabilities and a number from 0 up to 1, at times close to where two pieces meet."""
    bits = int(g.choice([3, 10, 20, 40]))
    p, step = _dyadic(g, _any_size(g), bits), 2.0**-bits
    if g.random() < 0.4:  # tiny pieces in front
        p = (
            np.sort(
                np.floor(
                    2
                    ** g.uniform(0, max(1, bits - 8), g.choice([2, 5, 80] if bits > 8 else [2, 3]))
                )
            )
            * step
        )
        p = np.r_[p, 1 - p.sum()]
    totals = np.cumsum(p)
    borders = np.r_[0.0, totals[totals < 1]]
    if g.random() < 0.5:
        u = (
            g.choice(borders[: g.integers(1, len(borders) + 1)])
            + g.choice([0, 0, 0.5, -0.5]) * step
        )
    else:
        u = np.floor(2 ** (bits * g.choice([1, g.random()])) * g.random()) * step
    return p, float(max(u, 0))


def _distribution(g, n):
    p = g.dirichlet(np.full(n, g.choice([0.3, 1.0, 5.0]))) + 1e-9
    if g.random() < 0.15:
        p[:] = 1
    return p / p.sum()


def perhaps_a_distribution(g):
    """Draw numbers that miss a distribution clearly, or within the rounding that is allowed."""
    p = _distribution(g, _any_size(g))
    n, kind = len(p), g.integers(8)
    one, other = g.integers(n), g.integers(n)
    if kind == 1:
        p[p.argmax()] += g.choice([-1, 1]) * g.choice([1e-9, 1e-7, 5e-7, 2e-6, 1e-5, 1e-4, 0.01])
    if kind == 2:
        p *= g.choice([1e-3, 0.5, 0.999, 1.001, 2, 1000])
    if kind == 3:
        p = _short(g.normal(0.3, 0.5, n))
    if kind == 4 and one != other:  # one below 0, and a sum of 1
        p[other] += p[one]
        p[one] = -_decade(g, -12, 3)
        p[other] -= p[one]
    if kind == 5:
        p[g.random(n) < 0.4] = 0
        p[one] += 1 - p.sum()
    if kind == 7:
        p[one] *= -1
    if kind == 6:  # many rare words
        p = np.full(n, 5e-7)
        p[one] += 1 - p.sum()
    # Whether a number that is above 1 by rounding alone is in the range, the task does not say.
    return (np.where(np.abs(p - 1) < 1e-5, np.minimum(p, 1), p),)


def two_scores(g):
    """Draw two scores: alike or not, near 0 or thousands away from it."""
    a, b = g.normal(0, g.choice([0.01, 2, 100]), 2) + g.choice([0, 0, 1, -1]) * _decade(g, 2.5, 5)
    if g.random() < 0.2:
        a, b = (0.0, b) if g.random() < 0.5 else (a, 0.0)
        a, b = np.clip([a, b], -600, 600)
    return tuple(float(f"{v:.9g}") for v in (a, b))


def base(g):
    """Draw a base above 1."""
    return (1 + _decade(g, -6, 12),)


def matrix_and_vector(g):
    """Draw a matrix and a vector that fits."""
    rows, columns = g.integers(1, 6), g.integers(1, 6)
    W = g.normal(0, _decade(g, -3, 5), (rows, columns))
    return _short(W), _short(g.normal(0, _decade(g, -3, 5), columns))


def logits_and_two_places(g):
    """Draw logits, near 0 or thousands away from it or from each other, and two indices."""
    z = np.clip(_scores(g, _any_size(g)) * g.choice([1e-6, 1e-3, 1, 10, 60]), -300, 300)
    z = z + g.choice([0, 0, 1, -1]) * np.round(_decade(g, 1, 4))
    z[g.integers(len(z))] += g.choice([0, 0, 0, 2000])
    return _short(z, 9), int(g.integers(len(z))), int(g.integers(len(z)))


def positive_distribution(g):
    """Draw probabilities, none of them 0, at times one far below the others."""
    p = _distribution(g, int(g.integers(2, 9)))
    if g.random() < 0.4:
        p[g.integers(len(p))] = _decade(g, -60, -3)
        p = p / p.sum()
    return (p,)


def distribution(g):
    """Draw probabilities, at times with zeros, tiny ones, or many."""
    p = _distribution(g, _any_size(g))
    if g.random() < 0.3:
        p[g.random(len(p)) < 0.4] = 0
    if g.random() < 0.3:  # one word has nearly all
        p = p * _decade(g, -10, -3)
    p[g.integers(len(p))] += 1 - p.sum()
    return (np.abs(p),)


def logits_and_temperature(g):
    """Draw logits and a temperature above 0.

    Between 0.0001 and 0.01 there is none: there (p ** (1 / T)) leaves the numbers that a computer
    holds little by little. Below, it gives NaN, for which see `Exercise.may_overflow`.
    """
    n = _any_size(g)
    temperature = _decade(g, -2, 8) if g.random() < 0.7 else _decade(g, -8, -4)
    if temperature > 30:
        return _short(g.uniform(-300, 300, n)), temperature
    z = np.clip(_scores(g, n) * g.choice([1, 4]) * temperature, -300, 300)
    if temperature < 0.9 and g.random() < 0.4:
        z = z + g.choice([-1, 1]) * g.uniform(100, 600) * temperature
    return _short(z, 6), temperature


def any_logits_and_temperature(g):
    """Draw logits of any size, some of them masked, and a temperature of 0 or more."""
    cold = g.random() < 0.3
    temperature = g.choice([0, 0.0]) if cold else _decade(g, -14, 10)
    if cold:
        z = tied(g)[0]
        if len(z) > 1 and g.random() < 0.2:
            z = _tiny_lead(g, z, g.choice([-20, -305]))
    else:
        z = _scores(g, _any_size(g)) * g.choice([1, 4]) * temperature
        if temperature > 1 and g.random() < 0.4:
            z = z / temperature
        if temperature > 1e-4 and g.random() < 0.4:
            z = z + g.choice([-1, 1]) * _decade(g, 2, 4)
        if g.random() < 0.2:
            z[g.integers(len(z))] += g.choice([-1, 1]) * _decade(g, 2, 4)
        elif g.random() < 0.1:
            z = _to_an_edge(g, z / temperature) * temperature
    z = _short(z, 17 if cold else 9)
    masked = (g.random(len(z)) < 0.3) & (g.random() < 0.4)
    masked[g.integers(len(z))] = False
    return np.where(masked, -np.inf, z), float(temperature) if temperature else 0


def tied(g):
    """Draw logits of which several may be the largest, or nearly."""
    z = _scores(g, _any_size(g)) * g.choice([1e-13, 1e-6, 1, 100])
    z = z + g.choice([0, 0, 1, -1]) * np.round(_decade(g, 1, 5))
    one = g.integers(len(z))
    if g.random() < 0.1:
        z[:] = z[0]
    if g.random() < 0.3:
        z[one] = z.max()
    elif g.random() < 0.4:
        z[one] = z.max() + 10.0 ** g.uniform(-13, -1) * max(1, abs(z.max()))
    return (z,)


def nearly_tied(g):
    """Draw logits as `tied` does, at times with a lead that no exponential can tell from 0."""
    z = tied(g)[0]
    return (_tiny_lead(g, z, -20) if len(z) > 1 and g.random() < 0.1 else z,)


def _tiny_lead(g, z, most):
    """Put a lead of at most so many powers of ten between the largest scores."""
    first, second = g.permutation(len(z))[:2]
    z = -np.abs(z)
    z[first], z[second] = 0, _decade(g, -320, most)
    return z


def _unequal(g):
    if g.random() < 0.3:
        return _dyadic(g, int(g.integers(1, 7)), 40, unequal=True)
    while True:
        p = _distribution(g, _any_size(g))
        if g.random() < 0.3:
            p = p * _decade(g, -10, -3)
            p[g.integers(len(p))] += 1 - p.sum()
        if len(set(p)) == len(p):
            return p


def unequal_and_count(g):
    """Draw probabilities, no two of them equal, and how many of them stay."""
    p = _unequal(g)
    if g.random() < 0.3 and len(p) > 1 and p[0] != p[1]:  # two that are nearly equal, and a cut
        p[0] = p[1] * (1 + g.choice([1e-9, 1e-7]))
        if len(set(p)) == len(p):
            return p / p.sum(), int(np.sum(p >= p[0]))
        p = _unequal(g)
    return p, int(g.integers(1, len(p) + 1))


def unequal_and_mass(g):
    """Draw probabilities, no two of them equal, and a mass, at times one that a sum meets."""
    if g.random() < 0.3:
        p = _dyadic(g, int(g.integers(2, 7)), 40, unequal=True)
        total = np.cumsum(np.sort(p)[::-1])[g.integers(len(p) - 1)]
        return p, float(total + g.choice([0, 0, -(2.0**-41), 2.0**-41]))
    p, kind = _unequal(g), g.integers(5)
    if kind == 0 and g.random() < 0.5:  # no favorite
        p = g.dirichlet(np.full(g.integers(10, 70), 5.0))
    if kind == 0:
        return p, float(f"{min(0.95, p.max() * g.uniform(0.3, 3)):.9g}")
    if kind == 1:  # the favorite is not enough
        return p, float(f"{1 - (1 - p.max()) * g.uniform(0.02, 0.98):.15g}")
    return p, float(f"{g.uniform(0.01, 0.99):.9g}")


def logits_and_chances(g):
    """Draw logits and as many numbers between 0 and 1, some of them near an end."""
    n = _any_size(g)
    far = g.random(n) < g.choice([0.3, 1])
    u = np.where(far, 10.0 ** g.uniform(-12, -2, n), g.uniform(0.01, 0.99, n))
    least = 10.0 ** g.uniform(-6, -5, n)  # each another one: no two words may tie
    u = np.where(g.random(n) < g.choice([0.15, 0.9]), 1 - np.maximum(u, least), u)
    if g.random() < 0.5:  # any of them may win
        z = np.log(-np.log(u)) + g.normal(0, g.choice([1e-3, 0.01, 1]), n)
    else:
        z = _scores(g, n) * g.choice([1e-3, 1, 1, 100])
    if g.random() < 0.2:  # nearly the same noise for all
        u = g.choice([g.uniform(0.1, 0.9), 0.9999]) + g.normal(0, 1e-5, n)
        return np.round(g.normal(0, g.choice([1e-4, 1e-3]), n), 6), u
    return _short(z + g.choice([0, 0, 1, -1]) * np.round(_decade(g, 1, 4)), 9), u


def queries_and_keys(g):
    """Draw a matrix of queries and one of keys."""
    d, scale = int(g.integers(1, 13)), _decade(g, -3, 5)
    queries, keys = g.normal(0, 2, (g.integers(1, 6), d)), g.normal(0, 2, (g.integers(1, 6), d))
    if g.random() < 0.5:
        return _short(queries * scale), _short(keys)
    return _short(queries), _short(keys * scale)


def square(g):
    """Draw a square table of scores."""
    n = int(g.integers(1, 14))
    return (_short(g.normal(0, _decade(g, -8, 6), (n, n))),)


def scores_and_values(g):
    """Draw a table of scores, at times far below 0 and masked in part, and values."""
    z = _short(0.85 * table(g)[0], 6)  # their exponentials may be multiplied with values
    masked = (g.random(z.shape) < 0.3) & (g.random() < 0.6)
    open_ones = g.integers(z.shape[1], size=len(z))
    masked[np.arange(len(z)), open_ones] = False  # something is left in each row
    values = g.normal(0, _decade(g, -3, 8), (z.shape[1], g.integers(1, 4)))
    # What is masked has no say, however large it is.
    loud = masked.all(axis=0)[:, None] & (g.random() < 0.7)
    return np.where(masked, -np.inf, z), _short(np.where(loud, values * 1e12, values))


def logits_and_target(g):
    """Draw logits, near 0 or hundreds away from it, and the place of one."""
    z = np.clip(_scores(g, _any_size(g)) * g.choice([1e-3, 1, 1, 3, 15]), -150, 150)
    z = z + g.choice([0, 0, 1, -1]) * np.round(_decade(g, 1, 2.6))
    return _short(z, 6), int(g.integers(len(z)))


def batch(g):
    """Draw a table of probabilities, one of images, and their labels."""
    count, classes, pixels = (int(n) for n in g.integers([1, 2, 1], [9, 7, 9]))
    p = np.array([_distribution(g, classes) for _ in range(count)])
    images = g.random((count, pixels)) * (g.random((count, pixels)) < 0.7)
    if g.random() < 0.3:
        images = g.normal(0, _decade(g, -3, 5), (count, pixels))
    return p, _short(images), g.integers(0, classes, count)


def _parts(g, count):
    """Return pairs of a maximum and a sum, near 0 or thousands away from it."""
    far = g.choice([0, 0, 1, -1]) * np.round(_decade(g, 2, 4))
    maxima = _short(g.normal(0, g.choice([1e-8, 1e-4, 0.3, 3.0, 12.0]), count)) + far
    if g.random() < 0.15:
        maxima[:] = maxima[0]
    return maxima, _short(1 + (g.random(count) < 0.9) * 10.0 ** g.uniform(-3, 6, count), 6)


def two_pairs(g):
    """Draw two pairs of a maximum and a sum, one of them at times that of nothing."""
    pairs = np.column_stack(_parts(g, 2))
    if g.random() < 0.2:
        none = g.integers(2)
        pairs[none] = -np.inf, 0
        if g.random() < 0.5:
            pairs[1 - none, 0] = -np.round(_decade(g, 2, 4))
    elif g.random() < 0.2:  # the one far below has a sum that is felt all the same
        low, gap = g.integers(2), int(g.integers(21, 41))
        pairs[low] = pairs[1 - low, 0] - gap, np.round(g.uniform(1e-5, 1e-3) * np.exp(gap))
        pairs[1 - low, 1] = 1 + _short(g.random())
    return tuple(pairs)


def two_averages(g):
    """Draw two triples of a maximum, a sum and an average of positive values."""
    return tuple(np.column_stack([*_parts(g, 2), _short(10.0 ** g.uniform(-9, 4, 2))]))


def chunks(g):
    """Draw a table of scores, whose rows may lie far apart, near 0 or thousands away from it."""
    rows, columns = int(g.integers(1, 8)), int(g.integers(1, 7))
    z = g.normal(0, g.choice([0.3, 3.0]), (rows, columns)) + g.normal(
        0, g.choice([0.1, 5.0, 20.0]), (rows, 1)
    )
    return (_short(z) + g.choice([0, 0, 1, -1]) * np.round(_decade(g, 2, 4)),)


def _to_an_edge(g, z):
    """Shift scores to where their exponentials, or the sum of these, begin to be too large or 0."""
    largest = g.uniform(709.2, 709.7) if g.random() < 0.5 else g.uniform(-745, -690)
    return _short(z - np.max(z) + largest, 6)


def far_table(g):
    """Draw a table of scores, each row near 0 or thousands away, at times far apart in itself."""
    rows, columns = (int(n) for n in g.integers(1, 6, 2))
    z = g.normal(0, g.choice([3e-3, 0.3, 2.0, 10.0, 60.0, 1500.0]), (rows, columns))
    z = _short(z) + np.round(g.choice([0, 0, 1, -1], (rows, 1)) * _decade(g, 2, 4.5))
    at_an_edge = g.random(rows) < 0.15
    return (np.array([_to_an_edge(g, r) if at else r for r, at in zip(z, at_an_edge)]),)


def far_scores(g):
    """Draw scores near 0 or thousands away from it, some of them masked, but not all."""
    z = _short(g.normal(0, g.choice([1e-3, 0.3, 3.0, 40.0, 1500.0]), _any_size(g)))
    z = z + g.choice([0, 0, 1, -1]) * np.round(_decade(g, 2, 4.5))
    if g.random() < 0.1:
        z = _to_an_edge(g, z)
    elif g.random() < 0.1:  # the logarithm of the sum is what the others add
        z = _short(np.append(-g.uniform(12, 27, len(z)), 0))
    masked = (g.random(len(z)) < 0.3) & (g.random() < 0.3)
    masked[g.integers(len(z))] = False
    return (np.where(masked, -np.inf, z),)


def huge_scores(g):
    """Draw scores near 0, thousands apart, or a trillion away from it."""
    z = _short(g.normal(0, g.choice([0.3, 3.0, 40.0, 3000.0]), _any_size(g)))
    if g.random() < 0.2:
        z[:] = z[0]
    elif g.random() < 0.1:  # a probability that has few of its digits left
        z = _short(np.append(-g.uniform(708, 745, len(z)), 0), 6)
    return (z + g.choice([0, 1, -1]) * np.round(_decade(g, 1, 12)),)


def lead(g):
    """Draw how far a favorite is ahead, often where the digits begin to get lost."""
    if g.random() < 0.5:
        return (0.0 if g.random() < 0.1 else _decade(g, -4, 1),)
    return (round(float(g.uniform(8, 40) if g.random() < 0.5 else g.uniform(1, 600)), 3),)
