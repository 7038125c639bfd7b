"""Rules from scores to weights: how they are read, what breaks them, and the page.

What holds for all explorers is in test_every_explorer.py.
"""

import json
import math
import re

import numpy as np
import pytest
from browser import open_browser, open_lab
from explorer_tools import arithmetic, open_page

from softmax_lib import softmax
from softmax_lib.explorers import RuleExplorer
from softmax_lib.explorers import weight_rules as rules
from softmax_lib.explorers.softmax_rules import told_apart

WORDS = ["fox", "hen", "owl"]
# What each rule breaks, worked out by hand.
BROKEN = {
    "z": {"positive", "shift"},
    "z^2": {"positive", "order", "shift"},
    "abs(z) + 1": {"order", "shift"},
    "max(z, 0)": {"positive", "order", "shift"},
    "log(1 + e^z)": {"shift"},
    "1 / (1 + e^-z)": {"shift"},
    "z + 3": {"positive", "shift"},
    "e^z + 1": {"shift"},
    "e^-z": {"order"},
    "0.5^z": {"order"},
    "1^z": {"order"},
    "7": {"order"},
    "z - min(z) + 1": {"third"},
    "(z - min(z) + 1)^2": {"third"},
    "e^z + sum(e^z)": {"third"},
    "z^3": {"positive", "shift"},
    "1 / 0": {"positive"},
    "log(z - 99)": {"positive"},
    "z + 1000": {"shift"},
    "e^z + sum(e^z) * 1000": {"third"},
    "7 - z / 1000000000": {"order"},
    "e^(z - 1000)": {"positive", "order"},
    "e^(z + 1000)": {"positive"},
}
BASES = {
    "e^z": math.e,
    "2^z": 2,
    "np.exp(z / 2)": math.exp(0.5),
    "e^(z / 3)": math.exp(1 / 3),
    "e^(z/200)": math.exp(1 / 200),
    "1.125^z": 1.125,
    "3**z / 7": 3,
    "e^(z - max(z))": math.e,
    "e^z / sum(e^z)": math.e,
    "2^(3·z − 1)": 8,
    "e^(z / 0.01)": math.exp(100),
    "exp(ln(10) * z) * mean(z - z + 2)": 10,
}


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def call(browser):
    with arithmetic(browser, RuleExplorer()) as call:
        yield call


# --- Reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, right",
    [
        ("-z^2", lambda z: -(z**2)),
        ("2^-z", lambda z: 2**-z),
        ("2^3^z", lambda z: 2 ** (3**z)),
        ("--z - -1", lambda z: z + 1),
        ("8 / 2 / 2 * z - 1 - 1", lambda z: 2 * z - 2),
        ("z² + 3·z × 2 − 1", lambda z: z**2 + 6 * z - 1),
        ("max(z, 0, .5) + min(1., z)", lambda z: np.maximum(z, 0.5) + np.minimum(1, z)),
        ("z - mean(z) + max(z) * 2", lambda z: z - z.mean() + 2 * z.max()),
        ("math.exp(z) + pi + ln(sqrt(abs(z)))", lambda z: np.exp(z) + np.pi + np.log(abs(z)) / 2),
    ],
)
def test_a_rule_means_what_it_says(text, right):
    z = np.array([1.5, -0.25, -2.0])
    assert rules.read_rule(text)(z) == pytest.approx(right(z), rel=1e-14)
    assert rules.read_rule(text)(z[:2]) == pytest.approx(right(z[:2]), rel=1e-14)


REFUSED = """z z|max(z,)|exp|z(1)|(z,1)|1e3|q|z.real|2z|z//2|sqrt(z, 1)|max()|z;z|z if z else 1|
__import__('os')|(z|z)|*z|z *|z ^|[z]|z < 1|lambda|01|1 2|z ** * 2|* *|f(z)|e(z)|min z|"z"|z!|
constructor|toString(z)|z = 1|mean(z, z)|exp(*z)|()|5.z|z.|'|\\""".replace("\n", "").split("|")


@pytest.mark.parametrize("text", ["", " ", "z" * 101, *REFUSED])
def test_what_is_no_rule_is_refused(text):
    with pytest.raises(ValueError, match="rule must be one expression in z"):
        RuleExplorer(text)
    with pytest.raises(TypeError, match="rule must be a text"):
        RuleExplorer(np.exp)


