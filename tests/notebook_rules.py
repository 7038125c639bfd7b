"""What every notebook of the course must satisfy.

Each rule takes a `Page` and yields what breaks it, in words that say where. A rule needs nothing
but the file: no kernel runs.
"""

import ast
import functools
import html
import importlib
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from notebook_tools import (
    VIDEO_LINK,
    calls,
    code_cells,
    headings,
    markdown_cells,
    output_texts,
    prose,
    read,
    seconds,
    without_code,
)

from softmax_lib.exercises.registry import COURSE, all_exercises, all_questions
from softmax_lib.jupyter.clean_notebooks import CELL_METADATA, NOTEBOOK_METADATA
from softmax_lib.jupyter.hidden_results import MARK

STEMS = list(COURSE)
LINES, COLUMNS = 15, 88
# Cells that may be longer, by id: each is one thing that would be harder to read in two.
LONG_CELLS = set()

RULES = []


@dataclass(frozen=True)
class Page:
    """A notebook and where it stands."""

    path: Path
    notebook: nbformat.NotebookNode

    @classmethod
    def load(cls, path):
        return cls(Path(path), read(path))

    @property
    def code(self):
        return code_cells(self.notebook)

    @property
    def markdown(self):
        return markdown_cells(self.notebook)

    @property
    def index(self):
        """Its place in the course, or None."""
        return STEMS.index(self.path.stem) if self.path.stem in COURSE else None


def rule(check):
    RULES.append(check)
    return check


# The file


@rule
def is_valid(page):
    """The notebook is valid and of a format that has cell ids."""
    version = (page.notebook.nbformat, page.notebook.nbformat_minor)
    if version < (4, 5):
        yield f"format {version}, not at least (4, 5)"
        return
    try:
        nbformat.validate(page.notebook)
    except nbformat.ValidationError as error:
        yield f"not valid: {error}"


@rule
def ids_are_readable_and_unique(page):
    """A cell's id is a name that somebody chose, and no other cell's."""
    ids = [cell.get("id", "") for cell in page.notebook.cells]
    for name in ids:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            yield f"{name!r} is not made of a-z, 0-9 and single hyphens"
        elif re.fullmatch(r"[0-9a-f-]{8,}", name) and re.search(r"\d", name):
            yield f"{name!r} looks like a random id"
        if ids.count(name) > 1:
            yield f"{name!r} stands twice"


@rule
def metadata_is_minimal(page):
    """Nothing in the metadata says who ran the notebook, when, or with which version."""
    metadata = page.notebook.metadata
    for key in metadata.keys() - NOTEBOOK_METADATA:
        yield f"notebook metadata has {key!r}"
    if metadata.get("kernelspec", {}).get("name") != "python3":
        yield "the kernel is not python3"
    if "version" in metadata.get("language_info", {}):
        yield "the metadata names a version of Python"
    for cell in page.notebook.cells:
        for key in cell.metadata.keys() - CELL_METADATA:
            yield f"{cell.id}: metadata has {key!r}"


@rule
def it_is_marked_to_hide_its_results(page):
    """Jupyter shows no result before its cell is run: the prediction comes first."""
    for key, value in MARK.items():
        if page.notebook.metadata.get(key) != value:
            yield f"the metadata must have {key!r}: {value}"


@rule
def outputs_are_compared(page):
    """No cell asks nbval to look away, and none is meant to fail."""
    for cell in page.code:
        tags = " ".join(cell.metadata.get("tags", []))
        if "raises-exception" in tags or "nbval" in tags.lower():
            yield f"{cell.id}: tags {tags!r}"
        if re.search(r"#\s*(NBVAL|PYTEST_VALIDATE)_", cell.source):
            yield f"{cell.id}: a comment that steers nbval"


# Outputs


@rule
def ran_in_order(page):
    """The committed outputs come from one run, top to bottom."""
    counts = [cell.execution_count for cell in page.code]
    if not counts or counts != list(range(1, len(counts) + 1)):
        yield f"execution counts are {counts}"
    for cell in page.notebook.cells:
        if not cell.source.strip():
            yield f"{cell.id}: empty"


@rule
def nothing_failed(page):
    """No output is an error or a warning."""
    for cell in page.code:
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"{cell.id}: ends in {output.ename}"
            if output.get("name") == "stderr":
                yield f"{cell.id}: writes to stderr: {output.text[:60]!r}"


