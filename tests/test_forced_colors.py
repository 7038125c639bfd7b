"""Where the reader's own few colors are forced, nothing that can be seen otherwise is gone.

Browsers take away backgrounds and gradients then, and with them rails, ticks, dots and bars. Here
each part that an explorer paints in ordinary colors is found, by taking its paint away; it has to
change the page in forced colors, too, and stand out there.
"""

import io

import numpy as np
import pytest
from browser import open_browser
from explorer_tools import open_page
from PIL import Image
from test_every_explorer import KINDS, make

from softmax_lib import palette

VIEWPORT = {"width": 1000, "height": 1000}
# Takes the paint of one element or pseudo-element away, and moves nothing.
BARE = """
[data-bare=""], [data-bare="::before"]::before, [data-bare="::after"]::after {
  background: none !important; border-color: transparent !important; box-shadow: none !important;
  outline-color: transparent !important; forced-color-adjust: none !important;
}
.slider[data-bare=""] { visibility: hidden !important; }
svg [data-bare=""] { fill: none !important; stroke: none !important; }
"""
# One of each kind of part that may paint: elements with the same classes on the way to them look
# the same. A word is no part; its color is forced by the browser or comes from the palette.
PARTS = """(root) => {
  const kinds = new Map();
  for (const element of root.querySelectorAll("*")) {
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    for (const pseudo of ["", "::before", "::after"]) {
      const style = getComputedStyle(element, pseudo || null);
      if (pseudo && style.content === "none") continue;
      if (!pseudo && !element.matches(".slider") && style.backgroundImage === "none" &&
        style.backgroundColor === "rgba(0, 0, 0, 0)" && style.borderStyle === "none" &&
        style.outlineStyle === "none" && !(element instanceof SVGGeometryElement)) continue;
      let name = pseudo;
      for (let e = element; e !== root; e = e.parentElement) {
        name = `${e.tagName.toLowerCase()}.${e.getAttribute("class")} ${name}`;
      }
      if (!kinds.has(name)) kinds.set(name, [element, pseudo]);
    }
  }
  window.parts = [...kinds.values()];
  return [...kinds].map(([name, [element]]) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const low = (x) => Math.max(0, Math.floor(x) - NEAR);
    const high = (x, end) => Math.min(end, Math.ceil(x) + NEAR);
    return [name, [low(left), low(top), high(right, innerWidth), high(bottom, innerHeight)]];
  });
}""".replace("NEAR", "14")  # pixels around a part into which its paint may reach: a tick, a frame
SHOW = """([group, bare]) => {
  for (const [element, pseudo] of group.map((k) => parts[k])) {
    if (bare) element.dataset.bare = pseudo;
    else delete element.dataset.bare;
  }
}"""


def pixels_of(page, **options):
    image = Image.open(io.BytesIO(page.screenshot(animations="disabled", **options)))
    return np.asarray(image.convert("RGB"))


def lightness(pixels):
    linear = np.where(
        pixels / 255 <= 0.04045, pixels / 255 / 12.92, ((pixels / 255 + 0.055) / 1.055) ** 2.4
    )
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    low, high = np.sort([lightness(one), lightness(other)], axis=0)
    return (high + 0.05) / (low + 0.05)


def far_apart(boxes):
    """Return groups of the keys of boxes: no two boxes of a group touch.

    What is bare at the same time costs one picture, and none of it is in another's box.
    """
    groups = []
    for key, (left, top, right, bottom) in boxes.items():
        for group in groups:
            others = (boxes[k] for k in group)
            if all(left > r or right < x or top > b or bottom < y for x, y, r, b in others):
                group.append(key)
                break
        else:
            groups.append([key])
    return groups


def painted(page):
    """Return for each part by how much its paint stands out from what is there without it."""
    page.add_style_tag(content=BARE)
    parts, strengths = page.locator(".explorer").evaluate(PARTS), {}
    whole = pixels_of(page)
    for group in far_apart({k: box for k, (_, box) in enumerate(parts)}):
        page.evaluate(SHOW, [group, True])
        bare = pixels_of(page)
        page.evaluate(SHOW, [group, False])
        for name, (left, top, right, bottom) in (parts[k] for k in group):
            usual, without = (
                image[top:bottom, left:right].astype(float) for image in (whole, bare)
            )
            changed = (np.abs(without - usual) > 8).any(axis=-1)
            ratios = contrast(usual[changed], without[changed])
            strengths[name] = float(np.max(ratios)) if changed.sum() >= 4 else 1.0
    return strengths


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


# For each explorer, what brings the parts into the page that are there only at times.
STAGES = [(kind, ()) for kind in KINDS]
STAGES += [("predict", ["Commit"]), ("next word", ["Draw u"]), ("attention", ["wrong axis"])]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind, buttons", STAGES, ids=lambda x: "".join(x))
def test_what_is_painted_is_painted_in_forced_colors_too(browser, kind, buttons, scheme):
    strengths = []
    for forced in ("none", "active"):
        options = {"viewport": VIEWPORT, "color_scheme": scheme, "forced_colors": forced}
        with open_page(browser, make(kind), scheme == "light", **options) as (page, errors):
            is_forced = page.evaluate("matchMedia('(forced-colors: active)').matches")
            assert is_forced == (forced == "active")
            for name in buttons:
                page.get_by_text(name).click()
            if kind == "next word":  # the line of min-p
                page.locator(".dials .slider").nth(3).press("PageUp")
            if kind == "triangle":  # the second point, and the way to it
                page.get_by_label("Rule").select_option(index=5)
            strengths.append(painted(page))
            assert errors == []
    usual, forced = strengths
    seen = {name for name, strength in usual.items() if strength >= 1.6}
    assert len(seen) >= 5
    assert {name: forced.get(name) for name in seen if forced.get(name, 0) < 3} == {}


def test_forced_colors_are_the_readers_own():
    known = {"Canvas", "CanvasText", "Highlight", "transparent"}
    assert set(palette.FORCED.values()) <= known
    assert palette.FORCED.keys() == palette.LIGHT.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_bars_of_the_static_table_stay(browser, kind):
    table = make(kind)._table()
    with browser.new_context(forced_colors="active", color_scheme="dark") as context:
        page = context.new_page()
        page.set_content(table)
        pixels, bars = pixels_of(page), 0
        for bar in page.locator("div > div").all():
            box = bar.bounding_box()
            if box["width"] < 4:
                continue
            bars += 1
            y, x = (round(box[a] + box[b] / 2) for a, b in [("y", "height"), ("x", "width")])
            assert contrast(pixels[y, x], np.zeros(3)) >= 3
        assert bars >= 3 or kind in ("predict", "attention", "rule", "range"), bars