def random_rule(generator, depth=4):
    kind = generator.integers(9) if depth else generator.integers(2)
    inner = [random_rule(generator, depth - 1) for _ in range(2)] if kind > 1 else []
    if kind == 0:
        return "z"
    if kind == 1:
        return str(generator.choice(["2", "0.5", "e", "pi", "3.", ".25", "1"]))
    if kind == 2:
        name = generator.choice(["exp", "log", "ln", "sqrt", "abs", "min", "max", "sum", "mean"])
        return f"{name}({inner[0]})"
    if kind == 3:
        return f"{generator.choice(['min', 'max'])}({inner[0]}, {inner[1]})"
    if kind == 4:
        return f"-{inner[0]}"
    if kind == 5:
        return f"({inner[0]})"
    return f"{inner[0]}{generator.choice([' + ', '-', '*', ' / ', '^', '**'])}{inner[1]}"


def test_the_browser_reads_as_python_does(call):
    generator = np.random.default_rng(12)
    texts = [t for t in (random_rule(generator) for _ in range(1500)) if len(t) <= 100]
    scores = np.round(generator.normal(size=(len(texts), 3)), 3).tolist()
    theirs = call("weightsOf", [list(case) for case in zip(texts, scores)])
    compared = 0
    for text, z, found in zip(texts, scores, theirs):
        right = rules.read_rule(text)(z)
        if not np.abs(right).max() > 1e100:  # where a last digit may decide what overflows
            assert found == pytest.approx(right, rel=1e-9, abs=1e-9, nan_ok=True), text
            compared += np.isfinite(right).all()
    assert compared > 700


def test_the_browser_refuses_what_python_refuses(browser):
    with open_page(browser, RuleExplorer("e^z")) as (page, errors):
        field = page.get_by_label("weight of z")
        for text in REFUSED:
            field.fill(text)
            assert field.get_attribute("aria-invalid") == "true", text
            assert page.locator(".error").inner_text() != ""
            assert page.evaluate("model.get('rule')") == "e^z", "the last rule counts"
        for text in [*BROKEN, *BASES]:
            field.fill(text)
            assert field.get_attribute("aria-invalid") is None, text
            assert page.evaluate("model.get('rule')") == text
        assert errors == []


# --- Breaking -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", BROKEN)
def test_each_demand_is_broken_by_what_breaks_it(text):
    explorer = RuleExplorer(text, labels=WORDS)
    assert set(explorer.broken) == BROKEN[text]
    assert explorer.base is None
    assert all(f"but {told}" in explorer.description for told in explorer.broken.values())
    assert "Nothing that was tried" not in explorer.description


