"""The explorers' JavaScript and the course's Python say the same, in numbers and in sentences."""

import math

import numpy as np
import pytest
from browser import open_browser
from explorer_tools import arithmetic

from softmax_lib import entropy, softmax, total_variation
from softmax_lib.distributions import broken_requirements
from softmax_lib.explorers import SoftmaxExplorer
from softmax_lib.explorers.predict.explorer import PredictExplorer
from softmax_lib.explorers.predict.softmax_rounds import KINDS, softmax_round
from softmax_lib.explorers.softmax_rules import (
    FORMS,
    PRECISIONS,
    RULES,
    Setup,
    broken_rules,
    compute,
)
from softmax_lib.explorers.static import probability_text


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def call(browser):
    with arithmetic(browser, SoftmaxExplorer([0.0])) as call:
        yield call


def random_cases(count):
    generator = np.random.default_rng(29)
    for k in range(count):
        size = int(generator.integers(1, 51))
        scale = 10.0 ** generator.uniform(-3, 4)
        z = generator.uniform(-scale, scale, size)
        if k % 3 == 0:  # ties
            z = np.round(z / scale * 2) * scale
        if k % 4 == 0:  # masks, but never everywhere
            z[generator.random(size) < 0.4] = -np.inf
            z[generator.integers(size)] = generator.uniform(-scale, scale)
        if k % 7 == 0:
            z[generator.integers(size)] = generator.choice([-1e4, 1e4])
        t = generator.choice([0.0, 1.0, np.inf, 10.0 ** generator.uniform(-2, 2)])
        yield z.tolist(), float(t)


def test_each_step_of_the_dial_is_seen_and_heard(call):
    temperatures = call("dialToTemperature", [[place] for place in range(0, 201, 2)])
    for name in ("showTemperature", "sayTemperature"):
        texts = call(name, [[float(t)] for t in temperatures])
        assert len(set(texts)) == len(texts) == 101
    assert call("showTemperature", [[0], [1], [0.05], [2.5]]) == ["0.00", "1.00", "0.050", "2.50"]


def test_javascript_and_python_agree(call):
    cases = list(random_cases(5000))
    kinds = [(t == 0, t == math.inf, -math.inf in z) for z, t in cases]
    assert np.sum(kinds, axis=0).min() > 500
    ours = [softmax(z, temperature=t) for z, t in cases]
    theirs = [np.array(p, dtype=float) for p in call("softmax", cases)]
    worst = max(np.abs(a - b).max() for a, b in zip(ours, theirs))
    assert worst <= 1e-12
    for (z, _), p in zip(cases, theirs):
        assert all(p[np.array(z) == -np.inf] == 0)
    bits = call("entropy", [[p.tolist()] for p in theirs])
    assert np.abs(np.array(bits) - [entropy(p) for p in ours]).max() <= 1e-11
    pairs = [(a, b) for a, b in zip(ours, ours[1:]) if len(a) == len(b)]
    apart = call("totalVariation", [[a.tolist(), b.tolist()] for a, b in pairs])
    assert apart == pytest.approx([total_variation(a, b) for a, b in pairs], abs=1e-12)


def random_setups(count):
    generator = np.random.default_rng(7)
    for k in range(count):
        scale = 10.0 ** generator.uniform(-1, 3.2)
        z = np.round(generator.uniform(-scale, scale, int(generator.integers(1, 9))), 2)
        if k % 5 == 0:  # ties
            z = np.round(z)
        if k % 6 == 0 and len(z) > 1:
            z[generator.integers(len(z))] = -np.inf
        setup = Setup(
            float(generator.choice([0.0, 0.5, 1.0, 2.5, np.inf])),
            float(generator.choice([math.e, 2.0, 10.0, 1.5])),
            str(generator.choice(list(FORMS))),
            str(generator.choice(list(PRECISIONS))),
            # Half of them the exponential, with its forms and precisions.
            str(generator.choice(list(RULES))) if k % 2 else "softmax",
        )
        yield z.tolist(), setup


def test_every_rule_base_form_and_precision_agrees(call):
    cases = list(random_setups(6000))
    theirs = call("probabilitiesOf", [[z, vars(setup)] for z, setup in cases])
    overflows = 0
    for (z, setup), p in zip(cases, theirs):
        right = compute(z, setup)[-1]
        overflows += any(math.isnan(x) for x in right)
        # Where the two exponentials differ in their last digit, rounding can make it one step.
        step = float(np.finfo(setup.precision).eps) if setup.form != "paper" else 0.0
        near = 1e-12 if setup.rule != "softmax" else max(1e-12, 2 * step)
        np.testing.assert_allclose(p, right, rtol=1e-12, atol=near, err_msg=f"{z} {setup}")
    assert overflows > 100, "overflow must really happen"


