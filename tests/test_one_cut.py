"""One definition of top-k, top-p and min-p: sampling.py; the browser's twin agrees to the bit."""

import json
import subprocess
from pathlib import Path

import numpy as np
import playwright
import pytest

from softmax_lib import softmax
from softmax_lib.exercises.registry import find
from softmax_lib.explorers import NextWordExplorer
from softmax_lib.ngram import _counts, next_word_counts
from softmax_lib.sampling import cut, rank, top_k, top_p
from softmax_lib.widgets.base import module_text

# --- JavaScript -----------------------------------------------------------------------------------


def a_distribution(g):
    """Return probabilities and scores: many ties, exact sums, zeros, numbers born as float32."""
    n = int(g.integers(1, 25))
    kind = int(g.integers(6))
    if kind == 0:  # multiples of 0.05
        p = g.multinomial(20, np.full(n, 1 / n)) / 20
    elif kind == 1:  # multiples of 1/8
        p = g.multinomial(8, g.dirichlet(np.ones(n))) / 8
    elif kind == 2:  # repeated values, and zeros
        counts = g.choice([0, 1, 1, 2, 3, 7], n)
        counts[g.integers(n)] += 1
        p = counts / counts.sum()
    elif kind == 3:  # born as float32
        p = (g.multinomial(20, np.full(n, 1 / n)) / 20).astype(np.float32).astype(np.float64)
    elif kind == 4:
        p = softmax(g.normal(0, 2, n).round(1).astype(np.float32)).astype(np.float64)
    else:
        z = g.normal(0, 3, n).round(int(g.integers(0, 3)))
        z[g.random(n) < 0.2] = -np.inf
        z[g.integers(n)] = 1.0
        return softmax(z, temperature=g.choice([0.0, 0.5, 1.0, 3.0, np.inf])), z
    return p, p if g.random() < 0.7 else g.integers(0, 3, n).astype(float)


def a_share(g, p):
    """Return a multiple of 0.05, a total that is reached exactly, a ratio, or any number."""
    kind = int(g.integers(4))
    if kind == 0:
        return float(g.integers(0, 21) / 20)
    if kind == 1:
        return float(min(1, np.cumsum(p[rank(p)])[g.integers(len(p))]))
    return float(g.choice(p) / p.max()) if kind == 2 else float(g.random())


def random_cases(count):
    g = np.random.default_rng(14)
    for _ in range(count):
        p, scores = a_distribution(g)
        yield {
            "p": p.tolist(),
            "scores": [None if z == -np.inf else z for z in scores.tolist()],
            "k": int(g.integers(1, len(p) + 3)) if g.random() < 0.5 else None,
            "share": a_share(g, p) if g.random() < 0.8 else 1,
            "least": a_share(g, p) if g.random() < 0.5 else 0,
        }


CUT = "return cutWords(p, scores.map((z) => z ?? -Infinity), k, share, least);"


