"""Is numpy still numpy? One cell with ``np.sum = 5`` changes what every other cell computes."""

import itertools
import math
import operator
import types

import numpy as np

__all__ = ["replaced"]

_MISSING = object()


def _public(module):
    """Return what a module offers; modules inside it may still be loaded later."""
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }


_BEFORE = {
    prefix: (module, _public(module))
    for prefix, module in {
        "np": np, "np.linalg": np.linalg, "np.random": np.random, "math": math
    }.items()
}  # fmt: skip


def replaced():
    """Return which names of numpy and math no longer hold what they held at the import.

    Returns
    -------
    list of str
        Such as ``["np.sum"]``; empty when nothing was replaced.
    """
    found = []
    for prefix, (module, before) in _BEFORE.items():
        now = map(vars(module).get, before, itertools.repeat(_MISSING))
        if not all(map(operator.is_, now, before.values())):
            found += [
                f"{prefix}.{name}"
                for name, value in before.items()
                if vars(module).get(name, _MISSING) is not value
            ]
    return found
