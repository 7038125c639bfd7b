"""A test fails where a second definition appears of what has one home.

====================================  ==================================================
the cuts: top-k, top-p, min-p         softmax_lib/sampling.py; its twin in widgets/arithmetic.js
how a learner's softmax is called     softmax_lib/your_softmax.py
each color                            softmax_lib/palette.py
the order of the notebooks            softmax_lib/exercises/registry.py
====================================  ==================================================

For the cuts the test goes by a list of what is allowed, `not_cuts.toml`: any other function that
sorts, adds up in order or compares two numbers has to be entered there, with what it is for. The
finders know the usual ways to write a second definition; `second_definitions.py` says what they
cannot see.
"""

import subprocess
import tomllib
from pathlib import Path

import pytest
from browser import ROOT
from second_definitions import (
    colors_in_css,
    colors_in_html,
    colors_in_javascript,
    colors_in_python,
    colors_in_text,
    cut_parts_in_javascript,
    cut_parts_in_python,
    looks_inside,
    orders_in,
    uses_of_a_softmax,
)

from softmax_lib.exercises.registry import COURSE

PACKAGE = ROOT / "softmax_lib"


def listed(*folders):
    """Return the files of the repository in these folders, or in all: none that was built."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *folders]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    return [name for name in names.stdout.split("\0") if name and (ROOT / name).is_file()]


SOURCES = {
    path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8")
    for kind in ("py", "js", "css")
    for path in sorted(PACKAGE.rglob(f"*.{kind}"))
} | {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in sorted(listed("docs", "training"))
    if name.endswith((".py", ".js", ".mjs", ".css", ".html"))
}
PYTHON = {name: text for name, text in SOURCES.items() if name.endswith(".py")}
HOME_OF_CUTS, HOME_OF_CALLS, HOME_OF_COLORS = "sampling.py", "your_softmax.py", "palette.py"

# --- Cuts -----------------------------------------------------------------------------------------

NOT_CUTS = tomllib.loads((ROOT / "tests/not_cuts.toml").read_text(encoding="utf-8"))


def cut_parts(name, text):
    return (cut_parts_in_python if name.endswith(".py") else cut_parts_in_javascript)(text)


@pytest.mark.parametrize("name", [n for n in SOURCES if not n.endswith((".css", ".html"))])
def test_cuts_are_made_in_sampling_alone(name):
    if name == HOME_OF_CUTS:
        return
    found = {f: ", ".join(sorted(parts)) for f, parts in cut_parts(name, SOURCES[name]).items()}
    known = {f: line.rpartition(": ")[0] for f, line in NOT_CUTS.get(name, {}).items()}
    wrong = [
        f"{name}, {function}: {found.get(function, 'none of these')} "
        f"(in tests/not_cuts.toml: {known.get(function, 'is not listed')})"
        for function in sorted(found.keys() | known.keys())
        if found.get(function) != known.get(function)
    ]
    assert not wrong, "\n".join(
        [
            "A cut belongs into softmax_lib/sampling.py: call that. "
            "What is none has to be listed, with what it is for:",
            *wrong,
        ]
    )


def test_the_list_names_files_and_says_what_for():
    assert NOT_CUTS.keys() <= SOURCES.keys()
    assert all(line.rpartition(": ")[2] for part in NOT_CUTS.values() for line in part.values())
    assert {"rank", "cutWords"} <= NOT_CUTS["widgets/arithmetic.js"].keys(), "the twin"


CUTS = {
    "top-k by sort": "def keep(p, k):\n    return np.where(p >= np.sort(p)[-k], p, 0)",
    "top-k by sorted": "def keep(p, k):\n    t = sorted(p)[-k]\n    return [x for x in p if x > t]",
    "top-k by places": "def keep(p, k):\n    return np.isin(range(len(p)), np.argsort(p)[-k:])",
    "top-k by sorted places": "def keep(p, k):\n    return sorted(range(n), key=p.get)[:k]",
    "top-k by heap": "def keep(p, k):\n    return heapq.nlargest(k, p)",
    "top-k by partition": "def keep(p, k):\n    return p >= np.partition(p, -k)[-k]",
    "top-k by Counter": "def keep(p, k):\n    return dict(Counter(p).most_common(k))",
    "top-k by the method of a list": "def keep(p, k):\n    p.sort()\n    return p[-k:]",
    "top-k by a name for sort": "def keep(p, k, order=np.argsort):\n    return order(p)[-k:]",
    "top-k by the text of a name": "def keep(p, k):\n    return getattr(np, 'argsort')(p)[-k:]",
    "top-k by import": "from heapq import nlargest as f\n\ndef keep(p, k):\n    return f(k, p)",
    "top-k by argmax": (
        "def keep(p, k):\n    for _ in range(k):\n        i = p.argmax()\n        p[i] = 0"
    ),
    "top-k by remove": "def keep(p, k):\n    for _ in range(k):\n        p.remove(max(p))",
    "top-k by counting": "def keep(p, k):\n    return [sum(q > x for q in p) < k for x in p]",
    "top-k by counting in numpy": "def keep(p, k):\n    return (p[:, None] < p).sum(1) < k",
    "top-k by quantile": "def keep(p, k):\n    return p >= np.quantile(p, 1 - k / len(p))",
    "top-k by bisect": "def keep(p, k):\n    for x in p:\n        bisect.insort(best, x)",
    "top-p by cumsum": "def keep(p, x):\n    return p[np.cumsum(p) - p < x]",
    "top-p by accumulate": "def keep(p, x):\n    return [t < x for t in itertools.accumulate(p)]",
    "top-p by the ufunc": "def keep(p, x):\n    return np.add.accumulate(p) < x",
    "top-p by a matrix": "def keep(p, x):\n    return np.tril(np.ones((n, n)), -1) @ p < x",
    "top-p by slices": "def keep(p, x):\n    return [sum(p[:i]) < x for i in range(len(p))]",
    "top-p by slices of numpy": (
        "def keep(p, x):\n    while p[:n].sum() < x:\n        n += 1\n    return n"
    ),
    "top-p by a loop in a class": (
        "class A:\n    def keep(self, p, x):\n        total = 0\n        for i in self.order:\n"
        "            if total >= x:\n                break\n            total += p[i]"
    ),
    "top-p by a while": (
        "def keep(p, x):\n    n = left = 0\n    while left < x:\n        left += p[n]\n"
        "        n += 1\n    return n"
    ),
    "top-p by a sum written out": (
        "def keep(p, x):\n    for q in p:\n        total = total + q\n        if total >= x:\n"
        "            return n"
    ),
    "top-p by a sum the other way around": (
        "def keep(p, x):\n    for q in p:\n        total = q + total\n    return total"
    ),
    "top-p by a sum with two names": (
        "def keep(p, x):\n    for q in p:\n        high = low + q\n        if x < high:\n"
        "            return q\n        low = high"
    ),
    "top-p by a walrus": "def keep(p, x):\n    return [q for q in p if (t := t + q) - q < x]",
    "top-p by a list": "def keep(p, x):\n    for q in p:\n        totals.append(totals[-1] + q)",
    "top-p, counting down": (
        "def keep(p, x):\n    for n, q in enumerate(p):\n        x -= q\n        if x <= 0:\n"
        "            return n"
    ),
    "min-p by max": "def keep(p, x):\n    return np.where(p < x * p.max(), 0, p)",
    "min-p by np.max": "def keep(p, x):\n    return p * (p >= x * np.max(p))",
    "min-p by ratio": "def keep(p, x):\n    return p / max(p) >= x",
    "min-p on two lines": "def keep(p, x):\n    least = x * p.max()\n    return p >= least",
    "min-p by the first": "def keep(p, x):\n    return [q for q in p if q >= x * p[0]]",
    "min-p by the first, on two lines": (
        "def keep(p, x):\n    least = x * ranked[..., 0]\n    return ranked >= least"
    ),
    "min-p by logits": "def keep(z, x):\n    return z - z.max() > math.log(x)",
    "min-p by np.greater": "def keep(p, x):\n    return np.greater(p, x * p.max())",
    "min-p by argmax": "def keep(p, x):\n    return p >= x * p[p.argmax()]",
    "min-p by parts": "def keep(p, x):\n    a, *b = p\n    return [q for q in b if q > x * a]",
    "min-p by reduce": "def keep(p, x):\n    return p >= x * functools.reduce(larger, p)",
    "min-p by a norm": "def keep(p, x):\n    return p > x * np.linalg.norm(p, np.inf)",
    "min-p by a loop": (
        "def keep(p, x):\n    for q in p:\n        if q > best:\n            best = q\n"
        "    return p >= best * x"
    ),
    "top-p by recursion": (
        "def keep(p, x, i, t):\n    return i if t >= x else keep(p, x, i + 1, t + p[i])"
    ),
    "top-p by places": (
        "def keep(p, x):\n    for i in range(n):\n        t[i + 1] = t[i] + p[i]\n    return t < x"
    ),
    "min-p by a difference": "def keep(p, x):\n    return p * (p - x * p[0] >= 0)",
    "min-p by a ratio to 1": "def keep(p, least):\n    return p * (p / (least * p[0]) >= 1)",
    "min-p by operator": "def keep(p, x):\n    return operator.ge(p, x * p.max())",
    "min-p by an imported operator": (
        "from operator import ge as f\n\ndef keep(p, x):\n    return f(p, x * p.max())"
    ),
    "min-p by whole division": "def keep(p, x):\n    return p // (x * p.max())",
    "top-p by a difference": (
        "def keep(p, x):\n    while sum(ranked[:n]) - x < 0:\n        n += 1\n    return n"
    ),
    "top-k by deleting": (
        "def keep(left, k):\n    for _ in range(k):\n        best = max(left, key=left.get)\n"
        "        del left[best]"
    ),
    "top-k by the smallest": "def keep(p, k):\n    while len(p) > k:\n        p.pop(min(p))",
    "top-k by the largest place": (
        "def keep(p, k):\n    for _ in range(k):\n        i = max(range(n), key=p.get)\n"
        "        p[i] = 0"
    ),
    "top-k by pandas": "def keep(p, k):\n    return p.sort_values()[-k:]",
    "min-p in a lambda": "keep = lambda p, x: [q for q in p if q >= x * max(p)]",
}
CUTS_JS = {
    "top-k": "function keep(p, k) {\n  const t = [...p].sort((a, b) => b - a)[k - 1];\n}",
    "top-k by toSorted": "const keep = (p, k) => p.toSorted().slice(0, k);",
    "top-k by rank": "const keep = (p, k) => rank(p, p).slice(0, k);",
    "top-p": (
        "export function keep(p, x) {\n  let before = 0, n = 0;\n"
        "  while (before < x) before += p[n++];\n  return n;\n}"
    ),
    "top-p by a sum written out": (
        "const keep = (p, x) => {\n  for (const q of p) { total = total + q; }\n};"
    ),
    "top-p by a sum with two names": (
        "const keep = (p, x) => {\n  for (const q of p) {\n    const high = low + q;\n"
        "    low = high;\n  }\n};"
    ),
    "top-p by reduce": "const keep = (p, x) => p.reduce((t, q) => (t < x ? t + q : t), 0);",
    "min-p": "const keep = (p, x) => p.filter((q) => q >= x * Math.max(...p));",
    "min-p on two lines": (
        "const keep = (p, x) => {\n  const least = x * Math.max(...p);\n"
        "  return p.filter((q) => q >= least);\n};"
    ),
    "min-p by the first, on two lines": (
        "const keep = (p, x) => {\n  const top = p[order[0]];\n"
        "  return p.filter((q) => q >= x * top);\n};"
    ),
    "top-p without a loop": "const keep = (p, x) => p.filter((q) => (t += q) - q < x);",
    "top-k by lodash": "const keep = (p, k) => _.sortBy(p).slice(0, k);",
    "min-p by the first": "const keep = (p, x) => p.filter((q) => q >= x * p[0]);",
    "min-p by a ratio to 1": "const keep = (p, x) => p.filter((q) => q / (x * top) >= 1);",
    "min-p by a difference": "const keep = (p, x) => p.filter((q) => q - least >= 0);",
    "min-p by a difference, written out": (
        "const keep = (p, x) => p.filter((q) => q - x * p[0] >= 0);"
    ),
    "min-p by a ratio, turned": "const keep = (p) => p.filter((q) => 1 <= q / least);",
    "top-k of an order": "const keep = (order, k) => order.slice(0, k);",
    "top-p by a list": "const keep = (p, t) => { for (const q of p) t.push(t.at(-1) + q); };",
    "top-p by a list, the other way around": (
        "const keep = (p, t) => { for (const q of p) t.push(q + t[t.length - 1]); };"
    ),
}


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("home", ["explorers/next_word_explorer.py", "gpt/model.py"])
def test_a_second_cut_is_seen(cut, home):
    before = cut_parts_in_python(PYTHON[home])
    after = cut_parts_in_python(f"{PYTHON[home]}\n\n{CUTS[cut]}\n")
    assert after != before and after.items() >= before.items()


@pytest.mark.parametrize("cut", CUTS_JS)
def test_a_second_cut_in_javascript_is_seen(cut):
    text = SOURCES["explorers/next_word_explorer.js"]
    before, after = map(cut_parts_in_javascript, (text, f"{text}\n{CUTS_JS[cut]}\n"))
    assert after.keys() - before.keys() == {"keep"}


def test_what_is_no_cut_is_let_be():
    """Names, texts and counts: a maintainer is not to be asked about these."""
    plain = "def f(names):\n    for name in names:\n        n += 1\n        text += f'{name}'\n"
    plain += "    return max(n, 1), text, names[0], names[-1] * 2, n == max(names)\n"
    plain += "def g(n):\n    return 0 <= n < MOST and len(n) > n\n"
    plain += (
        "def h(n, m):\n    del m[n]\n    return n - 1 > 0, n / 2 >= 1, n // m, len(n) - 1 < 1\n"
    )
    assert cut_parts_in_python(plain) == {}
    plain = "const f = (x) => x < 1e-6 || Math.min(1, Math.max(0, x)) + g((y) => y);\nn += 1;"
    plain += (
        "const h = (x) => x - 1 > 0 || x.slice(0, 3) || x.slice(0, -1) || x.slice(0, y.length);"
    )
    plain += "const k = (x) => x.push(x.length + 1) || a - b >= 3;"
    assert cut_parts_in_javascript(plain) == {}


def test_the_home_of_the_cuts_would_be_seen():
    found = cut_parts_in_python(PYTHON[HOME_OF_CUTS]).keys()
    assert found >= {"_rank", "_first_k", "_first_p", "_down_to"}


# --- How a learner's softmax is called ------------------------------------------------------------

CALLERS = {name: text for name, text in PYTHON.items() if name != HOME_OF_CALLS}

# Checks look at what a learner wrote, to say where it goes wrong, and to keep it.
LOOK_AT_CODE = {"exercises/results.py": {"getsource"}, "exercises/saved.py": {"getsource"}}


def test_your_softmax_alone_calls_a_learners():
    """Everything else hands it to `by_rows`; which arguments it takes, nobody else asks."""
    assert uses_of_a_softmax(CALLERS) == []
    found = {name: inside for name, text in CALLERS.items() if (inside := looks_inside(text))}
    assert found == LOOK_AT_CODE


CALLS = {
    "called": "def f(softmax, t):\n    return softmax(z, temperature=t)",
    "called in a lambda": "def f(z, *, softmax=None):\n    return lambda t: softmax(z / t)",
    "another name": "def f(z, softmax):\n    f = softmax\n    return f(z)",
    "two more names": "def f(z, softmax):\n    a, b = z, softmax\n    c = b\n    return c(a)",
    "a default": "def f(z, softmax=None):\n    g = softmax or plain\n    return g(z)",
    "either": "def f(z, softmax=None):\n    return (plain if softmax is None else softmax)(z)",
    "a walrus": "def f(z, softmax):\n    return (g := softmax) and g(z)",
    "kept in an attribute": (
        "class A:\n    def __init__(self, softmax):\n        self.mine = softmax\n"
        "    def f(self, z):\n        return self.mine(z)"
    ),
    "the explorers' attribute": "class A:\n    def f(self, z):\n        return self._function(z)",
    "the model's attribute": "def f(model, z):\n    return model.softmax(z, axis=-1)",
    "an attribute by its text": "def f(model, z):\n    return getattr(model, 'softmax')(z)",
    "map": "def f(rows, softmax):\n    return list(map(softmax, rows))",
    "partial": "def f(z, softmax, t):\n    return partial(softmax, temperature=t)(z)",
    "along an axis": "def f(z, softmax):\n    return np.apply_along_axis(softmax, -1, z)",
    "vectorize": "def f(z, softmax):\n    return np.vectorize(softmax, signature='(n)->(n)')(z)",
    "in a list": "def f(z, softmax):\n    return [g(z) for g in [softmax]]",
    "in a dict": "def f(z, softmax):\n    return {'mine': softmax}['mine'](z)",
    "in settings": "def f(z, **settings):\n    return settings['softmax'](z)",
    "out of settings": "def f(z, **settings):\n    g = settings.pop('softmax')\n    return g(z)",
    "as a default of another": "def f(softmax):\n    def g(z, own=softmax):\n        return own(z)",
    "dunder": "def f(z, softmax):\n    return softmax.__call__(z)",
    "run": "def f(z, softmax):\n    return run(softmax, [(z,)], 1)",
    "returned": "def f(softmax):\n    return softmax",
    "another function of the package": (
        "def asked(own, z):\n    return own(z)\n\ndef f(z, softmax):\n    return asked(softmax, z)"
    ),
    "another function, by name": (
        "def asked(z, g):\n    return g(z)\n\ndef f(z, softmax):\n    return asked(z, g=softmax)"
    ),
    "a class of the package": (
        "class A:\n    def __init__(self, z, own):\n        self.p = own(z)\n\n"
        "def f(z, softmax):\n    return A(z, softmax).p"
    ),
    "among others": (
        "def asked(z, *what):\n    return what[0](z)\n\ndef f(z, softmax):\n"
        "    return asked(z, softmax)"
    ),
    "among others, by name": (
        "def asked(z, **what):\n    return what['own'](z)\n\ndef f(z, softmax):\n"
        "    return asked(z, own=softmax)"
    ),
    "kept with global": (
        "def keep(softmax):\n    global KEPT\n    KEPT = softmax\n\ndef f(z):\n    return KEPT(z)"
    ),
    "kept with nonlocal": (
        "def f(z, softmax):\n    kept = None\n    def keep():\n        nonlocal kept\n"
        "        kept = softmax\n    keep()\n    return kept(z)"
    ),
    "kept in a dict": "KEPT = {}\ndef keep(softmax):\n    KEPT['own'] = softmax",
    "kept in a dict, by its name": (
        "KEPT = {}\ndef keep(softmax):\n    KEPT['softmax'] = softmax\n\n"
        "def f(z):\n    return KEPT['softmax'](z)"
    ),
    "decorated": "def f(z, softmax):\n    @softmax\n    def g():\n        pass",
}
LOOKS = [
    "import inspect\ndef f(own):\n    return 'axis' in inspect.signature(own).parameters",
    "from inspect import signature as s\ndef f(own):\n    return s(own)",
    "def f(own):\n    return 'axis' in own.__code__.co_varnames",
    "import inspect\ndef f(own):\n    return inspect.Signature.from_callable(own)",
    "import inspect\ndef f(own):\n    return 'axis' in inspect.getsource(own)",
    "try:\n    p = own(z, axis=-1)\nexcept TypeError:\n    p = own(z)",
]


@pytest.mark.parametrize("call", CALLS)
def test_a_second_way_to_call_a_softmax_is_seen(call):
    home = "explorers/triangle_explorer.py"
    assert uses_of_a_softmax(CALLERS | {home: f"{CALLERS[home]}\n\n{CALLS[call]}\n"})


@pytest.mark.parametrize("second", LOOKS)
def test_a_look_at_what_a_softmax_takes_is_seen(second):
    assert looks_inside(second)


def test_handing_a_softmax_on_is_let_be():
    fine = """
