"""Every exercise and question: well formed, and its check tells right from wrong."""

import ast
import dataclasses
import functools
import re
from collections import Counter

import numpy as np
import pytest
import scipy.stats  # noqa: F401  some answers import it, and have five seconds for all they do
from mutants import differs, inputs, insertions, knows_the_probes, mutants
from notebook_tools import PATHS, ROOT, code_cells, read
from styles import MORE_STYLES

from softmax_lib import log_softmax, logsumexp, sampling
from softmax_lib import softmax as course_softmax
from softmax_lib.exercises import check, hint, solution
from softmax_lib.exercises.checks import _agree, judge_answer
from softmax_lib.exercises.feedback import NOT_YET, PASSED, TRY_AGAIN
from softmax_lib.exercises.inputs import drawn
from softmax_lib.exercises.progress import record_answer, saved_answer
from softmax_lib.exercises.registry import COURSE, all_exercises, all_questions
from softmax_lib.explorers import SoftmaxExplorer
from softmax_lib.runner import build, run
from softmax_lib.suspects import IN_FLOAT64, SUSPECTS, suspect

EXERCISES, QUESTIONS = all_exercises(), all_questions()
TASKS = [pytest.param(task, id=name) for name, task in EXERCISES.items()]
FUNCTIONS = [pytest.param(task, id=name) for name, task in EXERCISES.items() if not task.judge]
ASKED = [pytest.param(question, id=name) for name, question in QUESTIONS.items()]
WRONG = [
    pytest.param(task, wrong, id=f"{name}: {wrong.name}")
    for name, task in EXERCISES.items()
    for wrong in task.wrong
]
CORE = list(COURSE)[1:6]

