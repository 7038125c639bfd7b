"""The course in Google Colab: one cell installs it, and the notebooks run with what is there.

Colab publishes the versions of its packages. They are installed into a fresh environment, whose
kernel then runs the cell of the README, and the notebooks after it.
"""

import json
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from notebook_tools import PATHS, ROOT, code_cells, output_texts, read
from test_address import NEW, address
from test_binder import copy_of_the_repository

from softmax_lib.jupyter.clean_notebooks import clean
from softmax_lib.jupyter.hidden_results import VIEW

VERSIONS = ROOT / "tests/data/colab.txt"
MANAGER = "https://example.org/manager.min.js"
#: Cells whose text differs there, and why.
DIFFERENT = {"textbook-shown": "numpy 2.1 writes a float16 of 59872 as 59872., not as 5.987e+04"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="Colab runs on Linux"),
    pytest.mark.skipif(sys.version_info >= (3, 14), reason="its versions run on older Pythons"),
]


def the_cell(source):
    """Return the README's cell, with a place to install from instead of the address."""
    texts = [address.text_for(place, NEW)[1] for place in address.PLACES if "pip" in place[1]]
    (cell,) = re.findall(r"`(%pip install [^`]+)`", "\n".join(texts))
    assert cell.endswith(f" git+{NEW}")
    return cell.replace(f"git+{NEW}", f'"{source}"')


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """Colab's Python, as far as the course meets it."""
    folder = tmp_path_factory.mktemp("colab")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=120)
    python = folder / "bin" / "python"
    install = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-compile",
        "-r",
        VERSIONS,
    ]
    done = subprocess.run(install, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    # Colab's own module, of which explorers need one function.
    packages = sysconfig.get_path("purelib", "venv", {"base": folder, "platbase": folder})
    module = Path(packages, "google", "colab", "output")
    module.mkdir(parents=True)
    (module / "_widgets.py").write_text("_installed_url = None\n")
    (module / "__init__.py").write_text(
        "from . import _widgets\n"
        "def enable_custom_widget_manager():\n"
        f"    _widgets._installed_url = {MANAGER!r}\n"
    )
    return python


def installed(python):
    done = subprocess.run([python, "-m", "pip", "freeze"], capture_output=True, text=True)
    return set(done.stdout.splitlines())


def run(notebook, python, folder):
    """Run a notebook as Colab does, which has imported its own module by then."""
    spec = folder / "kernels" / "colab"
    spec.mkdir(parents=True, exist_ok=True)
    command = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(
        json.dumps({"argv": command, "display_name": "Colab", "language": "python"})
    )
    specs = KernelSpecManager(kernel_dirs=[str(spec.parent)])
    manager = AsyncKernelManager(kernel_name="colab", kernel_spec_manager=specs)
    resources = {"metadata": {"path": str(folder)}}
    leave = {"PYTHONPATH", "PYTHONHOME"}
    environment = {name: value for name, value in os.environ.items() if name not in leave}
    environment["SOFTMAX_PROGRESS"] = str(folder / "progress.json")
    client = NotebookClient(notebook, km=manager, timeout=300, resources=resources)
    client.execute(env=environment, cleanup_kc=True)


def test_one_cell_installs_it_and_the_notebooks_run(python, tmp_path):
    before = installed(python)
    source = copy_of_the_repository(tmp_path / "course")
    # On a laptop one notebook shows that nothing is missing; CI has the time for all.
    for path in PATHS if os.environ.get("CI") else PATHS[:1]:
        notebook = read(path)
        first = ["import google.colab.output", *[the_cell(source)] * (path == PATHS[0])]
        notebook.cells[:0] = [nbformat.v4.new_code_cell(cell) for cell in first]
        run(notebook, python, tmp_path)
        del notebook.cells[: len(first)]
        for cell in code_cells(notebook):
            for output in cell.outputs:
                if VIEW in output.get("data", {}) and cell.id != "progress":
                    shown = output.metadata[VIEW]["colab"]["custom_widget_manager"]
                    assert shown == {"url": MANAGER}, cell.id
                    assert "text/html" in output.data, "a table, for whom the view cannot reach"
        for there, here in zip(code_cells(clean(notebook)), code_cells(read(path)), strict=True):
            if there.id not in DIFFERENT:
                assert sorted(output_texts(there)) == sorted(output_texts(here)), there.id
    (added,) = installed(python) - before
    assert added.startswith("softmax-course") and before < installed(python), "others changed"
