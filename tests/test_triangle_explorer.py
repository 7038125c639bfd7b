"""The triangle and the game in it: Python, the browser's arithmetic, the point in a page.

What holds for all explorers is in test_every_explorer.py.
"""

import json
import math
import re

import numpy as np
import pytest
import scipy.special
import scipy.stats
from browser import open_browser
from explorer_tools import arithmetic, open_page

from softmax_lib import entropy, logsumexp, softmax
from softmax_lib.explorers import BeatSoftmaxExplorer, TriangleExplorer
from softmax_lib.explorers.softmax_rules import RULES, Setup, compute
from softmax_lib.sampling import cut, top_k

WORDS = ["woods", "garden", "castle"]
SCORES = [2.0, 1.0, -0.5]
INF = math.inf


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def call(browser):
    with arithmetic(browser, TriangleExplorer(SCORES)) as call:
        yield call


@pytest.fixture(scope="module")
def call_game(browser):
    with arithmetic(browser, BeatSoftmaxExplorer(SCORES)) as call:
        yield call


def random_scores(count, masks=True):
    """Yield three scores: many ties, some masks, gaps of all sizes."""
    generator = np.random.default_rng(17)
    for k in range(count):
        z = generator.normal(size=3) * 10.0 ** generator.uniform(-2, 1)
        if k % 3 == 0:
            z = np.round(z / np.abs(z).max())
        if masks and k % 5 == 0:
            z[generator.permutation(3)[: generator.integers(1, 3)]] = -INF
        yield z.tolist()


def random_points(count):
    generator = np.random.default_rng(18)
    p = generator.dirichlet(np.ones(3), count)
    p[::4] = np.eye(3)[generator.integers(0, 3, len(p[::4]))]  # corners
    p[1::4, 0] = 0  # a side
    return (p / p.sum(axis=1, keepdims=True)).tolist()


# --- The triangle, in Python ----------------------------------------------------------------------


def test_its_point_is_the_softmax_of_its_scores():
    explorer = TriangleExplorer(SCORES, WORDS)
    assert explorer.probabilities == pytest.approx(softmax(SCORES), abs=1e-15)
    explorer.temperature = 0.5
    assert explorer.probabilities == pytest.approx(softmax(SCORES, temperature=0.5), abs=1e-15)
    explorer.logits = [1, 1, 0]
    explorer.temperature = 0
    assert explorer.probabilities == [0.5, 0.5, 0]
    explorer.temperature = INF
    assert explorer.probabilities == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("k", [None, 1, 2, 3])
def test_rivals_and_cuts_move_it(rule, k):
    explorer = TriangleExplorer(SCORES, WORDS, rule=rule, top_k=k)
    made = compute(SCORES, Setup(rule=rule))[-1]
    whole = k in (None, 3) or min(made) < 0  # what is no distribution cannot be cut
    right = made if whole else top_k(made, k).probabilities
    assert explorer.probabilities == pytest.approx(right, abs=1e-15)
    assert bool(explorer.problems) == (rule != "softmax")
    assert ("Wrong: " in explorer.description) == (rule != "softmax")


def test_words_say_where_the_temperature_leads():
    def told(z):
        return re.search(r"0, softmax goes (.*?)\.", TriangleExplorer(z, WORDS).description)[1]

    assert told(SCORES) == "from the center to the corner woods"
    assert told([1, 2, 2]) == "from the center to the middle between garden and castle"
    assert told([0, 0, 0]) == "nowhere: it stays at the center"
    assert told([0, 1, -INF]) == "from the middle between woods and garden to the corner garden"
    assert told([-INF, 1, -INF]) == "nowhere: it stays at the corner garden"
    assert "goes" not in TriangleExplorer(SCORES, path=False).description


def test_words_and_the_table_have_the_numbers():
    explorer = TriangleExplorer(SCORES, WORDS, 2.0, top_k=2, title="Three words")
    p = top_k(softmax(SCORES, temperature=2), 2).probabilities
    line = f"woods {p[0]:.2f}, garden {p[1]:.2f}, castle 0.00"
    assert f"Probabilities at temperature 2, cut to the top 2: {line}" in explorer.description
    assert explorer.description.startswith("Three words: a point in a triangle to drag")
    table = explorer._table()
    assert all(text in table for text in [*WORDS, f"{p[0]:.2f}", "-0.50"])


