"""How fast softmax is: beside scipy, torch and jax, and beside what the machine can do at most.

Run it from the repository's root; each line is printed as soon as it is there::

    python tests/benchmark_softmax.py
    python tests/benchmark_softmax.py short          # the rows with this in their names
    python tests/benchmark_softmax.py --beside PATH  # and another checkout, in turns
    python tests/benchmark_softmax.py --compiled     # ours in compiled code: it needs numba
    python tests/benchmark_softmax.py --sweep 200    # random shapes, beside scipy alone
    python tests/benchmark_softmax.py --plot n.svg   # cost against n, on two logarithmic axes

A ratio says how many times as long the other takes. All work on one thread, in turns, and a ratio
is the median over the rounds. Processor time counts, so that other programs at work count little; a
row of threads goes by the clock. Beside torch there are two ratios: when it makes a new array, as
torch.softmax does, and when it writes into one. The limit is what copying the array takes, and exp
of as many numbers that are in the cache. Peers that are not installed are left out, and named.

It ends with status 1 when a row of softmax is slower than scipy, or far from scipy in float64.
"""

import argparse
import importlib.util
import math
import os
import statistics
import subprocess
import sys
import time
import tracemalloc
from functools import partial
from pathlib import Path

for _name in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM"):  # before numpy and torch look at them
    os.environ[f"{_name}_NUM_THREADS"] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ.setdefault("JAX_PLATFORMS", "cpu")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import scipy.special  # noqa: E402

import softmax_lib  # noqa: E402
from softmax_lib.attention import attention  # noqa: E402
from softmax_lib.sampling import sample, top_p  # noqa: E402

try:
    import torch

    torch.set_num_threads(1)
except ImportError:
    torch = None
try:
    import jax

    jax.config.update("jax_enable_x64", True)
except ImportError:
    jax = None

# name, shape, dtype, axis, into a given array
SHAPES = [
    ("ten scores", (10,), "float64", -1, False),
    ("a vocabulary", (50257,), "float32", -1, False),
    ("a vocabulary, float64", (50257,), "float64", -1, False),
    ("a batch of vocabularies, out", (256, 50257), "float32", -1, True),
    ("a batch of vocabularies", (256, 50257), "float32", -1, False),
    ("attention scores, out", (8, 12, 512, 512), "float32", -1, True),
    ("attention scores", (8, 12, 512, 512), "float32", -1, False),
    ("short rows", (100_000, 10), "float32", -1, False),
    ("short rows, out", (100_000, 10), "float32", -1, True),
    ("short rows, float64", (100_000, 10), "float64", -1, False),
    ("short columns", (10, 100_000), "float32", 0, False),
    ("long columns", (100_000, 10), "float32", 0, False),
    ("an image's channels", (16, 128, 56, 56), "float32", 1, False),
    ("a square, float64", (1000, 1000), "float64", -1, False),
    ("a square, float16", (1000, 1000), "float16", -1, False),
]
SWEEP_SEED, ROUNDS = 18, 7


def say(text):
    print(text, flush=True)


def in_turns(cases, rounds=ROUNDS, clock=time.process_time, least=0.004):
    """Return {name: seconds of each round}; every case has its turn in each round."""
    repeats, seconds = {}, {name: [] for name in cases}
    for name, call in cases.items():
        call()
        began = clock()
        call()
        repeats[name] = max(1, math.ceil(least / max(clock() - began, 1e-7)))
    for turn in range(rounds):
        for name in list(cases)[:: -1 if turn % 2 else 1]:
            call = cases[name]
            began = clock()
            for _ in range(repeats[name]):
                call()
            seconds[name].append((clock() - began) / repeats[name])
    return seconds


def ratio(seconds, other, ours="ours"):
    """Return how many times as long `other` takes, or NaN where there is none."""
    if other not in seconds:
        return math.nan
    return statistics.median(b / a for a, b in zip(seconds[ours], seconds[other], strict=True))


