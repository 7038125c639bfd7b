"""Online softmax: any split, any order, any tree of merges; a file; a cluster."""

import itertools
import json
import math
import pickle
import subprocess
import sys
import tracemalloc
from dataclasses import asdict
from functools import reduce
from operator import add
from pathlib import Path

import dask.array as da
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from softmax_lib import logsumexp, softmax
from softmax_lib.streaming import TILE, SoftmaxState, online_softmax

EPS = np.finfo(np.float64).eps
EMPTY = SoftmaxState()

score = st.one_of(
    st.floats(-1e3, 1e3),
    st.floats(-5, 5),
    st.integers(-3, 3).map(float),
    st.just(-math.inf),
    st.floats(-1e308, 1e308),
)
scores = st.lists(score, max_size=40)
temperatures = st.sampled_from([1.0, 0.3, 2.0, 1e-3, 1e6, 1e-300, 1e300, 0.0, math.inf])


def exact_total(z, temperature):
    """Return the sum of e^((z - max) / T) in 50 digits; at the two limits a count."""
    top = max(z, default=-math.inf)
    if top == -math.inf:
        return 0
    if temperature == 0:
        return z.count(top)
    if temperature == math.inf:
        return sum(x > -math.inf for x in z)
    with mpmath.workdps(50):
        kept = [mpmath.mpf(x) for x in z if x > -math.inf]
        return sum(mpmath.exp((x - mpmath.mpf(top)) / mpmath.mpf(temperature)) for x in kept)


def bound(z, temperature, levels):
    """Return the relative error that the module states for a total."""
    top, counts = max(z), [x for x in z if x > -math.inf]
    if temperature in (0, math.inf):
        return 0
    # A score more than 745 below adds nothing that a float64 could hold.
    gap = max(g for x in counts if (g := (top / 2 - x / 2) / temperature * 2) <= 746)
    return EPS * (2 * levels + 2 * gap + math.log2(len(z)) + 4)


def check_total(state, z, temperature, levels):
    right = exact_total(z, temperature)
    assert state.maximum == max(z, default=-math.inf)
    if not right:
        assert state.total == 0
    else:
        assert abs(state.total - right) <= bound(z, temperature, levels) * right


# --- States that merge ----------------------------------------------------------------------------


