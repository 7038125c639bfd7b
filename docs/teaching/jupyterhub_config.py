"""One server for a class: JupyterHub, with a JupyterLab and a home folder for each learner.

SOFTMAX_HUB_PASSWORD=... .venv/bin/python -m jupyterhub -f docs/teaching/jupyterhub_config.py

one-server.md, beside this file, says how to set it up and how large the computer has to be. All
servers run as the account that starts the hub, so start it from an account that holds nothing else.
"""

import os
import secrets
import shutil
import sys
from pathlib import Path

c = get_config()  # noqa: F821

COURSE = Path(__file__).resolve().parents[2]
STATE = Path(os.environ.get("SOFTMAX_HUB_STATE", COURSE / ".setup" / "hub")).resolve()
HOMES = STATE / "homes"  # for class_progress, later
PORT = os.environ.get("SOFTMAX_HUB_PORT", "8000")
PASSWORD = os.environ.get("SOFTMAX_HUB_PASSWORD", "")
SEATS = int(os.environ.get("SOFTMAX_HUB_SEATS", "30"))

if len(PASSWORD) < 8:
    sys.exit("Set SOFTMAX_HUB_PASSWORD to a password for the room, of 8 characters or more.")
if getattr(os, "geteuid", lambda: 1)() == 0 and "SOFTMAX_HUB_AS_ROOT" not in os.environ:
    sys.exit("Start the hub from an account of its own: what learners run would run as root.")
HOMES.mkdir(parents=True, exist_ok=True)
STATE.chmod(0o700)  # for this account alone, as which the learners' servers run, too
# Where servers and kernels meet. A socket's name may have 103 letters, so STATE can be too deep.
SOCKETS = Path(f"/tmp/softmax-hub-{os.getuid()}-{PORT}")
SOCKETS.mkdir(mode=0o700, exist_ok=True)
if SOCKETS.is_symlink() or SOCKETS.stat().st_uid != os.getuid():
    sys.exit(f"{SOCKETS} belongs to somebody else: set SOFTMAX_HUB_PORT to another port.")

# --- Who comes in ---------------------------------------------------------------------------------

# Everybody gets a seat, seat-01 say, and the room has one password. The teacher's lies in a file.
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = PASSWORD
c.Authenticator.allowed_users = {f"seat-{number:02}" for number in range(1, SEATS + 1)}
c.Authenticator.admin_users = {"teacher"}
SECRET = STATE / "teacher_password"
if not SECRET.exists():
    SECRET.touch(mode=0o600)
    SECRET.write_text(secrets.token_urlsafe(32), encoding="ascii")
c.SharedPasswordAuthenticator.admin_password = SECRET.read_text(encoding="ascii")

# --- Where the hub listens and keeps its notes ----------------------------------------------------

c.JupyterHub.bind_url = f"http://:{PORT}"
DATABASE = STATE / "hub.sqlite"
DATABASE.touch(mode=0o600)
c.JupyterHub.db_url = f"sqlite:///{DATABASE}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
for file in (SECRET, DATABASE):
    file.chmod(0o600)  # also what an older version made
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
# The servers and the proxy outlive a hub that ends: started again, it finds them.
c.JupyterHub.cleanup_servers = False
c.JupyterHub.cleanup_proxy = False

# --- A class arrives at once ----------------------------------------------------------------------

# Of 30 learners on 2 cores who come within ten seconds, most wait for more than 30 seconds: the
# usual http_timeout would give up on them.
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 180
c.JupyterHub.active_server_limit = SEATS + 1  # and the teacher

# --- A server for each ----------------------------------------------------------------------------

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(HOMES / "{username}")
# With -P, a file of a learner's own, random.py say, cannot stand in for one of the server's.
c.Spawner.cmd = [sys.executable, "-P", "-m", "softmax_lib.jupyter.quick_start"]
c.Spawner.cmd.append("jupyterhub.singleuser")
c.Spawner.notebook_dir = str(HOMES / "{username}")
c.Spawner.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
# The arithmetic is small: one thread for each kernel, or thirty of them fight for the cores.
c.Spawner.environment = {
    name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
}
# With ports, two kernels of a large class took the same one now and then, and one of them died.
c.Spawner.args = ["--KernelManager.transport=ipc"]
c.Spawner.environment["JUPYTER_RUNTIME_DIR"] = lambda spawner: str(SOCKETS / spawner.user.name)
# Matplotlib looks through all fonts, once for everybody and not once for each.
c.Spawner.environment["MPLCONFIGDIR"] = str(STATE / "matplotlib")


def give_notebooks(spawner):
    """Copy the notebooks to a learner who has none; those of all others stay as they are."""
    place = HOMES / spawner.user.name / "notebooks"
    if not place.exists():
        new = place.with_name("notebooks.new")
        shutil.rmtree(new, ignore_errors=True)
        ignored = shutil.ignore_patterns(".ipynb_checkpoints", "*.html")
        shutil.copytree(COURSE / "notebooks", new, ignore=ignored)
        new.rename(place)  # all of them or none


c.Spawner.pre_spawn_hook = give_notebooks

# --- What is left open is closed ------------------------------------------------------------------

# A kernel that nobody looks at rests half an hour, a server an hour and a half. Files stay.
c.Spawner.args += [
    "--LanguageServerManager.autodetect=False",  # none are there, and the search starts Node.js
    "--MappingKernelManager.cull_idle_timeout=1800",
    "--MappingKernelManager.cull_interval=300",
    "--ServerApp.shutdown_no_activity_timeout=5400",
]
if "SOFTMAX_HUB_AS_ROOT" in os.environ:
    c.Spawner.args.append("--allow-root")