# Right answers in a style of their own: a check judges what a function does, not how.
OTHER_STYLES = {
    "my_total": [
        """
def my_total(numbers):
    total = 0
    for n in numbers:
        total += n
    return total
""",
        "my_total = sum",
        "my_total = np.sum",
    ],
    "my_is_distribution": [
        """
def my_is_distribution(values):
    for v in values:
        if v < 0 or v > 1:
            return False
    return abs(sum(values) - 1) < 1e-6
""",
        """
def my_is_distribution(values):
    return min(values) >= 0 and math.isclose(sum(values), 1, abs_tol=1e-6)
""",
        """
def my_is_distribution(values):
    return np.all((0 <= values) & (values <= 1)) and np.isclose(
        values.sum(), 1, rtol=0, atol=1e-6
    )
""",
    ],
    "my_shares": [
        """
def my_shares(counts):
    total = sum(counts)
    return np.array([c / total for c in counts])
""",
        "my_shares = lambda counts: counts * (1 / np.sum(counts))",
    ],
    "my_draw": [
        """
def my_draw(probabilities, u):
    place = np.searchsorted(np.cumsum(probabilities), u, side="right")
    return min(place, len(probabilities) - 1)
""",
        """
def my_draw(probabilities, u):
    total = 0
    for index, probability in enumerate(probabilities):
        total += probability
        if total > u:
            return index
""",
    ],
    "my_exponentiate": [
        """
def my_exponentiate(logits):
    return np.e**logits
""",
        """
def my_exponentiate(logits):
    return np.array([math.exp(z) for z in logits])
""",
    ],
    "my_normalize": [
        """
def my_normalize(weights):
    return np.array([w / sum(weights) for w in weights])
""",
    ],
    "my_softmax": [
        """
def my_softmax(logits):
    z = logits - logits.max()
    return np.exp(z) / np.exp(z).sum()
""",
        """
def my_softmax(logits):
    total = sum(math.exp(z) for z in logits)
    return np.array([math.exp(z) / total for z in logits])
""",
        """
def weights_of(logits):
    return np.exp(logits)


def my_softmax(logits):
    w = weights_of(logits)
    return w / w.sum()
""",
        """
def my_softmax(logits):
    return np.exp(logits - np.log(np.exp(logits).sum()))
""",
    ],
    "my_softmax_rows": [
        """
def my_softmax_rows(scores):
    rows = []
    for row in scores:
        w = np.exp(row)
        rows.append(w / w.sum())
    return np.array(rows)
""",
        """
def my_softmax_rows(scores):
    w = np.exp(scores)
    return (w.T / w.sum(1)).T
""",
    ],
    "my_logits": [
        """
def my_logits(W, x):
    return W @ x
""",
        """
def my_logits(W, x):
    return np.array([sum(w * v for w, v in zip(r, x)) for r in W])
""",
    ],
    "my_log_odds": [
        """
def my_log_odds(logits, i, j):
    z = logits - logits[j]
    return float(z[i])
""",
    ],
    "my_recover": [
        """
def my_recover(probabilities):
    z = np.log(probabilities / probabilities[0])
    return z - z.sum() / len(z)
""",
    ],
    "my_softmax_with_temperature": [
        """
def my_softmax_with_temperature(logits, temperature):
    p = np.exp(logits) / np.exp(logits).sum()
    w = p ** (1 / temperature)
    return w / w.sum()
""",
        """
def my_softmax_with_temperature(logits, temperature=1.0):
    z = (logits - max(logits)) / temperature
    return np.exp(z) / sum(np.exp(z))
""",
    ],
    "my_cold_softmax": [
        """
def my_cold_softmax(logits):
    p = np.zeros(len(logits))
    p[logits == logits.max()] = 1
    return p / p.sum()
""",
        """
def my_cold_softmax(logits):
    largest = max(logits)
    ties = list(logits).count(largest)
    return np.array([1 / ties if z == largest else 0.0 for z in logits])
""",
    ],
    "my_entropy": [
        """
def my_entropy(probabilities):
    total = 0.0
    for p in probabilities:
        if p > 0:
            total -= p * math.log2(p)
    return total
""",
        """
def my_entropy(probabilities):
    p = probabilities[probabilities != 0]
    return -np.sum(p * np.log(p)) / np.log(2)
""",
        """
def my_entropy(probabilities):
    return -np.nansum(probabilities * np.log2(probabilities))
""",
    ],
    "my_ratio": [
        """
def my_ratio(a, b):
    return np.e ** (a - b)
""",
    ],
    "my_temperature_of_base": [
        """
def my_temperature_of_base(b):
    return math.log(math.e, b)
""",
    ],
    "my_continue": [
        """
def my_continue(next_word, text, count):
    while count > 0:
        text += f" {next_word(text)}"
        count -= 1
    return text
""",
    ],
    "my_top_k": [
        """
def my_top_k(probabilities, k):
    kept = np.zeros(len(probabilities))
    for place in np.argsort(-probabilities)[:k]:
        kept[place] = probabilities[place]
    return kept / sum(kept)
""",
    ],
    "my_top_p": [
        """
def my_top_p(probabilities, p):
    kept, total = np.zeros(len(probabilities)), 0.0
    for place in sorted(range(len(probabilities)), key=lambda i: -probabilities[i]):
        kept[place] = probabilities[place]
        total += probabilities[place]
        if total >= p:
            break
    return kept / kept.sum()
""",
    ],
    "my_gumbel_draw": [
        """
def my_gumbel_draw(logits, u):
    totals = [z - math.log(-math.log(v)) for z, v in zip(logits, u)]
    return totals.index(max(totals))
""",
    ],
    "my_scores": [
        """
def my_scores(queries, keys):
    return np.array([[sum(q * k) / len(q) ** 0.5 for k in keys] for q in queries])
""",
    ],
    "my_causal_mask": [
        """
def my_causal_mask(scores):
    masked = scores.copy()
    for i in range(len(scores)):
        masked[i, i + 1 :] = -np.inf
    return masked
""",
    ],
    "my_attention": [
        """
def my_attention(scores, values):
    rows = []
    for row in scores:
        weights = np.exp(row - max(row))
        rows.append(sum(w * value for w, value in zip(weights, values)) / sum(weights))
    return np.array(rows)
""",
    ],
    "my_whole_softmax": [
        """
def my_whole_softmax(logits, temperature):
    if temperature == 0:
        ties = logits == max(logits)
        return ties / sum(ties)
    weights = np.array([np.exp((z - max(logits)) / temperature) for z in logits])
    return weights / sum(weights)
""",
    ],
    "my_other_logits": [
        "my_other_logits = np.array([13.0, 11.0, 10.0])",
        "my_other_logits = (3.5, 1.5, 0.5)",
    ],
}
STYLES = [
    pytest.param(EXERCISES[name], code, id=f"{name} {number}")
    for name in EXERCISES
    for number, code in enumerate([*OTHER_STYLES.get(name, []), *MORE_STYLES.get(name, [])], 1)
]
RIGHT = [(p.values[0], p.values[0].solution) for p in FUNCTIONS]
RIGHT += [
    (EXERCISES[name], code)
    for name, codes in OTHER_STYLES.items()
    for code in codes
    if EXERCISES[name].judge is None
]


def test_there_are_enough():
    assert sum(task.notebook in CORE for task in EXERCISES.values()) >= 12
    assert sum(q.notebook in CORE for q in QUESTIONS.values()) >= 20
    for notebook in {task.notebook for task in EXERCISES.values()} - {"00_start_here"}:
        assert 2 <= sum(task.notebook == notebook for task in EXERCISES.values()) <= 4, notebook


def test_exercises_are_as_long_as_we_say():
    lines = {
        task.id: sum(bool(line.strip()) for line in task.solution.strip().splitlines()[1:])
        for task in (p.values[0] for p in FUNCTIONS)
    }
    long = {name: count for name, count in lines.items() if count > 3}
    assert len(long) < len(lines) / 4 and set(long.values()) == {6, 7}
    start = next(path for path in PATHS if path.stem == "00_start_here")
    for path in (ROOT / "README.md", start):
        page = " ".join(path.read_text(encoding="utf-8").split())
        assert "Most exercises are one to three lines of code." in page
        said = re.search(
            r"The longest, in ([\d, and]+), are six or seven, and one of them is", page
        )
        notebooks = set(re.findall(r"\d\d", said[1]))
        assert {EXERCISES[name].notebook[:2] for name in long} == notebooks