@pytest.mark.parametrize("text", BASES)
def test_what_nothing_breaks_is_a_base(text):
    explorer = RuleExplorer(text, labels=WORDS)
    assert explorer.broken == {}
    b = BASES[text]
    assert explorer.base == pytest.approx(b, rel=1e-12)
    told = re.search(r"b = (\S+), so T = 1 / ln b = (\S+)", explorer.description)
    assert told[2].rstrip(".") == rules.number_text(1 / math.log(b))
    # Who works it out from the b on the page comes to the T on the page.
    assert rules.number_text(1 / math.log(float(told[1]))) == told[2].rstrip(".")
    right = softmax(explorer.logits, temperature=1 / math.log(b))
    assert explorer.probabilities == pytest.approx(right, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_told_is_so(text):
    rule = rules.read_rule(text)
    for demand, found in rules.broken_demands(rule, WORDS).items():
        if found is None:
            continue
        assert found.scores in rules.BANK
        weights = rule(found.scores)
        if demand == "positive":
            assert not ((weights > 0) & (weights < math.inf)).all()
            ends = [end for w, end in ((0, "too little"), (math.inf, "too much")) if w in weights]
            ends = tuple(f"{end} to compute" for end in ends)
            assert not ends or found.told.endswith(ends) or "weighs -" in found.told
            continue
        if demand == "order":
            order = np.argsort(found.scores)
            assert (np.diff(weights[order]) <= 0).any()
            numbers = re.findall(r"weighs (\S+?)(?:,|$)", found.told)
            assert len(set(numbers)) == 2 or " both weigh " in found.told
            continue
        before, after = (
            rules.shares(rule(z))
            for z in (found.scores, rules.changed(found.scores, found.change, found.amount))
        )
        if demand == "shift":
            k = np.abs(after - before).argmax()
            one, other = told_apart(rules.number_text, before[k], after[k])
            told = f"{WORDS[k]} from {one} to {other}"
        else:
            assert before[0] / before[1] != pytest.approx(after[0] / after[1], rel=1e-6)
            one, other = told_apart(rules.number_text, before[0] / before[1], after[0] / after[1])
            told = f"{one} times as much as hen"
            assert f"{other} times as much" in found.told
        assert one != other and told in found.told


def test_only_rules_that_look_at_all_words_fail_with_a_third():
    """A weight of one score alone keeps every ratio: that is the choice axiom."""
    generator = np.random.default_rng(4)
    apart = 0
    for _ in range(300):
        text = random_rule(generator, 3)
        if len(text) <= 100 and not any(name in text for name in ("sum", "mean", "min", "max")):
            assert rules.broken_demands(rules.read_rule(text), WORDS)["third"] is None, text
            apart += 1
    assert apart > 100


def test_the_browser_breaks_what_python_breaks(call):
    texts = [*BROKEN, *BASES, *rules.EXAMPLES]
    trials = json.loads(json.dumps(rules.TRIALS))
    theirs = call("brokenDemands", [[text, WORDS, trials] for text in texts])
    for text, found in zip(texts, theirs):
        ours = rules.broken_demands(rules.read_rule(text), WORDS)
        for demand, broken in ours.items():
            if broken is None:
                assert found[demand] is None, (text, demand)
                continue
            assert found[demand]["told"] == broken.told
            assert found[demand]["scores"] == list(broken.scores)
            assert [found[demand]["change"], found[demand]["amount"]] == [
                broken.change,
                broken.amount,
            ]
    bases = call("baseOf", [[text] for text in BASES])
    assert bases == pytest.approx(
        [rules.base_of(rules.read_rule(text)) for text in BASES], rel=1e-12
    )
    numbers = [0, 1, -2.345, 0.005, 0.00499, -1e-9, 99999.9, 1e5, 3.14159e20, 1e300, 0.125]
    numbers += [math.inf, -math.inf]
    assert call("numberText", [[x] for x in numbers]) == [rules.number_text(x) for x in numbers]
    assert math.isnan(call("numberText", [[math.nan]])[0]) and rules.number_text(math.nan) == "NaN"
    weights = [[1.0, 0, -1], [1.0, 2, 3], [math.inf, 1, -math.inf], [math.nan, 1, 0], [0.0, 0, 0]]
    assert call("withoutShares", [[w] for w in weights]) == [
        rules.without_shares(np.array(w)) for w in weights
    ]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("z*z*z", "Before, there are no shares: the weights sum to 0, or to too little to"),
        ("1 / 0", "Before, there are no shares: a weight is infinite, or too much to compute."),
        ("log(z - 99)", "Before, there are no shares: a weight is no number (NaN)."),
        ("max(z, 0)", "Before, fox has 1.00, and hen nothing; after, 2.00 times as much as hen."),
        ("z - 2", "Before, fox has 0.50 times as much as hen; after, 0.00 times."),
    ],
)
def test_what_has_no_number_is_told_in_words(browser, rule, words):
    explorer = RuleExplorer(rule, labels=WORDS)
    with open_page(browser, explorer) as (page, errors):
        told = page.locator(".remark").inner_text()
        assert words in told and "NaN times" not in told and errors == []
        numbers = page.locator(".line.before .number").all_inner_texts()
        long = page.locator(".line.before .bar").evaluate_all(
            "(all) => all.map((b) => b.offsetWidth)"
        )
        if "no shares" in words:
            assert numbers == ["—"] * 3 and long == [0] * 3
            assert page.locator(".line.before.bad").count() == 0
        else:
            assert [text.startswith("−") or text == "0.00" for text in numbers] == [
                width == 0 for width in long
            ]
    if "no shares" in words:
        assert f"Probabilities: none, since {words.split(': ')[1].rstrip('.')}" in (
            explorer.description
        )


def test_what_has_shares_has_no_excuse():
    for text in BASES:
        assert rules.without_shares(rules.read_rule(text)(np.array([1.0, 0.0, -1.0]))) == ""


