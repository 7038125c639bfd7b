"""Blocks that merge: the numbers in Python and in the browser, and each way to merge two.

What holds for all explorers is in test_every_explorer.py.
"""

import itertools
import json
import math

import numpy as np
import pytest
from browser import open_browser
from explorer_tools import arithmetic, open_page

from softmax_lib import softmax
from softmax_lib.explorers import MergeExplorer
from softmax_lib.streaming import SoftmaxState

CHUNKS = [[2, 0.5, -1], [3, 1], [-0.5, 0, 1], [2.5]]
ORDERS = [
    [(0, 1), (1, 2), (2, 3)],
    [(3, 2), (2, 1), (1, 0)],
    [(0, 2), (1, 3), (2, 3)],
    [(2, 0), (3, 1), (0, 1)],
]


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.mark.parametrize("merges", ORDERS)
def test_any_order_ends_in_the_pair_of_all_scores(merges):
    explorer, whole = MergeExplorer(CHUNKS), SoftmaxState.of(np.concatenate(CHUNKS))
    for count in range(len(merges) + 1):
        explorer.merges = merges[:count]
        assert len(explorer.states) == len(explorer.blocks) == 4 - count
        assert sorted(itertools.chain(*explorer.blocks)) == [0, 1, 2, 3]
        for members, state in zip(explorer.blocks, explorer.states):
            right = SoftmaxState.of(np.concatenate([CHUNKS[i] for i in members]))
            assert state.maximum == right.maximum
            assert state.total == pytest.approx(right.total, rel=1e-14)
    assert explorer.states[0].total == pytest.approx(whole.total, rel=1e-14)
    assert np.concatenate(explorer.probabilities) == pytest.approx(softmax(np.concatenate(CHUNKS)))


def test_words_and_table_have_each_block():
    explorer = MergeExplorer(CHUNKS, [(0, 2)], title="Blocks")
    assert explorer.description == (
        "Blocks: 4 chunks of scores to move and to merge, now in 3 blocks. B max 3.00, sum 1.1353; "
        "AC max 2.00, sum 1.8582; D max 2.50, sum 1.0000. All 9 scores at once: max 3.00, "
        "sum 2.4255."
    )
    table = explorer._table()
    assert table.count("<tr") == 1 + 3 and "2.00, 0.50, -1.00, -0.50, 0.00, 1.00" in table
    assert [f">{share}<" in table for share in ("0.47", "0.28", "0.25")] == [True] * 3


@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        ({"chunks": [[1]]}, ValueError, "chunks must be 2 to 6 lists of scores"),
        ({"chunks": [[1], [11]]}, ValueError, "scores from -10 to 10, got .11.0."),
        ({"chunks": [[1], []]}, ValueError, "1 to 5 scores each, got shape .0,."),
        ({"merges": [(0, 0)]}, ValueError, "two blocks of .* that are there, got .0, 0."),
        ({"merges": [(0, 1), (2, 0)]}, ValueError, "blocks of .1, 2, 3. that are there"),
        ({"merges": [1]}, TypeError, "merges must be a list of .from, onto."),
    ],
)
def test_bad_input_is_named(options, error, told):
    with pytest.raises(error, match=told):
        MergeExplorer(**{"chunks": CHUNKS, **options})


def test_the_browser_has_the_same_pairs(browser):
    g = np.random.default_rng(0)
    with arithmetic(browser, MergeExplorer(CHUNKS)) as call:
        lists = [g.uniform(-10, 10, n).round(2).tolist() for n in (1, 2, 3, 5) for _ in range(5)]
        found = call("pairOf", [[z] for z in lists])
        for z, pair in zip(lists, found):
            right = SoftmaxState.of(z)
            assert [pair["maximum"], pair["total"]] == pytest.approx([right.maximum, right.total])
        for one, other, pair in zip(
            lists, lists[1:], call("mergePairs", [list(p) for p in itertools.pairwise(found)])
        ):
            right = SoftmaxState.of(one) + SoftmaxState.of(other)
            assert [pair["maximum"], pair["total"]] == pytest.approx([right.maximum, right.total])
        parts = [list(pair) for pair in zip(found, [*found[1:], found[0]])]
        for (one, all_), share in zip(parts, call("shareOf", parts)):
            gap = math.exp(one["maximum"] - all_["maximum"])
            assert share == pytest.approx(one["total"] * gap / all_["total"])
        for merges, blocks in zip(ORDERS, call("blocksOf", [[CHUNKS, m] for m in ORDERS])):
            explorer = MergeExplorer(CHUNKS, merges)
            (last,) = [block for i, block in enumerate(blocks) if block["into"] == i]
            assert last["members"] == explorer.blocks[0]
            assert last["pair"]["total"] == pytest.approx(explorer.states[0].total, rel=1e-14)
            assert {block["into"] for block in blocks} == {merges[-1][1]}
        moved = call("movedTo", [[[2, 0.5, -1], top] for top in (-20, -3, 4.25, 50)])
        assert moved == [[-7, -8.5, -10], [-3, -4.5, -6], [4.25, 2.75, 1.25], [10, 8.5, 7]]