@pytest.mark.parametrize("task", TASKS)
def test_an_exercise_is_whole(task):
    assert task.id.isidentifier()
    assert task.notebook in {path.stem for path in PATHS}
    assert 1 <= task.minutes <= 15
    assert len(task.hints) == 3 == len(set(task.hints)) and all(map(str.strip, task.hints))
    assert len(task.wrong) >= 3
    assert len({w.says for w in task.wrong}) == len({w.name for w in task.wrong}) == len(task.wrong)
    assert bool(task.judge) != bool(task.probes)
    for text in (task.task, task.noticed, *task.hints, *(w.says for w in task.wrong)):
        assert text.strip() and "$" not in text and "\\" not in text


@pytest.mark.parametrize("question", ASKED)
def test_a_question_is_whole(question):
    assert 2 <= len(question.options) <= 4
    assert question.answer in range(len(question.options))
    texts = [text for text, _ in question.options]
    explanations = [explanation for _, explanation in question.options]
    assert len(set(texts)) == len(set(explanations)) == len(texts)
    for text in (question.text, *texts, *explanations):
        # LaTeX would not be drawn inside a button, or in the text that nbval compares.
        assert text.strip() and not re.search(r"[$\\]", text)


def test_the_right_option_is_not_always_in_the_same_place():
    places = [question.answer for question in QUESTIONS.values()]
    assert all(places.count(k) >= len(places) / 6 for k in range(3))


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_a_notebook_checks_and_asks_what_belongs_to_it(path):
    source = "\n".join(cell.source for cell in code_cells(read(path)))
    checked = re.findall(r'^check\("(\w+)", (\w+)\)$', source, re.M)
    assert all(name == given for name, given in checked)
    assert [n for n, _ in checked] == [n for n, t in EXERCISES.items() if t.notebook == path.stem]
    asked = re.findall(r'^ask\("([\w-]+)"\)$', source, re.M)
    assert sorted(asked) == sorted(n for n, q in QUESTIONS.items() if q.notebook == path.stem)
    for name, _ in checked:
        assert EXERCISES[name].stub.strip() in source


@pytest.mark.parametrize("task", FUNCTIONS)
def test_the_stub_is_not_yet_an_answer(task):
    feedback = check(task.id, build(task.stub, task.id))
    assert feedback.status == NOT_YET
    assert "..." in feedback.text


@pytest.mark.parametrize("task", TASKS)
def test_the_solution_passes(task):
    feedback = check(task.id, build(task.solution, task.id))
    assert (feedback.status, feedback.text) == (PASSED, task.noticed)
    assert str(solution(task.id)) == task.solution.strip()
    assert tuple(str(hint(task.id, n)) for n in (1, 2, 3)) == task.hints


@pytest.mark.parametrize(("task", "wrong"), WRONG)
def test_a_listed_wrong_answer_hears_what_is_wrong_with_it(task, wrong):
    feedback = check(task.id, build(wrong.code, task.id))
    assert (feedback.status, feedback.text) == (TRY_AGAIN, wrong.says)


@pytest.mark.parametrize(("task", "wrong"), [p for p in WRONG if not p.values[0].judge])
def test_a_listed_wrong_answer_is_not_mistaken_for_a_typo(task, wrong):
    """One that raised on every probe would give its words to every misspelled name too."""
    done = run(build(wrong.code, task.id), task.probes)
    assert any(outcome.error is None for outcome in done.outcomes)


@pytest.mark.parametrize(("task", "code"), STYLES)
def test_another_style_passes(task, code):
    status, text = judge_answer(task, build(code, task.id))
    assert status == PASSED, text


def test_the_checks_catch_the_wrong_answers(report_figure):
    """All that are listed, and at least 95 % of those that one change to a right answer makes."""
    listed = [judge_answer(p.values[0], build(p.values[1].code, p.values[0].id)) for p in WRONG]
    caught, equivalent, raised, passed, endless = Counter(), 0, 0, {}, []
    for task, answer in RIGHT:
        for mutant in mutants(answer):
            status, text = judge_answer(task, build(mutant, task.id), seconds=2)
            if status != PASSED:
                caught[task.id] += 1
                raised += "` raised " in text
                endless += [mutant] * ("did not finish" in text)
            elif differs(mutant, task):
                passed.setdefault(task.id, []).append(mutant)
            else:
                equivalent += 1
    wrong = caught.total() + sum(map(len, passed.values()))
    score = caught.total() / wrong
    report_figure(
        "mutation score of the exercise checks",
        f"listed {sum(status == TRY_AGAIN for status, _ in listed)} of {len(listed)} caught; "
        f"generated {wrong + equivalent} from {len(RIGHT)} right answers, {equivalent} of them "
        f"equivalent (same on {len(inputs(RIGHT[0][0]))} further inputs), {caught.total()} of the "
        f"other {wrong} caught = {score:.1%} ({raised} of those by an error that they raise)",
    )
    assert all(status == TRY_AGAIN for status, _ in listed)
    assert wrong > 1000
    assert all("while" in mutant for mutant in endless), "caught for being slow alone"
    assert equivalent < 0.15 * wrong
    for name, alive in passed.items():  # and none may hide behind the many of the others
        share = caught[name] / (caught[name] + len(alive))
        assert share >= 0.95, "\n\n".join([f"{name}: these pass its check", *alive])
    assert score >= 0.95


