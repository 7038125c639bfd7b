"""The course names no address but the one that is set, and none while none is set.

Whoever registers a name that nobody holds runs code on each reader who follows it.
"""

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from notebook_tools import PATHS

ROOT = Path(__file__).resolve().parent.parent

SPEC = importlib.util.spec_from_file_location("address", ROOT / ".ci/address.py")
address = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(address)

NEW = "https://github.com/ada-l/soft.max"

#: Places where somebody can put a project, and from which its code or pages come.
HOSTS = (
    "github.com github.io githubusercontent.com gitlab.com gitlab.io codeberg.org bitbucket.org "
    "sr.ht mybinder.org nbviewer.org colab.research.google.com readthedocs.io readthedocs.org "
    "netlify.app vercel.app pages.dev pypi.org anaconda.org hub.docker.com huggingface.co"
).split()
#: Projects of others, which the course speaks of.
OTHERS = {
    "github.com/Adibvafa/CodonTransformer/issues",
    "github.com/FluxML/NNlib.jl/pull",
    "github.com/JuliaStats/StatsFuns.jl/issues",
    "github.com/allenai/allennlp/issues",
    "github.com/deeplearning4j/deeplearning4j/issues",
    "github.com/deeplearning4j/nd4j/issues",
    "github.com/dwavesystems/dwave-optimization/issues",
    "github.com/huggingface/transformers/pull",
    "github.com/ml-explore/mlx/pull",
    "github.com/pytorch/pytorch/issues",
    "github.com/tensorflow/tensorflow/issues",
    "github.com/tracel-ai/burn/issues",
    "github.com/uTensor/uTensor/issues",
    "github.com/Dao-AILab/flash-attention/issues",
    "github.com/RL-Align/RL-Kernel/issues",
    "github.com/ggml-org/llama.cpp/issues",
    "github.com/google/gemma.cpp/pull",
    "github.com/huggingface/transformers/issues",
    "github.com/microsoft/vscode-jupyter",
    "github.com/openai/openai-python/blob",
    "github.com/pytorch/pytorch/pull",
    "github.com/huggingface/safetensors",
    "github.com/higham/logsumexp-softmax-tests",
    "git-lfs.github.com/spec/v1",
}
HOST = "|".join(map(re.escape, HOSTS))
LINK = re.compile(rf"(?:[\w.-]+\.)?(?:{HOST})(?:/[\w.%+-]+)*")
INSTALL = re.compile(r"pip3? install (?:[^\n`]* )?[\"']?softmax[-_]\w+|git clone ")
BINARY = {".png", ".gif", ".npz", ".safetensors", ".woff2", ".gz", ".zip"}


def files(root):
    """Return the files that git would commit; all there are, where git is not at hand."""
    try:
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        done = subprocess.run(command, cwd=root, capture_output=True, check=True)
        names = done.stdout.decode().split("\0")
        found = [root / name for name in names if name]
    except (OSError, subprocess.CalledProcessError):
        skip = {".git", ".venv", ".setup", "__pycache__", ".hypothesis", ".ipynb_checkpoints"}
        found = [path for path in root.rglob("*") if not skip & set(path.parts)]
    mine = {Path(__file__).resolve(), root / ".ci/address.py"}
    return [p for p in found if p.is_file() and p.suffix not in BINARY and p.resolve() not in mine]


def strangers(root):
    """Return the addresses of projects, and what fetches one, beside others' and the set one."""
    texts = {}
    for place in address.PLACES:
        file, text = address.text_for(place, address.current(root))
        texts.setdefault(root / file, []).append(text)
    found = set()
    for path in files(root):
        content = path.read_text(encoding="utf-8", errors="replace")
        for text in texts.get(path, []):
            content = content.replace(text, "")
        for match in [*LINK.finditer(content), *INSTALL.finditer(content)]:
            here = match[0]
            known = any(here == other or here.startswith(other + "/") for other in OTHERS)
            if not known and here not in HOSTS:
                found.add(f"{path.relative_to(root).as_posix()}: {here}")
    return sorted(found)


