"""Film the README's opening: a real explorer, one score dragged up and back, the others answering.

.venv/bin/python .ci/readme_animation.py

It writes .github/drag.gif, and its first picture as .github/drag.png for readers who want no
motion, and prints the words that belong beside them. The film remembers the explorer that it shows:
a test fails when that one has changed.
"""

import hashlib
import io
import re
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser import open_browser  # noqa: E402
from explorer_tools import open_page  # noqa: E402

from softmax_lib.explorers import SoftmaxExplorer  # noqa: E402

FILM, STILL = ROOT / ".github" / "drag.gif", ROOT / ".github" / "drag.png"
WORDS, SCORES = ["woods", "garden", "castle", "sea"], [2.0, 1.0, -0.5, -1.5]
DRAGGED, HIGHEST, STEPS = 3, 3.0, 18  # the last word, to this score, in so many pictures
SECONDS, WAIT = 0.08, 1.2  # of each picture, and of the two at the ends


def explorer():
    """Return the explorer that 00 opens with."""
    return SoftmaxExplorer(
        SCORES,
        WORDS,
        stages=("logits", "probabilities"),
        show_temperature=False,
        controls=(),
    )


def fingerprint(shown):
    """Return what changes when the explorer's looks or manners may have changed."""
    return hashlib.sha256((shown._esm + shown._css).encode()).hexdigest()[:16]


def told(view):
    """Return the score and the probability that the explorer says each word has, as texts."""
    handles = view.locator(".logits [aria-valuetext]")
    said = handles.evaluate_all("(all) => all.map((e) => e.getAttribute('aria-valuetext'))")
    return [re.search(r"score (\S+), probability (\S+)", text).groups() for text in said]


def play(browser, picture=None):
    """Drag the score up; return the README's words, and hand each picture to a function."""
    with open_page(browser, explorer(), viewport={"width": 760, "height": 420}) as (page, errors):
        view = page.locator(".explorer")
        handle = view.locator(".logits [role=slider], .logits input").nth(DRAGGED)
        before = told(view)
        box = handle.bounding_box()
        low, high = float(handle.get_attribute("min")), float(handle.get_attribute("max"))
        thumb = 22
        y = box["y"] + box["height"] / 2

        def x(score):
            part = (score - low) / (high - low)
            return box["x"] + thumb / 2 + part * (box["width"] - thumb)

        page.mouse.move(x(SCORES[DRAGGED]), y)
        page.mouse.down()
        for k in range(STEPS + 1):
            score = SCORES[DRAGGED] + (HIGHEST - SCORES[DRAGGED]) * k / STEPS
            page.mouse.move(x(score), y)
            page.wait_for_timeout(50)
            if picture:
                picture(page, view)
        page.mouse.up()
        after = told(view)
        assert errors == []
    (_, falls), (_, lands) = zip(*before), zip(*after)
    rest = [k for k in range(len(WORDS)) if k != DRAGGED]
    others = ", ".join(f"{WORDS[k]} from {falls[k]} to {lands[k]}" for k in rest)
    return (
        f"Somebody drags the score of {WORDS[DRAGGED]} from {before[DRAGGED][0]} to "
        f"{after[DRAGGED][0]}. Its probability rises from {falls[DRAGGED]} to {lands[DRAGGED]}; "
        f"the others fall: {others}."
    )


def main():
    pictures = []

    def picture(page, view):
        box = view.bounding_box()
        image = Image.open(io.BytesIO(page.screenshot(clip=box))).convert("RGB")
        if not pictures:
            image.save(STILL, optimize=True)
        pictures.append(image.convert("P", palette=Image.Palette.ADAPTIVE, colors=64))

    with open_browser() as browser:
        words = play(browser, picture)
    there_and_back = pictures + pictures[-2:0:-1]
    times = [1000 * SECONDS] * len(there_and_back)
    times[0] = times[len(pictures) - 1] = 1000 * WAIT
    there_and_back[0].save(
        FILM,
        save_all=True,
        append_images=there_and_back[1:],
        duration=times,
        loop=0,
        optimize=True,
        comment=fingerprint(explorer()).encode(),
    )
    print(words)
    print(f"{len(there_and_back)} pictures, {FILM.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
