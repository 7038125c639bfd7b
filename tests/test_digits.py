"""The handwritten digits: what is in them, in which parts, and that they can be learned."""

import hashlib

import numpy as np
import pytest
from notebook_tools import ROOT

from softmax_lib import cross_entropy, softmax
from softmax_lib.digits import load_digits
from softmax_lib.exercises.registry import all_exercises
from softmax_lib.runner import build

FILE = ROOT / "softmax_lib" / "data" / "digits.npz"
SIZES = {"train": 797, "calibration": 400, "test": 600}


def test_the_parts_are_whole_and_share_nothing():
    digits = load_digits()
    assert {name: len(part.images) for name, part in digits._asdict().items()} == SIZES
    for images, labels in digits:
        assert images.dtype == np.float64 and images.shape[1:] == (64,)
        assert images.min() == 0 and images.max() == 1
        assert (images * 16 == np.round(images * 16)).all()
        assert set(labels.tolist()) == set(range(10)) and len(labels) == len(images)
    rows = np.vstack([part.images for part in digits])
    assert len(np.unique(rows, axis=0)) == 1797


def test_they_are_those_of_the_source():
    """What scikit-learn's own description says: how many of each, and the pixels' range."""
    labels = np.concatenate([part.labels for part in load_digits()])
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    with np.load(FILE) as data:
        assert data["images"].dtype == np.uint8 and data["images"].max() == 16
        order = np.lexsort(data["images"].T)  # of the rows, whatever the shuffle
        assert int(data["images"].sum()) == 561718
        text = np.column_stack([data["images"], data["labels"]])[order].tobytes()
    assert hashlib.sha256(text).hexdigest()[:16] == "7223489e120865b5"


def test_the_file_is_small_and_has_its_license():
    assert FILE.stat().st_size < 60_000
    told = (FILE.parent / "README.md").read_text("utf-8")
    assert "digits.npz" in told and "10.24432/C50P49" in told and "CC BY 4.0" in told
    assert "digits.npz" in (ROOT / "LICENSE").read_text("utf-8")


def test_changing_what_is_loaded_changes_no_later_load():
    load_digits().train.images[:] = 5
    assert load_digits().train.images.max() == 1


@pytest.mark.parametrize("labels", ["true", "shuffled"])
def test_the_exercises_gradient_learns_them_and_nothing_else(labels):
    """In 300 steps 0.95 of digits never seen; from shuffled labels no more than by chance."""
    train, _, test = load_digits()
    gradient = build(all_exercises()["my_weight_gradient"].solution, "my_weight_gradient")
    known = train.labels
    if labels == "shuffled":
        known = np.random.default_rng(0).permutation(known)
    weights = np.zeros((10, 64))
    before = cross_entropy(train.images @ weights.T, known).mean()
    for _ in range(300):
        weights -= 2 * gradient(softmax(train.images @ weights.T), train.images, known)
    assert (
        cross_entropy(train.images @ weights.T, known).mean() < before == pytest.approx(np.log(10))
    )
    share = np.mean((test.images @ weights.T).argmax(axis=-1) == test.labels)
    assert share >= 0.95 if labels == "true" else share < 0.2