def test_a_function_of_ones_own_is_tried():
    explorer = RuleExplorer("z", labels=WORDS)
    for text in [*BROKEN, *BASES]:
        weights = rules.read_rule(text)

        def mine(scores, weights=weights):
            made = weights(scores).copy()
            scores[:] = 0  # what it writes stays its own
            return made

        broken, base = explorer.trial(mine)
        assert broken == RuleExplorer(text, labels=WORDS).broken
        assert base == (rules.base_of(weights) if text in BASES else None)
        assert explorer.trial(text)[0] == broken
    assert explorer.rule == "z", "it is not shown"
    with pytest.raises(ValueError, match="a weight for each of the 3 scores, got shape .2,."):
        explorer.trial(lambda z: z[:2])
    with pytest.raises(ValueError, match="rule must be one expression"):
        explorer.trial("q")


# Each breaks a demand, but only far out, or on a grid that small numbers lie on.
IN_HIDING = {
    "max(e^z, e^-35)": "shift",
    "min(e^z, e^35)": "shift",
    "e^z / (1 + e^(z - 40))": "shift",
    "log(1 + e^(z + 30))": "shift",
    lambda z: 2.0 ** (np.round(z * 4) / 4): "order",
    lambda z: 2.0 ** (np.round(z * 10) / 10): "order",
    lambda z: np.exp(z + np.sin(2 * np.pi * z)): "shift",
    lambda z: np.where(z > -38, np.exp(z), np.exp(2 * z + 38)): "shift",
}


@pytest.mark.parametrize("rule", IN_HIDING)
def test_a_rule_that_breaks_far_out_or_off_the_grid_is_not_let_through(rule):
    broken, base = RuleExplorer(labels=WORDS).trial(rule)
    assert IN_HIDING[rule] in broken and base is None


@pytest.mark.parametrize("text", BASES)
def test_a_base_is_so_on_all_scores_that_were_tried(text):
    rule = rules.read_rule(text)
    for z in rules.BANK:
        p = rules.shares(rule(z))
        if np.isfinite(p).all():
            right = softmax(z, temperature=1 / math.log(BASES[text]))
            assert p == pytest.approx(right, rel=1e-9, abs=1e-12)


FARTHER = "max(e^z, e^-60)"  # which no score of the bank reaches


def test_the_scores_that_are_shown_are_tried_too(call):
    explorer = RuleExplorer(FARTHER, labels=WORDS)
    assert explorer.broken == {} and explorer.base == pytest.approx(math.e)
    explorer.logits = [-61, -62, -63]
    told = explorer.broken["shift"]
    assert "the scores -61, -62, -63" in told and told in explorer.description
    assert explorer.base is None and "✗ broken" in explorer._table()
    for logits, amount in (([-61, -62, -63], 1.0), ([-49.5, -50, -51], -10.0), ([3, 0, -1], 2.5)):
        ours = rules.broken_demands(
            rules.read_rule(FARTHER), WORDS, [tuple(logits)], (*rules.SHIFTS, amount)
        )
        trials = {"bank": [logits], "shifts": [*rules.SHIFTS, amount]}
        theirs = call("brokenDemands", [[FARTHER, WORDS, trials]])[0]
        assert {k: v and v["told"] for k, v in theirs.items()} == {
            k: v and v.told for k, v in ours.items()
        }


@pytest.mark.parametrize("logits", [[-740, -741, 0], [-744, -744.5, -745], [-739, -740.3, -741]])
@pytest.mark.parametrize("text", ["e^z", "e^(z - max(z))"])
def test_digits_that_a_number_cannot_hold_break_nothing(text, logits):
    assert RuleExplorer(text, logits).broken == {}


# --- The explorer ---------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["shift", "third", "without"])
def test_before_and_after(change):
    explorer = RuleExplorer("z - min(z) + 1", [2, 1, -1], WORDS, change=change, amount=2)
    assert explorer.weights.tolist() == [4, 3, 1]
    assert explorer.probabilities == pytest.approx([4 / 8, 3 / 8, 1 / 8])
    after = {"shift": [4, 3, 1], "third": [2, 1, 1], "without": [2, 1]}[change]
    assert explorer.after == pytest.approx(np.array(after) / sum(after))


