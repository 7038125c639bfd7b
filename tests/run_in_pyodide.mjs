// node run_in_pyodide.mjs PYTHON TOOLS COURSE [ARGUMENTS]: run the course's tests in a browser's Python.
// PYTHON is the folder that a page loads, TOOLS holds pytest and what else the tests import, COURSE the
// course; the rest goes to pytest. It needs a large stack: node --stack-size=20000.

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import zlib from "node:zlib";

const [folder, tools, course, ...rest] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")));
const { put } = await import(pathToFileURL(path.join(folder, "start.mjs")));

const pyodide = await loadPyodide({ indexURL: `${folder}/`, env: { HOME: "/home/pyodide" } });
put(pyodide.FS, new Uint8Array(zlib.gunzipSync(fs.readFileSync(path.join(folder, "packages.bin")))));
pyodide.mountNodeFS("/tools", tools);
pyodide.mountNodeFS("/course", course);
pyodide.globals.set("rest", pyodide.toPy(rest));
process.exit(pyodide.runPython(`
import importlib, os, sys
importlib.invalidate_caches()
sys.path.append("/tools")
os.chdir("/course/tests")  # not /course: softmax_lib is the one that a page has
import pytest

MISSING = {"emscripten does not support processes", "can't start new thread", "has no attribute 'mkfifo'"}

class Missing:
    """Skip a test that asks for what no browser has, and say which."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        try:
            return (yield)
        except Exception as error:
            told = next((told for told in MISSING if told in str(error)), None)
            if told is None:
                raise
            pytest.skip(told)

options = ["-c", "/course/.github/core-pytest.ini", "--rootdir", "/course", "-p", "no:cacheprovider",
           "--capture=sys", "-q", "-rs", "-m", "not slow", "--disable-warnings"]
int(pytest.main([*options, *rest], plugins=[Missing()]))
`));
