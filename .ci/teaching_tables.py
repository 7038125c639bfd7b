"""Compute the tables of docs/teaching from the minutes in `registry.COURSE`, and write them there.

.venv/bin/python .ci/teaching_tables.py
"""

import re
import tomllib
from pathlib import Path

from softmax_lib.exercises.registry import COURSE, all_exercises

PLACE = Path(__file__).parent.parent / "docs" / "teaching"
WELCOME, BREAK = 5, 10  # of each evening


def title(notebook):
    """Return how a notebook is called in a table: "05 Temperature"."""
    number, *words = notebook.split("_")
    return f"{number} {' '.join(words).capitalize()}"


def minutes_of(notebook, without=()):
    """Return how long a notebook takes when some of its exercises are left out."""
    exercises = {e.id: e.minutes for e in all_exercises().values() if e.notebook == notebook}
    return COURSE[notebook] - sum(exercises[name] for name in without)


def clock(minutes):
    return f"{minutes // 60}:{minutes % 60:02}"


def timed(steps, minutes):
    """Return (step, its minutes) for each step; the one with `rest` takes what the others leave."""
    taken = [
        minutes_of(step["notebook"], step.get("without", ()))
        if "notebook" in step
        else step.get("minutes", 0)
        for step in steps
    ]
    left = minutes - sum(taken)
    if left < 0 or sum("rest" in step for step in steps) != 1:
        raise ValueError(f"steps must leave time for the one with rest, got {left} minutes left")
    return [(step, left if "rest" in step else own) for step, own in zip(steps, taken)]


def plan_table(steps, minutes):
    """Return a plan as a table: from when to when, how long, what."""
    lines = ["| from | to | minutes | what | leave out |", "|---|---|---|---|---|"]
    start = 0
    for step, own in timed(steps, minutes):
        what, left_out = step.get("what", ""), ""
        if "notebook" in step:
            name = step["notebook"]
            what = f"[{title(name)}](../../notebooks/{name}.ipynb), [script](scripts/{name}.md)"
            left_out = ", ".join(f"*{all_exercises()[e].title}*" for e in step.get("without", ()))
        lines.append(f"| {clock(start)} | {clock(start + own)} | {own} | {what} | {left_out} |")
        start += own
    return "\n".join(lines)


def evenings_table(evenings):
    """Return the evenings as a table, and a line for what is left to do at home."""
    lines = ["| evening | notebooks | their minutes | to spare | in all |", "|---|---|---|---|---|"]
    for evening in evenings:
        names, length = evening["notebooks"], evening["minutes"]
        sum_of_names = sum(minutes_of(name) for name in names)
        links = ", ".join(f"[{title(name)}](scripts/{name}.md)" for name in names)
        spare = length - sum_of_names - WELCOME - BREAK
        if spare < 0:
            raise ValueError(f"{evening['name']} must fit into its minutes, {-spare} are too many")
        lines.append(f"| {evening['name']} | {links} | {sum_of_names} | {spare} | {length} |")
    seen = {name for evening in evenings for name in evening["notebooks"]}
    home = [f"{title(name)} ({minutes_of(name)} minutes)" for name in COURSE if name not in seen]
    lines += [
        "",
        f"Of each evening, {WELCOME} minutes are for the welcome and {BREAK} for a break.",
    ]
    lines += [f"At home: {', '.join(home)}."] if home else []
    return "\n".join(lines)


def script_line(notebook):
    """Return how long a notebook takes, and what each exercise would save."""
    exercises = [e for e in all_exercises().values() if e.notebook == notebook]
    saves = ", ".join(f"`{e.id}` {e.minutes}" for e in exercises)
    total = sum(e.minutes for e in exercises)
    return (
        f"**{COURSE[notebook]} minutes**, {total} of them for exercises: {saves}. "
        f"[The notebook](../../../notebooks/{notebook}.ipynb)"
    )


def scripts_table():
    lines = ["| notebook | minutes | script |", "|---|---|---|"]
    for name in COURSE:
        lines.append(f"| {title(name)} | {COURSE[name]} | [script](scripts/{name}.md) |")
    return "\n".join(lines)


def filled(text, parts):
    """Return a page with each of its marked places filled."""

    def fill(match):
        return f"{match[1]}\n{parts[match[2]]}\n{match[3]}"

    return re.sub(r"(<!-- begin: (\w+) -->)\n.*?(<!-- end: \2 -->)", fill, text, flags=re.DOTALL)


def pages():
    """Yield (path, what should stand in it) of every page here with computed places."""
    plans = tomllib.loads((PLACE / "plans.toml").read_text(encoding="utf-8"))
    parts = {f"plan_{p['name']}": plan_table(p["steps"], p["minutes"]) for p in plans["plan"]}
    parts |= {"evenings": evenings_table(plans["evening"]), "scripts": scripts_table()}
    for name in ("README.md", "plans.md"):
        yield PLACE / name, filled((PLACE / name).read_text(encoding="utf-8"), parts)
    for name in COURSE:
        path = PLACE / "scripts" / f"{name}.md"
        yield path, filled(path.read_text(encoding="utf-8"), {"minutes": script_line(name)})


if __name__ == "__main__":
    for path, text in pages():
        path.write_text(text, encoding="utf-8")