MACHINE = {
    "a path": r"(?<![\w<:/.])~?/(?:[\w.-]+/)+[\w.-]*|\b[A-Za-z]:\\\w|site-packages|ipykernel_\d",
    "a memory address": r"\b0x[0-9a-fA-F]{6,}\b",
    "a time of day": r"\b\d{1,2}:\d{2}(:\d{2})?\b",
    "a date": r"\b20\d\d-\d\d-\d\d\b",
    "a duration": r"(?<!\d )\b\d+(\.\d+)? ?(ns|µs|us|ms)\b|\b\d+\.\d+ ?s(econds)?\b",
    "an object's repr": r"^\[?<|<\w+(\.\w+)* (object )?at |^(Text|Axes)\(",
}


@rule
def outputs_are_the_same_everywhere(page):
    """No output depends on the machine or the moment."""
    for cell in page.code:
        for kind, text in output_texts(cell):
            if kind == "text/html":
                text = html.unescape(re.sub(r"<style.*?</style>|<[^>]*>", " ", text, flags=re.S))
            for what, pattern in MACHINE.items():
                found = re.search(pattern, text, re.MULTILINE)
                if found:
                    yield f"{cell.id}: {kind} holds {what}: {found[0]!r}"


@rule
def numbers_are_rounded(page):
    """No output shows more than six digits of a result: the last ones differ between systems."""
    for cell in page.code:
        for kind, text in output_texts(cell):
            if kind == "text/html":
                text = re.sub(r"<[^>]*>", " ", text)
            for number in re.findall(r"(?<![\d.])\d+\.\d+(?![\d.])", text):
                if len(number.replace(".", "").lstrip("0")) > 6:
                    yield f"{cell.id}: {kind} holds {number}"


@rule
def pictures_carry_their_words(page):
    """Each picture has alt text with its numbers, and the same words as plain text."""
    for cell in page.code:
        for output in cell.outputs:
            data = output.get("data", {})
            if not any(kind.startswith("image/") for kind in data):
                continue
            found = re.findall(r'<img\b[^>]*?\balt="([^"]*)"', data.get("text/html", ""))
            if len(found) != 1:
                yield f"{cell.id}: a picture with {len(found)} alt texts"
                continue
            words = html.unescape(found[0])
            if len(words) < 30 or not re.search(r"\d", words):
                yield f"{cell.id}: the alt text is not specific: {words!r}"
            if words != data.get("text/plain"):
                yield f"{cell.id}: alt text and plain text differ"
            image = re.sub(r"\s", "", data.get("image/png", ""))
            if f'src="data:image/png;base64,{image}"' not in data["text/html"]:
                yield f"{cell.id}: the HTML shows another image than image/png"


@rule
def code_cells_show_something(page):
    """A cell that displays a figure, an explorer, a check or a question has an output to read."""
    for cell in page.code:
        names = {name for name, _, _ in calls(cell)}
        shows = names & {"check", "ask", "print"} or any(n.endswith("Explorer") for n in names)
        if shows and not any(text.strip() for _, text in output_texts(cell)):
            yield f"{cell.id}: no output"


# Code


@rule
def code_fits_the_screen(page):
    """A code cell can be seen whole on a projector."""
    for cell in page.code:
        lines = cell.source.splitlines()
        if len(lines) > LINES and cell.id not in LONG_CELLS:
            yield f"{cell.id}: {len(lines)} lines"
        for line in lines:
            if len(line) > COLUMNS:
                yield f"{cell.id}: {len(line)} columns: {line[:40]}..."


@rule
def imports_stand_on_top(page):
    """Every import is in the first code cell."""
    for cell in page.code[1:]:
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield f"{cell.id}: line {node.lineno} imports"


AFTER_A_BREAK = (
    "# Back after a break? Go to where you were, then Run → Run All Above Selected Cell."
)


@rule
def says_what_brings_everything_back(page):
    """On top of the imports: a kernel that starts anew knows none of them. 00 says it at length."""
    if page.index and not page.code[0].source.startswith(f"{AFTER_A_BREAK}\n"):
        yield f"the first code cell does not begin with {AFTER_A_BREAK!r}"


@rule
def imports_exist(page):
    """Every name that is imported from softmax_lib is there."""
    for cell in page.code:
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("softmax_lib"):
                module = importlib.import_module(node.module)
                for name in node.names:
                    if not hasattr(module, name.name):
                        try:
                            importlib.import_module(f"{node.module}.{name.name}")
                        except ImportError:
                            yield f"{cell.id}: {node.module} has no {name.name}"