def test_the_sentences_about_broken_requirements_agree(call):
    cases = [(z, s) for z, s in random_setups(3000) if s.rule != "softmax" or s.form != "paper"]
    rows = []
    for z, setup in cases:
        labels = [f"word {i}" for i in range(len(z))]
        rows.append((z, compute(z, setup)[-1], labels, setup))
    theirs = call("brokenRules", [[z, p, labels, vars(setup)] for z, p, labels, setup in rows])
    ours = [broken_rules(*row) for row in rows]
    assert theirs == ours
    assert {len(told) for told in ours} >= {0, 1, 2, 3}
    for (_, p, _, _), told in zip(rows, ours):  # what the course's own judge finds is found here
        with np.errstate(invalid="ignore"):
            assert bool(broken_requirements(np.array(p), tolerance=0.0101)) <= bool(told)


@pytest.mark.parametrize("rule, broken", [
    ("share", "each value must be at least 0, but sea is -1.00"),
    ("square", "a larger score must get more, but castle gets less than sea"),
    ("abs", "a larger score must get more, but castle gets less than sea"),
    ("softplus", "adding 1 to every score must change nothing, but woods goes from"),
    ("argmax", "a larger score must get more, but garden gets no more than castle"),
])  # fmt: skip
def test_each_rival_breaks_a_requirement_that_is_named(rule, broken):
    explorer = SoftmaxExplorer([2, 1, -0.5, -1], ["woods", "garden", "castle", "sea"], rule=rule)
    told = ". ".join(explorer.problems)
    if rule == "share":
        assert "each value must be at least 0, but castle is -0.33" in told
    else:
        assert broken in told
    assert told.split(". ")[0] in explorer.description
    explorer.rule = "softmax"
    assert explorer.problems == [] and "Wrong" not in explorer.description


def test_of_the_words_that_move_the_one_that_moves_most_is_named():
    def told(scores, rule="softplus"):
        return SoftmaxExplorer(scores, ["fox", "hen", "owl"], rule=rule).problems[-1]

    start = "adding 1 to every score must change nothing, but "
    assert told([-6, -2.9, -3.8]) == f"{start}hen goes from 0.69 to 0.68"
    assert told([-8, -8.5, -9]) == f"{start}fox goes from 0.5065 to 0.5064"
    assert told([0, 0.001, -7]) == f"{start}owl goes from 0.0007 to 0.0009"
    assert told([2, 0.5, -1], "share") == f"{start}fox goes from 1.33 to 0.67"
    assert told([-1, -1, -1], "square") == f"{start}fox goes from 0.33 to NaN"  # 0 / 0


def test_half_precision_rounds_as_numpy_does(call):
    generator = np.random.default_rng(3)
    some = generator.normal(size=4000) * 10.0 ** generator.uniform(-9, 6, 4000)
    halves = np.arange(0, 0x7C00, 37, dtype=np.uint16).view(np.float16).astype(float)
    ties = (halves[:-1] + halves[1:]) / 2  # halfway, when the two are neighbors
    next_up = np.nextafter(halves.astype(np.float16), np.float16(np.inf)).astype(float)
    edges = [65504.0, 65519.99, 65520.0, 65536.0, 2.0**-24, 2.0**-25, 2.0**-26, 0.0, math.inf]
    numbers = np.concatenate([some, halves, ties, (halves + next_up) / 2, edges])
    numbers = numbers[~np.isnan(numbers)]
    with np.errstate(over="ignore"):
        right = numbers.astype(np.float16).astype(float)
    assert call("roundToHalf", [[x] for x in numbers.tolist()]) == right.tolist()


