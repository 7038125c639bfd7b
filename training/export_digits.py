"""Make softmax_lib/data/digits.npz (development only).

    python training/export_digits.py

needs scikit-learn, which bundles the images. They are shuffled once, since the same hand wrote many
in a row; softmax_lib/digits.py cuts them into parts by their places.
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

DATA = Path(__file__).resolve().parent.parent / "softmax_lib" / "data"

if __name__ == "__main__":
    bunch = load_digits()
    order = np.random.default_rng(seed=0).permutation(len(bunch.target))
    images, labels = bunch.data[order].astype(np.uint8), bunch.target[order].astype(np.uint8)
    assert (images == bunch.data[order]).all(), "the pixels are whole numbers"
    np.savez_compressed(DATA / "digits.npz", images=images, labels=labels)
