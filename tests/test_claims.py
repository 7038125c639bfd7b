"""The source's claims: each is shown by a cell, beside a link to the moment that makes it."""

import re
import tomllib

import pytest
from notebook_tools import PATHS, ROOT, headings, output_texts, read

from softmax_lib.exercises.registry import COURSE

# Every moment that the source names.
MOMENTS = """
    20:29 21:08 21:24 21:31 22:45 23:00 23:04 23:13 23:17 23:21 23:25 23:30 23:42 24:04 24:09 24:17
    24:22 24:24 24:26 24:31 24:43 24:56 25:33 25:46
""".split()
NEAR = 3

CLAIMS = tomllib.loads((ROOT / "tests/claims.toml").read_text(encoding="utf-8"))["claim"]
NOTEBOOKS = {path.stem: read(path) for path in PATHS}

every_claim = pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c["says"][:48])


def in_seconds(moment):
    minutes, seconds = moment.split(":")
    return int(minutes) * 60 + int(seconds)


def place_of(claim, cell_id):
    """Return where a cell of the claim's notebook stands."""
    assert claim["notebook"] in COURSE
    assert claim["notebook"] in NOTEBOOKS, f"there is no notebook {claim['notebook']}"
    ids = [cell.id for cell in NOTEBOOKS[claim["notebook"]].cells]
    assert cell_id in ids, f"{claim['notebook']} has no cell {cell_id!r}"
    return ids.index(cell_id)


def test_every_moment_of_the_source_has_its_claim():
    covered = {moment for claim in CLAIMS for moment in claim["moments"]}
    assert covered == set(MOMENTS)


def test_every_claim_is_made_once_and_tied_to_a_moment():
    said = [claim["says"] for claim in CLAIMS]
    assert len(set(said)) == len(said)
    assert all(claim["moments"] for claim in CLAIMS)


@every_claim
def test_the_cell_shows_it(claim):
    cell = NOTEBOOKS[claim["notebook"]].cells[place_of(claim, claim["cell"])]
    assert cell.cell_type == "code"
    texts = [text for _, text in output_texts(cell)]
    assert not re.search(claim["shows"], ""), "a pattern that matches everything shows nothing"
    assert any(re.search(claim["shows"], text) for text in texts), texts


@every_claim
def test_the_moment_is_linked_beside_it(claim):
    cells = NOTEBOOKS[claim["notebook"]].cells
    shown = place_of(claim, claim["cell"])
    for moment, link_cell in claim["moments"].items():
        linked = place_of(claim, link_cell)
        assert cells[linked].cell_type == "markdown"
        before, link, after = cells[linked].source.partition(f"?t={in_seconds(moment)})")
        assert link, f"{link_cell} does not link {moment}"
        assert abs(shown - linked) <= NEAR, f"{link_cell} stands {shown - linked} cells away"
        # The cells that a reader passes on the way from the link to what shows it, or back.
        low, high = sorted((linked, shown))
        passed = [cell.source for cell in cells[low + 1 : high] if cell.cell_type == "markdown"]
        passed.append(after if linked < shown else before)
        assert not any(headings(text) for text in passed), f"{link_cell} is in another section"
