"""A file of 4 GB and a cluster of processes: what `online_softmax` needs of memory and of time.

    python tests/benchmark_streaming.py file --gigabytes 4      # needs twice that on the disk
    python tests/benchmark_streaming.py cluster --workers 4

It prints one line of JSON. test_streaming.py runs the second with two small workers: each chunk
leaves a mark when it is made, and after half of the marks one worker is killed.
"""

import argparse
import json
import os
import signal
import tempfile
import time
import uuid
from pathlib import Path

import numpy as np

from softmax_lib.streaming import SoftmaxState, online_softmax


def anonymous_bytes():
    """Return the memory of this process that no file stands behind (Linux alone says it)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


def file(gigabytes, folder):
    """Map a file of float32 scores, and write its softmax into another."""
    n, step = int(gigabytes * 1e9) // 4, 1 << 22
    z = np.memmap(folder / "scores", np.float32, "w+", shape=n)
    generator = np.random.default_rng(0)
    for start in range(0, n, step):
        part = z[start : start + step]
        part[:] = 4 * generator.standard_normal(len(part), np.float32)
    p = np.memmap(folder / "probabilities", np.float32, "w+", shape=n)
    before, peak = anonymous_bytes(), 0

    def look(done, total):
        nonlocal peak
        peak = max(peak, anonymous_bytes())

    start = time.perf_counter()
    online_softmax(z, out=p, progress=look)
    seconds = time.perf_counter() - start
    total = sum(float(p[k : k + step].sum(dtype=np.float64)) for k in range(0, n, step))
    return {
        "gigabytes": gigabytes,
        "anonymous megabytes, peak": round(peak / 1e6, 1),
        "of them before": round(before / 1e6, 1),
        "seconds": round(seconds, 1),
        "sum": round(total, 9),
    }


def make_chunk(block_info=None, folder=None, size=None):
    k = block_info[None]["chunk-location"][0]
    (folder / f"{k}-{uuid.uuid4().hex}").touch()
    return np.random.default_rng(k).normal(0, 5, size).astype(np.float32)


def cluster(workers, chunks, size, folder):
    """Compute on processes, twice: undisturbed, and with a worker killed halfway."""
    import dask.array as da
    import distributed

    marks = [folder / "first", folder / "second"]
    for place in marks:
        place.mkdir()

    def scores(place):
        return da.map_blocks(
            make_chunk, dtype=np.float32, chunks=((size,) * chunks,), folder=place, size=size,
            meta=np.empty(0, np.float32),
        )  # fmt: skip

    info = [{None: {"chunk-location": (k,)}} for k in range(chunks)]
    (folder / "alone").mkdir()
    start = time.perf_counter()
    here = [make_chunk(block, folder / "alone", size) for block in info]
    state = SoftmaxState.of(here)
    right = np.concatenate(online_softmax(here))
    alone = time.perf_counter() - start
    with (
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            dashboard_address=None,
            local_directory=folder / "dask",
        ) as machines,
        distributed.Client(machines) as client,
    ):
        pids = client.run(os.getpid)
        start = time.perf_counter()
        found = client.compute(online_softmax(scores(marks[0]))).result()
        together = time.perf_counter() - start
        future = client.compute(online_softmax(scores(marks[1])))
        while len(list(marks[1].iterdir())) < chunks // 2:
            time.sleep(0.002)
        os.kill(next(iter(pids.values())), signal.SIGKILL)
        again = future.result(timeout=120)
    return {
        "workers": len(set(pids.values())),
        "scores": chunks * size,
        "furthest apart": max(float(np.abs(f / right - 1).max()) for f in (found, again)),
        "sum": round(float(again.sum(dtype=np.float64)), 6),
        "logsumexp": round(state.logsumexp, 6),
        "chunks made": len(list(marks[0].iterdir())),
        "chunks made, one worker killed": len(list(marks[1].iterdir())),
        "seconds in one process": round(alone, 2),
        "seconds on the cluster": round(together, 2),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["file", "cluster"])
    parser.add_argument("--gigabytes", type=float, default=4.0)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--chunks", type=int, default=200)
    parser.add_argument("--size", type=int, default=200_000)
    parser.add_argument("--folder", type=Path, help="where there is room")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        if chosen.what == "file":
            found = file(chosen.gigabytes, Path(folder))
        else:
            found = cluster(chosen.workers, chosen.chunks, chosen.size, Path(folder))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