@rule
def code_is_plain_python(page):
    """No path hacks, no magics, no installing: the set-up did that."""
    for cell in page.code:
        if re.search(r"\bsys\.path\b|\bos\.chdir\b|PYTHONPATH", cell.source):
            yield f"{cell.id}: a path hack"
        if re.search(r"^\s*[!%]", cell.source, re.MULTILINE):
            yield f"{cell.id}: a magic or a shell command"


@rule
def closeness_counts_in_one_way(page):
    """Who asks for digits, by rtol, gets them: numpy's default atol would accept any small p."""
    for cell in page.code:
        for name, _, source in calls(cell):
            if name in ("isclose", "allclose") and "rtol=" in source and "atol=" not in source:
                yield f"{cell.id}: {source} has an atol of 1e-8 beside its rtol: name it"


# Prose


@rule
def opens_with_what_a_learner_needs(page):
    """First cell: a question, the aim, the minutes, what came before, the video moment."""
    first = page.notebook.cells[0]
    if first.cell_type != "markdown":
        yield "the first cell is not markdown"
        return
    found = headings(first.source)
    if not found or found[0][0] != 1 or not found[0][1].endswith("?"):
        yield "the title is not a heading of level 1 that ends in a question mark"
    if not re.search(r"By the end,? you can\b", first.source):
        yield 'no "By the end you can ..."'
    if page.index:
        if not re.search(r"\bbefore\b", first.source, re.IGNORECASE):
            yield "nothing on what came before"
        if STEMS[page.index - 1] + ".ipynb" not in first.source:
            yield "no link to the notebook before"
        if not VIDEO_LINK.search(first.source):
            yield "no link to the video moment"


TIME = re.compile(r"\*\*Time:\*\* (\d+) minutes?, (\d+) of (?:them|it) for the exercises?\.")


def without_extras(cells):
    """Return the cells, without the sections whose heading begins with "Extra:".

    Such a section can be skipped. It ends at the next heading of its level, or of one above.
    """
    kept, extra = [], None  # the level of the extra section that the walk is in
    for cell in cells:
        if cell.cell_type != "markdown":
            kept += [cell] if extra is None else []
            continue
        parts = []
        for part in re.split(r"^(?=#{1,6}[ \t])", cell.source, flags=re.MULTILINE):
            for level, text in headings(part)[:1]:
                if extra is None or level <= extra:
                    extra = level if text.startswith("Extra:") else None
            parts += [part] if extra is None else []
        kept += [nbformat.v4.new_markdown_cell("".join(parts))] if any(parts) else []
    return kept


def minutes_to_go_through(page):
    """Estimate how long a notebook takes without its exercises and its extras.

    200 words a minute; 20 seconds to run a cell and look at what it shows; more to answer a
    question, to play with an explorer, or to go through its rounds.
    """
    told = {task.task.strip() for task in of_notebook(all_exercises(), page).values()}
    cells = without_extras(page.notebook.cells)
    code = [cell for cell in cells if cell.cell_type == "code"]
    text = " ".join(prose(cell.source) for cell in cells if cell.cell_type == "markdown")
    words = len(text.split()) - sum(len(prose(task).split()) for task in told)
    minutes = words / 200 + len(code) / 3
    for cell in code:
        for function, _, _ in calls(cell):
            minutes += 0.5 if function == "ask" else 0
            minutes += 2 if function.endswith("Explorer") or function == "predict" else 0
    return minutes


@rule
def says_how_long_it_takes(page):
    """The registry's minutes; its exercises' add up, and the rest is near an estimate."""
    found = TIME.search(page.notebook.cells[0].source)
    if not found:
        yield 'no "**Time:** ... minutes, ... of them for the exercises."'
        return
    whole, part = map(int, found.groups())
    asked = sum(task.minutes for task in of_notebook(all_exercises(), page).values())
    if whole != COURSE.get(page.path.stem, whole):
        yield f"{whole} minutes, and the registry has {COURSE[page.path.stem]}"
    if part != asked:
        yield f"{part} minutes for the exercises, which ask for {asked}"
    estimate = minutes_to_go_through(page)
    if abs(whole - part - estimate) > 3:
        yield f"{whole - part} minutes for the rest, which takes about {estimate:.0f}"


