"""What a class has done, from its progress files: for the teacher, on the teacher's computer.

No learner's code is run and no name is shown. A wrong answer is recognized when its code is that of
one which the course knows, whatever its names are.
"""

import ast
import collections
import functools
import html
import os
import statistics
from pathlib import Path

from ..palette import BLUE
from .feedback import panel, rich
from .progress import read
from .registry import all_exercises, all_questions, find

__all__ = ["ClassProgress", "class_progress"]

#: What a learner's own folder may hold: the file of a computer, or else the one of a browser.
OWN = (".softmax_course.json", "softmax_progress.json")
MOST_TRIES = 1_000_000  # what is larger, nobody has counted
SHOWN = 12  # wrong answers, of exercises and of questions


def class_progress(folder):
    """Show what a class has passed, and which wrong answers stand at the moment.

    Parameters
    ----------
    folder : str or pathlib.Path
        It holds the class's progress files, one for each learner: every file whose name ends in
        ``.json``, in capitals, too. Of each folder within it, ``.softmax_course.json`` counts, or
        else ``softmax_progress.json``, so that the folder of all home folders will do; nothing else
        in there is looked at. Files are read and stay as they are. One that is odd is left out, and
        named.

    Returns
    -------
    ClassProgress
        It displays as tables.

    Raises
    ------
    ValueError
        When there is no such folder.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise ValueError(f"folder must be a folder with progress files, got {str(folder)!r}")
    learners, skipped = [], []
    for name in sorted(os.listdir(folder)):
        path = folder / name
        try:
            if path.is_dir():
                path = next(filter(os.path.lexists, map(path.joinpath, OWN)), path / OWN[0])
                os.stat(path)
            elif path.suffix.lower() != ".json":
                continue
            learners.append(_checked(read(path)))
        except FileNotFoundError:
            continue  # a folder of something else
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error).partition("\n")[0]
            skipped.append((path.relative_to(folder).as_posix(), reason))
    return ClassProgress(learners, skipped)


def _checked(data):
    """Return what a progress file holds, or raise ValueError where that is none."""
    if not data["exercises"] and not data["questions"]:
        raise ValueError("no progress is recorded in it")
    choices = data.get("choices", {})
    if not isinstance(choices, dict) or not all(isinstance(c, str) for c in choices.values()):
        raise ValueError("choices must be a dict of texts")
    tries = [entry["attempts"] for entry in data["exercises"].values() if "attempts" in entry]
    if not all(type(count) is int and 0 <= count <= MOST_TRIES for count in tries):
        raise ValueError("attempts must be a count")
    return data


class ClassProgress:
    """The progress of a class, as tables.

    Parameters
    ----------
    learners : list of dict
        What each progress file holds.
    skipped : list of (str, str)
        Files that could not be read, each with the reason.

    Attributes
    ----------
    learners : list of dict
    skipped : list of (str, str)
    """

    def __init__(self, learners, skipped=()):
        self.learners, self.skipped = list(learners), list(skipped)

    def exercises(self):
        """Return a row for each exercise, in the order of the course.

        Returns
        -------
        list of tuple
            (exercise's name, how many tried it, how many passed, how often those who tried had it
            checked, as the median; None where nobody tried)
        """
        rows = []
        for name in all_exercises():
            tried = [data["exercises"][name] for data in self.learners if name in data["exercises"]]
            tries = [e["attempts"] for e in tried if isinstance(e.get("attempts"), int)]
            passed = sum(entry.get("passed") is True for entry in tried)
            rows.append((name, len(tried), passed, statistics.median(tries) if tries else None))
        return rows

    def questions(self):
        """Return a row for each question, in the order of the course.

        Returns
        -------
        list of tuple
            (question's name, how many answered it, how many were right at least once)
        """
        rows = []
        for name in all_questions():
            given = [data["questions"][name] for data in self.learners if name in data["questions"]]
            rows.append((name, len(given), sum(one is True for one in given)))
        return rows

    def wrong_answers(self):
        """Return the wrong answers that stand at the moment, the most frequent first.

        Of a question that was never answered right, that is the option that was chosen last. Of an
        exercise that was never passed, it is the latest answer: one that the course knows, or one
        that at least two learners wrote alike.

        Returns
        -------
        list of tuple
            (how many, the exercise's or question's name, the answer)
        """
        found = collections.Counter()
        for name, question in all_questions().items():
            wrong = {text for k, (text, _) in enumerate(question.options) if k != question.answer}
            for data in self.learners:
                choices = data.get("choices")
                chosen = choices.get(name) if isinstance(choices, dict) else None
                if data["questions"].get(name) is False and chosen in wrong:
                    found[name, chosen] += 1
        for name in all_exercises():
            known, untouched = _known(name)
            alike = collections.defaultdict(list)
            for data in self.learners:
                entry = data["exercises"].get(name, {})
                source = entry.get("latest")
                if entry.get("passed") is not True and isinstance(source, str):
                    if (shape := _shape(source, name)) not in (None, untouched):
                        alike[shape].append(source)
            for shape, sources in alike.items():
                if shape in known:
                    found[name, known[shape]] += len(sources)
                elif len(sources) > 1:
                    found[name, sources[0].strip()] += len(sources)
        order = [*all_exercises(), *all_questions()]
        rows = [(count, name, answer) for (name, answer), count in found.items()]
        return sorted(rows, key=lambda row: (-row[0], order.index(row[1]), row[2]))

    def _head(self):
        count = len(self.learners)
        said = f"{count} learner{'' if count == 1 else 's'}"
        if self.skipped:
            said += f"; {len(self.skipped)} left out: "
            said += ", ".join(f"{name} ({reason})" for name, reason in self.skipped)
        return said + "."

    def _tables(self):
        """Return (title, heads, rows) of each table, without what nobody has touched."""
        exercises, questions = all_exercises(), all_questions()
        done = [
            (exercises[name].notebook[:2], exercises[name].title, tried, passed, f"{tries:g}")
            for name, tried, passed, tries in self.exercises()
            if tries is not None
        ]
        asked = [
            (questions[name].notebook[:2], questions[name].text, given, right)
            for name, given, right in self.questions()
            if given
        ]
        heads = ("how many", "in", "asked", "answer")
        wrong = [
            [
                (count, known[name].notebook[:2], name, answer)
                for count, name, answer in self.wrong_answers()
                if name in known
            ][:SHOWN]
            for known in (exercises, questions)
        ]
        return [
            ("Exercises", ("in", "exercise", "tried", "passed", "tries, median"), done),
            ("Questions", ("in", "question", "answered", "right"), asked),
            ("Wrong answers to exercises that stand", heads, wrong[0]),
            ("Wrong answers to questions that stand", heads, wrong[1]),
        ]

    def __repr__(self):
        lines = [self._head()]
        for title, heads, rows in self._tables():
            lines += ["", f"{title}:"]
            lines += _columns([heads, *rows]) if rows else ["  none"]
        return "\n".join(lines)

    def _repr_html_(self):
        cell = "style='padding:3px 12px 3px 0;text-align:left;vertical-align:top'"
        parts = [rich(self._head())]
        for title, heads, rows in self._tables():
            head = "".join(f"<th scope='col' {cell}>{html.escape(h)}</th>" for h in heads)
            body = "".join(
                "<tr style='background:none'>"
                + "".join(f"<td {cell}>{_in_cell(value)}</td>" for value in row)
                + "</tr>"
                for row in rows
            )
            table = f"<table style='color:inherit;margin:8px 0 0'><tr>{head}</tr>{body}</table>"
            parts.append(f"<p><strong>{title}</strong></p>{table if rows else 'none'}")
        return panel("".join(parts), BLUE)


@functools.cache
def _known(name):
    """Return {code's shape: name} of an exercise's known wrong answers, and its stub's shape."""
    exercise = find("exercise", name)
    known = {_shape(wrong.code, name): wrong.name for wrong in reversed(exercise.wrong)}
    return known, _shape(exercise.stub, name)


def _in_cell(value):
    """Return a value as HTML; code keeps its lines."""
    text = str(value)
    if "\n" in text:
        return f"<pre style='margin:0'>{html.escape(text)}</pre>"
    return html.escape(text)


def _columns(rows):
    """Return rows as lines with columns below each other, of which the last may take several."""
    cells = [[str(value) for value in row] for row in rows]
    widths = [min(44, max(len(row[k]) for row in cells)) for k in range(len(cells[0]) - 1)]
    lines = []
    for row in cells:
        start = "".join(f"  {_cut(text, w):{w}}" for text, w in zip(row, widths)) + "  "
        first, *more = row[-1].split("\n")
        lines += [start + first, *(" " * len(start) + line for line in more)]
    return lines


def _cut(text, width):
    return text if len(text) <= width else text[: width - 3] + "..."


def _shape(source, name):
    """Return what an answer's code is, whatever its names and comments are; None for no answer.

    Parameters
    ----------
    source : str
    name : str
        The exercise's: of the code, the function or the value with this name is meant.
    """
    try:
        return _shape_of(ast.parse(source.strip()), name)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None  # what is nested deeper than Python reads is no answer either


def _shape_of(tree, name):
    for node in reversed(tree.body):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return ast.dump(_renamed(node))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return ast.dump(node.value)
    if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
        return ast.dump(tree.body[0].value)
    return None


def _renamed(function):
    """Return a function without its docstring, with its own names replaced by numbers."""
    if ast.get_docstring(function) is not None:
        function.body = function.body[1:]
    nodes = list(ast.walk(function))
    own = [node.arg for node in nodes if isinstance(node, ast.arg)]
    own += [n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    numbers = {name: f"_{k}" for k, name in enumerate(dict.fromkeys(own))}
    for node in nodes:
        if isinstance(node, ast.arg):
            node.arg, node.annotation = numbers[node.arg], None
        elif isinstance(node, ast.Name):
            node.id = numbers.get(node.id, node.id)
    function.returns = None
    return function
