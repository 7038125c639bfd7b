"""The README opens with a film of the explorer as it is now, or with a still of it."""

import importlib.util
import re

import pytest
from browser import open_browser
from notebook_tools import ROOT
from PIL import Image


@pytest.fixture(scope="module")
def film():
    spec = importlib.util.spec_from_file_location("film", ROOT / ".ci" / "readme_animation.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_its_words_are_what_the_explorer_does(film):
    with open_browser() as browser:
        words = film.play(browser)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first = re.search(r"(?s)^# .*?\n\n<picture>(.*?)</picture>", readme)[1]
    assert f'<img src=".github/drag.gif" width="732" alt="{words}">' in first
    assert '<source media="(prefers-reduced-motion: reduce)" srcset=".github/drag.png">' in first


def test_it_shows_the_explorer_of_today_in_less_than_a_megabyte(film):
    assert film.FILM.stat().st_size < 1e6
    with Image.open(film.FILM) as shown, Image.open(film.STILL) as still:
        assert shown.n_frames == 2 * film.STEPS and shown.info["loop"] == 0
        assert shown.info["comment"].decode() == film.fingerprint(film.explorer()), (
            "SoftmaxExplorer has changed: run .ci/readme_animation.py"
        )
        assert shown.size == still.size
        shown.seek(film.STEPS)
        assert shown.convert("RGB").tobytes() != still.convert("RGB").tobytes()