def merges_of(page):
    return json.loads(page.evaluate("JSON.stringify(model.get('merges'))"))


def drag(page, one, onto, finger):
    boxes = [page.locator(".chip").nth(i).bounding_box() for i in (one, onto)]
    (x, y), (to_x, to_y) = ((b["x"] + 30, b["y"] + 20) for b in boxes)
    steps = [(x + (to_x - x) * k / 5, y + (to_y - y) * k / 5) for k in range(1, 6)]
    if not finger:
        page.mouse.move(x, y)
        page.mouse.down()
        for at in steps:
            page.mouse.move(*at)
        page.mouse.up()
        return
    client = page.context.new_cdp_session(page)
    for kind, at in [("Start", (x, y)), *(("Move", at) for at in steps), ("End", None)]:
        points = [] if at is None else [{"x": at[0], "y": at[1]}]
        client.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    client.detach()


@pytest.mark.parametrize("how", ["mouse", "finger", "click", "keys"])
def test_two_blocks_merge_by(browser, how):
    with open_page(browser, MergeExplorer(CHUNKS), has_touch=True) as (page, errors):
        chips = page.locator(".chip")
        for one, onto in ORDERS[2]:
            if how in ("mouse", "finger"):
                drag(page, one, onto, how == "finger")
            elif how == "click":
                chips.nth(one).click()
                assert chips.nth(one).get_attribute("aria-pressed") == "true"
                chips.nth(onto).click()
            else:
                chips.nth(one).press("Enter")
                assert "with which block?" in page.locator(".verdict").inner_text()
                chips.nth(onto).press(" ")
            assert merges_of(page)[-1] == [one, onto]
            assert chips.nth(one).is_disabled() and not chips.nth(onto).is_disabled()
        assert merges_of(page) == [list(pair) for pair in ORDERS[2]]
        assert page.locator(".pair").all_inner_texts() == [*["in ACBD"] * 3, "max 3.00, sum 2.4255"]
        verdict = page.locator(".verdict").inner_text()
        assert "One block is left, ACBD: max 3.00, sum 2.4255." in verdict
        page.get_by_role("button", name="Undo").click()
        assert merges_of(page) == [list(pair) for pair in ORDERS[2][:2]]
        page.get_by_role("button", name="Reset").click()
        assert merges_of(page) == [] and chips.nth(0).is_enabled()
        assert errors == []


def test_a_drag_that_ends_nowhere_and_a_second_press_merge_nothing(browser):
    with open_page(browser, MergeExplorer(CHUNKS)) as (page, errors):
        chip = page.locator(".chip").first
        box = chip.bounding_box()
        page.mouse.move(box["x"] + 20, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] - 200, box["y"] + 20, steps=3)
        page.mouse.up()
        assert page.locator("[aria-pressed=true]").count() == 0
        chip.click()
        chip.click()
        assert page.locator("[aria-pressed=true]").count() == 0
        assert merges_of(page) == [] and errors == []


def test_a_slider_moves_all_scores_of_its_chunk_and_its_sum_stays(browser):
    with open_page(browser, MergeExplorer(CHUNKS)) as (page, errors):
        page.get_by_role("slider", name="scores of A").press("End")
        assert page.locator(".numbers").first.inner_text() == "10.00, 8.50, 7.00"
        assert page.locator(".pair").first.inner_text() == "max 10.00, sum 1.2729"
        page.get_by_role("slider", name="scores of A").press("Home")
        assert page.locator(".numbers").first.inner_text() == "−7.00, −8.50, −10.00"
        assert page.evaluate("model.get('chunks')")[0] == [-7, -8.5, -10]
        assert "All 9 scores at once: max 3.00" in page.locator(".whole").inner_text()
        assert errors == []