def test_arrows_are_the_gradient_of_cross_entropy():
    explorer = TriangleExplorer(SCORES, WORDS, arrows=["woods", "castle", 2])
    assert explorer.arrows == [0, 2, 2]

    def loss(z):
        return -np.mean(scipy.special.log_softmax(z)[[0, 2, 2]])

    step = 1e-6 * np.eye(3)
    slopes = [(loss(SCORES + h) - loss(SCORES - h)) / 2e-6 for h in step]
    assert explorer.gradient == pytest.approx(slopes, abs=1e-8)
    assert "Gradient p - y for woods, castle and castle: woods 0.36, garden" in explorer.description
    assert explorer.cross_entropy == pytest.approx(loss(np.array(SCORES)), abs=1e-12)
    assert f"Cross-entropy: {loss(np.array(SCORES)):.2f} nats" in explorer.description
    # It vanishes where the probabilities are the shares of the targets.
    explorer.logits = [0, -50, math.log(2)]
    assert explorer.gradient == pytest.approx([0, 0, 0], abs=1e-9)
    assert explorer.cross_entropy == pytest.approx(scipy.stats.entropy([1, 2]), abs=1e-9)
    assert TriangleExplorer(SCORES, arrows=[1], temperature=0).cross_entropy == INF
    none = TriangleExplorer(SCORES)
    assert none.gradient is None and none.cross_entropy is None
    assert "step" in explorer.controls and "step" not in none.controls


@pytest.mark.parametrize(
    "options, error, told",
    [
        ({"logits": [1, 2]}, ValueError, "logits must be three scores.* got shape .2,"),
        ({"logits": [1, 2, math.nan]}, ValueError, "got NaN at entry 2"),
        ({"logits": [-INF] * 3}, ValueError, "-inf"),
        ({"labels": ["a"]}, ValueError, "labels must have 3 names, got 1"),
        ({"temperature": -1}, ValueError, "temperature must be >= 0, got -1.0"),
        ({"top_k": 0}, ValueError, "top_k must be"),
        ({"rule": "cube"}, ValueError, "rule must be one of softmax, .*, got 'cube'"),
        ({"softmax": softmax, "rule": "share"}, ValueError, "your softmax= does that"),
        ({"softmax": 3}, TypeError, "softmax must be a function, got 3"),
        ({"controls": ["zoom"]}, ValueError, "controls must be any of temperature, .*'zoom'"),
        ({"path": 1}, TypeError, "path must be True or False, got 1"),
        ({"arrows": ["forest"]}, ValueError, "arrows must be 1 to 12 targets, each one of woods"),
        ({"arrows": []}, ValueError, "arrows must be 1 to 12 targets"),
    ],
)
def test_bad_input_is_named(options, error, told):
    with pytest.raises(error, match=told):
        TriangleExplorer(**{"logits": SCORES, "labels": WORDS, **options})


def test_what_a_page_sends_arrives_and_nothing_is_forged():
    explorer = TriangleExplorer(SCORES, WORDS)
    explorer.set_state({"logits": [0, None, 1], "temperature": None, "top_k": 1})
    assert explorer.logits == [0, -INF, 1] and explorer.temperature == INF
    explorer.set_state({"probabilities": [1.0, 0.0, 0.0]})
    assert explorer.probabilities == [0, 0, 1]  # at infinity all tie, and the higher score is first
    sent = {k: explorer.get_state()[k] for k in ("logits", "start", "temperature", "probabilities")}
    assert json.loads(json.dumps(sent, allow_nan=False))["logits"] == [0, None, 1]


def test_a_softmax_of_ones_own_moves_it():
    wrong = TriangleExplorer(SCORES, WORDS, softmax=lambda z: np.array([0.2, 0.5, 0.3]))
    assert wrong.probabilities == [0.2, 0.5, 0.3]
    assert "not the softmax of these scores" in wrong.problems[0]
    assert "rule" not in wrong.controls
    wrong.top_k = 1
    assert wrong.probabilities == [0, 1, 0]
    none = TriangleExplorer(SCORES, WORDS, softmax=lambda z: None)
    assert all(map(math.isnan, none.probabilities)) and none.problems
    right = TriangleExplorer(SCORES, WORDS, 2.0, softmax=softmax)
    assert right.problems == []
    assert right.probabilities == pytest.approx(softmax(SCORES, temperature=2))