def test_no_other_address_stands_anywhere():
    assert strangers(ROOT) == []


@pytest.mark.parametrize(
    "line",
    [
        "See https://github.com/softmax-course/softmax-course.",
        "git clone somewhere",
        "pip install softmax-course",
        "python -m pip install -U 'softmax-lib[course]'",
        "https://softmax-course.github.io/",
        "https://mybinder.org/v2/gh/somebody/something/HEAD",
        "https://colab.research.google.com/github/somebody/x.ipynb",
    ],
)
def test_another_address_would_be_found(copy, line):
    with open(copy / "CONTRIBUTING.md", "a") as file:
        file.write(line + "\n")
    assert len(strangers(copy)) == 1


@pytest.fixture
def copy(tmp_path):
    """A copy of the files that hold the address, and of others that readers see."""
    names = {file for file, *_ in address.PLACES} | {"CONTRIBUTING.md", ".ci/address.py"}
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def contents(root):
    return {file: (root / file).read_bytes() for file, *_ in address.PLACES}


def fill(copy, value):
    command = [sys.executable, copy / ".ci/address.py", value]
    return subprocess.run(command, capture_output=True, text=True)


def test_it_is_filled_in_everywhere_and_taken_out_again(copy):
    if address.current(copy):
        address.fill_in("", copy)
    before = contents(copy)
    done = fill(copy, NEW + "/")
    assert done.returncode == 0, done.stderr
    assert address.current(copy) == NEW and strangers(copy) == []
    texts = {name: content.decode() for name, content in contents(copy).items()}
    urls = tomllib.loads(texts["pyproject.toml"])["project"]["urls"]
    assert urls["Issues"] == f"{NEW}/issues" and all(u.startswith(NEW) for u in urls.values())
    assert f"git clone {NEW}\ncd soft.max\n" in texts["README.md"]
    badges = re.findall(
        r"/ada-l/soft.max/HEAD\?urlpath=lab/tree/(\S+\.ipynb)\)", texts["README.md"]
    )
    notebooks = [path.relative_to(ROOT).as_posix() for path in PATHS]
    assert badges == [notebooks[0], *notebooks], "one in the text, and one in each row"
    assert f"`%pip install --quiet git+{NEW}`" in texts["README.md"]
    assert "[they are here](https://ada-l.github.io/soft.max/)" in texts["README.md"]
    assert "[open the course](https://ada-l.github.io/soft.max/lite/)" in texts["README.md"]
    assert f'repository-code: "{NEW}"' in texts["CITATION.cff"]
    assert NEW in texts["LICENSE"]

    # From one to the next, and out again: to the byte what it was.
    assert fill(copy, "https://github.com/b/c").returncode == 0
    assert not [name for name, content in contents(copy).items() if NEW.encode() in content]
    assert fill(copy, "none").returncode == 0
    assert contents(copy) == before
    assert address.current(copy) == ""


def test_pages_stand_where_github_shows_them():
    assert address.pages("Ada-L", "Softmax") == "https://ada-l.github.io/Softmax/"
    assert address.pages("Ada-L", "ada-l.github.io") == "https://ada-l.github.io/"


@pytest.mark.parametrize("value", ["softmax", "http://github.com/a/b", "https://github.com/a", ""])
def test_what_is_no_address_is_refused(copy, value):
    before = contents(copy)
    done = fill(copy, value)
    if value:
        assert done.returncode == 1 and repr(value) in done.stderr
    assert contents(copy) == before


def test_a_place_that_was_edited_by_hand_is_named_and_nothing_changes(copy):
    license_text = (copy / "LICENSE").read_text(encoding="utf-8")
    (copy / "LICENSE").write_text(license_text.replace("To give credit", "X").replace("CC BY", ""))
    before = contents(copy)
    done = fill(copy, NEW)
    assert done.returncode == 1 and "LICENSE must hold this once" in done.stderr
    assert contents(copy) == before
