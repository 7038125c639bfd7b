"""Start Jupyter in half the time: ``python -m softmax_lib.jupyter.quick_start jupyterlab``.

At each start Jupyter loads ``rfc3987_syntax``, which reads the grammar of web addresses in all the
world's alphabets: as much work as all the rest (jupyter-server/jupyter_server#1559). It is there to
check such addresses in descriptions of events, and Jupyter's own have none. Where it cannot be
imported, ``jsonschema`` goes on without that check. Kernels are other processes, and find it.
"""

import runpy
import sys

__all__ = ["main"]

UNUSED = "rfc3987_syntax"


def main(arguments):
    """Run a module as ``python -m`` would, with the arguments that follow its name.

    Parameters
    ----------
    arguments : list of str
    """
    sys.modules.setdefault(UNUSED, None)
    sys.argv[1:] = arguments[1:]
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
