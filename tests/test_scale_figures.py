"""The pictures of 10: the same is asked of them as of the others in test_figures.py."""

import itertools

import matplotlib as mpl
import numpy as np
import pytest
import test_figures as others
from matplotlib.text import Text

from softmax_lib import figures, scale_figures
from softmax_lib.sparse import entmax

LOW_RANK = np.random.default_rng(0).normal(size=(2, 30, 4))
LOW_RANK = LOW_RANK[0] @ LOW_RANK[1].T
# Arguments, the same with one number changed, and what the words must then say.
CASES = {
    "sparse_paths": (
        ([1.0, 0.4, -0.5], ["aunt", "brother", "sister"]),
        ([1.0, 0.2, -0.5], ["aunt", "brother", "sister"]),
        [
            "softmax aunt 0.56, brother 0.31",
            "sparsemax aunt 0.80, brother 0.20, sister 0.00",
            "softmax nowhere, entmax 1.5 from c = 1.14,",  # 1 / sqrt(0.765) is 1.143
            "sparsemax from c = 0.42.",  # 1 / 2.4 is 0.417
        ],
    ),
    "spectrum": (
        (LOW_RANK, 4),
        (LOW_RANK + np.eye(30), 4),
        ["30 singular values of a table of 30 by 30", "number 5 is below 1e-7: rounding, of a 0"],
    ),
}
each = pytest.mark.parametrize("name", CASES)


@pytest.fixture(scope="module")
def pictures():
    drawn = {}
    with pytest.MonkeyPatch.context() as patch:

        class Recorded(figures.Picture):
            def __init__(self, figure, words):
                super().__init__(figure, words)
                self.figure = figure

        patch.setattr(scale_figures, "Picture", Recorded)
        for name, (arguments, *_) in CASES.items():
            drawn[name] = getattr(scale_figures, name)(*arguments)
            with mpl.rc_context(figures.STYLE):
                drawn[name].figure.draw_without_rendering()
    return drawn


def test_every_public_function_has_a_case():
    assert set(CASES) == set(scale_figures.__all__)


@each
def test_words_say_what_is_shown_and_follow_it(name, pictures):
    words = pictures[name].description
    assert [part for part in CASES[name][2] if part not in words] == []
    changed = getattr(scale_figures, name)(*CASES[name][1])
    assert changed.description != words
    assert not np.array_equal(others.pixels(changed.png), others.pixels(pictures[name].png))


@each
def test_everybody_can_read_it(name, pictures):
    figure = pictures[name].figure
    others.test_the_background_is_opaque_white(name, pictures)
    others.test_colors_come_from_the_palette(name, pictures)
    others.test_every_axes_says_what_it_is(name, pictures)
    others.test_text_is_large_and_dark_enough(name, pictures)
    for vision in others.VISIONS:
        others.test_marks_are_told_apart_with_any_color_vision(name, vision, pictures)
    assert not [t.get_text() for t in figure.findobj(Text) if "$" in t.get_text()]
    texts = others.texts_of(figure)
    for (a, one), (b, other) in itertools.combinations(texts, 2):
        assert not others.overlap(one, other), f"{a.get_text()!r} lies over {b.get_text()!r}"
    for text, box in texts:
        assert box.x0 >= -1 and box.x1 <= figure.bbox.x1 + 1, text.get_text()
        assert box.y0 >= -1 and box.y1 <= figure.bbox.y1 + 1, text.get_text()


def test_the_paths_are_entmax_from_the_center(pictures):
    (ax,) = pictures["sparse_paths"].figure.axes
    paths = [line.get_xydata() for line in ax.lines if len(line.get_xydata()) > 100]
    assert len(paths) == 3
    corners = scale_figures.CORNERS
    for path, alpha in zip(paths, (1, 1.5, 2)):
        assert path[0] == pytest.approx(corners.mean(axis=0))
        right = [entmax(c * np.array([1.0, 0.4, -0.5]), alpha) @ corners for c in (1, 4)]
        assert path[[100, 400]] == pytest.approx(np.array(right))


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="logits must be three scores, got shape .2,."):
        scale_figures.sparse_paths([1.0, 2.0])
    with pytest.raises(ValueError, match="mark must be from 1 to 29, got 30"):
        scale_figures.spectrum(LOW_RANK, 30)