def f(z, own, softmax=None):
    if softmax is not None and not callable(softmax):
        raise TypeError(f"softmax must be a function, got {softmax!r}")
    softmax = course_softmax if softmax is None else softmax
    g(z, softmax=softmax)
    return by_rows(softmax, 2)(z), softmax is course_softmax, own(z)

def g(z, softmax):
    return by_rows(softmax)(z)
"""
    assert uses_of_a_softmax({"ngram.py": fine}) == []
    torch = (
        "import torch\ndef f(z):\n    return torch.softmax(z, -1), torch.nn.functional.softmax(z)"
    )
    assert uses_of_a_softmax({"ngram.py": torch}) == []
    plain = "try:\n    n = float(x)\nexcept TypeError:\n    n = float(str(x))"
    assert looks_inside(plain) == set()
    the_courses = "from .softmax import softmax\ndef f(z):\n    return softmax(z), map(softmax, z)"
    assert uses_of_a_softmax({"ngram.py": the_courses}) == []


# --- Colors ---------------------------------------------------------------------------------------

NOT_OURS = {
    # nbconvert's own colors, made darker: they belong to the pages that it writes.
    "jupyter/export.py": ["#2a6fa8", "#b04f32", "#006b00", "#8a1fd1", "#2f6868"],
    "training/train_storyteller.py": ["(128, 64, 3, 4)"],  # the sizes of the model
}
COLORS_IN = {
    "py": colors_in_python,
    "js": colors_in_javascript,
    "mjs": colors_in_javascript,
    "css": colors_in_css,
    "html": colors_in_html,
}


def colors_in(name, text):
    return COLORS_IN[name.rpartition(".")[2]](text)


@pytest.mark.parametrize("name", [name for name in SOURCES if name != HOME_OF_COLORS])
def test_no_file_has_a_color_of_its_own(name):
    found = colors_in(name, SOURCES[name])
    assert found == NOT_OURS.get(name, []), "colors are defined in softmax_lib/palette.py alone"


COLORS = {
    "figures.py": [
        'X = "#0072b2"',
        'X = "#FFF"',
        'X = "#12345678"',
        'X = f"{name} #0072B2"',
        'X = "rgb(0, 114, 178)"',
        'X = "RGB(0 114 178 / 50%)"',
        'X = f"rgb({r}, {g}, {b})"',
        'X = "hsl(200 100% 35%)"',
        'X = "oklch(60% 0.1 240)"',
        'X = "steelblue"',
        'X = "SteelBlue"',
        'X = "tab:blue"',
        'X = "xkcd:sky blue"',
        'X = "C0"',
        "X = (0, 114, 178)",
        "X = 0x0072B2",
        "BAR_COLOR = (0.0, 0.45, 0.7)",
        'ink = "k"',
        'ax.bar(x, y, color="b")',
        'ax.bar(x, y, color=["r", "0.5"])',
        "ax.bar(x, y, color=(0, 0.4, 0.7))",
        "ax.bar(x, y, ec=(0, 0.4, 0.7, 1))",
        'ax.plot(x, y, "k--")',
        'ax.plot(x, y, "C1o")',
        'ax.imshow(x, cmap="viridis")',
        'ax.set_facecolor("w")',
        'box = {"facecolor": "w"}',
        'page = "<p style=\\"background: tomato\\">"',
        "page = '<rect fill=\"navy\">'",
        'page = f"border: 1px solid gray; width: {x}"',
        'X = "1px solid navy"',
        "MINE = (0.0, 0.447, 0.698)\nax.bar(x, y, color=MINE)",
        'MINE = "k"\nax.bar(x, y, color=MINE)',
        'ax.plot(x, y, "--k")',
        'ax.errorbar(x, y, fmt="k--")',
        'ax.semilogx(x, y, "r.")',
        "ax.vlines(x, 0, 1, 'r')",
        "ax.scatter(x, y, 9, 'r')",
        "X = plt.cm.viridis(0.3)",
        'X = matplotlib.colormaps["viridis"]',
        'plt.style.use("ggplot")',
    ],
    "widgets/page.css": [
        ".a { color: #0072b2; }",
        ".a { color: rgb(0 114 178); }",
        ".a { color: rgba(0, 114, 178, .5); }",
        ".a { color: hsl(200deg 100% 35%); }",
        ".a { color: steelblue; }",
        ".a { border: 1px solid Gray }",
        ".a { background: linear-gradient(to right, white, var(--ink)); }",
        ".a { background: color-mix(in srgb, red 20%, var(--paper)); }",
        ".a { --mine: orange; }",
        ".a { color: var(--ink, black); }",
        ".a { color: color(display-p3 0 0.4 0.7); }",
        ".a { background: url(\"data:image/svg+xml,<path fill='%230072b2'/>\"); }",
    ],
    "widgets/page.js": [
        'cell.style.color = "#0072b2";',
        'cell.style.color = "steelblue";',
        "cell.style.background = `rgb(${r}, ${g}, ${b})`;",
        'cell.setAttribute("fill", "red");',
        'cell.innerHTML = `<i style="color: tomato">`;',
        'setStyle(cell, "--mine", "hsl(200 100% 35%)");',
        "const x = 0x0072b2;",
        "const x = [0, 114, 178];",
    ],
    "docs/lite/loading.mjs": [
        "const S = `p { color: #1a1a1a; }`;",
        "const S = `p { color: red; }`;",
    ],
    "docs/teaching/handout.html": [
        "<style>p { color: #777; }</style>",
        "<style>p { border: 1px solid gray; }</style>",
        '<p style="color: #777">',
        '<rect fill="navy">',
    ],
    "docs/build.py": ['X = "#0072b2"'],
}
PLANTED_COLORS = [(name, line) for name, lines in COLORS.items() for line in lines]


@pytest.mark.parametrize(("name", "line"), PLANTED_COLORS, ids=[line for _, line in PLANTED_COLORS])
def test_a_second_color_is_seen(name, line):
    assert colors_in(name, f"{SOURCES[name]}\n{line}\n")


def test_what_is_no_color_is_let_be():
    assert (
        colors_in_css("""
