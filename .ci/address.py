"""Fill in the address where the course is published, in every place that names it, or take it out.

    python3 .ci/address.py https://github.com/<owner>/<name>
    python3 .ci/address.py none

It stands in one setting, ``address`` under [tool.softmax-course] in pyproject.toml, which is empty
until the course has an owner: whoever registered a name that nobody holds yet would run their code
on every reader who follows it. Each place below has a text for both cases.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
FORM = re.compile(r"https://github\.com/(?P<owner>[\w-]+)/(?P<name>[\w.-]+)")

#: File, its text while there is no address, and its text with one.
PLACES = [
    ("pyproject.toml", '\naddress = ""\n', '\naddress = "{address}"\n'),
    (
        "pyproject.toml",
        "\n[tool.flit.module]\n",
        """
[project.urls]
Homepage = "{address}"
Repository = "{address}"
Issues = "{address}/issues"
Changelog = "{address}/blob/main/CHANGELOG.md"

[tool.flit.module]
""",
    ),
    (
        "CITATION.cff",
        "\nkeywords:\n",
        """
repository-code: "{address}"
url: "{address}"
keywords:
""",
    ),
    (
        "LICENSE",
        '"From the softmax course, CC BY 4.0."',
        '"From the softmax course,\n   {address}, CC BY 4.0."',
    ),
    (
        "README.md",
        """
You need Python 3.11 or newer. Open a terminal in the course's folder, which holds this file.
""",
        """
You need Python 3.11 or newer and git. Get the course:

```
git clone {address}
cd {name}
```
""",
    ),
    (
        "README.md",
        """
**Without installing anything** you can read the notebooks with their results, on GitHub say:
[00 Start here](notebooks/00_start_here.ipynb).
""",
        """
**Without installing anything:**
[![Open on Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/{owner}/{name}/HEAD?urlpath=lab/tree/notebooks/00_start_here.ipynb)
opens the same notebooks in your browser, which can take a few minutes. Or read them on GitHub:
[00 Start here](notebooks/00_start_here.ipynb).
""",
    ),
    (
        "README.md",
        """
**In Google Colab:** upload a notebook, and first run a cell of its own,
`%pip install --quiet git+ADDRESS`, with the address that you have the course from.
""",
        """
**In Google Colab:** open
[00 Start here](https://colab.research.google.com/github/{owner}/{name}/blob/HEAD/notebooks/00_start_here.ipynb),
and first run a cell of its own, `%pip install --quiet git+{address}`.
""",
    ),
    (
        "README.md",
        "with a search and the module's reference: run\n`python3 softmax_lib site`",
        "with a search and the module's reference: [they are here]({pages}). "
        "To make them, run\n`python3 softmax_lib site`",
    ),
    (
        "README.md",
        "where nobody installs anything: run `python3 softmax_lib lite`",
        "where nobody installs anything: [open the course]({pages}lite/).\n"
        "To publish it elsewhere, run `python3 softmax_lib lite`",
    ),
    (
        "README.md",
        "\n  Send what it prints to whoever gave you the course.\n",
        "\n  Send us what it prints, as [an issue]({address}/issues).\n",
    ),
]
#: A badge in each row of the table of notebooks.
BADGE = (
    " [![Open {title} on Binder](https://mybinder.org/badge_logo.svg)]"
    "(https://mybinder.org/v2/gh/{{owner}}/{{name}}/HEAD?urlpath=lab/tree/{file})"
)
PLACES += [
    ("README.md", f"\n| {link} |", f"\n| {link}{BADGE.format(title=title, file=file)} |")
    for link, title, file in re.findall(
        r"(?m)^\| (\[(\d\d [^]]+)\]\((notebooks/\w+\.ipynb)\))", README.read_text(encoding="utf-8")
    )
]


def current(root=ROOT):
    """Return the address that pyproject.toml holds, empty while there is none."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return project["tool"]["softmax-course"]["address"]


def pages(owner, name):
    """Return where GitHub shows the pages of a repository, once its settings say so."""
    host = f"{owner}.github.io".lower()
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def text_for(place, address):
    """Return the file of a place, and the text that stands there with this address."""
    file, without, with_one = place
    if not address:
        return file, without
    parts = FORM.fullmatch(address).groupdict()
    return file, with_one.format(address=address, pages=pages(**parts), **parts)


def fill_in(address, root=ROOT):
    """Put an address, or none when it is empty, into every place.

    Raises
    ------
    ValueError
        If the address has another form, or a place does not hold what it should. Then no file has
        changed.
    """
    if address and not FORM.fullmatch(address):
        raise ValueError(f"address must be https://github.com/<owner>/<name>, got {address!r}")
    before, texts = current(root), {}
    for place in PLACES:
        file, old = text_for(place, before)
        text = texts.setdefault(file, (root / file).read_text(encoding="utf-8"))
        if text.count(old) != 1:
            raise ValueError(f"{file} must hold this once, has it {text.count(old)} times:\n{old}")
        texts[file] = text.replace(old, text_for(place, address)[1])
    for file, text in texts.items():
        (root / file).write_text(text, encoding="utf-8", newline="\n")


def main(arguments):
    if len(arguments) != 1:
        print(f"The address is {current() or 'not set'}.\n")
        print(__doc__.split("It stands")[0].strip())
        return 2
    try:
        address = arguments[0].removesuffix("/").removesuffix(".git")
        if not address:
            raise ValueError("the address must be one, or the word none; got nothing")
        fill_in("" if address == "none" else address)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The address is {current() or 'taken out'}; git diff shows where.")
    if current():
        print("README links its Pages: in its settings on GitHub, let Actions publish them.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
