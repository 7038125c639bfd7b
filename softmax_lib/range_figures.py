"""The picture of notebook 08: where each formula for softmax breaks."""

from collections import Counter

import numpy as np

from .distributions import as_number
from .figures import SMALL, Picture, _axes, _styled
from .formats import round_to
from .palette import INK, ORANGE, PAPER, PURPLE, RED, SKY
from .rounded_formulas import FORMULAS, exact, outcome_of, work_out

__all__ = ["breaking_maps"]

# What each outcome is called, and its color and texture.
LOOKS = {
    "overflow": ("overflow", RED, "//"),
    "underflow": ("0/0 or ln 0", ORANGE, "\\\\"),
    "zero": ("became 0", SKY, "--"),
    "digits": ("few digits", PURPLE, ".."),
    "right": ("right", PAPER, ""),
}


@_styled
def breaking_maps(precision="float32", end=120):
    """Draw, for each of five formulas, where on the plane of two logits it breaks.

    Parameters
    ----------
    precision : {"float32", "float16", "bfloat16", "float64"}
    end : float
        The largest logit goes from -end to end, and its lead on the other from 0 to end.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        When there is no such format, or `end` is not above 0.
    """
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Patch

    end = as_number(end, "end")
    if not end > 0:
        raise ValueError(f"end must be above 0, got {end}")
    in_order = LinearSegmentedColormap.from_list(
        "outcomes", [color for _, color, _ in LOOKS.values()], N=len(LOOKS)
    )
    largest, gaps = np.linspace(-end, end, 121), np.linspace(0, end, 61)
    plane = np.array(np.meshgrid(largest, gaps)).reshape(2, -1)
    z = np.array([round_to(part, precision) for part in (plane[0], plane[0] - plane[1])])
    figure, axes = _axes(columns=3, rows=2, height=4.4, sharex=True, sharey=True)
    told = []
    for ax, (formula, (name, logarithms)) in zip(axes, FORMULAS.items()):
        values, overflowed = work_out(formula, z, precision)
        truth = exact(z, logarithms)
        found = outcome_of(values, overflowed, truth, precision).tolist()
        places = np.array([list(LOOKS).index(outcome) for outcome in found])
        places = places.reshape(len(gaps), len(largest))
        ax.pcolormesh(largest, gaps, places, cmap=in_order, vmin=-0.5, vmax=4.5, rasterized=True)
        for k, (_, _, texture) in enumerate(LOOKS.values()):
            if texture and (places == k).any():
                ax.contourf(largest, gaps, places == k, [0.5, 1.5], colors="none",
                            hatches=[texture])  # fmt: skip
        ax.set_title(name, fontsize=SMALL)
        shares = Counter(found)
        listed = [
            f"{LOOKS[outcome][0]} {100 * shares[outcome] / len(found):.0f} %"
            for outcome in LOOKS
            if shares[outcome]
        ]
        told.append(f"{name}: {', '.join(listed)}")
    axes[3].set_xlabel("largest logit")
    axes[4].set_xlabel("largest logit")
    axes[0].set_ylabel("gap")
    axes[3].set_ylabel("gap")
    axes[5].axis("off")
    handles = [
        Patch(facecolor=color, hatch=texture, edgecolor=INK, label=label)
        for label, color, texture in LOOKS.values()
    ]
    axes[5].legend(handles=handles, loc="center", frameon=False)
    return Picture(
        figure,
        f"Five maps in {precision}, of the largest logit from {-end:g} to {end:g} and of its gap "
        f"to the other one from 0 to {end:g}, with the share of each outcome. {'; '.join(told)}.",
    )