/* a red line */ .red-line, .tan:hover { color: var(--ink); background: transparent; }
.a { color: currentColor; border: inherit; fill: rgb(from var(--x) r g b / 50%); }
@media (forced-colors: active) { .a { color: CanvasText; outline: 1px solid Highlight; } }
.b { background: color-mix(in srgb, var(--ink) 20%, Canvas); }
""")
        == []
    )
    assert (
        colors_in_python('''
def f(ax):
    """Draw it, red on white: color: red."""
    ax.plot(x, y, "o--", color=INK, label="k", alpha=0.5)
    ax.bar(x, y, color="none", hatch="//")
    words = ["the red door", "gemma.cpp#981", "/issues/#117", "&#176; #focus {place:#06}", "o"]
    ax.plot(x, y, "--", marker="o"), ax.scatter(x, y, s), ax.vlines(x, 0, 1, INK), self.style.name
    ax.errorbar(x, y, fmt="o"), [x for x in "solid ground"], cm.width, "a solid red line"[0]
    return (30, 60, 30), "tea", range(255), 0xFF
''')
        == []
    )
    assert colors_in_javascript('// red\nconst a = "a red door", b = "#focus"; tan = 1;') == []
    assert colors_in_javascript("const a = [10, 20, 30], b = 0xff, c = [200, 300, 400];") == []
    page = '<p id="red">red <a href="#fade">color: red</a>'
    assert colors_in_html(page) == []
    assert colors_in_text("the color of probabilities is that of the bars") == []


# --- The order of the notebooks -------------------------------------------------------------------

# Who may list notebooks. Tests compare the tables with COURSE.
LISTS = {
    "softmax_lib/exercises/registry.py": "the home: it imports the modules, and puts them in order",
    "README.md": "the table, held by test_notebook_rules.py",
    "notebooks/00_start_here.ipynb": "the table, held by test_notebook_rules.py",
    "docs/teaching/README.md": "the scripts, held by test_teaching.py",
    "docs/teaching/plans.md": "the plans, held by test_teaching.py",
    "docs/teaching/plans.toml": "what a class takes in which order, held by test_teaching.py",
    "tests/sentences/00_start_here.toml": "what 00 says of the course, compared with COURSE there",
    "tests/test_exported_notebooks.py": "a notebook for each kind of explorer",
    "tests/test_second_definitions.py": "what is planted below",
}


def texts():
    """Yield (path, text) of all text that the repository holds, the course's data left out."""
    for name in listed():
        if not name.startswith("softmax_lib/data/"):
            try:
                yield name, (ROOT / name).read_text(encoding="utf-8")
            except UnicodeDecodeError:
                assert Path(name).suffix in {".png", ".gif", ".safetensors", ".npz", ".zip"}, name


