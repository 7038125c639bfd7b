"""Every color of the course: of its figures, its explorers, its tables and its panels.

Nothing else here defines one, but for nbconvert's in jupyter/export.py; a test sees to it. Style
sheets get theirs as custom properties, ``var(--probability)`` for LIGHT["probability"], from `css`.
"""

__all__ = ["DARK", "FORCED", "LIGHT", "css", "mix", "on_dark", "readable"]

# Okabe and Ito's palette: any common color vision can tell these apart.
BLUE, ORANGE, GREEN, RED, PURPLE = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7"
SKY, BROWN = "#56B4E9", "#a06a00"  # brown is a dark orange
INK, PAPER = "#1a1a1a", "#ffffff"
DARK_INK, DARK_PAPER = "#ececf1", "#1b1b1f"
GRAY, EDGE, FAINT = "#595959", "#767680", "#d0d0d0"  # of text, frames, fillings
# Of figures and of the panels in which a check answers: JupyterLab's, light or dark as its theme.
# GitHub takes no styles at all; any other page, where nothing has these names, is dark on white.
THEME_INK = f"var(--jp-content-font-color1, {INK})"
THEME_PAPER = f"var(--jp-layout-color0, {PAPER})"
THEME_CODE = "var(--jp-layout-color2, #eee)"  # what code stands on
BUTTON = "#eef3f8"
LOW_TO_HIGH = "PuOr_r"  # matplotlib's, of numbers on both sides of 0: purple, white, orange

# Of the explorers. Scores are purple, weights orange and striped, probabilities blue, as in the
# figures. Text has a contrast of at least 4.5 to 1, and every edge that matters at least 3 to 1.
LIGHT = {
    "ink": THEME_INK,
    "paper": THEME_PAPER,
    "muted": GRAY,
    "faint": "#e4e4e8",
    "edge": EDGE,
    "hover": "#f3f4f8",
    "score": "#a8407f",
    "weight": ORANGE,
    "stripe": BROWN,
    "probability": BLUE,
    "truth": BROWN,
    "strip": "#cfe6f3",  # of the line from 0 to 1, in turns
    "next-strip": "#a9d0e8",
    "chosen": "#ffe08a",
    "wrong": "#b3261e",
    "wrong-paper": "#fdecea",
    "right": "#1b6e3c",
    "focus": "#0b57d0",
    "shadow": "rgb(0 0 0 / 8%)",
    "handle-shadow": "rgb(0 0 0 / 35%)",
}
DARK = LIGHT | {
    "ink": DARK_INK,
    "paper": f"var(--jp-layout-color0, {DARK_PAPER})",
    "muted": "#b4b4bd",
    "faint": "#3d3d45",
    "edge": "#85858f",
    "hover": "#25262c",
    "score": "#e08cc2",
    "weight": ORANGE,
    "stripe": "#8a5c00",
    "probability": SKY,
    "truth": ORANGE,
    "strip": "#17415a",
    "next-strip": "#0f5680",
    "chosen": "#6b5200",
    "wrong": "#ff9d94",
    "wrong-paper": "#45201d",
    "right": "#7fd19b",
    "focus": "#8ab4f8",
}
# Where the reader's own few colors replace a page's (`forced-colors: active`). What a color tells
# has to be a shape there: stripes, frames, lengths.
FORCED = dict.fromkeys(LIGHT, "CanvasText") | {
    "paper": "Canvas",
    "hover": "Canvas",
    "stripe": "Canvas",
    "strip": "Canvas",
    "next-strip": "Canvas",
    "chosen": "Canvas",
    "wrong-paper": "Canvas",
    "focus": "Highlight",
    "shadow": "transparent",
    "handle-shadow": "transparent",
}


def css():
    """Return a style sheet that gives an explorer its colors, as the page is: light, dark, forced.

    Returns
    -------
    str
    """
    light = ".explorer"
    dark = on_dark(light)
    forced = f"@media (forced-colors: active) {{ {light}, {dark} "
    return "\n".join(
        f"{selector} {{ {' '.join(f'--{name}: {color};' for name, color in colors.items())} }}{end}"
        for selector, colors, end in [(light, LIGHT, ""), (dark, DARK, ""), (forced, FORCED, " }")]
    )


def mix(color, part, paper=PAPER):
    """Return a color on paper, as strong as `part` says.

    Parameters
    ----------
    color, paper : str
        As ``#rrggbb``.
    part : float
        From 0, which is the paper, to 1, which is the color.

    Returns
    -------
    str
        As ``rgb(r,g,b)``.
    """
    parts = ([int(c[k : k + 2], 16) for k in (1, 3, 5)] for c in (color, paper))
    return f"rgb({','.join(str(round(b + (a - b) * part)) for a, b in zip(*parts))})"


def on_dark(selector):
    """Return a CSS selector of the same elements, where the page's theme is dark.

    Parameters
    ----------
    selector : str

    Returns
    -------
    str
    """
    return f"body[data-jp-theme-light=false] {selector}, body.vscode-dark {selector}"


def readable(color):
    """Return a color as one that text may have, in a light theme and in a dark one.

    Parameters
    ----------
    color : str
        As ``#rrggbb``.

    Returns
    -------
    str
        CSS: the color with as much of the theme's ink as it takes.
    """
    return f"color-mix(in srgb, {color} 55%, {THEME_INK})"
