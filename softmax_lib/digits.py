"""Real handwritten digits, small enough to learn from in a second.

1,797 images of 8 by 8 pixels that people wrote by hand: the part of the *Optical Recognition of
Handwritten Digits* data that scikit-learn bundles. ``softmax_lib/data/README.md`` says where they
are from and what was done to them. Nothing is read from disk until `load_digits` is called.

Source: Alpaydin and Kaynak, 1998, https://doi.org/10.24432/C50P49 (CC BY 4.0).
"""

from importlib import resources
from typing import NamedTuple

import numpy as np

__all__ = ["Digits", "Part", "load_digits"]

TRAIN, CALIBRATION = 797, 400  # images of the first two parts; the other 600 are the test


class Part(NamedTuple):
    """Images and what they show.

    Attributes
    ----------
    images : numpy.ndarray of float64, shape (n, 64)
        A row for each image, its 8 rows of 8 pixels one after the other, from 0 (paper) to 1 (ink).
    labels : numpy.ndarray of int64, shape (n,)
        The digits, 0 to 9.
    """

    images: np.ndarray
    labels: np.ndarray


class Digits(NamedTuple):
    """The images in three parts that share none of them.

    Attributes
    ----------
    train : Part
        797 to learn from.
    calibration : Part
        400 to fit a temperature on.
    test : Part
        600 to judge by.
    """

    train: Part
    calibration: Part
    test: Part


def load_digits():
    """Return the handwritten digits, always in the same three parts.

    Returns
    -------
    Digits

    Examples
    --------
    >>> digits = load_digits()
    >>> digits.train.images.shape, digits.test.labels[:3].tolist()
    ((797, 64), [9, 9, 6])
    """
    file = resources.files(__package__) / "data" / "digits.npz"
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
        images, labels = data["images"] / 16.0, data["labels"].astype(np.int64)
    ends = [TRAIN, TRAIN + CALIBRATION]
    return Digits(*map(Part, np.split(images, ends), np.split(labels, ends)))