# --- The triangle, in the browser's arithmetic ----------------------------------------------------


def test_points_and_distributions_are_the_same(call):
    points = random_points(400)
    places = call("placeOf", [[p] for p in points])
    back = call("sharesAt", [[place] for place in places])
    assert np.array(back) == pytest.approx(np.array(points), abs=1e-12)
    # Equilateral, and the distance from a side is the probability of the corner opposite.
    corners = np.array(call("placeOf", [[row] for row in np.eye(3).tolist()]))
    sides = [np.linalg.norm(corners[i] - corners[(i + 1) % 3]) for i in range(3)]
    assert sides == pytest.approx([sides[0]] * 3, rel=1e-12)
    height = sides[0] * math.sqrt(3) / 2
    for i in range(3):
        a, b = corners[(i + 1) % 3], corners[(i + 2) % 3]
        edge, gaps = b - a, np.array(places) - a
        far = np.abs(edge[0] * gaps[:, 1] - edge[1] * gaps[:, 0]) / sides[0] / height
        assert far == pytest.approx(np.array(points)[:, i], abs=1e-12)


def test_a_hand_outside_reaches_the_nearest_point(call):
    generator = np.random.default_rng(3)
    hands = generator.normal(size=(300, 3)).tolist() + random_points(40)
    for least in (0, 0.001):
        for hand, p in zip(hands, call("nearest", [[hand, least] for hand in hands])):
            assert sum(p) == pytest.approx(1, abs=1e-12) and min(p) >= least
            # The nearest point of a convex set: no other lies on the hand's side of it.
            others = np.vstack([np.eye(3), random_points(20)]) * (1 - 3 * least) + least
            assert ((others - p) @ (np.array(hand) - p)).max() <= 1e-9


def test_the_scores_found_give_the_point_back(call):
    generator = np.random.default_rng(5)
    cases = [[p, z] for p, z in zip(random_points(600), random_scores(600), strict=True)]
    reached = call("toReach", cases)
    temperatures = (10 ** generator.uniform(-1.3, 1.3, len(cases))).tolist()
    found = call("scoresFor", [[p, z, t] for p, (_, z), t in zip(reached, cases, temperatures)])
    for p, (_, z), t, scores in zip(reached, cases, temperatures, found):
        assert sum(p) == pytest.approx(1, abs=1e-12)
        live = np.isfinite(z)
        assert (np.isfinite(scores) == live).all(), "a mask stays"
        assert np.array(p)[live].min() >= 0.001 and (np.array(p)[~live] == 0).all()
        assert softmax(scores, temperature=t) == pytest.approx(p, abs=1e-12)
        assert np.mean(np.array(scores)[live]) == pytest.approx(np.mean(np.array(z)[live]))


def test_the_way_of_the_temperature(call):
    cases = list(random_scores(300))
    ties = 0
    for z, way in zip(cases, call("wayOf", [[z] for z in cases])):
        way, live = np.array(way), np.isfinite(z)
        assert way[0] == pytest.approx(softmax(z, temperature=INF), abs=1e-12)
        assert way[-1] == pytest.approx(softmax(z, temperature=0), abs=1e-12)
        ties += (way[-1] == 0.5).any()
        assert (np.diff(entropy(way)) <= 1e-9).all(), "it becomes surer all the way"
        assert np.abs(np.diff(way, axis=0)).max() < 0.2, "in short steps"
        # Each point between is the softmax at some T: log-ratios go as the differences of scores.
        inner = way[1:-1][(way[1:-1][:, live] > 1e-200).all(axis=1)][:, live]
        gaps = np.array(z)[live] - np.max(z)
        for p in inner:
            logs = np.log(p) - np.log(p).max()
            widest = np.argmin(gaps)
            assert logs * gaps[widest] == pytest.approx(gaps * logs[widest], abs=1e-9)
    assert ties > 10


def test_a_cut_is_the_courses_own(call):
    cases = [
        [softmax(z, temperature=t).tolist(), z, k]
        for z in random_scores(300)
        for t in (0, 1, INF)
        for k in (1, 2)
    ]
    for (p, z, k), left in zip(cases, call("cutTo", cases)):
        assert left == pytest.approx(cut(p, k, scores=z).probabilities, abs=1e-12)
    outside = [1.5, -0.25, -0.25]
    assert call("cutTo", [[outside, SCORES, 2], [[0.5, 0.3, 0.2], SCORES, None]]) == [
        outside,
        [0.5, 0.3, 0.2],
    ]