def extra_memory(call):
    """Return the most memory that a call holds beside what was there before, in MB."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def other_checkout(path):
    """Return the softmax_lib of another checkout, under a name of its own."""
    folder = path.resolve() / "softmax_lib"
    spec = importlib.util.spec_from_file_location("other_softmax_lib", folder / "__init__.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def limit(z):
    """Return a function that copies `z`, and one that takes exp of as many numbers in the cache."""
    room, few = np.empty_like(z), np.linspace(-20, 0, 2**14, dtype=z.dtype)
    place = np.empty_like(few)

    def exponentiate():
        for start in range(0, z.size, few.size):
            part = few[: z.size - start]
            np.exp(part, place[: part.size])

    return (lambda: np.copyto(room, z)), exponentiate


HEAD = f"{'':32}{'ours':>11}{'scipy':>8}{'torch':>8}{'  , out':>8}{'jax':>8}{'limit':>8}"


def line(name, seconds, best=math.nan, memory=math.nan, beside=None):
    ours = statistics.median(seconds["ours"]) * 1e6
    parts = [ratio(seconds, peer) for peer in ("scipy", "torch", "torch out", "jax")]
    numbers = "".join(f"{part:8.2f}" if part == part else f"{'-':>8}" for part in [*parts, best])
    extra = f"{memory:9.2f} MB" if memory == memory else f"{'':12}"
    other = f"{ratio(seconds, 'other'):8.2f}" if beside else ""
    say(f"{name:32}{ours:8.1f} µs{numbers}{extra}{other}")


def softmax_row(name, shape, dtype, axis, into, beside=None):
    """Measure a row of softmax; return what is wrong with it."""
    z = (np.random.default_rng(0).normal(size=shape) * 3).astype(dtype)
    room = np.empty_like(z) if into else None
    cases = {
        "ours": lambda: softmax_lib.softmax(z, axis, out=room),
        "scipy": lambda: scipy.special.softmax(z, axis),
    }
    if beside:
        cases["other"] = lambda: beside.softmax(z, axis, out=room)
    if torch:
        tensor = torch.from_numpy(z)
        place = torch.empty_like(tensor)
        cases["torch"] = lambda: torch.softmax(tensor, axis)
        cases["torch out"] = lambda: torch.softmax(tensor, axis, out=place)
    if jax:
        array, jitted = jax.numpy.asarray(z), jax.jit(lambda x: jax.nn.softmax(x, axis))
        cases["jax"] = lambda: jitted(array).block_until_ready()
    cases["copy"], cases["exp"] = limit(z)
    faults = []
    close = 1e-3 if dtype == "float16" else 64 * float(np.finfo(dtype).eps)
    truth = scipy.special.softmax(z.astype(np.float64), axis)
    if not np.allclose(
        cases["ours"](), truth, rtol=close, atol=1e-7 if dtype == "float16" else close * truth.min()
    ):
        faults.append(f"{name}: not what scipy gives in float64")
    del truth
    seconds = in_turns(cases)
    together = zip(seconds["ours"], seconds["copy"], seconds["exp"], strict=True)
    best = statistics.median((copy + exp) / ours for ours, copy, exp in together)
    result = z.nbytes if room is None else 0
    memory = extra_memory(cases["ours"]) - result / 1e6
    line(name, seconds, best, memory, beside)
    if ratio(seconds, "scipy") < 1:
        faults.append(f"{name}: slower than scipy")
    return faults


def others(beside=None):
    """Return {name: function that returns {peer: call}} for what is made of softmax."""
    g = np.random.default_rng(1)

    def logarithms(name):
        z = (g.normal(size=(256, 5000)) * 3).astype(np.float32)
        cases = {peer: lambda f=f: f(z, axis=-1)
                 for peer, f in (("ours", getattr(softmax_lib, name)),
                                 ("scipy", getattr(scipy.special, name)))}  # fmt: skip
        if beside:
            cases["other"] = lambda: getattr(beside, name)(z, axis=-1)
        if torch:
            tensor, f = torch.from_numpy(z), getattr(torch, name)
            cases["torch"] = lambda: f(tensor, -1)
        if jax:
            array = jax.numpy.asarray(z)
            jitted = jax.jit(lambda x: getattr(jax.nn, name)(x, axis=-1))
            cases["jax"] = lambda: jitted(array).block_until_ready()
        return cases

    def draws():
        p, mine, theirs = (
            softmax_lib.softmax(g.normal(size=5000)),
            *np.random.default_rng(0).spawn(2),
        )
        cases = {
            "ours": lambda: sample(p, mine, size=1000),
            "scipy": lambda: theirs.choice(len(p), 1000, p=p),  # numpy's, in this column
        }
        if torch:
            tensor = torch.from_numpy(p)
            cases["torch"] = lambda: torch.multinomial(tensor, 1000, replacement=True)
        return cases

    def cuts():
        p = softmax_lib.softmax(g.normal(size=50257) * 3)
        cases = {"ours": lambda: top_p(p, 0.9).probabilities}
        if torch:
            tensor = torch.from_numpy(p)

            def nucleus():  # as transformers does it
                sorted_p, order = torch.sort(tensor)
                remove = sorted_p.cumsum(-1) <= 1 - 0.9
                kept = tensor.masked_fill(torch.zeros_like(remove).scatter(-1, order, remove), 0)
                return kept / kept.sum()

            cases["torch"] = nucleus
        return cases

    def attended():
        q, k, v = g.normal(size=(3, 12, 256, 64)).astype(np.float32)
        cases = {"ours": lambda: attention(q, k, v)}
        if torch:
            tensors = [torch.from_numpy(a)[None] for a in (q, k, v)]
            cases["torch"] = lambda: torch.nn.functional.scaled_dot_product_attention(*tensors)
        if jax:
            arrays = [jax.numpy.asarray(a.swapaxes(0, 1))[None] for a in (q, k, v)]
            jitted = jax.jit(jax.nn.dot_product_attention)
            cases["jax"] = lambda: jitted(*arrays).block_until_ready()
        return cases

    def surprise():
        z = (g.normal(size=(256, 5000)) * 3).astype(np.float32)
        classes = g.integers(0, 5000, 256)
        cases = {"ours": lambda: softmax_lib.cross_entropy(z, classes)}
        if torch:
            f, t, c = (
                torch.nn.functional.cross_entropy,
                torch.from_numpy(z),
                torch.from_numpy(classes),
            )
            cases["torch"] = lambda: f(t, c, reduction="none")
        return cases

    return {
        "log_softmax (256, 5000)": lambda: logarithms("log_softmax"),
        "logsumexp (256, 5000)": lambda: logarithms("logsumexp"),
        "sample 1000 of 5000 (choice)": draws,
        "top-p of 50257": cuts,
        "attention (12, 256, 64)": attended,
        "cross-entropy (256, 5000)": surprise,
    }


def sweep(count):
    """Measure random shapes, axes and dtypes beside scipy; return those that are slower."""
    g, ratios, faults = np.random.default_rng(SWEEP_SEED), [], []
    for n in range(count):
        size, axes = 10 ** g.uniform(0, 6), int(g.integers(1, 5))
        cuts = np.sort(g.random(axes - 1)) if axes > 1 else []
        shape = tuple(max(1, round(size**part)) for part in np.diff([0, *cuts, 1]))
        dtype = ["float16", "float32", "float64", "int64"][g.choice(4, p=[0.1, 0.45, 0.35, 0.1])]
        z = (g.normal(size=shape) * 3).astype(dtype)
        order = tuple(g.permutation(axes)) if g.random() < 0.3 else tuple(range(axes))
        z, axis = z.transpose(order), int(g.integers(-axes, axes))
        name = ["softmax", "log_softmax", "logsumexp"][n % 3]
        cases = {
            peer: partial(getattr(home, name), z, axis=axis)
            for peer, home in (("ours", softmax_lib), ("scipy", scipy.special))
        }
        eps = 1e-3 if dtype == "float16" else float(np.finfo(np.promote_types(dtype, "f4")).eps)
        told = f"{name} {z.shape}, axis {axis}, {dtype}, {tuple(map(int, order))}"
        truth = getattr(scipy.special, name)(z.astype(np.longdouble), axis=axis)
        if not np.allclose(cases["ours"](), truth, rtol=64 * eps, atol=64 * eps):
            faults.append(f"not what scipy gives in {np.dtype(np.longdouble)}: {told}")
        ratios.append(ratio(in_turns(cases, rounds=5, least=0.002), "scipy"))
        if ratios[-1] < 1:
            faults.append(f"slower than scipy, {ratios[-1]:.2f}: {told}")
            say(faults[-1])
    low, middle, high = (statistics.quantiles(ratios, n=10)[k] for k in (0, 4, 8))
    say(
        f"{count} random shapes beside scipy: median {middle:.2f}, a tenth below {low:.2f} and "
        f"a tenth above {high:.2f}, the least {min(ratios):.2f}; {len(faults)} slower or not equal"
    )
    return faults


def cost_against_n(path, engine=None):
    """Say what one row of n float32 costs, and draw it; also what an engine takes, if there is."""
    counts = [10**k for k in range(1, 8)]
    peers = {}
    for n in counts:
        z = np.random.default_rng(2).normal(size=n).astype(np.float32)
        cases = {
            "ours": partial(softmax_lib.softmax, z),
            "scipy": partial(scipy.special.softmax, z),
        }
        if torch:
            cases["torch"] = partial(torch.softmax, torch.from_numpy(z), -1)
        if engine:
            cases["compiled"] = partial(engine, "_softmax", z, -1, 1.0, None, 1, None)
        seconds = {peer: statistics.median(s) for peer, s in in_turns(cases, rounds=5).items()}
        say(f"n = {n:<9}" + "".join(f"{peer:>10}{1e6 * s:11.1f} µs" for peer, s in seconds.items()))
        for peer, each in seconds.items():
            peers.setdefault(peer, []).append(1e6 * each)
    if path:
        from matplotlib.figure import Figure

        axes = (figure := Figure()).add_subplot()
        for (peer, times), marker in zip(peers.items(), "os^D"):
            axes.loglog(counts, times, marker=marker, label=peer)
        axes.set(
            xlabel="scores in a row", ylabel="microseconds", title="softmax, float32, one core"
        )
        axes.grid(alpha=0.3)
        axes.legend()
        figure.savefig(path, metadata={"Date": None})


def threads_row(name, shape):
    z = (np.random.default_rng(0).normal(size=shape) * 3).astype(np.float32)
    room = np.empty_like(z)
    cases = {
        "ours": lambda: softmax_lib.softmax(z, out=room),
        "two": lambda: softmax_lib.softmax(z, out=room, threads=2),
    }
    gain = 1 / ratio(in_turns(cases, clock=time.perf_counter), "two")
    say(f"{name}: two threads are {gain:.2f} times as fast as one")


def import_times():
    """Say how long imports take beyond numpy's."""
    code = "import numpy, time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
    found = []
    for module in (
        "softmax_lib",
        "scipy.special",
        *(["torch"] * bool(torch)),
        *(["jax"] * bool(jax)),
    ):
        run = [sys.executable, "-c", code.format(module)]
        times = [
            float(subprocess.run(run, cwd=ROOT, capture_output=True, check=True).stdout)
            for _ in range(3)
        ]
        found.append(f"{module} {1000 * statistics.median(times):.0f} ms")
    say("import, beyond numpy: " + ", ".join(found))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("only", nargs="?", default="", help="what a row's name has to hold")
    parser.add_argument("--beside", metavar="PATH", type=Path, help="another checkout")
    parser.add_argument("--compiled", action="store_true", help="with softmax_lib.compiled in use")
    parser.add_argument(
        "--sweep", metavar="COUNT", type=int, help="random shapes, and nothing else"
    )
    parser.add_argument("--plot", metavar="FILE", help="cost against n, and nothing else")
    options = parser.parse_args()
    versions = [f"numpy {np.__version__}", f"scipy {scipy.__version__}"]
    versions += [f"{m.__name__} {m.__version__}" for m in (torch, jax) if m]
    absent = [name for name, module in (("torch", torch), ("jax", jax)) if not module]
    engine = None
    if options.compiled:
        import numba

        from softmax_lib import compiled

        compiled.use(not options.plot)  # in a plot the two stand side by side
        engine = compiled._engine
        versions.append(f"ours compiled by numba {numba.__version__}")
    say(", ".join(versions) + "".join(f"; {name} is not installed" for name in absent))
    if options.sweep or options.plot:
        faults = (
            sweep(options.sweep) if options.sweep else cost_against_n(options.plot, engine) or []
        )
    else:
        beside = other_checkout(options.beside) if options.beside else None
        say(f"{HEAD}{'beside':>12}" + f"{'other':>8}" * bool(beside))
        faults = []
        for name, *row in SHAPES:
            if options.only in name:
                label = f"{name} {str(tuple(row[0])).replace(' ', '')}" if len(name) < 12 else name
                faults += softmax_row(label, *row, beside)
        for name, make in others(beside).items():
            if options.only in name:
                line(name, in_turns(make()), beside=beside)
        if not options.only:
            threads_row("a batch of vocabularies", (256, 50257))
            threads_row("attention scores", (8, 12, 512, 512))
            import_times()
    say("; ".join(faults) or "no row is slower than scipy, and all agree")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
