"""Number formats: how far each reaches, how many digits it has, and rounding to it."""

from dataclasses import dataclass

import numpy as np

from .distributions import as_floats

__all__ = ["FORMATS", "Format", "round_to"]


@dataclass(frozen=True)
class Format:
    """A binary format for real numbers, as IEEE 754 defines it.

    Attributes
    ----------
    bits : int
        Of the significand, with the one that is not stored.
    lowest : int
        Exponent of the smallest normal number, a power of 2.
    size : int
        Bytes of a number.
    """

    bits: int
    lowest: int
    size: int

    @property
    def largest(self):
        """The largest finite number."""
        return float(np.ldexp(2.0 - 2.0 ** (1 - self.bits), 1 - self.lowest))

    @property
    def smallest(self):
        """The smallest number above 0, which has a single bit."""
        return float(np.ldexp(1.0, self.lowest + 1 - self.bits))

    @property
    def epsilon(self):
        """The distance from 1 to the next number."""
        return 2.0 ** (1 - self.bits)


# bfloat16, which Google's TPUs brought, is float32 with 16 bits fewer.
FORMATS = {
    "float16": Format(11, -14, 2),
    "bfloat16": Format(8, -126, 2),
    "float32": Format(24, -126, 4),
    "float64": Format(53, -1022, 8),
}


@np.errstate(over="ignore", under="ignore", invalid="ignore")
def round_to(values, name):
    """Round numbers to a format: to the nearest of its numbers, a tie to the even one.

    Parameters
    ----------
    values : array_like
    name : {"float16", "bfloat16", "float32", "float64"}

    Returns
    -------
    numpy.ndarray of float64
        The format's numbers, which float64 holds as they are; what is too large is infinite.

    Raises
    ------
    ValueError
        When there is no such format.

    Examples
    --------
    >>> round_to([1.01, 70000.0, 1e-9], "bfloat16").tolist()
    [1.0078125, 70144.0, 9.968061931431293e-10]
    >>> round_to([1.01, 70000.0, 1e-9], "float16").tolist()
    [1.009765625, inf, 0.0]
    """
    if name not in FORMATS:
        raise ValueError(f"name must be one of {', '.join(FORMATS)}, got {name!r}")
    values = as_floats(values, "values", axis=None).astype(np.float64)
    if name != "bfloat16":
        return values.astype(name).astype(np.float64)
    _, exponents = np.frexp(values)
    units = np.maximum(exponents - 1, FORMATS[name].lowest) + 1 - FORMATS[name].bits
    rounded = np.ldexp(np.rint(np.ldexp(values, -units)), units)
    return np.where(abs(rounded) > FORMATS[name].largest, np.sign(values) * np.inf, rounded)