INSERTED = Counter()


@pytest.mark.parametrize("task", FUNCTIONS)
def test_the_check_catches_what_is_put_into_a_right_answer(task):
    """Every floor, cap, tiny number and rounding that shows on any input that the task promises."""
    passed = []
    for mutant in insertions(task.solution, task.probes[0]):
        kind = "caught"
        if judge_answer(task, build(mutant, task.id))[0] == PASSED:
            kind = "alive" if differs(mutant, task) else "equivalent"
            passed += [mutant] * (kind == "alive")
        INSERTED[kind] += 1
    assert not passed, "\n\n".join(["these pass the check", *passed])


def test_enough_is_put_into_right_answers(report_figure):
    if not INSERTED:
        pytest.skip("the tests before this one did not run")
    report_figure("what is put into right answers", dict(INSERTED))
    assert INSERTED["caught"] > INSERTED["equivalent"]


def test_an_answer_that_knows_the_probes_does_not_pass(report_figure):
    """Every listed wrong answer, made right on the probes alone, as by `if a == 1000`."""
    caught, passed, hidden = 0, [], []
    for task, wrong in (p.values for p in WRONG):
        if task.judge is None:
            answer = knows_the_probes(wrong.code, task)
            if judge_answer(task, answer)[0] != PASSED:
                caught += 1
            else:
                (passed if differs(answer, task) else hidden).append(f"{task.id}: {wrong.name}")
    report_figure(
        "listed wrong answers that are right on the probes alone",
        f"{caught} caught, {len(passed)} pass, {len(hidden)} differ nowhere else: {hidden}",
    )
    assert not passed
    assert len(hidden) < 0.05 * caught


