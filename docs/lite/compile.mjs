// node compile.mjs PYTHON NOTEBOOKS OUT: compile every module that the notebooks import, in Pyodide.
// Python would else compile them again on each visit. PYTHON is the folder that a page loads, OUT
// gets the compiled modules: those of its packages in site/, those of Python itself in stdlib/.

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import zlib from "node:zlib";

const [folder, notebooks, out] = process.argv.slice(2).map((name) => path.resolve(name));
const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")));
const { put } = await import(pathToFileURL(path.join(folder, "start.mjs")));

const pyodide = await loadPyodide({ indexURL: `${folder}/`, env: { HOME: "/home/pyodide" } });
put(pyodide.FS, new Uint8Array(zlib.gunzipSync(fs.readFileSync(path.join(folder, "packages.bin")))));
pyodide.mountNodeFS("/notebooks", notebooks);
pyodide.mountNodeFS("/out", out);
const written = pyodide.runPython(`
import importlib, importlib.util, json, pkgutil, sys, traceback
from importlib._bootstrap_external import _code_to_hash_pyc
from pathlib import Path

SITE, STDLIB = Path("/lib/python3.12/site-packages"), Path("/lib/python312.zip")

def import_all():
    importlib.invalidate_caches()
    import pyodide_kernel, piplite.piplite, softmax_lib
    pyodide_kernel.kernel_instance.interpreter.send_comm = lambda *message: None  # there is no page
    for module in pkgutil.walk_packages(softmax_lib.__path__, "softmax_lib."):
        if not module.name.startswith(("softmax_lib.jupyter", "softmax_lib.__main__",
                                       "softmax_lib.compiled")):  # that wants numba
            importlib.import_module(module.name)
    for path in Path("/notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text())["cells"]
        exec("".join(next(c for c in cells if c["cell_type"] == "code")["source"]), {})
    softmax_lib.figures.probability_bars([0.5, 0.5], ["a", "b"])
    softmax_lib.explorers.SoftmaxExplorer([1.0, 0.0])

def compile_all():
    written = 0
    for module in list(sys.modules.values()):
        spec = getattr(module, "__spec__", None)
        if not (spec and spec.origin and spec.origin.endswith(".py")):
            continue
        path, source = Path(spec.origin), spec.loader.get_source(spec.name)
        code = compile(source, spec.origin, "exec", dont_inherit=True)
        # Python believes it without a look at the source: both come from one build.
        compiled = _code_to_hash_pyc(code, importlib.util.source_hash(source.encode()), False)
        top, kind = (SITE, "site") if path.is_relative_to(SITE) else (STDLIB, "stdlib")
        place = Path("/out", kind, path.relative_to(top)).with_suffix(".pyc")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(compiled)
        written += 1
    return written

# The kernel catches what is printed and what goes wrong.
try:
    import_all()
    answer = str(compile_all())
except BaseException:
    answer = traceback.format_exc()
answer
`);
console.log(written);
process.exit(/^\d+$/.test(written) ? 0 : 1);