def test_the_order_of_the_notebooks_stands_in_one_place():
    found = {name: where for name, text in texts() if (where := orders_in(text, COURSE))}
    others = {name: where for name, where in found.items() if name not in LISTS}
    assert others == {}, "the order is COURSE of softmax_lib/exercises/registry.py"
    assert LISTS.keys() <= found.keys(), "one of LISTS needs no exception"


STEMS = list(COURSE)
SECOND_ORDERS = {
    "a list": f"ORDER = {STEMS[1:4]}",
    "a tuple of files": f"ORDER = {tuple(f'{stem}.ipynb' for stem in STEMS)}",
    "a split text": f"ORDER = '{' '.join(STEMS)}'.split()",
    "a text of lines": '"""' + "\n".join(STEMS[2:6]) + '\n""".split()',
    "a split text of numbers": "ORDER = '00 01 02 03'.split()",
    "a list of numbers": "ORDER = ['04', '05', '06']",
    "a dict": "MINUTES = {'01': 20, '02': 25, '03': 20}",
    "a dict of stems": f"MINUTES = {dict.fromkeys(STEMS, 20)}",
    "a list of dicts": f"C = {[{'name': stem, 'minutes': 20} for stem in STEMS]}",
    "pairs": f"C = {[(stem, 20) for stem in STEMS[4:7]]}",
    "a dict of titles": "TITLES = {'01': 'Chances', '02': 'Growth', '03': 'Shares'}",
    "JSON, titles": '{"01": "Chances",\n "02": "Growth",\n "03": "Shares"}',
    "without numbers": f"ORDER = {[stem.partition('_')[2] for stem in STEMS]}",
    "modules without numbers": f"ORDER = {tuple(stem.split('_')[-1] for stem in STEMS[1:4])}",
    "made of a range": "ORDER = [f'{n:02}' for n in range(12)]",
    "a dict of dicts": "C = {'01': {'title': 'A'}, '02': {'title': 'B'}, '03': {'title': 'C'}}",
    "a split text, without numbers": f"'{' '.join(s.split('_')[-1] for s in STEMS)}'.split()",
    "YAML, without numbers": "\n".join(f"- {stem.partition('_')[2]}" for stem in STEMS),
    "made of a range, from 1": "ORDER = [f'{n + 1:02d}' for n in range(11)]",
    "made by zfill": "ORDER = [str(n).zfill(2) for n in range(12)]",
    "a call": f"course = order({', '.join(map(repr, STEMS[:3]))})",
    "sums": f"course = ['{STEMS[0]}'] + ['{STEMS[1]}'] + ['{STEMS[2]}']",
    "appended": "\n".join(f"course.append('{stem}')" for stem in STEMS[:3]),
    "imports": "from . import " + ", ".join(f"n{stem}" for stem in STEMS[4:8]),
    "JavaScript": f"const COURSE = [{', '.join(map(repr, STEMS[:5]))}];",
    "JavaScript, objects": "[" + ", ".join(f'{{ id: "{s}", minutes: 9 }}' for s in STEMS) + "]",
    "JSON": "{\n" + ",\n".join(f'  "{stem}": {{"minutes": 20}}' for stem in STEMS) + "\n}",
    "TOML": "".join(f'[[notebook]]\nname = "{stem}"\nminutes = 20\n' for stem in STEMS),
    "TOML, numbers": 'order = ["01", "02", "03"]',
    "YAML": "order:\n" + "".join(f"  - {stem}\n" for stem in STEMS),
    "YAML, numbers": "order:\n  - 01\n  - 02\n  - 03\n",
    "a shell": f"for n in {' '.join(stem + '.ipynb' for stem in STEMS)}; do",
    "a shell, numbers": "for n in 00 01 02 03 04; do",
    "CSV": "\n".join(f"{stem},20" for stem in STEMS),
}


@pytest.mark.parametrize("order", SECOND_ORDERS)
def test_a_second_order_is_seen(order):
    assert orders_in(f"first line\n\n{SECOND_ORDERS[order]}\n", COURSE)


def test_what_is_no_order_is_let_be():
    one, two, *_ = STEMS
    for text in (
        f"from {one} go on to {two}, and from {two} back to {one}",
        "the video at 21:31, 23:04 and 23:17; 2026-01-02 03:04:05; #00 #01 #02; 01.02.03",
        "np.array([0.05, 0.06, 0.07]), 00, 1, 2, 3, [10, 20, 30]",
        one + 200 * "." + two + 200 * "." + STEMS[2],
        "seats = [f'seat-{n:02}' for n in range(12)]; f'{m}:{s:02}'",
        "{'logits': 1, 'labels': 2, 'temperature': 3}, ['logits', 'logits', 'logits']",
        "from logits to temperature, attention and scale",
    ):
        assert orders_in(text, COURSE) == [], text