def test_the_table_has_other_rules_and_what_breaks_each():
    table = RuleExplorer("z + 3", labels=WORDS)._table()
    assert all(text.replace("^", "^") in table for text in rules.EXAMPLES)
    assert table.count("✗ broken") == 2 + sum(len(BROKEN.get(text, ())) for text in rules.EXAMPLES)
    assert "On these scores it goes as b^z with b = 2.00, so T = 1 / ln b = 1.44" in table


@pytest.mark.parametrize(
    "options, error, told",
    [
        ({"logits": [1, 2]}, ValueError, "three scores"),
        ({"logits": [1, 2, -math.inf]}, ValueError, "finite"),
        ({"labels": ["a"]}, ValueError, "labels must have 3 names"),
        ({"change": "drop"}, ValueError, "change must be one of shift, third, without, got 'drop'"),
        ({"amount": 11}, ValueError, "amount must be from -10 to 10, got 11"),
        ({"amount": math.nan}, ValueError, "amount must be from -10 to 10, got nan"),
        ({"amount": "1"}, TypeError, "amount must be one real number, got '1'"),
    ],
)
def test_bad_input_is_named(options, error, told):
    with pytest.raises(error, match=told):
        RuleExplorer(**options)


def test_a_page_shows_the_break_and_takes_any_rule(browser):
    with open_page(browser, RuleExplorer("e^z", [0, 0, 0], WORDS)) as (page, errors):
        verdict = page.locator(".verdict")
        assert "Nothing that was tried breaks it." in verdict.inner_text()
        assert "On these scores it goes as b^z with b = 2.72" in verdict.inner_text()
        for text in ("e^(z/200)", "e^(z/3)", "e^(z/0.01)", "z + 20000"):
            page.get_by_label("weight of z").fill(text)
            unit = re.search("On these scores .*", RuleExplorer(text, [0, 0, 0]).description)[0]
            assert verdict.inner_text().rstrip(".").endswith(unit.rstrip("."))
        page.get_by_label("weight of z").fill("z - min(z) + 1")
        assert verdict.inner_text() == "This rule breaks 1 of the 4 demands."
        assert page.evaluate("model.get('logits')") == [0, 0, 0], "typing moves nothing"
        page.get_by_role("button", name="a third word").click()
        assert page.evaluate("model.get('logits')") == [1, 0, -1]
        assert page.evaluate("model.get('change')") == "without"
        told = page.locator(".remark").inner_text()
        assert told == "Before, fox has 1.50 times as much as hen; after, 2.00 times."
        numbers = page.locator(".line.after .number").all_inner_texts()
        assert numbers == ["0.67", "0.33", "—"]
        page.locator(".head select").select_option("z")
        assert page.get_by_label("weight of z").input_value() == "z"
        assert page.locator(".demands .bad").count() == 2
        page.get_by_label("weight of z").fill(FARTHER)
        assert "Nothing that was tried breaks it" in verdict.inner_text()
        page.evaluate("model.set('logits', [-61, -62, -63])")
        assert verdict.inner_text().startswith("This rule breaks")
        assert "the scores -61, -62, -63" in page.locator(".demands").inner_text()
        page.get_by_role("button", name="Reset").click()
        assert page.get_by_label("weight of z").input_value() == "e^z"
        assert errors == []


@pytest.mark.slow
def test_in_jupyterlab_letters_go_into_the_rule(browser, tmp_path):
    """Not to the cell, where two d delete it, and Python hears of the rule."""
    with open_lab(browser, tmp_path) as lab:
        show = "from softmax_lib.explorers import RuleExplorer\nrules = RuleExplorer()\nrules"
        lab.write("rules", [show, "print(rules.rule, list(rules.broken))"])
        lab.open("rules")
        lab.run(0)
        field = lab.cell(0).get_by_label("weight of z")
        field.click()
        field.press("Control+a")
        lab.page.keyboard.type("dd")
        assert "“dd” has no meaning" in lab.cell(0).locator(".error").inner_text()
        field.press("Control+a")
        lab.page.keyboard.type("abs(z)+1")
        assert "breaks 2 of the 4" in lab.cell(0).locator(".verdict").inner_text()
        lab.page.wait_for_timeout(500)
        assert lab.run(1) == "abs(z)+1 ['order', 'shift']"
        assert lab.errors == []
