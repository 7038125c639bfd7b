"""The picture of 08: the same is asked of it as of the others in test_figures.py."""

import itertools

import matplotlib as mpl
import numpy as np
import pytest
import test_figures as others
from matplotlib.text import Text

from softmax_lib import figures, range_figures
from softmax_lib.explorers import RangeExplorer
from softmax_lib.rounded_formulas import FORMULAS

CASES = {"breaking_maps": ((), ("float16", 20))}


@pytest.fixture(scope="module")
def pictures():
    drawn = {}
    with pytest.MonkeyPatch.context() as patch:

        class Recorded(figures.Picture):
            def __init__(self, figure, words):
                super().__init__(figure, words)
                self.figure = figure

        patch.setattr(range_figures, "Picture", Recorded)
        for name, (arguments, *_) in CASES.items():
            drawn[name] = getattr(range_figures, name)(*arguments)
            with mpl.rc_context(figures.STYLE):
                drawn[name].figure.draw_without_rendering()
    return drawn


def test_every_public_function_has_a_case():
    assert set(CASES) == set(range_figures.__all__)


def test_words_say_what_is_shown_and_follow_it(pictures):
    picture = pictures["breaking_maps"]
    for part in [
        "Five maps in float32, of the largest logit from -120 to 120",
        "e^(z - m) / sum: became 0 15 %, few digits 5 %, right 80 %",
        "z - m - log1p(rest): became 0 15 %, few digits 5 %, right 80 %",
    ]:
        assert part in picture.description
    changed = range_figures.breaking_maps(*CASES["breaking_maps"][1])
    assert changed.description != picture.description
    assert not np.array_equal(others.pixels(changed.png), others.pixels(picture.png))


@pytest.mark.parametrize("name", CASES)
def test_everybody_can_read_it(name, pictures):
    figure = pictures[name].figure
    others.test_the_background_is_opaque_white(name, pictures)
    others.test_colors_come_from_the_palette(name, pictures)
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


def test_each_map_has_the_outcomes_of_the_explorer(pictures):
    g, looks = np.random.default_rng(0), list(range_figures.LOOKS)
    for ax, formula in zip(pictures["breaking_maps"].figure.axes, FORMULAS):
        assert ax.get_title() == FORMULAS[formula][0]
        drawn = ax.collections[0].get_array().reshape(61, 121)
        for row, column in g.integers(0, [61, 121], (30, 2)):
            explorer = RangeExplorer(2.0 * column - 120, 2.0 * row)
            assert looks[int(drawn[row, column])] == explorer.outcomes[formula]


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="one of float16, .*, got 'half'"):
        range_figures.breaking_maps("half")
    with pytest.raises(ValueError, match="end must be above 0, got 0"):
        range_figures.breaking_maps(end=0)