def test_the_gradient_agrees(call):
    targets = [[0], [2, 2, 1], [0, 1, 2]]
    explorers = [TriangleExplorer(SCORES, arrows=aims) for aims in targets]
    theirs = call("gradientAt", [[e.probabilities, e.arrows] for e in explorers])
    assert np.array(theirs) == pytest.approx(np.array([e.gradient for e in explorers]), abs=1e-12)


def test_a_step_goes_downhill_and_never_overshoots(call):
    """In the first order by the square of the gradient, and always down: softmax bends gently."""
    generator = np.random.default_rng(6)
    cases = []
    for z in random_scores(300, masks=False):
        aims = generator.integers(0, 3, generator.integers(1, 5)).tolist()
        t = float(10 ** generator.uniform(-1, 1))
        cases.append((z, softmax(z, temperature=t).tolist(), aims, t))
    surprises = call("crossEntropyAt", [[p, aims] for _, p, aims, _ in cases])
    after = call("stepDown", [list(case) for case in cases])
    for (z, _, aims, t), surprise, scores in zip(cases, surprises, after, strict=True):
        explorer = TriangleExplorer(z, arrows=aims, temperature=t)
        wanted = -scipy.special.log_softmax(np.array(z) / t)[aims].mean()
        assert surprise == pytest.approx(explorer.cross_entropy, rel=1e-9, abs=1e-12)
        assert surprise == pytest.approx(wanted, rel=1e-9, abs=1e-12)
        assert (np.array(z) - scores) / t == pytest.approx(explorer.gradient, abs=1e-9)
        explorer.logits = scores
        assert explorer.cross_entropy <= surprise - (explorer.gradient**2).sum() / 2 + 1e-9
    assert call("stepDown", [[[0, -INF, 1], [0.3, 0, 0.7], [0], 1]])[0][1] == -INF, "a mask stays"


# --- The game -------------------------------------------------------------------------------------


def test_nothing_beats_softmax(call_game):
    cases = []
    generator = np.random.default_rng(8)
    for p, z in zip(random_points(800), random_scores(800, masks=False), strict=True):
        cases.append((p, z, float(generator.choice([0, 0.1, 1, 5 * generator.random()]))))
    values = call_game("valueOf", [list(case) for case in cases])
    bests = call_game("bestValue", [[z, t] for _, z, t in cases])
    for (p, z, t), value, best in zip(cases, values, bests):
        game = BeatSoftmaxExplorer(z, temperature=t, probabilities=p)
        assert [game.value, game.best] == pytest.approx([value, best], rel=1e-12, abs=1e-12)
        assert value == pytest.approx(np.dot(p, z) + t * scipy.stats.entropy(p), abs=1e-12)
        assert value <= best + 1e-12
        if t == 0:
            assert best == max(z)
            continue
        assert best == pytest.approx(t * scipy.special.logsumexp(np.array(z) / t), rel=1e-12)
        right = scipy.special.log_softmax(np.array(z) / t)
        apart = scipy.special.rel_entr(p, np.exp(right)).sum()
        if np.isfinite(apart):
            assert game.gap == pytest.approx(t * apart, abs=1e-10)
        game.probabilities = softmax(z, temperature=t)
        assert game.value == pytest.approx(best, abs=1e-12) and game.gap <= 1e-12


def test_softmax_of_ties_at_zero_is_among_the_best():
    game = BeatSoftmaxExplorer([1, 1, 0], temperature=0, probabilities=[0.2, 0.8, 0])
    assert game.gap == 0 and game.best == 1


def test_on_a_line_the_value_is_the_same(call_game):
    cases = [[SCORES, 1.0], [[0, 0, 0], 2.0], [[3, -3, 0], 0.2], [[1, 0, 0], 0.0], [[2, 2, 1], 0.0]]
    for (z, t), lines in zip(cases, call_game("levelLines", cases)):
        best = call_game("bestValue", [[z, t]])[0]
        spread = best - min(z)
        assert len(lines) == 6
        levels = []
        for pieces in lines:
            places = [p for piece in pieces for p in piece]
            assert np.sum(places, axis=1) == pytest.approx(1, abs=1e-12)
            lost = best - np.array(call_game("valueOf", [[p, z, t] for p in places]))
            assert np.ptp(lost) <= 2e-3 * spread
            levels.append(lost.mean())
        assert (np.diff(levels) > 0).all() and levels[-1] < spread