@rule
def closes_with_recap_and_next(page):
    """The last cell: a recap of at most five bullets, then where to go next, with a link."""
    last = page.notebook.cells[-1]
    recap, _, following = last.source.partition("**Next:**")
    found = headings(recap)
    if last.cell_type != "markdown" or [title for _, title in found] != ["Recap"]:
        yield 'the last cell is not a section called "Recap"'
    bullets = re.findall(r"^\s*(?:[-*+]|\d+\.)\s", recap, re.MULTILINE)
    if not 1 <= len(bullets) <= 5:
        yield f"the recap has {len(bullets)} bullets"
    targets = re.findall(r"\]\(([^)]+)\)", following)
    if page.index is not None and page.index + 1 < len(COURSE):
        if STEMS[page.index + 1] + ".ipynb" not in targets:
            yield 'after "**Next:**" there is no link to the next notebook'
    elif not following.strip():
        yield 'no "**Next:**"'


@rule
def headings_do_not_skip(page):
    """One title; below it no level is left out."""
    found = [h for cell in page.markdown for h in headings(cell.source)]
    if [level for level, _ in found].count(1) != 1:
        yield "not one heading of level 1"
    for (above, _), (level, text) in zip(found, found[1:]):
        if level > above + 1:
            yield f"{text!r}: level {level} after level {above}"


@rule
def video_moments_are_well_formed(page):
    """A link to the video has one form, and says the moment that it opens."""
    for cell in page.markdown:
        mentions = len(re.findall(r"youtu\.?be|wjZofJX0v4M", cell.source))
        links = VIDEO_LINK.findall(cell.source)
        if mentions != 2 * len(links):
            yield f"{cell.id}: a video link that is not [MM:SS](https://youtu.be/...?t=SECONDS)"
        for text, moment in links:
            if seconds(text) != int(moment):
                yield f"{cell.id}: {text!r} opens second {moment}, not {seconds(text)}"


@functools.cache
def anchors(path):
    """Return the names under which a notebook's or a page's headings can be linked."""
    if path.suffix == ".ipynb":
        text = "\n\n".join(cell.source for cell in markdown_cells(read(path)))
    else:
        text = path.read_text(encoding="utf-8")
    return {title.replace(" ", "-") for _, title in headings(text)}


@rule
def links_lead_somewhere(page):
    """A relative link names a file of the course, and a heading in it; an image says what it is."""
    for cell in page.markdown:
        for bang, text, target in re.findall(
            r"(!?)\[([^\]]*)\]\(([^)\s]+)", without_code(cell.source)
        ):
            if not text.strip():
                yield f"{cell.id}: a link or an image without words: {target}"
            if re.match(r"[a-z]+:", target):
                if not target.startswith("https://"):
                    yield f"{cell.id}: {target} is not https"
                continue
            name, _, anchor = target.partition("#")
            file = (page.path.parent / name).resolve() if name else page.path.resolve()
            if not file.exists():
                yield f"{cell.id}: {target} does not exist"
            elif anchor and not bang and anchor not in anchors(file):
                yield f"{cell.id}: no heading {anchor!r} in {file.name}"


FORBIDDEN = re.compile(r"\b(simply|obviously|just|of course|trivial(?:ly)?)\b", re.IGNORECASE)


@rule
def nobody_is_talked_down_to(page):
    """No word says that something is easy."""
    for cell in page.markdown:
        for word in FORBIDDEN.findall(prose(cell.source)):
            yield f"{cell.id}: {word!r}"


@rule
def formulas_are_whole(page):
    """Dollar signs and braces come in pairs, no LaTeX stands outside, and words say the same."""
    for cell in page.markdown:
        text = without_code(cell.source).replace(r"\$", "")
        if text.count("$$") % 2 or text.replace("$$", "").count("$") % 2:
            yield f"{cell.id}: a dollar sign without its pair"
            continue
        formulas = re.findall(r"\$\$(.*?)\$\$|\$([^$]*)\$", text, re.DOTALL)
        for formula in ("".join(pair) for pair in formulas):
            if formula.count("{") != formula.count("}"):
                yield f"{cell.id}: unequal braces in {formula!r}"
            if formula.count(r"\begin") != formula.count(r"\end"):
                yield f"{cell.id}: \\begin and \\end differ in {formula!r}"
            if formula.count(r"\left") != formula.count(r"\right"):
                yield f"{cell.id}: \\left and \\right differ in {formula!r}"
        for inline in re.findall(r"(?<!\$)\$([^$]+)\$(?!\$)", text):
            if inline != inline.strip() or "\n\n" in inline:
                yield f"{cell.id}: GitHub does not set ${inline}$"
        if "$$" in text and "In words: " not in text:
            yield f'{cell.id}: a formula without "In words: ...", for those who hear the page'
        outside = re.sub(r"\$\$.*?\$\$|\$[^$]*\$", "", text, flags=re.DOTALL)
        for command in re.findall(r"\\[a-zA-Z]{2,}|\\[()\[\]]", outside):
            yield f"{cell.id}: {command} outside of a formula"