@given(scores, temperatures, st.data())
@settings(max_examples=150, deadline=None)
def test_any_split_any_order_any_tree_gives_the_same(z, temperature, data):
    """Leaves of any length, some of them empty; then any two states merge until one is left."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(z)), max_size=12)))
    parts = [z[a:b] for a, b in itertools.pairwise([0, *cuts, len(z)])]
    states = [(SoftmaxState.of(part, temperature), 0) for part in data.draw(st.permutations(parts))]
    while len(states) > 1:
        i = data.draw(st.integers(0, len(states) - 1))
        one, deep = states.pop(i)
        j = data.draw(st.integers(0, len(states) - 1))
        other, deeper = states[j]
        states[j] = (one + other, 1 + max(deep, deeper))
    ((state, levels),) = states
    check_total(state, z, temperature, levels)


@given(scores, scores, temperatures)
def test_the_order_of_two_changes_no_bit(one, other, temperature):
    a, b = (SoftmaxState.of(z, temperature) for z in (one, other))
    assert a + b == b + a == a.merge(b)


@given(scores, temperatures)
def test_the_empty_state_is_neutral(z, temperature):
    state = SoftmaxState.of(z, temperature)
    assert EMPTY + EMPTY == EMPTY
    if state.total:
        assert state + EMPTY == EMPTY + state == state
        assert sum([state, state], EMPTY) == state + state == sum([state, state])
        assert SoftmaxState.of([-math.inf] * 3) + state == state


@given(scores, temperatures)
def test_a_state_can_be_sent_and_written_down(z, temperature):
    state = SoftmaxState.of(z, temperature)
    assert pickle.loads(pickle.dumps(state)) == state
    assert SoftmaxState(**json.loads(json.dumps(asdict(state)))) == state
    assert eval(repr(state), {"SoftmaxState": SoftmaxState, "inf": math.inf}) == state


def test_numbers_of_any_kind_make_a_state_of_floats():
    state = SoftmaxState(np.int64(2), np.array(3), np.float32(1))
    assert state == SoftmaxState(2.0, 3.0) and repr(state) == repr(SoftmaxState(2.0, 3.0))


@pytest.mark.parametrize("temperature", [0.0, 0.5, 1.0, 3.0, math.inf])
def test_one_score_has_a_probability(temperature):
    state = SoftmaxState.of([1.0, 2.0, 0.0], temperature)
    for score, right in zip([1, 2, 0], softmax([1.0, 2.0, 0.0], temperature=temperature)):
        found = state.probabilities(score)
        assert np.ndim(found) == 0 and found == pytest.approx(right)
        assert state.probabilities([[score]]) == pytest.approx(np.array([[right]]))


def test_merging_in_a_chain_is_within_the_bound_of_a_thousand_levels():
    z = np.random.default_rng(3).normal(0, 30, 1000)
    check_total(reduce(add, [SoftmaxState.of([x]) for x in z]), z.tolist(), 1.0, levels=999)


def test_the_rule_that_forgets_to_rescale_is_not_within_it():
    """The bound is narrow enough to see a wrong merge."""
    one, other = SoftmaxState.of([3.0, 1.0]), SoftmaxState.of([2.0])
    wrong = SoftmaxState(3.0, one.total + other.total)
    check_total(one + other, [3.0, 1.0, 2.0], 1.0, levels=1)
    with pytest.raises(AssertionError):
        check_total(wrong, [3.0, 1.0, 2.0], 1.0, levels=1)


@given(st.lists(st.floats(-700, 700), min_size=1, max_size=20), st.floats(0.1, 10))
def test_logsumexp_is_the_softmaxs_denominator(z, temperature):
    right = logsumexp(np.array(z) / temperature)
    state = SoftmaxState.of(z, temperature)
    assert state.logsumexp == pytest.approx(right, rel=1e-13, abs=1e-13)


def test_logsumexp_at_the_ends():
    assert EMPTY.logsumexp == -math.inf
    assert math.isnan(SoftmaxState.of([1.0], 0).logsumexp)
    assert math.isnan(SoftmaxState.of([1.0], math.inf).logsumexp)


# --- One call -------------------------------------------------------------------------------------


@given(scores.filter(lambda z: max(z, default=-math.inf) > -math.inf), temperatures, st.data())
@settings(max_examples=100, deadline=None)
def test_chunks_get_what_softmax_gives_the_whole(z, temperature, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(z)), max_size=5)))
    chunks = [np.array(z[a:b]) for a, b in itertools.pairwise([0, *cuts, len(z)])]
    right = softmax(z, temperature=temperature)
    for found in (
        online_softmax(z, temperature),
        np.concatenate(online_softmax(chunks, temperature)),
        online_softmax(chunks, temperature, out=np.empty(len(z))),
    ):
        assert found == pytest.approx(right, rel=1e-12, abs=1e-300)
        assert (found == 0).tolist() == (right == 0).tolist()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ">f4"])
def test_the_dtype_is_kept_and_float32_is_right_to_the_last_digit(dtype):
    z = np.random.default_rng(0).normal(0, 3, 2 * TILE + 5).astype(dtype)
    p = online_softmax(z)
    assert p.dtype == z.dtype
    right = softmax(z.astype(np.float64)).astype(dtype)
    spacing = np.spacing(right.astype(p.dtype.newbyteorder("="))).astype(np.float64)
    assert (np.abs(p.astype(np.float64) - right.astype(np.float64)) <= 4 * spacing).all()
    if p.dtype.itemsize == 4:
        assert (p == right).mean() > 0.999 and p.sum(dtype=np.float64) == pytest.approx(1, abs=1e-7)


def test_a_maximum_that_float64_does_not_hold_is_no_trouble():
    z = np.nextafter(np.longdouble([1, 2]), [0, 0])  # below 1 and 2, where a long double is longer
    p = online_softmax(z)
    assert p.dtype == np.longdouble and p.astype(float) == pytest.approx(softmax([1.0, 2.0]))


def test_integers_and_chunks_of_several_dtypes():
    whole, half = online_softmax([np.array([2, 1]), np.array([0.5], np.float32)])
    assert (whole.dtype, half.dtype) == (np.float64, np.float32)
    assert [*whole, *half] == pytest.approx(softmax([2, 1, 0.5]), rel=1e-6)


def test_out_may_be_the_scores_themselves_and_no_part_of_them():
    z = np.random.default_rng(0).normal(0, 3, 1000)
    right = softmax(z)
    assert online_softmax(z, out=z) is z
    assert z == pytest.approx(right)
    for out in (z[1:], z[::-1][:-1]):
        with pytest.raises(ValueError, match="out must be logits itself or share no memory"):
            online_softmax(z[:-1], out=out)


@pytest.mark.parametrize(
    ("logits", "options", "error", "told"),
    [
        ([1.0, math.nan], {}, ValueError, "got NaN at entry 1"),
        ([np.zeros(3), np.array([0, math.inf])], {}, ValueError, r"got \+inf at entry 4"),
        ([np.zeros(TILE), np.array([0, math.nan])], {}, ValueError, f"NaN at entry {TILE + 1}"),
        ([-math.inf], {}, ValueError, "logits must have at least one entry above -inf"),
        ([], {}, ValueError, "at least one entry above -inf, but there is none"),
        (np.zeros((2, 3)), {}, ValueError, r"one axis, got shape \(2, 3\); take a row at a time"),
        (iter([np.zeros(2)]), {}, TypeError, "go through twice, got list_iterator; make a list"),
        ("abc", {}, TypeError, "logits must be real numbers"),
        ([1.0], {"temperature": -1}, ValueError, "temperature must be >= 0, got -1"),
        ([1.0], {"out": np.empty(2)}, ValueError, r"out must be .* of shape \(1,\), got \(2,\)"),
        ([1.0], {"out": np.empty(1, int)}, ValueError, "out must have a floating-point dtype"),
        ([1.0], {"progress": 3}, TypeError, "progress must be True, callable or None, got 3"),
    ],
)
def test_bad_input_is_named(logits, options, error, told):
    with pytest.raises(error, match=told):
        online_softmax(logits, **options)


def test_bad_states_are_named():
    with pytest.raises(ValueError, match="temperature must be the same .* got 1.0 and 2.0"):
        SoftmaxState.of([1.0]) + SoftmaxState.of([1.0], 2.0)
    for maximum, total in [
        (1.0, 0.5),
        (-math.inf, 1.0),
        (math.inf, 1.0),
        (1.0, math.nan),
        (1.0, math.inf),
    ]:
        with pytest.raises(ValueError, match="maximum and total must be"):
            SoftmaxState(maximum, total)
    with pytest.raises(ValueError, match="at most 1.0, got 2.0; add their state"):
        SoftmaxState.of([1.0]).probabilities([0.0, 2.0])
    with pytest.raises(ValueError, match="at least one entry above -inf"):
        EMPTY.probabilities([0.0])
    for bad in ("a", None, np.array([1.0, 2.0])):
        for name in ("maximum", "total", "temperature"):
            with pytest.raises(TypeError, match=f"{name} must be one real number, got"):
                SoftmaxState(**({"maximum": 1.0, "total": 1.0} | {name: bad}))
    for merge in (EMPTY.merge, EMPTY.__add__, EMPTY.__radd__):
        with pytest.raises(TypeError, match="other must be a SoftmaxState, got 1"):
            merge(1)


def test_progress_is_told_each_tile_and_printed_on_one_line(capsys):
    z, told = np.zeros(3 * TILE + 1), []
    online_softmax(z, progress=lambda done, total: told.append((done, total)))
    assert len(told) == 8 and told[0] == (TILE, 2 * len(z)) and told[-1] == (2 * len(z),) * 2
    assert told == sorted(told)
    for progress_of in (online_softmax, SoftmaxState.of):
        progress_of(z, progress=True)
        line = "0...10...20...30...40...50...60...70...80...90...100 % done\n"
        assert capsys.readouterr().out == line


# --- A file ---------------------------------------------------------------------------------------


def test_a_file_needs_a_few_megabytes_whatever_its_size(tmp_path, report_figure):
    """64 MB in, 64 MB out, under 8 MB of memory: numpy tells tracemalloc what it asks for."""
    n = 1 << 24
    z = np.memmap(tmp_path / "scores", np.float32, "w+", shape=n)
    generator = np.random.default_rng(0)
    for start in range(0, n, 1 << 20):
        z[start : start + (1 << 20)] = 4 * generator.standard_normal(1 << 20, np.float32)
    p = np.memmap(tmp_path / "probabilities", np.float32, "w+", shape=n)
    tracemalloc.start()
    assert online_softmax(z, out=p) is p
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    report_figure("memory beside a 64 MB file", f"{peak / 1e6:.1f} MB")
    assert peak < 8e6
    assert p.sum(dtype=np.float64) == pytest.approx(1, abs=1e-7)
    some = generator.integers(0, n, 1000)
    state = SoftmaxState.of(z)
    right = np.exp(z[some].astype(np.float64) - z.max()) / state.total
    assert p[some] == pytest.approx(right, rel=1e-7)
    assert state.logsumexp == pytest.approx(logsumexp(z.astype(np.float64)), rel=1e-14)


def test_several_files_are_one_distribution(tmp_path):
    z = np.random.default_rng(1).normal(0, 3, 3000)
    for k in range(3):
        np.save(tmp_path / f"{k}.npy", z[1000 * k : 1000 * (k + 1)])
    chunks = [np.load(tmp_path / f"{k}.npy", mmap_mode="r") for k in range(3)]
    assert np.concatenate(online_softmax(chunks)) == pytest.approx(softmax(z), rel=1e-14)


# --- Dask -----------------------------------------------------------------------------------------


@given(
    scores.filter(lambda z: max(z, default=-math.inf) > -math.inf),
    st.integers(1, 7),
    temperatures,
)
@settings(max_examples=25, deadline=None)
def test_dask_gives_the_same_for_any_chunks(z, size, temperature):
    x = da.from_array(np.array(z), chunks=size)
    p = online_softmax(x, temperature)
    assert p.chunks == x.chunks and p.dtype == np.float64
    right = softmax(z, temperature=temperature)
    assert p.compute(scheduler="sync") == pytest.approx(right, rel=1e-12, abs=1e-300)


def test_dask_is_lazy_merges_in_a_tree_and_does_not_keep_the_chunks():
    made = []

    def chunk(block_info=None):
        made.append(block_info[None]["chunk-location"][0])
        return np.full(10, float(made[-1]), np.float32)

    x = da.map_blocks(chunk, dtype=np.float32, chunks=((10,) * 100,), meta=np.empty(0, np.float32))
    p = online_softmax(x)
    assert made == [] and p.dtype == np.float32
    p.compute(scheduler="sync")
    assert sorted(made) == sorted([*range(100)] * 2), "each chunk is made once for each pass"
    assert set(made[:100]) == set(range(100)), "no chunk of the second pass before the first ends"
    merges = [name for name in dict(p.dask) if "_merged" in str(name)]
    assert len(merges) == 13 + 2 + 1, "a hundred states in groups of eight"


def test_dask_with_unknown_chunks_and_its_state():
    x = da.from_array(np.arange(20.0), chunks=6)
    x = x[x > 4]
    z = np.arange(5.0, 20)
    assert online_softmax(x).compute(scheduler="sync") == pytest.approx(softmax(z))
    assert SoftmaxState.of(x).logsumexp == pytest.approx(logsumexp(z))


def test_dask_names_bad_input():
    with pytest.raises(ValueError, match="one axis, got shape .2, 2."):
        online_softmax(da.zeros((2, 2)))
    with pytest.raises(TypeError, match="real numbers, got dtype complex128"):
        online_softmax(da.zeros(2, dtype=complex))
    with pytest.raises(ValueError, match="out and progress must be None"):
        online_softmax(da.zeros(2), progress=True)
    bad = da.from_array(np.array([0, 0, 0, np.nan]), chunks=2)
    with pytest.raises(ValueError, match="got NaN at entry 1 of chunk 1"):
        online_softmax(bad).compute(scheduler="sync")
    for nothing in (da.full(4, -np.inf), da.zeros(0)):
        with pytest.raises(ValueError, match="at least one entry above -inf"):
            online_softmax(nothing).compute(scheduler="sync")


@pytest.mark.slow
def test_processes_give_the_same_though_one_is_killed_halfway(tmp_path, report_figure):
    """Two workers, each a process; one dies while chunks are made, and its work is done again."""
    script = [sys.executable, Path(__file__).with_name("benchmark_streaming.py"), "cluster"]
    sizes = ["--workers", "2", "--chunks", "60", "--size", "10000", "--folder", tmp_path]
    run = subprocess.run(
        [*script, *sizes], capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout.splitlines()[-1])
    report_figure("online softmax on two processes", found)
    assert found["workers"] == 2
    assert found["furthest apart"] < 1e-6 and found["sum"] == pytest.approx(1, abs=1e-5)
    assert found["chunks made"] == 2 * 60, "once for each pass"
    assert found["chunks made, one worker killed"] >= 2 * 60