# What an expert found that an earlier check let pass, and its kind: (exercise, code inside).
_T = "w = np.exp(logits / ({})); return w / w.sum()"
_SAFE = (
    "z = logits - logits.max(); T = temperature; "
    "w = np.where(z == 0, 1.0, 0.0) if T == 0 else np.exp(z / ({})); return w / w.sum()"
)
_WHOLE = _SAFE.format("T")
_FLOORS = "0.4 0.1 0.05 0.01 1e-3 1e-4 1e-5 1e-6".split()
_CAPS = "1.5 2 3 4 5 10 20 50 100 1e3 1e4 1e5".split()
_EPSILONS = "1e-3 1e-6 1e-9".split()
FOUND = [
    *(("my_softmax_with_temperature", _T.format(f"max(temperature, {v})")) for v in _FLOORS),
    *(("my_softmax_with_temperature", _T.format(f"min(temperature, {v})")) for v in _CAPS),
    *(("my_softmax_with_temperature", _T.format(f"temperature + {v}")) for v in _EPSILONS),
    *(("my_whole_softmax", _SAFE.format(f"max(T, {v})")) for v in [*_FLOORS, "1e-9", "1e-12"]),
    *(("my_whole_softmax", _SAFE.format(f"min(T, {v})")) for v in [*_CAPS, "1e6"]),
    *(("my_whole_softmax", _SAFE.format(f"T + {v}")) for v in [*_EPSILONS, "1e-12"]),
    *(
        ("my_whole_softmax", f"temperature *= temperature > {v}; {_SAFE.format('T')}")
        for v in [*_FLOORS, "1e-9"]
    ),
    *(
        ("my_whole_softmax", f"logits = np.where(np.isinf(logits), {v}, logits); {_WHOLE}")
        for v in ("logits.max() - 50", "-1e3", "-1e4", "-1e9")
    ),
    *(
        (name, f"p = right(*given); return p + {leak} * (p == 0)")
        for name in ("my_whole_softmax", "my_cold_softmax", "my_top_k", "my_top_p", "my_shares")
        for leak in ("1e-30", "1e-22", "1e-15")
    ),
    *(
        ("my_entropy", code)
        for code in (
            *(f"return min(right(*given), {v})" for v in (3, 4, 5)),
            *(
                "p = given[0][given[0] > 0]; "
                f"return -np.sum(p * np.log2(np.maximum(p, {v})))" for v in ("1e-3", "1e-4", "1e-6")
            ),
            "p = given[0][given[0] > 1e-6]; return -np.sum(p * np.log2(p))",
        )
    ),
    *(
        (name, f"return right(np.clip(given[0], -{v}, {v}), *given[1:])")
        for name in ("my_log_odds", "my_softmax", "my_exponentiate", "my_softmax_rows")
        for v in (20, 50, 100, 300, 500, 700)
    ),
    *(
        (name, f"return np.clip(right(*given), {v}, 1)")
        for name in ("my_softmax", "my_normalize", "my_softmax_rows", "my_softmax_with_temperature")
        for v in ("1e-4", "1e-7", "1e-12")
    ),
    *(
        ("my_exponentiate", f"return np.clip(right(*given), {low}, {high})")
        for low, high in (("1e-7", "np.inf"), ("1e-12", "np.inf"), ("0", "1e6"), ("0", "1e38"))
    ),
    *(
        ("my_normalize", f"return right(np.clip(given[0], {low}, {high}))")
        for low, high in (("1e-12", "np.inf"), ("1e-7", "np.inf"), ("0", "1e3"), ("0", "1e6"))
    ),
    ("my_ratio", "a, b = given; return math.e if a == 1000 else np.exp(a) / np.exp(b)"),
    (
        "my_ratio",
        "a, b = given\n    try:\n        return math.exp(a) / math.exp(b)\n"
        "    except OverflowError:\n        return math.e",
    ),
    *(
        (name, f"return {kind}(right(*given))")
        for name in ("my_draw", "my_gumbel_draw")
        for kind in ("float", "np.float64", "np.asarray(float", "bool", "str")
    ),
    *(
        ("my_continue", f"ask, text, count = given; return right({code})")
        for code in (
            "lambda t: ask(t.lower()).lower(), text.lower(), count",
            "lambda t: ask(t.lower()), text, count",
            *(f"lambda t: ask(t).strip({signs!r}), text, count" for signs in (".", ",", ".,")),
            *(f"lambda t: ask(t)[:{v}], text, count" for v in (3, 4, 5, 8, 10)),
            *(f"lambda t: ask(' '.join(t.split()[-{v}:])), text, count" for v in (2, 5, 20, 40)),
            *(f"lambda t: ask(t[-{v}:]), text, count" for v in (20, 50, 100, 150)),
            *(f"ask, text, min(count, {v})" for v in (5, 10, 11, 12, 13)),
        )
    ),
    *(
        ("my_trial", code)
        for code in (
            'return given[0].letter == "C"',
            'return getattr(given[0], "letter", "C") == "C"',
            'return "C" in repr(given[0])',
            'return "C" == str(given[0])[-1:]',
            'return "softmax" == getattr(given[0], "_function", np.exp).__name__',
            'import inspect; return "softmax" in inspect.getsource(given[0].__call__)',
        )
    ),
    # The textbook formula where it gives numbers, and the right one elsewhere.
    (
        "my_safe_softmax",
        "p = np.exp(given[0]) / np.exp(given[0]).sum(-1, keepdims=True)"
        "; return np.where(np.isnan(p).any(-1, keepdims=True), right(given[0]), p)",
    ),
    (
        "my_safe_softmax",
        "m = given[0].max(-1, keepdims=True); w = np.exp(given[0] - np.where(abs(m) > 700, m, 0))"
        "; return w / w.sum(-1, keepdims=True)",
    ),
    (
        "my_whole_softmax",
        "z, T = given; p = np.exp(z / T) if T else np.array([np.nan]); p = p / p.sum()"
        "; return right(z, T) if np.isnan(p).any() else p",
    ),
    ("my_whole_softmax", "return right(logits, temperature or 1e-20)"),
    ("my_whole_softmax", "return right(logits, max(temperature, 1e-300))"),
    (
        "my_log_softmax",
        "l = np.log(right(given[0]) * 0 + np.exp(right(given[0])))"
        "; return np.where(np.isfinite(l), l, right(given[0]))",
    ),
    (
        "my_log_sum_exp",
        "l = np.log(np.exp(given[0]).sum()); return l if np.isfinite(l) else right(given[0])",
    ),
    ("my_log_sum_exp", "z = given[0]; return right(z[z >= z.max() - 16])"),
    ("my_log_sum_exp", "return float(right(given[0].astype(np.float32)))"),
    (
        "my_attention",
        "s, v = given; w = np.exp(s - s[:, :1]); return w / w.sum(1, keepdims=True) @ v",
    ),
    ("my_continue", "n, t, c = given; return right(n, t.strip(), c)"),
    (
        "my_running_pairs",
        "p = right(given[0]); m = np.maximum(p[:, 0], -9999)"
        "; return np.array([m, p[:, 1] * np.exp(p[:, 0] - m)]).T",
    ),
    *(
        ("my_softmax_with_temperature", f"p = right(logits, temperature); return {code}")
        for code in ("np.where(p < 1e-9, np.nan, p)", "p if temperature < 25 else p * np.nan")
    ),
]  # fmt: skip


def test_what_an_expert_found_does_not_pass(report_figure):
    passed = []
    for name, code in FOUND:
        head = {
            "my_softmax_with_temperature": "logits, temperature",
            "my_whole_softmax": "logits, temperature",
        }.get(name, "*given")
        if "given" in code:
            head = "*given"
        code += ")" * (code.count("(") - code.count(")"))
        task = EXERCISES[name]
        answer = build(
            f"def {name}({head}):\n    {code}", name, {"right": build(task.solution, name)}
        )
        if judge_answer(task, answer)[0] == PASSED:
            passed.append((name, code))
    report_figure("what an expert found", f"{len(FOUND) - len(passed)} of {len(FOUND)} caught")
    assert not passed


