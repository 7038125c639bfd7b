"""One definition of top-k, top-p and min-p: sampling.py; the browser's twin agrees to the bit."""

import ast
import json
import re
import subprocess
from pathlib import Path

import numpy as np
import playwright
import pytest

import softmax_lib
from softmax_lib import softmax
from softmax_lib.exercises.registry import find
from softmax_lib.sampling import cut, rank, top_k, top_p
from softmax_lib.widgets.base import module_text

PACKAGE = Path(softmax_lib.__file__).parent
OWNER = "sampling.py"
TWIN = "widgets/arithmetic.js"

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


def in_node(cases, folder):
    """Return what `cutWords` makes of the cases, in the node that comes with playwright."""
    (node,) = Path(playwright.__file__).parent.glob("driver/node*")
    script = folder / "cuts.mjs"
    script.write_text(
        module_text("widgets/arithmetic")
        + """
import { readFileSync } from "node:fs";
const cases = JSON.parse(readFileSync(0, "utf-8"));
console.log(JSON.stringify(cases.map(({ p, scores, k, share, least }) =>
  cutWords(p, scores.map((z) => z ?? -Infinity), k, share, least))));
""",
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


# --- No second definition -------------------------------------------------------------------------

# What cuts are made of. A function that needs one of these for something else is listed here.
ORDERS = {
    "argpartition",
    "argsort",
    "lexsort",
    "msort",
    "nlargest",
    "partition",
    "quantile",
    "sort",
}
ADDS = {"accumulate", "cumsum", "cumulative_sum"}
FOR_SOMETHING_ELSE = {
    "exercises/cells.py _bound_names": "puts names in order",
    "exercises/n04_logits.py _judge_other_logits": "compares differences of scores",
    "explorers/next_word_explorer.py step": "draws a word",
    "explorers/predict/softmax_rounds.py _scores": "turns an order around",
    "explorers/predict/softmax_rounds.py draw_scores": "puts places in order",
    "explorers/predict/word_rounds.py _is_undecided": "asks for a few likely words",
    "explorers/predict/word_rounds.py _top_p": "looks for a p that is well between two sums",
    "widgets/arithmetic.js brokenRules": "compares neighbors",
    "widgets/arithmetic.js cutWords": "the twin",
    "widgets/arithmetic.js rank": "the twin",
    "explorers/softmax_rules.py broken_rules": "compares neighbors",
    "figures.py count_bars": "shows the largest",
    "figures.py cumulative_draw": "draws a word",
    "figures.py probability_bars": "shows the largest",
    "figures.py temperature_strip": "shows the largest",
    "gpt/weights.py read_safetensors": "reads the parts of a file in their order",
}


def called(node):
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def has_part(function):
    """Whether a function does what cuts do: sorts, adds up in order, or compares with a maximum."""
    nodes = list(ast.walk(function))
    calls = {called(node) for node in nodes if isinstance(node, ast.Call)}
    compares = [
        node
        for node in nodes
        if isinstance(node, ast.Compare)
        and any(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in node.ops)
    ]
    # sorted() is for names as well: with a comparison, or one element taken, it ranks.
    picks = any(
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Call)
        and called(node.value) == "sorted"
        for node in nodes
    )
    if calls & (ORDERS | ADDS) or "sorted" in calls and (compares or picks):
        return True
    # min-p: more than a fraction of the largest, or of the first.
    for side in (side for node in compares for side in (node.left, *node.comparators)):
        for product in ast.walk(side):
            if isinstance(product, ast.BinOp) and isinstance(product.op, ast.Mult | ast.Div):
                text = ast.unparse(product)
                if re.search(r"\ba?max\(|\[(\.\.\., )?(0|-1)\]", text) and "len" not in text:
                    return True
    # top-p in a loop: a running total that is compared with something.
    for loop in (node for node in nodes if isinstance(node, ast.For | ast.While)):
        inside = list(ast.walk(loop))
        totals = {
            ast.unparse(node.target)
            for node in inside
            if isinstance(node, ast.AugAssign)
            and isinstance(node.op, ast.Add | ast.Sub)
            and not isinstance(node.value, ast.Constant)
        }
        for node in inside:
            sides = (node.left, *node.comparators) if node in compares else ()
            if totals & {ast.unparse(part) for side in sides for part in ast.walk(side)}:
                return True
    return False


