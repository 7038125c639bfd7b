"""The yardstick: counting with interpolated Kneser-Ney.

Sources: Kneser and Ney (1995); Chen and Goodman (1999).
"""

from collections import Counter, defaultdict

import numpy as np


class KneserNey:
    """Interpolated Kneser-Ney over the last `order - 1` words; order 1 is single-word counts.

    Parameters
    ----------
    contexts : numpy.ndarray of int, shape (N, k)
        The k words before each target, the most recent last; k >= order - 1.
    targets : numpy.ndarray of int, shape (N,)
    order : int
    words : int
        How many words can come next: the even guess at the bottom.
    """

    def __init__(self, contexts, targets, order, words):
        self.words = words
        places = contexts.shape[1]
        pairs = [
            (tuple(c[places - order + 1 :]), t)
            for c, t in zip(contexts.tolist(), targets.tolist(), strict=True)
        ]
        self.levels = [self._level(pairs)]
        for _ in range(order - 1):
            # Below the top, a word counts once for each different word before it.
            pairs = [(context[1:], target) for context, target in set(pairs)]
            self.levels.insert(0, self._level(pairs))

    @staticmethod
    def _level(pairs):
        table, counts = defaultdict(dict), Counter(pairs)
        for (context, target), n in counts.items():
            table[context][target] = n
        values = Counter(counts.values())
        discount = values[1] / (values[1] + 2 * values[2]) if values[1] else 0.5
        totals = {context: sum(row.values()) for context, row in table.items()}
        return table, totals, discount

    def perplexity(self, contexts, targets):
        logs = [
            np.log(self._probability(c, t))
            for c, t in zip(contexts.tolist(), targets.tolist(), strict=True)
        ]
        return float(np.exp(-np.mean(logs)))

    def _probability(self, context, target):
        p = 1 / self.words
        for length, (table, totals, discount) in enumerate(self.levels):
            key = tuple(context[len(context) - length :])
            row = table.get(key)
            if row is None:
                break
            p = (max(row.get(target, 0) - discount, 0) + discount * len(row) * p) / totals[key]
        return p