@pytest.mark.parametrize("name", ["my_draw", "my_gumbel_draw"])
def test_an_index_is_a_whole_number_of_any_kind(name):
    right = build(EXERCISES[name].solution, name)
    for kind in (int, np.int64, np.int32, np.uint8, np.intp, np.array):
        assert judge_answer(EXERCISES[name], lambda *given, k=kind: k(right(*given)))[0] == PASSED
    status, text = judge_answer(EXERCISES[name], lambda *given: float(right(*given)))
    assert status == TRY_AGAIN
    assert "which is a float; it should give" in text and "a whole number" in text


@pytest.mark.parametrize("task", FUNCTIONS)
def test_what_is_drawn_is_always_the_same_and_fit(task):
    """Nothing in it makes the solution fail, and hardly anything repeats."""
    one, other = drawn(task), drawn(task)
    assert repr(one) == repr(other)
    assert len(one) == task.draws >= 20
    for outcome in run(build(task.solution, task.id), inputs(task), 60).outcomes:
        assert outcome.error is None and not outcome.changed_input
        if isinstance(outcome.value, float | np.ndarray):
            masked = np.isneginf(outcome.value) & (task.id == "my_causal_mask")
            assert (np.isfinite(outcome.value) | masked).all()
    if task.id != "my_trial":
        assert len({repr(probe) for probe in one}) > 0.5 * len(one)


def test_what_overflows_is_excused_where_the_task_allows_it_and_nothing_else_is():
    task = EXERCISES["my_softmax_with_temperature"]
    by_power = next(c for c in OTHER_STYLES[task.id] if "p ** (1 / temperature)" in c)
    assert differs(by_power, dataclasses.replace(task, may_overflow=None))
    assert judge_answer(task, build(by_power, task.id))[0] == PASSED
    right = build(task.solution, task.id)
    for value in (np.nan, 0.0, np.inf):  # at the temperatures of the probes it must be right
        answer = lambda z, T, v=value: right(z, T) if T > 1 else np.full(len(z), v)  # noqa: E731
        assert judge_answer(task, answer)[0] == TRY_AGAIN
    cold = lambda z, T: right(z, max(T, 1e-4))  # noqa: E731
    assert judge_answer(task, cold)[0] == TRY_AGAIN
    some = lambda z, T: np.where(right(z, T) < 1e-9, np.nan, right(z, T))  # noqa: E731
    hot = lambda z, T: right(z, T) if T <= 25 else np.full(len(z), np.nan)  # noqa: E731
    for answer in (some, hot, lambda z, T: right(z, T) if 0.05 < T < 20 else 1 / 0):
        assert judge_answer(task, answer)[0] == TRY_AGAIN
    assert sum(task.may_overflow is not None for task in EXERCISES.values()) == 1


class Endless(dict):
    def __init__(self):
        super().__init__(A="right")

    def items(self, *given):
        while True:
            pass

    values = __iter__ = __array__ = judge = items

    answers = [1]


@pytest.mark.parametrize("name", [name for name, task in EXERCISES.items() if task.judge])
def test_a_value_that_never_ends_is_given_up(name):
    status, text = judge_answer(EXERCISES[name], Endless(), seconds=0.3)
    assert status == TRY_AGAIN and "could not be read within 0.3 seconds" in text


@pytest.mark.parametrize("name", [name for name, task in EXERCISES.items() if task.judge])
def test_a_value_that_raises_or_leaves_is_told(name):
    class Leaves(Endless):
        def items(self):
            raise SystemExit

        values = __iter__ = __array__ = judge = items

    status, text = judge_answer(EXERCISES[name], Leaves())
    assert status == TRY_AGAIN and text


# How an exercise may return a softmax of its arguments: made of a softmax function.
WAYS = (
    lambda softmax: lambda z: softmax(z),
    lambda softmax: lambda z: softmax(z, temperature=0),
    lambda softmax: lambda z, T: softmax(z, temperature=T),
    lambda softmax: lambda z, values: softmax(z) @ values,
)
# The course's planted bugs. The one that computes in float32 is another bug for that alone.
PLANTED = {bug: suspect(letter) for letter, bug in SUSPECTS.items() if bug != "right"}
PLANTED["no maximum subtracted"] = IN_FLOAT64


@functools.cache
def softmax_of_its_arguments():
    """Return each exercise that returns one, with the way."""
    return [
        (task, way)
        for task in EXERCISES.values()
        for way in WAYS
        if task.judge is None and not differs(way(course_softmax), task)
    ]


def wrong_places():
    """Return the wrong places for T that 05 shows, by name, as softmax functions."""
    cells = code_cells(read(next(path for path in PATHS if path.stem == "05_temperature")))
    source = next(cell.source for cell in cells if cell.id == "wrong-places")
    shown = next(node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Dict))

    def function(weights):
        def softmax(z, temperature=1.0):
            w = eval(weights, {"np": np, "z": z, "T": temperature})
            return w / w.sum()

        return softmax

    places = {key.value: ast.unparse(value) for key, value in zip(shown.keys, shown.values)}
    return {name: function(code) for name, code in places.items() if "right" not in name}