def test_an_entry_dragged_leaves_the_others_their_proportion(call_game):
    generator = np.random.default_rng(4)
    cases = [[p, int(generator.integers(3)), float(generator.random())] for p in random_points(200)]
    for (p, i, q), after in zip(cases, call_game("withEntry", cases)):
        assert after[i] == q and sum(after) == pytest.approx(1, abs=1e-12) and min(after) >= 0
        others = [j for j in range(3) if j != i]
        assert after[others[0]] * p[others[1]] == pytest.approx(after[others[1]] * p[others[0]])


def test_the_game_says_softmax_only_when_asked():
    game = BeatSoftmaxExplorer(SCORES, WORDS)
    assert f"= {game.value:.3f}" in game.description
    best = f"{logsumexp(SCORES):.3f}"
    assert best not in game.description and "softmax</th>" not in game._table()
    game.revealed = True
    assert f"value {best}. Gap = T x KL(p || softmax): {game.gap:.3f}" in game.description
    assert "softmax</th>" in game._table()
    game.temperature = 0
    assert f"Gap: {game.gap:.3f}" in game.description


@pytest.mark.parametrize(
    "options, error, told",
    [
        ({"logits": [1, 2, -INF]}, ValueError, "logits must be finite"),
        ({"temperature": INF}, ValueError, "temperature must be at most 5 here, got inf"),
        ({"probabilities": [0.5, 0.2, 0.2]}, ValueError, "sum"),
        ({"probabilities": [0.5, 0.5]}, ValueError, "probabilities must be three numbers"),
        ({"levels": 1}, TypeError, "levels must be True or False"),
        ({"revealed": None}, TypeError, "revealed must be True or False"),
    ],
)
def test_bad_input_to_the_game_is_named(options, error, told):
    with pytest.raises(error, match=told):
        BeatSoftmaxExplorer(**{"logits": SCORES, **options})


# --- In a page ------------------------------------------------------------------------------------


def shares(page):
    told = page.locator(".point").get_attribute("aria-valuetext")
    return [float(x) for x in re.findall(r" [<>]?(\d\.\d\d)(?=[,;]|$)", told)][:3]


def test_keys_move_the_point_where_they_point(browser):
    with open_page(browser, BeatSoftmaxExplorer(SCORES, WORDS)) as (page, errors):
        point = page.locator(".point")
        point.focus()

        def after(key):
            page.keyboard.press(key)
            box = point.bounding_box()
            return shares(page), box["x"], box["y"]

        center, x, y = after("Home")
        assert center == [0.33, 0.33, 0.33]
        up, there, above = after("PageUp")
        assert up == [0.43, 0.28, 0.28] and above < y and there == pytest.approx(x, abs=0.5)
        after("PageDown")
        right, there, same = after("ArrowRight")
        assert right == [0.33, 0.32, 0.34] and there > x and same == pytest.approx(y, abs=0.5)
        assert after("ArrowLeft")[0] == center and after("ArrowLeft")[0] == [0.33, 0.34, 0.32]
        assert after("End")[0] == [0, 1, 0]
        assert after("ArrowDown")[0] == [0, 1, 0], "a corner is the end"
        assert errors == []