def test_a_dragged_probability_is_what_its_score_gives(call):
    generator = np.random.default_rng(11)
    cases, wanted = [], []
    for _ in range(3000):
        z = generator.uniform(-6, 6, int(generator.integers(2, 51)))
        i, q = int(generator.integers(len(z))), float(generator.uniform(-0.1, 1.1))
        t = float(10 ** generator.uniform(-1.3, 1.3))
        cases.append([z.tolist(), i, q, t])
        now = softmax(z, temperature=t)[i]
        # What is beyond an end already is not pulled back to it.
        end = min(0.001, now) if q < 0.001 else max(0.999, now) if q > 0.999 else q
        wanted.append(end)
    for (z, i, _, t), score, q in zip(cases, call("scoreFor", cases), wanted):
        before = softmax(z, temperature=t)
        after = softmax([*z[:i], score, *z[i + 1 :]], temperature=t)
        assert after[i] == pytest.approx(q, abs=1e-12)
        others = np.arange(len(z)) != i  # the others keep their proportions
        shares = [p[others] / p[others].sum() for p in (before, after)]
        assert shares[0] == pytest.approx(shares[1], abs=1e-9)


def test_the_ends_of_the_dial_are_exact_and_it_finds_its_way_back(call):
    places = list(range(201))
    temperatures = np.array(call("dialToTemperature", [[place] for place in places]))
    assert temperatures[0] == 0 and temperatures[-1] == math.inf and temperatures[100] == 1
    assert (np.diff(temperatures[:-1]) > 0).all()
    ratios = temperatures[2:-1] / temperatures[1:-2]
    assert np.allclose(ratios, ratios.mean(), rtol=0.02)  # logarithmic, but for the rounding
    back = np.array(call("temperatureToDial", [[t] for t in temperatures.tolist()]))
    assert np.abs(back - places).max() < 0.2


def test_the_weights_axis_reaches_beyond_every_weight(call):
    ends = np.array(call("axisEnd", [[[float(z)]] for z in (-50, 0, 0.5, 2.3, 6, 1e4)]))
    assert np.exp(ends[:5]) == pytest.approx([1, 1, 2, 10, 500])
    assert 1e4 <= ends[5] <= 1e4 + math.log(2.5)
    same = call("logSum", [[[1e4, 1e4, -math.inf]]])
    assert same[0] == pytest.approx(1e4 + math.log(2))


def test_probabilities_are_written_as_python_writes_them(call):
    some = np.random.default_rng(5).random(2000).tolist()
    numbers = [k / 8 for k in range(9)] + [0.004, 0.005, 0.995, 0.996, 1e-300] + some
    assert call("showProbability", [[p] for p in numbers]) == [probability_text(p) for p in numbers]


# --- Predict mode ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def call_predict(browser):
    explorer = PredictExplorer(lambda generator: softmax_round(generator, ["a", "b"]))
    with arithmetic(browser, explorer) as call:
        yield call


def test_both_sides_judge_predictions_alike(call_predict):
    generator, cases, ours = np.random.default_rng(2), [], []
    labels = ["woods", "garden", "castle", "sea", "lake"]
    for k in range(250):
        made = softmax_round(generator, labels, [list(KINDS)[k % len(KINDS)]])
        guesses = [made.truth, *(p for p, _ in made.mistakes)]
        guesses += generator.dirichlet(np.ones(len(made.labels)), 3).tolist()
        for guess in guesses:
            cases.append([guess, vars(made), 0.1])
            ours.append(made.judge(guess, 0.1))
    theirs = call_predict("judge", cases)
    assert [t["distance"] for t in theirs] == pytest.approx([d for d, _ in ours], abs=1e-12)
    assert [t["sentence"] for t in theirs] == [sentence for _, sentence in ours]


def test_a_placed_prediction_stays_a_distribution(call_predict):
    generator = np.random.default_rng(4)
    cases = []
    for _ in range(2000):
        guess = generator.dirichlet(np.ones(int(generator.integers(2, 6))))
        guess[generator.random(len(guess)) < 0.2] = 0
        guess = guess / guess.sum() if guess.sum() > 0 else np.eye(len(guess))[0]
        placed = (generator.random(len(guess)) < 0.5).tolist()
        cases.append([guess.tolist(), placed, int(generator.integers(len(guess))),
                      float(generator.choice([0, 1, generator.random()]))])  # fmt: skip
    for (guess, placed, i, q), result in zip(cases, call_predict("place", cases)):
        assert result[i] == q and sum(result) == pytest.approx(1, abs=1e-12)
        assert min(result) >= 0
        others = [j for j in range(len(guess)) if j != i]
        free = [j for j in others if not placed[j]]
        held = sum(guess[j] for j in others if placed[j])
        if free and held <= 1 - q:  # what was placed by hand stays
            assert all(result[j] == guess[j] for j in others if placed[j])