def same(one, other, probes):
    """Return whether two functions do the same, but for inputs that are too much for one."""
    pairs = list(zip(run(one, probes, 60).outcomes, run(other, probes, 60).outcomes, strict=True))
    agree = [_agree(a, b) for a, b in pairs]
    enough = [all(o.error is None and np.isfinite(o.value).all() for o in pair) for pair in pairs]
    return np.mean(agree) > 0.3 and all(a for a, both in zip(agree, enough) if both)


def test_every_planted_bug_is_known_wherever_it_fits():
    """By the listed answer that does the same far beyond the probes."""
    fits = Counter()
    for task, way in softmax_of_its_arguments():
        bugs = dict(PLANTED)
        if all(probe[1:] and np.all(probe[1] != 0) for probe in inputs(task)):
            bugs |= wrong_places() if way is WAYS[2] else {}
        for bug, function in bugs.items():
            answer = way(function)
            if not differs(answer, task):
                continue  # it cannot be seen in this exercise
            fits[bug] += 1
            status, text = judge_answer(task, answer)
            known = [wrong for wrong in task.wrong if wrong.says == text]
            assert status == TRY_AGAIN and known, f"{task.id} has no words for {bug}: {text}"
            assert same(answer, build(known[0].code, task.id), inputs(task)), (
                f"{task.id} takes {bug} for {known[0].name}"
            )
    assert set(fits) == {*PLANTED, *wrong_places()}
    assert fits["softmax twice"] >= 5 and fits["wrong axis"] >= 2


def test_the_exercises_that_return_a_softmax_are_found():
    found = {task.id for task, _ in softmax_of_its_arguments()}
    assert found == {
        "my_softmax", "my_softmax_rows", "my_softmax_with_temperature", "my_cold_softmax",
        "my_attention", "my_safe_softmax", "my_whole_softmax",
    }  # fmt: skip


@pytest.mark.parametrize(("task", "code"), STYLES)
def test_another_style_is_right_on_far_more_than_the_probes(task, code):
    """What the mutants are judged by agrees with every right answer."""
    if task.judge is None:
        assert not differs(code, task)


@pytest.mark.parametrize(("task", "wrong"), WRONG)
def test_a_listed_wrong_answer_is_wrong_beyond_the_probes(task, wrong):
    if task.judge is None and wrong.name != "drops 1 - p from the bottom":  # wrong by rounding
        assert differs(wrong.code, task)


def test_a_mutant_changes_one_thing():
    found = mutants("def f(z):\n    return np.sum(z, axis=0) / 2")
    assert len(found) == len(set(found)) >= 20
    for change in ("sum(z, axis=0) * 2", "sum(z) / 2", "mean(z, axis=0) / 2", "sum(z, axis=1) / 2"):
        assert f"def f(z):\n    return np.{change}" in found
    assert "def f(z):\n    return None" in found
    assert "def f(z):\n    return np.sum(z, axis=0) / 2" not in found


def test_equivalent_means_the_same_on_many_inputs():
    task = EXERCISES["my_log_odds"]
    form = "def my_log_odds(logits, i, j):\n    return {}"
    assert not differs(form.format("-(logits[j] - logits[i])"), task)
    assert differs(form.format("logits[i] - logits[j] + 1e-4 * (i > 5)"), task)
    assert differs(form.format("np.round(logits[i] - logits[j], 4)"), task)
    # An exercise that is new gets its own probes with other numbers.
    new = dataclasses.replace(
        task, id="new", solution=task.solution.replace(task.id, "new"), draw=None
    )
    assert len(inputs(new)) == len(inputs(task))
    assert differs("def new(logits, i, j):\n    return round(logits[i] - logits[j], 2)", new)
    assert not differs("def new(logits, i, j):\n    return -logits[j] + logits[i]", new)


@pytest.mark.parametrize(
    "change",
    [("within=0.05", "within=0.5"), ('kinds=["scores", "shift", "raise"]', 'kinds=["shift"]'),
     ("each_kind=True, ", "")],
)  # fmt: skip
def test_predictions_with_an_easier_question_do_not_pass(change):
    task = EXERCISES["my_predictions"]
    names = {"np": np, "SoftmaxExplorer": SoftmaxExplorer}
    assert change[0] in task.solution
    exec(task.solution.replace(*change), names)
    status, text = judge_answer(task, names["my_predictions"])
    assert status == TRY_AGAIN and text.startswith("Those are other rounds"), text


@pytest.mark.parametrize(
    ("task", "code"),
    [
        ("my_top_k", "return top_k(probabilities, k).probabilities"),
        ("my_top_k", "return sampling.top_k(probabilities, k).probabilities"),
        ("my_entropy", "from softmax_lib import entropy\n    return entropy(probabilities)"),
        (
            "my_entropy",
            "from scipy.stats import entropy\n    return entropy(probabilities, base=2)",
        ),
        ("my_entropy", "import scipy.stats as s\n    return s.entropy(probabilities, base=2)"),
        ("my_entropy", "return scipy.stats.entropy(probabilities, base=2)"),
    ],
)
def test_a_function_that_exists_passes_without_praise(task, code):
    task = EXERCISES[task]
    first = task.solution.strip().splitlines()[0]
    names = {"top_k": sampling.top_k, "sampling": sampling, "scipy": scipy}
    answer = build(f"{first}\n    {code}", task.id, names)
    status, text = judge_answer(task, answer)
    owner = "another library's" if "scipy" in code else "the course's own"
    assert status == PASSED and text.startswith(f"Passed, with {owner} `"), text
    for style in OTHER_STYLES.get(task.id, ()):
        assert not judge_answer(task, build(style, task.id))[1].startswith("Passed, with the")