def test_mouse_and_finger_take_the_point_in_both_directions(browser):
    explorer = TriangleExplorer(SCORES, WORDS)
    with open_page(browser, explorer, has_touch=True) as (page, errors):
        box = page.locator(".plane").bounding_box()

        def at(p):
            corners = np.array([[220, 38], [34, 360.164], [406, 360.164]]) / [440, 392]
            return np.array(p) @ corners * [box["width"], box["height"]] + [box["x"], box["y"]]

        page.mouse.move(*at([0.2, 0.2, 0.6]))
        page.mouse.down()  # beside the point: it comes
        assert shares(page) == pytest.approx([0.2, 0.2, 0.6], abs=0.011)
        page.mouse.move(*at([0.5, 0.4, 0.1]))
        assert shares(page) == pytest.approx([0.5, 0.4, 0.1], abs=0.011)
        page.mouse.move(*at([1.4, -0.3, -0.1]))  # far outside
        page.mouse.up()
        assert shares(page)[0] == 0.99
        logits = page.evaluate("model.get('logits')")
        assert softmax(logits) == pytest.approx([0.998, 0.001, 0.001], abs=1e-9)

        client = page.context.new_cdp_session(page)

        def finger(*places):
            kinds = ["Start", *["Move"] * (len(places) - 1)]
            for kind, (x, y) in zip(kinds, places):
                points = [{"x": x, "y": y}]
                event = {"type": f"touch{kind}", "touchPoints": points}
                client.send("Input.dispatchTouchEvent", event)
            client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

        finger(at([0.3, 0.3, 0.4]))  # a tap
        assert shares(page) == pytest.approx([0.3, 0.3, 0.4], abs=0.011)
        finger(*(at([0.3 + 0.1 * k, 0.3, 0.4 - 0.1 * k]) for k in range(4)))  # on the point
        assert shares(page) == pytest.approx([0.6, 0.3, 0.1], abs=0.011)
        before = shares(page)
        x, y = at([0.1, 0.2, 0.7])
        finger(*((x, y - 12 * k) for k in range(6)))  # beside it: the page scrolls
        assert shares(page) == before
        assert errors == []


def test_what_cannot_be_dragged_says_so_and_reset_goes_back(browser):
    explorer = TriangleExplorer(SCORES, WORDS, temperature=0)
    with open_page(browser, explorer) as (page, errors):
        point = page.locator(".point")
        assert point.get_attribute("aria-disabled") == "true"
        assert "cannot be dragged" in page.locator(".remark").inner_text()
        before = shares(page)
        point.press("ArrowLeft")
        assert shares(page) == before == [1, 0, 0]
        page.get_by_role("slider", name="Temperature T").press("End")
        assert shares(page) == [0.33, 0.33, 0.33]
        page.get_by_role("slider", name="Temperature T").press("PageDown")
        page.get_by_label("Rule").select_option(index=1)  # share: outside of the triangle
        assert page.locator(".result").is_visible()
        assert "castle is -0.20" in page.locator(".problems").inner_text()
        page.get_by_label("Path of T").uncheck()
        assert page.locator(".way").get_attribute("d") == ""
        page.get_by_role("button", name="Reset").click()
        state = {k: page.evaluate(f"model.get('{k}')") for k in ("temperature", "rule", "path")}
        assert state == {"temperature": 0, "rule": "softmax", "path": True}
        assert not page.locator(".result").is_visible()
        assert errors == []


def test_a_step_by_key_is_told(browser):
    explorer = TriangleExplorer(SCORES, WORDS, arrows=["castle"], controls=["temperature", "step"])
    with open_page(browser, explorer) as (page, errors):
        told = page.locator(".gradient")
        p = softmax(SCORES)
        assert f"Cross-entropy: {-np.log(p[2]):.2f} nats. " in told.inner_text()
        button = page.get_by_role("button", name="Step downhill")
        button.press("Enter")
        z = np.array(SCORES) - p + [0, 0, 1]
        assert page.evaluate("model.get('logits')") == pytest.approx(z)
        surprise = -np.log(softmax(z)[2])
        line = f"from {-np.log(p[2]):.2f} to {surprise:.2f} nats"
        assert line in page.get_by_role("status").filter(has_text="One step").inner_text()
        assert f"Cross-entropy: {surprise:.2f} nats. " in told.inner_text()
        before = shares(page)
        page.get_by_role("slider", name="Temperature T").press("Home")
        assert button.get_attribute("aria-disabled") == "true"
        button.press("Enter")
        page.get_by_role("slider", name="Temperature T").press("End")
        button.press("Enter")
        page.get_by_role("button", name="Reset").click()
        assert page.evaluate("model.get('logits')") == SCORES and shares(page) != before
        assert errors == []


def test_softmax_is_shown_when_asked_for(browser):
    with open_page(browser, BeatSoftmaxExplorer(SCORES, WORDS)) as (page, errors):
        best = f"{logsumexp(SCORES):.3f}"
        page.get_by_role("slider", name="probability of woods").press("PageUp")
        assert "so far, the dashed line: 2.0" in page.locator(".verdict").inner_text()
        assert best not in page.locator(".explorer").inner_text()
        assert not page.locator(".ring").is_visible()
        page.get_by_role("button", name="Show softmax").click()
        assert best in page.locator(".verdict").inner_text()
        assert page.locator(".ring").is_visible()
        assert errors == []