def suspects_in_python(source):
    """Return the names of the functions that may cut; what stands outside of them is `-`."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    found = {function.name for function in functions if has_part(function)}
    rest = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return found | ({"-"} if has_part(ast.Module(rest, [])) else set())


def suspects_in_javascript(source):
    source = re.sub(r"//.*", "", source)
    parts = re.split(
        r"^(?:export )?(?:async )?(?:function (\w+)|const (\w+) = )", source, flags=re.M
    )
    found = set()
    for name, other, body in zip(parts[1::3], parts[2::3], parts[3::3]):
        sorts = re.search(r"\.(sort|toSorted)\(", body)
        totals = re.findall(r"([\w.]+) \+= [^1;]", body)
        crosses = any(
            re.search(rf"\b{re.escape(total)} (<|>)=? |(<|>)=? {re.escape(total)}\b", body)
            for total in totals
        )
        fraction = re.search(r"[<>]=? [\w.]+ \* (Math\.max|[\w.]+\[)", body)
        if sorts or crosses or fraction:
            found.add(name or other)
    return found


def suspects():
    found = set()
    for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.js")]:
        name = path.relative_to(PACKAGE).as_posix()
        python = path.suffix == ".py"
        if name != OWNER:
            look = suspects_in_python if python else suspects_in_javascript
            found |= {f"{name} {part}" for part in look(path.read_text(encoding="utf-8"))}
    return found


def test_cuts_are_defined_once():
    """A cut belongs into sampling.py. What only looks like one goes into FOR_SOMETHING_ELSE."""
    assert suspects() == set(FOR_SOMETHING_ELSE)
    assert FOR_SOMETHING_ELSE.keys() >= {f"{TWIN} cutWords", f"{TWIN} rank"}


PLANTED = {
    "top-k by sort": "def keep(p, k):\n    return np.where(p >= np.sort(p)[-k], p, 0)",
    "top-k by sorted": "def keep(p, k):\n    t = sorted(p)[-k]\n    return [x for x in p if x > t]",
    "top-k by places": "def keep(p, k):\n    return np.isin(range(len(p)), np.argsort(p)[-k:])",
    "top-k by heap": "def keep(p, k):\n    return heapq.nlargest(k, p)",
    "top-k by partition": "def keep(p, k):\n    return p >= np.partition(p, -k)[-k]",
    "top-p by cumsum": "def keep(p, x):\n    return p[np.cumsum(p) - p < x]",
    "top-p by accumulate": "def keep(p, x):\n    return [t < x for t in itertools.accumulate(p)]",
    "top-p by a loop": (
        "class A:\n    def keep(self, p, x):\n        total = 0\n        for i in self.order:\n"
        "            if total >= x:\n                break\n            total += p[i]"
    ),
    "top-p by a while": (
        "def keep(p, x):\n    n = left = 0\n    while left < x:\n        left += p[n]\n"
        "        n += 1\n    return n"
    ),
    "top-p, counting down": (
        "def keep(p, x):\n    for n, q in enumerate(p):\n        x -= q\n        if x <= 0:\n"
        "            return n"
    ),
    "min-p by max": "def keep(p, x):\n    return np.where(p < x * p.max(), 0, p)",
    "min-p by np.max": "def keep(p, x):\n    return p * (p >= x * np.max(p))",
    "min-p by ratio": "def keep(p, x):\n    return p / max(p) >= x",
    "min-p by the first": "def keep(p, x):\n    return [q for q in p if q >= x * p[0]]",
}
PLANTED_JS = {
    "top-k": "function keep(p, k) {\n  const t = [...p].sort((a, b) => b - a)[k - 1];\n}",
    "top-p": (
        "export function keep(p, x) {\n  let before = 0, n = 0;\n"
        "  while (before < x) before += p[n++];\n  return n;\n}"
    ),
    "min-p": "const keep = (p, x) => p.filter((q) => q >= x * Math.max(...p));",
    "min-p by the first": "const keep = (p, x) => p.filter((q) => q >= x * p[0]);",
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_copy_is_seen(name):
    for home in ("explorers/next_word_explorer.py", "gpt/model.py"):
        source = (PACKAGE / home).read_text(encoding="utf-8")
        assert "keep" not in suspects_in_python(source)
        assert "keep" in suspects_in_python(source + "\n\n" + PLANTED[name])


@pytest.mark.parametrize("name", PLANTED_JS)
def test_a_planted_copy_in_javascript_is_seen(name):
    source = (PACKAGE / "explorers/next_word_explorer.js").read_text(encoding="utf-8")
    assert "keep" not in suspects_in_javascript(source)
    assert "keep" in suspects_in_javascript(source + "\n" + PLANTED_JS[name])


def test_the_owner_itself_would_be_seen():
    found = suspects_in_python((PACKAGE / OWNER).read_text(encoding="utf-8"))
    assert found >= {"_rank", "_first_k", "_first_p"}