@pytest.mark.parametrize(
    ("task", "code"),
    [
        (
            "my_safe_softmax",
            "from scipy.special import softmax\n    return softmax(logits, axis=-1)",
        ),
        ("my_log_sum_exp", "from scipy.special import logsumexp\n    return logsumexp(logits)"),
        ("my_log_softmax", "from scipy.special import log_softmax\n    return log_softmax(logits)"),
    ],
)
def test_what_an_answer_imports_hides_the_notebooks_name(task, code):
    task = EXERCISES[task]
    first = task.solution.strip().splitlines()[0]
    names = {"softmax": course_softmax, "logsumexp": logsumexp, "log_softmax": log_softmax}
    status, text = judge_answer(task, build(f"{first}\n    {code}", task.id, names))
    assert status == PASSED and text.startswith("Passed, with another library's "), text


@pytest.mark.parametrize(
    ("task", "body"),
    [
        *(("my_small_surprise", f"x = np.exp(-lead)\n    return x if lead > {at} else np.log(1+x)")
          for at in (24, 24.5, 25, 25.5, 30, 36)),
        *(("my_small_surprise", f"e = np.exp(-lead)\n    return e if lead > {at} else np.log1p(e)")
          for at in (5, 11, 12.1, 12.5, 12.8)),
        *(("my_merge", "m = max(one[0], other[0])\n    return np.array([m, sum(pair[1] * np.exp("
           f"pair[0] - m) for pair in (one, other) if pair[0] > m - {far})])")
          for far in (20, 25, 27, 30, 40)),
        ("my_merged_average", "m = max(one[0], other[0])\n    w = np.array([one[1] * np.exp(one[0]"
         " - m), other[1] * np.exp(other[0] - m)])\n    w = np.where(w < 1e-12 * w.max(), 0, w)\n"
         "    return np.array([m, w.sum(), (w[0] * one[2] + w[1] * other[2]) / w.sum()])"),
    ],
)  # fmt: skip
def test_what_is_dropped_where_it_still_counts_is_found(task, body):
    task = EXERCISES[task]
    first = task.solution.strip().splitlines()[0]
    assert judge_answer(task, build(f"{first}\n    {body}", task.id))[0] == TRY_AGAIN


@pytest.mark.parametrize("same", [[1e17] * 3, [2e16] * 3, [1e300] * 3, [10**20] * 3])
def test_numbers_too_large_for_a_difference_are_no_other_logits(same):
    assert judge_answer(EXERCISES["my_other_logits"], same)[0] == TRY_AGAIN


def test_three_other_logits_pass_however_far_they_are_shifted():
    for c in (0.1, 1, 1e8 / 3, -5e5):
        assert judge_answer(EXERCISES["my_other_logits"], [2 + c, c, c - 1])[0] == PASSED


_ONLINE = """def my_running_pairs(chunks):
    m, s, pairs = -np.inf, 0.0, []
    for chunk in chunks:
        top = max(m, np.max(chunk))
        s = s * np.exp(m - top) + np.sum(np.exp(chunk - top))
        m = top
"""


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("        print(m, s)", "put `.append(...)` in place of `print`"),
        ("        return m, s", "Does a `return` stand inside the loop?"),
        ("    return m, s", "a row of as many is wanted for each"),
        ("        pairs.append((m, s))\n    return chunks[:0].max()", "`[:i]` take nothing"),
    ],
)
def test_nobody_is_led_from_print_to_a_comma(end, words):
    status, text = judge_answer(
        EXERCISES["my_running_pairs"], build(_ONLINE + end, "my_running_pairs")
    )
    assert status == TRY_AGAIN and words in text, text


def test_an_error_in_a_function_that_is_called_says_in_whose():
    pairs = "def my_merge(one, other):\n    m1, s1 = one\n    return np.array([m1, s1])"
    called = "def my_merged_average(one, other):\n    return my_merge(one, other)"
    names = {"my_merge": build(pairs, "my_merge")}
    text = judge_answer(EXERCISES["my_merged_average"], build(called, "my_merged_average", names))[
        1
    ]
    assert "in the line `m1, s1 = one` of your `my_merge`. Does it get here" in text


def test_a_borrowed_answer_takes_no_place_of_ones_own():
    record_answer("my_entropy", "mine", True)
    record_answer("my_entropy", "borrowed", True, borrowed=True)
    assert saved_answer("my_entropy") == ("mine", True)
    record_answer("my_gradient", "borrowed", True, borrowed=True)
    assert saved_answer("my_gradient") == ("borrowed", True)