# Exercises, questions, explorers


def of_notebook(items, page):
    return {name: item for name, item in items.items() if item.notebook == page.path.stem}


@rule
def exercises_are_the_registrys(page):
    """Each exercise stands here as the registry has it: task, stub, check; and none beside."""
    cells = page.notebook.cells
    expected = of_notebook(all_exercises(), page)
    if page.index and not 2 <= len(expected) <= 4:
        yield f"{len(expected)} exercises, not 2 to 4"
    checked = {}
    for place, cell in enumerate(cells):
        if cell.cell_type == "code":
            for function, name, source in calls(cell):
                if function in ("check", "hint", "solution", "recall", "my_work"):
                    if name not in all_exercises():
                        yield f"{cell.id}: {function} of an unknown exercise: {source}"
                if function == "check":
                    checked.setdefault(name, []).append((place, source))
    for name in checked.keys() - expected.keys():
        yield f"checks {name}, which is not this notebook's"
    for name, task in expected.items():
        if len(checked.get(name, ())) != 1:
            yield f"{name}: checked {len(checked.get(name, ()))} times"
            continue
        ((place, source),) = checked[name]
        if source != f'check("{name}", {name})':
            yield f'{name}: the check reads {source}, not check("{name}", {name})'
        stub, told = cells[place - 1], cells[place - 2]
        if stub.cell_type != "code" or stub.source.strip() != task.stub.strip():
            yield f"{name}: the cell before the check is not the registry's stub"
        if told.cell_type != "markdown" or task.task.strip() not in told.source:
            yield f"{name}: the cell before the stub does not hold the registry's task"
        said = [text for kind, text in output_texts(cells[place]) if kind == "text/plain"]
        if not said or "Not yet" not in said[0]:
            yield f'{name}: the committed check does not say "Not yet"'


@rule
def questions_are_the_registrys(page):
    """Each question is asked once, here, and reads as the registry has it."""
    expected = of_notebook(all_questions(), page)
    asked = []
    for cell in page.code:
        for function, name, _ in calls(cell):
            if function == "ask":
                asked.append(name)
                said = [text for kind, text in output_texts(cell) if kind == "text/plain"]
                if name in expected and not any(expected[name].text in text for text in said):
                    yield f"{name}: the output is not the question"
    for name in sorted({*map(str, asked), *expected}):
        if asked.count(name) != 1 or name not in expected:
            where = "this notebook's" if name in expected else "not this notebook's"
            yield f"{name}: asked {asked.count(name)} times, is {where}"


_COMMON = frozenset(
    "a all an and are as at be but by can do does each for from has have if in into is it its more"
    " most no not of on one only or so than that the their them then there they this to what when"
    " which will with would".split()
)


def _content(text):
    """Return the words of a text that carry its meaning, without their endings."""
    words = re.findall(r"[a-z]+", text.lower())
    return {re.sub("(es|s|ed|ing)$", "", word) for word in words if word not in _COMMON}


@rule
def answers_are_not_on_the_screen(page):
    """Nothing above a question, in its section, has most words of its right option."""
    above = []
    for cell in page.notebook.cells:
        if cell.id.startswith("ask-"):
            question = all_questions()[cell.id.removeprefix("ask-")]
            right = _content(question.options[question.answer][0]) - _content(question.text)
            for place, sentence in above:
                if len(right) > 1 and len(right & _content(sentence)) >= 0.6 * len(right):
                    yield f"{cell.id}: {place} says already {sentence[:80]!r}"
            continue
        if cell.cell_type == "markdown":
            if any(level <= 2 for level, _ in headings(cell.source)):
                above = []
            texts = [prose(cell.source)]
        else:
            texts = [text for kind, text in output_texts(cell) if kind in ("stdout", "text/plain")]
        above += [(cell.id, s) for t in texts for s in re.split(r"(?<=[.!?:])\s+|\n\n", t)]


@rule
def something_can_be_dragged(page):
    """At least one explorer, and each reads without a kernel: words with numbers, a static view."""
    found = 0
    for cell in page.code:
        if any(name.endswith("Explorer") for name, _, _ in calls(cell)):
            found += 1
            told = dict(output_texts(cell))
            if not re.search(r"\d", told.get("text/plain", "")) or "text/html" not in told:
                yield f"{cell.id}: the explorer's output has no words and static view"
    if not found:
        yield "no explorer"
