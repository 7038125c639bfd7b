"""Measure softmax_lib.gpt beside transformers.generate (development only).

    python training/benchmark_storyteller.py [folder of a model] [--large]

prints tokens per second of both at the storyteller's size, greedy and sampling, turn by turn in one
run and on one thread, how long import and load take beyond numpy, and how much memory the process
holds. Speeds are in processor time, so that other programs at work count little. With --large it
repeats the comparison at the size of the smallest published GPT-2 (124 M parameters, random
weights; about 500 MB on disk for the time of the run). It needs torch and transformers.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

THREADS = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM")}
os.environ.update(THREADS)  # before numpy and torch look at them

import numpy as np  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SHIPPED = ROOT / "softmax_lib" / "data" / "storyteller"
SMALL = dict(vocab_size=1000, n_positions=128, n_embd=64, n_layer=3, n_head=4)
LARGE = dict(vocab_size=50257, n_positions=1024, n_embd=768, n_layer=12, n_head=12)
SAMPLING = {"temperature 0.8": {}, "T 0.8, top-k 50, top-p 0.95": dict(top_k=50, top_p=0.95)}


def random_model(folder, **size):
    """Save a GPT-2 with random weights where `folder` says."""
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(**size, bos_token_id=None, eos_token_id=None)
    GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


def compare(folder, new, rounds):
    """Print both libraries' speeds on the model in `folder`; return whether texts are equal."""
    import torch
    from transformers import GPT2LMHeadModel

    from softmax_lib.gpt import GPT2

    torch.set_num_threads(1)
    ours, theirs = GPT2.load(folder), GPT2LMHeadModel.from_pretrained(folder).eval()
    theirs.generation_config.eos_token_id = None  # the same number of tokens each time
    prompt = [5, 6, 7, 8]
    tensor = torch.tensor([prompt])
    fixed = dict(
        attention_mask=torch.ones_like(tensor),
        max_new_tokens=new,
        pad_token_id=0,
    )

    def run_theirs(settings):
        return theirs.generate(tensor, **fixed, **settings)[0].tolist()

    cases = {"greedy": (dict(temperature=0), dict(do_sample=False))}
    for name, cuts in SAMPLING.items():
        cuts = dict(temperature=0.8, **cuts)
        cases[name] = (cuts, dict(do_sample=True) | dict(top_k=0) | cuts)
    print(f"{'tokens per second of one core':32}{'ours':>10}{'theirs':>10}{'ratio':>8}")
    for name, (mine, other) in cases.items():
        times = []
        for i in range(rounds + 1):
            begin = time.process_time()
            text = ours.generate(prompt, new, **mine)
            middle = time.process_time()
            reference = run_theirs(other)
            end = time.process_time()
            if i:  # the first round warms up
                times.append((middle - begin, end - middle))
        a, b = (statistics.median(column) for column in zip(*times))
        ratio = statistics.median(other / mine for mine, other in times)
        note = ""
        if name == "greedy":
            note = "  same text" if text == reference else "  DIFFERENT TEXT"
        print(f"{name:32}{new / a:10.0f}{new / b:10.0f}{ratio:7.1f}x{note}")


PROBE = """
import sys, time
sys.path.insert(0, {root!r})
import numpy
begin = time.perf_counter()
from softmax_lib.gpt import GPT2
model = GPT2.load({folder!r})
loaded = time.perf_counter() - begin
model.generate([1, 2, 3], {new})
import os, re
status = open("/proc/self/status").read() if os.path.exists("/proc/self/status") else ""
kinds = [re.search(kind + r":\\s+(\\d+)", status) for kind in ("VmHWM", "VmRSS", "RssAnon")]
print(loaded, *(int(kind[1]) / 1024 if kind else "nan" for kind in kinds))
"""


def footprint(folder, new):
    """Print how long import and load take beyond numpy, and the memory of a fresh process."""
    code = PROBE.format(root=str(ROOT), folder=str(folder), new=new)
    environment = {**os.environ, **THREADS}
    runs = []
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, env=environment
        )
        if done.returncode:
            raise SystemExit(done.stderr)
        runs.append([float(x) for x in done.stdout.split()])
    loaded, peak, resident, private = (statistics.median(column) for column in zip(*runs))
    weights = (Path(folder) / "model.safetensors").stat().st_size / 2**20
    print(f"import and load beyond numpy: {loaded:.3f} s")
    print(
        f"whole process after {new} tokens: {resident:.0f} MB resident (peak {peak:.0f}), of which "
        f"{private:.0f} MB are its own and not mapped from a file; the weights are {weights:.1f} MB"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", help="default: the shipped model, else a random one")
    parser.add_argument("--large", action="store_true", help="the 124 M shape too")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if options.folder:
            folder, what = options.folder, "the given model"
        elif (SHIPPED / "model.safetensors").is_file():
            folder, what = SHIPPED, "the shipped model"
        else:
            folder = random_model(Path(scratch, "small"), **SMALL)
            what = "a random model of the storyteller's size"
        print(f"numpy {np.__version__}; {what}")
        compare(folder, 100, options.rounds)
        footprint(folder, 100)
        if options.large:
            print("\na random model of GPT-2's 124 M size")
            folder = random_model(Path(scratch, "large"), **LARGE)
            compare(folder, 16, 7)
            footprint(folder, 16)


if __name__ == "__main__":
    main()