def in_node(cases, folder, body=CUT):
    """Return what a body of JavaScript makes of each case, in the node of playwright."""
    (node,) = Path(playwright.__file__).parent.glob("driver/node*")
    script = folder / "cuts.mjs"
    script.write_text(
        module_text("widgets/arithmetic")
        + """
import { readFileSync } from "node:fs";
const cases = JSON.parse(readFileSync(0, "utf-8"));
console.log(JSON.stringify(cases.map(({ p, scores, logits, counts, k, share, least }) => {"""
        + body
        + "})));",
        encoding="utf-8",
    )
    sent = json.dumps(cases)
    done = subprocess.run(
        [node, script], input=sent, capture_output=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_javascript_and_python_agree_to_the_bit(tmp_path):
    cases = list(random_cases(10_000))
    cuts, split, exact, zeros = np.zeros(3), 0, 0, 0
    for case, theirs in zip(cases, in_node(cases, tmp_path), strict=True):
        p = np.array(case["p"])
        scores = np.array([-np.inf if z is None else z for z in case["scores"]])
        ours = cut(p, case["k"], case["share"], case["least"], scores=scores)
        order = rank(p, scores)
        assert theirs["order"] == order.tolist(), case
        assert theirs["left"] == ours.counts.tolist(), case
        assert theirs["after"] == ours.probabilities.tolist(), case
        assert np.flatnonzero(ours.kept).tolist() == sorted(order[: ours.counts[-1]]), case
        cuts += np.diff([(p > 0).sum(), *ours.counts]) < 0
        split += bool(set(p[ours.kept]) & set(p[~ours.kept & (p > 0)]))
        exact += case["k"] is None and case["share"] in np.cumsum(p[order])[:-1]
        zeros += (p == 0).any()
    assert cuts.min() > 1000, "each cut had work to do"
    assert split > 1000 and exact > 1000 and zeros > 1000


def test_javascript_keeps_the_same_of_float32(tmp_path):
    g = np.random.default_rng(2)
    arrays = [(g.multinomial(20, np.full(6, 1 / 6)) / 20).astype(np.float32) for _ in range(2000)]
    cases = [
        {"p": p.tolist(), "scores": p.tolist(), "k": None, "share": k % 20 / 20, "least": 0}
        for k, p in enumerate(arrays, 1)
    ]
    for p, case, theirs in zip(arrays, cases, in_node(cases, tmp_path), strict=True):
        assert top_p(p, case["share"]).kept.tolist() == [x > 0 for x in theirs["after"]]


def test_a_page_keeps_of_counts_what_python_keeps(tmp_path):
    """From counts to what is kept: at T = 1 most sums that meet top-p exactly are of counts."""
    counts = {word: next_word_counts(word) for word in _counts()}
    explorer, cases, ours, lost = None, [], [], 0
    for number, word in enumerate(list(counts)[::3]):
        if explorer is None:
            explorer = NextWordExplorer(counts, word)
        explorer.text = word
        shares = np.array(explorer.counts) / np.sum(explorer.counts)
        for share in (0.05 + 0.05 * (number % 19), 0.5, 0.9):
            explorer.top_p = share = round(share, 2)
            kept = explorer.probabilities > 0
            assert kept.tolist() == top_p(shares, share).kept.tolist(), (word, share)
            places = np.flatnonzero(explorer.counts).tolist()
            cases.append(
                {
                    "logits": [explorer.logits[i] for i in places],
                    "counts": [explorer.counts[i] for i in places],
                    "share": share,
                }
            )
            ours.append([places.index(i) for i in np.flatnonzero(kept)])
            lost += (top_p(softmax(explorer.logits), share).kept != kept).any()
    assert len(cases) > 500 and lost > 3, "on the way through a logarithm some are lost"
    theirs = in_node(
        cases,
        tmp_path,
        """
      const q = nextWord(logits, 1, counts);
      return cutWords(q, logits, null, share, 0).after.flatMap((x, i) => (x > 0 ? [i] : []));""",
    )
    assert theirs == ours


# --- The exercises --------------------------------------------------------------------------------


def solution(name):
    space = {"np": np}
    exec(find("exercise", name).solution, space)
    return space[name]


def test_the_exercises_teach_these_cuts():
    """Promised are probabilities of which no two are equal; the sums are exact in many cases."""
    g = np.random.default_rng(3)
    mine_p, mine_k = solution("my_top_p"), solution("my_top_k")
    exact = 0
    for _ in range(5000):
        counts = g.choice(np.arange(1, 12), int(g.integers(2, 5)), replace=False)
        if counts.sum() < 20 and 20 - counts.sum() not in counts and g.random() < 0.8:
            counts = g.permutation([*counts, 20 - counts.sum()])
        p, share = counts / counts.sum(), float(g.integers(1, 20) / 20)
        k = int(g.integers(1, len(p) + 1))
        assert ((mine_p(p, share) > 0) == top_p(p, share).kept).all(), (p, share)
        assert mine_p(p, share) == pytest.approx(top_p(p, share).probabilities, rel=1e-12)
        assert mine_k(p, k) == pytest.approx(top_k(p, k).probabilities, rel=1e-12)
        exact += share in np.cumsum(np.sort(p)[::-1])
    assert exact > 100
