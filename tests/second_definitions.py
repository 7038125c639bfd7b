"""Find second definitions in source text: of a cut, a call of a softmax, a color, the order.

The homes are `sampling.py`, `your_softmax.py`, `palette.py` and `exercises/registry.py`.
These finders look for what such a definition is made of, in whatever form; what looks like one and
is none, `test_second_definitions.py` lists with what it is for. They read text and run nothing.

What the finders cannot see:

- a cut in a function that `not_cuts.toml` lists for the same parts; the first k of an order in
  Python, ``order[:k]``, which nearly every program writes; a whole division, ``p // least``; a
  cut that another library makes under
  a name of its own; a comparison in a text that is run;
- a learner's softmax that is called under another name where nothing hands it over as `softmax`,
  such as one that a file imports from the globals of another;
- a color that is worked out, such as ``(n / 9, 0, 0)``, or kept as three numbers under a name that
  says nothing of colors and is used in another file;
- an order by titles alone, by names without quotes and numbers, or by numbers that are worked out
  in more than one line.
"""

import ast
import functools
import re

from matplotlib import colormaps
from matplotlib.colors import CSS4_COLORS, is_color_like

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
LOOPS = ast.For | ast.While | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@functools.cache
def parsed(source):
    return ast.parse(source)


def name_of(node):
    """Return the last word of a name: `sort` of `np.sort`, `z.sort` and `sort`."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


# --- Cuts: top-k, top-p, min-p --------------------------------------------------------------------

# What puts in order, what adds up in order, and what picks the largest.
ORDERS = set(
    "sort sorted argsort argpartition partition lexsort msort rank rankdata topk most_common "
    "nlargest nsmallest heapq heapify heappush heappop insort unique quantile nanquantile "
    "percentile nanpercentile median bisect bisect_left bisect_right searchsorted digitize "
    "sort_values toSorted sortBy orderBy findIndex findLast findLastIndex".split()
)
ADDS = set(
    "cumsum nancumsum cumulative_sum cumprod accumulate reduce takewhile dropwhile tril triu "
    "convolve".split()
)
EXTREME = {"min", "amin", "nanmin", "argmin", "nanargmin", "max", "argmax", "nanargmax"}
LARGEST = {"max", "amax", "nanmax", "fmax", "argmax", "nanargmax"}
COMPARING = set(
    "clip greater greater_equal heaviside less less_equal maximum minimum sign "
    "ge gt le lt __ge__ __gt__ __le__ __lt__".split()
)


@functools.cache
def cut_parts_in_python(source):
    """Return {qualified name of a function: what in it a cut could be made of}.

    What stands outside of functions is called `-`, and a method `Class.method`; a function inside
    another belongs to it.
    """
    return {name: parts for name, node in _functions(parsed(source)) if (parts := _cut_parts(node))}


def _functions(tree, prefix=""):
    rest = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{prefix}{node.name}.")
        else:
            rest.append(node)
    yield f"{prefix}-", ast.Module(rest, [])


def _cut_parts(function):
    nodes = list(ast.walk(function))
    words = {name_of(node) for node in nodes}
    words |= {node.value for node in nodes if isinstance(node, ast.Constant) and node.value != ""
              and isinstance(node.value, str)}  # fmt: skip
    words |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    words |= {alias.name for node in nodes if isinstance(node, ast.ImportFrom) and not node.level
              for alias in node.names}  # fmt: skip
    parts = words & (ORDERS | ADDS)
    compares = [node for node in nodes if _orders(node)]
    words_of_numpy = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    words_of_numpy |= {alias.name for node in nodes if isinstance(node, ast.ImportFrom)
                       and node.module == "operator" for alias in node.names}  # fmt: skip
    divides = [node.right for node in nodes if _divides_whole(node)]
    if compares and words & LARGEST or any(map(_has_largest, divides)):
        parts.add("compares with a maximum")
    elif words_of_numpy & COMPARING or any(map(_compares_two, compares)):
        parts.add("compares")
    for loop in (list(ast.walk(node)) for node in nodes if isinstance(node, LOOPS)):
        copied = {(ast.unparse(node.value), ast.unparse(node.targets[0])) for node in loop
                  if isinstance(node, ast.Assign)}  # fmt: skip
        if any(_adds_up(node, copied) for node in loop):
            parts.add("adds up in a loop")
    for call in (node for node in nodes if isinstance(node, ast.Call)):
        inside = {name_of(node) for each in call.args for node in ast.walk(each)}
        if name_of(call.func) in {"remove", "pop", "index", "delete"} and inside & EXTREME:
            parts.add("takes the largest out")
    for loop in (list(ast.walk(node)) for node in nodes if isinstance(node, ast.For | ast.While)):
        named = {name_of(node) for node in loop}
        deletes = any(isinstance(node, ast.Delete) for node in loop)
        keyed = any(isinstance(node, ast.Call) and name_of(node.func) in EXTREME
                    and "key" in {word.arg for word in node.keywords} for node in loop)  # fmt: skip
        if {"argmax", "nanargmax"} & named or keyed or deletes and EXTREME & named:
            parts.add("takes the largest out")
    return parts


def _orders(node):
    signs = ast.Lt | ast.LtE | ast.Gt | ast.GtE
    return isinstance(node, ast.Compare) and any(isinstance(sign, signs) for sign in node.ops)


def _compares_two(node):
    """Whether two of the sides are neither a constant nor the length of something.

    Two numbers are compared, too, where their difference is with 0, or their ratio with 1.
    """
    sides = [node.left, *node.comparators]
    if any(getattr(side, "value", None) in (0, 1) for side in sides):
        sides = [part for side in sides for part in _of_difference(side)]
    return sum(not _is_fixed(side) for side in sides) > 1


def _of_difference(node):
    apart = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.Div)
    return [node.left, node.right] if apart else [node]


def _divides_whole(node):
    return isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.FloorDiv)


def _has_largest(node):
    return any(name_of(part) in LARGEST for part in ast.walk(node))


def _is_fixed(node):
    if isinstance(node, ast.Call) and name_of(node.func) == "len":
        return True
    names = {name_of(part) for part in ast.walk(node) if isinstance(part, ast.Name | ast.Attribute)}
    return all(n.isupper() or n in {"np", "math", "sys", "inf", "version_info"} for n in names)


def _adds_up(node, copied):
    """Whether a statement adds to a total, or takes from it, what is no text, list or constant.

    `copied` are the pairs (a, b) for which the loop has ``b = a``: a sum may have a name of its own
    until the next turn.
    """
    if isinstance(node, ast.AugAssign):
        target, added = ast.unparse(node.target), [node.value]
        adds = isinstance(node.op, ast.Add | ast.Sub)
    elif isinstance(node, ast.Assign | ast.NamedExpr) and isinstance(node.value, ast.BinOp):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        target, added = ast.unparse(targets[0]), [node.value.left, node.value.right]
        adds = isinstance(node.value.op, ast.Add | ast.Sub) and any(
            ast.unparse(side) == target or (target, ast.unparse(side)) in copied for side in added
        )
    elif isinstance(node, ast.Call) and name_of(node.func) == "append":  # totals[-1] + p
        return any("[-1]" in ast.unparse(each) and isinstance(each, ast.BinOp)
                   for each in node.args)  # fmt: skip
    else:
        return False
    plain = ast.Constant | ast.JoinedStr | ast.List | ast.ListComp | ast.Tuple
    return adds and not any(isinstance(side, plain) for side in added)


ADDS_UP_IN_JAVASCRIPT = (
    r"\w(?:\[\w+\])?\s*[+-]=\s*(?!1\b|[\"'`\s])",  # total += p
    r"\b([\w.]+)\s*=\s*\1\s*[+-]\s*(?!1\b)",  # total = total + p
    r"\b([\w.]+)\s*=\s*[\w.\[\]]+\s*\+\s*\1\b",  # total = p + total
    r"\b(\w+) = (\w+) \+ .*?\b\2 = \1;",  # high = low + p, later low = high
    r"\bpush\([^;]*(?:\.at\(-1\)|\.length - 1\])\s*\+",  # t.push(t.at(-1) + p)
    r"\bpush\([^;]*\+[^;]*(?:\.at\(-1\)|\.length - 1\])",
)
COMPARISON = re.compile(r"([\w.\])]+)\s*(?<![=<>-])[<>]=?(?![<>=])\s*([\w.\[(+-]+)")
# Their difference with 0, their ratio with 1: (q - least) > 0, q / (least * top) >= 1.
COMPARED_DIFFERENCE = re.compile(
    r"[\w\])] [-/] [a-z(][^;{}<>=&|?:,]*[<>]=?\s*[01]\b(?!\.)"
    r"|(?<![\w.])[01]\s*[<>]=?\s*[a-z(][\w.\[\]()]* [-/] [a-z(]"
)
TAKES_FIRST = re.compile(r"\b(?:slice|splice)\(0, ?(?!-)[a-z][\w.]*(?<!\.length)\)")


def _compares_two_in_javascript(sides):
    fixed = r"[-+]?[\d.]+(?:e-?\d+)?|[A-Z][A-Z_\d]*|[\w.]+\.length|-?Infinity|Math\.\w+\(?"
    return not any(re.fullmatch(fixed, side) for side in sides)


def cut_parts_in_javascript(source):
    """Return {name of a function: what in it a cut could be made of}: the same, by its text."""
    source = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*|^import .*?;$", "", source, flags=re.DOTALL | re.M)
    start = r"\bfunction (\w+)|\b(?:const|let) (\w+)\s*=\s*(?:async )?(?=\(|\w+\s*=>|function)"
    pieces = re.split(start, source)
    bodies = [("-", pieces[0])]
    bodies += [(a or b, body) for a, b, body in zip(pieces[1::3], pieces[2::3], pieces[3::3])]
    found = {}
    for name, body in bodies:
        parts = set(re.findall(r"\w+", body)) & (ORDERS | ADDS)
        body = re.sub(r"\"[^\"\n]*\"", "", body)
        body = re.sub(r"Math\.min\([\w.]+, Math\.max\([\w.]+, ", "within(", body)
        if COMPARISON.search(body) and "Math.max" in body:
            parts.add("compares with a maximum")
        elif any(map(_compares_two_in_javascript, COMPARISON.findall(body))):
            parts.add("compares")
        elif COMPARED_DIFFERENCE.search(body):
            parts.add("compares")
        if TAKES_FIRST.search(body):
            parts.add("takes the first")
        if any(re.search(way, body, re.DOTALL) for way in ADDS_UP_IN_JAVASCRIPT):
            parts.add("adds up in a loop")
        if parts:
            found[name] = found.get(name, set()) | parts
    return found


# --- How a learner's softmax is called ------------------------------------------------------------

RULE = "by_rows"
LOOKS_INSIDE = {"signature", "bind", "bind_partial", "getfullargspec", "getcallargs", "__code__"}
LOOKS_INSIDE |= {"co_varnames", "co_argcount", "__defaults__", "__kwdefaults__"}
LOOKS_INSIDE |= {"from_callable", "getsource", "getsourcelines", "getargspec"}


def looks_inside(source):
    """Return the names by which code finds out what a function takes."""
    tree = parsed(source)
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names |= {a.name for node in imported if node.module == "inspect" for a in node.names}
    tries = {"a call that TypeError repeats"} if any(map(_tries, ast.walk(tree))) else set()
    return names & LOOKS_INSIDE | tries


def _tries(node):
    """Whether a call with an axis or a temperature is made again where it raises an error."""
    if not isinstance(node, ast.Try):
        return False

    def calls(bodies):
        inside = [part for body in bodies for part in ast.walk(body) if isinstance(part, ast.Call)]
        return [(ast.unparse(call.func), {word.arg for word in call.keywords}) for call in inside]

    again = {name for name, _ in calls(node.handlers)}
    return any(name in again and words & {"axis", "dim", "temperature"}
               for name, words in calls(node.body))  # fmt: skip


def uses_of_a_softmax(sources):
    """Return what code does with a learner's softmax, but for handing it on and for asking `is`.

    A learner's softmax is what a parameter `softmax` holds, what it is assigned to, an attribute of
    that name, and each parameter of the package that gets one. It may be given to `by_rows` or to
    another function of the package, compared with `is`, asked whether it is `callable`, and named
    in a message. All else is a way of its own to call it.

    Parameters
    ----------
    sources : dict of str to str
        Python text by file, `your_softmax.py` left out.

    Returns
    -------
    list of str
        ``file:line: code``.
    """
    flow = _Flow({file: parsed(source) for file, source in sources.items()})
    known = -1
    while known != (known := len(flow.parameters) + len(flow.attributes) + len(flow.shared)):
        flow.faults = {}
        for file, tree in flow.trees.items():
            flow.look(file, tree, frozenset())
    return [f"{file}:{line}: {code}" for (file, line), code in sorted(flow.faults.items())]


# The trees of all files but the one that something is planted in stay the same.
@functools.cache
def _family(tree):
    """Return {node: the one above it}, and each (name, function) that a call by name may mean."""
    above, defined = {}, []
    for node in ast.walk(tree):
        for inner in ast.iter_child_nodes(node):
            above[inner] = node
        if isinstance(node, ast.ClassDef):
            parts = [part for part in node.body if getattr(part, "name", "") == "__init__"]
            defined += [(node.name, part) for part in parts]
        elif isinstance(node, ast.FunctionDef):
            defined.append((node.name, node))
    return above, defined


@functools.cache
def _imported_modules(tree):
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    names = {alias.asname or alias.name for node in imports for alias in node.names}
    return {name.partition(".")[0] for name in names}


@functools.cache
def _scope(scope):
    """Return what a scope assigns, as (target, value), what it looks up, and its functions."""
    assigned, loaded, functions = [], [], []
    waiting = [part for _, value in ast.iter_fields(scope) for part in _listed(value)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, FUNCTIONS):
            functions.append(node)
            waiting += node.args.defaults + [d for d in node.args.kw_defaults if d]
            waiting += getattr(node, "decorator_list", [])
        elif node is not getattr(scope, "args", None):
            waiting += ast.iter_child_nodes(node)
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                assigned += [pair for to in targets for pair in _pairs(to, node.value)]
            elif isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
                if isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
                    loaded.append(node)
    return assigned, loaded, functions


class _Flow:
    def __init__(self, trees):
        self.trees, self.faults = trees, {}
        self.attributes, self.parameters = {"softmax", "_softmax"}, set()
        self.shared = set()  # (file, name) of what a function leaves to the others of its file
        self.above, self.defined = {}, {}
        self.modules = {file: _imported_modules(tree) for file, tree in trees.items()}
        for file, tree in trees.items():
            above, defined = _family(tree)
            self.above.update(above)
            for name, node in defined:
                self.defined.setdefault(name, []).append((file, node))

    def look(self, file, scope, around):
        """Look at what a scope does with the names that hold a learner's softmax in it."""
        self.file = file
        names = set(around)
        if isinstance(scope, ast.Module):
            names |= {name for home, name in self.shared if home == file}
        if isinstance(scope, FUNCTIONS):
            taken = [a.arg for a in _taken(scope)]
            names -= set(taken)
            names |= {n for n in taken if n == "softmax" or (scope, n) in self.parameters}
        assigned, loaded, functions = _scope(scope)
        known = -1
        while known != (known := len(names)):
            for to, value in assigned:
                if self.holds(value, names):
                    if isinstance(to, ast.Attribute):
                        self.attributes.add(to.attr)
                    elif isinstance(to, ast.Name):
                        names.add(to.id)
        for shared in ast.walk(scope) if isinstance(scope, FUNCTIONS) else ():
            if isinstance(shared, ast.Global | ast.Nonlocal):
                self.shared |= {(file, name) for name in shared.names if name in names}
        for node in loaded:
            if self.is_one(node, names) and not self.is_handed_on(node):
                self.faults[file, node.lineno] = ast.unparse(self.above[node])[:100]
        for function in functions:
            self.look(file, function, names)

    def is_one(self, node, names):
        """Whether an expression itself names a learner's softmax."""
        if isinstance(node, ast.Name):
            return node.id in names
        if isinstance(node, ast.Attribute):  # torch.softmax is torch's
            first = ast.unparse(node).partition(".")[0]
            return node.attr in self.attributes and first not in self.modules[self.file]
        if isinstance(node, ast.Subscript):
            return getattr(node.slice, "value", None) == "softmax"
        if isinstance(node, ast.Call) and node.args:
            asked = getattr(node.args[-1 if name_of(node.func) == "getattr" else 0], "value", None)
            return name_of(node.func) in {"getattr", "get", "pop", "attrgetter", "itemgetter"} and (
                isinstance(asked, str) and asked in self.attributes
            )
        return False

    def holds(self, node, names):
        """Whether the value of an expression may be a learner's softmax."""
        if isinstance(node, ast.IfExp):
            return self.holds(node.body, names) or self.holds(node.orelse, names)
        if isinstance(node, ast.BoolOp):
            return any(self.holds(value, names) for value in node.values)
        return self.is_one(node, names)

    def is_handed_on(self, node):
        """Whether this use of a learner's softmax leaves the way it is called to `by_rows`."""
        above = self.above[node]
        if isinstance(above, ast.Compare):
            return all(isinstance(sign, ast.Is | ast.IsNot) for sign in above.ops)
        if isinstance(above, ast.IfExp) and above.body is node:
            test = ast.unparse(above.test)  # what is known to be the course's own is no learner's
            if re.fullmatch(rf"{re.escape(ast.unparse(node))} is course_softmax", test):
                return True
        if isinstance(above, ast.IfExp | ast.BoolOp | ast.NamedExpr):
            return self.is_handed_on(above)
        if isinstance(above, ast.Dict):  # settings, which are passed on by their names
            key = above.keys[above.values.index(node)] if node in above.values else None
            return getattr(key, "value", None) == "softmax"
        if isinstance(above, ast.Tuple):
            return isinstance(self.above[above], ast.Assign)
        if isinstance(above, ast.Assign):  # in a dict it is lost, but under its own name
            kept = [to.slice for to in above.targets if isinstance(to, ast.Subscript)]
            return all(getattr(place, "value", None) == "softmax" for place in kept)
        if isinstance(above, ast.AnnAssign | ast.FormattedValue):
            return True
        if isinstance(above, ast.keyword):
            return self.is_taken(self.above[above], above.arg)
        if isinstance(above, ast.Call) and node in above.args:
            return self.is_taken(above, above.args.index(node))
        return False

    def is_taken(self, call, place):
        """Whether `by_rows`, or a function of the package, takes it; then its parameter is one."""
        name = name_of(call.func)
        if name in {RULE, "callable"} or place == "softmax":
            return True
        if name == "cls":
            above = call
            while not isinstance(above, ast.ClassDef):
                above = self.above[above]
            name = above.name
        found = self.defined.get(name, ())
        here = [function for file, function in found if file == self.file]
        for function in here or [function for _, function in found]:
            given = [a.arg for a in _taken(function)]
            if given[:1] in (["self"], ["cls"]):
                given = given[1:]
            if isinstance(place, int) and place < len(given):
                self.parameters.add((function, given[place]))
            elif place in given:
                self.parameters.add((function, place))
            elif function.args.vararg or function.args.kwarg:
                return False  # among whatever else is given
        return bool(found)


def _listed(value):
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, ast.AST)]


def _taken(function):
    args = function.args
    return [*args.posonlyargs, *args.args, *args.kwonlyargs]


def _pairs(target, value):
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(target.elts, value.elts))
    return [(target, value)]


# --- Colors ---------------------------------------------------------------------------------------

NAMED = "|".join(sorted(CSS4_COLORS, key=len, reverse=True))
# As numbers of either kind. A number sign behind a word or a slash is of an address.
NUMBERED = re.compile(
    r"(?:(?<![\w/&])#|%23)(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b"
    r"|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|device-cmyk|color)a?\((?!from\b)",
    re.IGNORECASE,
)
# A name counts where a color is expected: behind `color:`, `fill="`, `background-color =`.
ASSIGNED = re.compile(
    r"(?:color|background|fill|stroke|border|outline|shadow|column-rule|image|gradient)[\w-]*"
    rf"[\"']?\s*[:=,(]\s*[\"']?[^;{{}}<>\"'`]*?(?<![\w.-])({NAMED})(?![\w(-])",
    re.IGNORECASE,
)
BORDER = re.compile(rf"\d[a-z]* (?:solid|dashed|dotted|double) ({NAMED})\b", re.IGNORECASE)
# Matplotlib's short texts for a line, such as "--k": a color in it.
STYLE = re.compile(r"(?:-{1,2}|-\.|:|[.,ov^<>12348spP*hH+xXDd|_]|[bgrcmykw]|C\d)+")
LINES = set("plot errorbar semilogx semilogy loglog step stem fill".split())
STYLED = {"fmt", "linefmt", "markerfmt", "basefmt"}
BY_PLACE = {"vlines", "hlines", "scatter", "eventplot"}  # take a color without its name
PALETTES = set("get_cmap ListedColormap color_palette set_palette".split())
OF_COLORS = re.compile(
    r"(?:colou?r|cmap|palette)s?$|^(?:c|fc|ec|mfc|mec|paper|ink|tint|background|fill|stroke)$"
)
NO_COLOR = {"none", "transparent", "inherit", "currentColor"}


def colors_in_text(text):
    """Return the colors in a style sheet, in HTML, or in the text of a program's constant."""
    named = {m[1] for way in (ASSIGNED, BORDER) for m in way.finditer(text)}
    if re.fullmatch(rf"{NAMED}|(?:tab|xkcd):[\w /]+|C\d+", text, re.IGNORECASE):
        named.add(text)
    return [m[0] for m in NUMBERED.finditer(text)] + sorted(named)


def colors_in_css(source):
    """Return the colors in a style sheet: each value of each property is looked at."""
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    values = re.findall(r"[\w-]+\s*:([^;{}]*)[;}]", source)
    named = [n for v in values for n in re.findall(rf"(?<![\w.#-])(?:{NAMED})(?![\w(-])", v, re.I)]
    return [m[0] for m in NUMBERED.finditer(source)] + named


def colors_in_javascript(source):
    """Return the colors in the texts of a script."""
    source = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", source, flags=re.DOTALL)
    texts = re.findall(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`", source)
    found = [
        color for text in [*(t[1:-1] for t in texts), source] for color in colors_in_text(text)
    ]
    found += re.findall(r"\b0x(?:[0-9a-f]{6}|[0-9a-f]{8})\b", source, re.IGNORECASE)
    for numbers in re.findall(r"\[\s*(\d+(?:\s*,\s*\d+){2,3})\s*\]", source):
        found += [f"[{numbers}]"] * _are_bytes(list(map(int, numbers.split(","))))
    return found


def colors_in_html(source):
    """Return the colors in a page: in its style sheets, and in its elements."""
    sheets = re.findall(r"<style[^>]*>(.*?)</style>", source, re.DOTALL)
    rest = re.sub(r"<style[^>]*>.*?</style>", "", source, flags=re.DOTALL)
    inside = [re.sub(r"\bhref=\S+", "", element) for element in re.findall(r"<[^>]*>", rest)]
    return [c for sheet in sheets for c in colors_in_css(sheet)] + [
        color for element in inside for color in colors_in_text(element)
    ]


def _are_bytes(numbers):
    """Whether whole numbers are the parts of a color: none above 255, and one large."""
    return 100 < max(numbers) < 256 and min(numbers) >= 0


def colors_in_python(source):
    """Return the colors in the texts of a program, and what its arguments called color hold."""
    tree, found = parsed(source), []
    prose = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    written = _written_out(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose:
            found += colors_in_text(node.value)
        elif isinstance(node, ast.Constant) and re.match("0[xX]", text := _digits(source, node)):
            found += [text] * (len(text) in (8, 10))
        elif isinstance(node, ast.keyword) and node.arg:
            value = written.get(node.value.id) if isinstance(node.value, ast.Name) else node.value
            found += _colors_of(node.arg, value or node.value)
            found += _colors_in_styles([node.value] * (node.arg in STYLED))
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values):
                if isinstance(getattr(key, "value", None), str):
                    found += _colors_of(key.value, value)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                for to, value in _pairs(target, node.value):
                    found += _colors_of(name_of(to), value)
        elif isinstance(node, ast.Call) and name_of(node.func) in LINES:
            found += _colors_in_styles(node.args)
        elif isinstance(node, ast.Call) and name_of(node.func) in BY_PLACE:
            found += [color for given in node.args[2:] for color in _colors_of("color", given)
                      if isinstance(given, ast.Constant)]  # fmt: skip
        elif isinstance(node, ast.Call) and name_of(node.func) in PALETTES:
            found.append(ast.unparse(node))
        elif isinstance(node, ast.Call) and name_of(node.func).startswith("set_"):
            found += [c for a in node.args for c in _colors_of(name_of(node.func)[4:], a)]
        elif isinstance(node, ast.Subscript) and name_of(node.value) == "colormaps":
            found.append(ast.unparse(node))
        elif isinstance(node, ast.Attribute) and (
            name_of(node.value) in {"cm", "colormaps"}
            and node.attr in colormaps
            or name_of(node.value) == "style"
            and node.attr in {"use", "context"}
        ):  # plt.cm.viridis, plt.style.use
            found.append(ast.unparse(node))
        elif isinstance(node, ast.Tuple | ast.List) and len(node.elts) in (3, 4):
            numbers = [e.value for e in node.elts if type(getattr(e, "value", None)) is int]
            if len(numbers) == len(node.elts):
                found += [str(tuple(numbers))] * _are_bytes(numbers)
    return found


def _written_out(tree):
    """Return {name: its value} of what is assigned as a text or as a list of numbers."""
    kinds = ast.Constant | ast.Tuple | ast.List
    pairs = [pair for node in ast.walk(tree) if isinstance(node, ast.Assign)
             for target in node.targets for pair in _pairs(target, node.value)]  # fmt: skip
    return {to.id: value for to, value in pairs
            if isinstance(to, ast.Name) and isinstance(value, kinds)}  # fmt: skip


def _colors_in_styles(nodes):
    texts = [node.value for node in nodes if isinstance(getattr(node, "value", None), str)]
    return [t for t in texts if STYLE.fullmatch(t) and re.search(r"[bgrcmykw]|C\d", t)]


def _digits(source, node):
    if type(node.value) is not int:
        return ""
    return source.splitlines()[node.lineno - 1].encode()[node.col_offset : node.end_col_offset] \
        .decode()  # fmt: skip


def _colors_of(name, value):
    """Return the color that a name of colors gets, where it is written out."""
    if not OF_COLORS.search(name.lower()):
        return []
    found = []
    for node in ast.walk(value):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            good = "cmap" in name or is_color_like(node.value)
            found += [node.value] * (good and node.value not in NO_COLOR)
        elif isinstance(node, ast.Tuple | ast.List) and len(node.elts) in (3, 4):
            numbers = [getattr(e, "value", None) for e in node.elts]
            found += [str(tuple(numbers))] * all(type(n) in (int, float) for n in numbers)
    return found


# --- The order of notebooks -----------------------------------------------------------------------


def _tails(stem):
    """Return what a notebook is called without its number: in full, and as its module may be."""
    words = stem.split("_")[1:]
    return {"_".join(words), words[-1]}


def orders_in(text, course):
    """Return where a text lists three notebooks or more: by their names, modules or numbers.

    Whatever the language, a list is three names with little between them, or three numbers with
    nothing but signs and at most one other number (minutes, say) between two of them.
    """
    found = []
    stems = "|".join(
        f"n?{stem}|n?{stem[:2]}_(?:{'|'.join(stem.split('_')[1:])})\\b" for stem in course
    )
    near = []
    for name in re.finditer(stems, text):
        if near and name.start() - near[-1].end() > 120:
            near = []
        near.append(name)
        if len({each[0].lstrip("n")[:2] for each in near}) == 3:
            found.append((near[0].start(), name.end()))
    numbers = "|".join(stem[:2] for stem in course)
    one = rf"(?<![\w.#:%])(?:{numbers})(?![\w.:%])"
    title = r"\"[^\"\n]{1,80}\"|'[^'\n]{1,80}'"
    between = rf"[^\w#%]+(?:\d{{1,2}}[^\w#%]+)??(?:(?:{title})[^\w#%]+){{0,2}}?"
    for run in re.finditer(f"{one}(?:{between}{one}){{2,}}", text):
        if len(set(re.findall(one, run[0]))) > 2:
            found.append(run.span())
    tails = "|".join(sorted({tail for stem in course for tail in _tails(stem)}, key=len)[::-1])
    one = rf"\"(?:{tails})\"|'(?:{tails})'|`(?:{tails})`"
    for run in re.finditer(rf"(?:{one})(?:\W+(?:\d{{1,2}}\W+)??(?:{one})){{2,}}", text):
        if len(set(re.findall(one, run[0]))) > 2:
            found.append(run.span())
    # And as the words of one text, or the lines of a list.
    for run in re.finditer(rf"(?<![\w-])(?:{tails})(?:\s+(?:- )?(?:{tails})){{2,}}(?![\w-])", text):
        if len(set(re.findall(tails, run[0]))) > 2:
            found.append(run.span())
    # Numbers that are made, each with two digits, one after another.
    made = r"(?:f[\"']\{[^{}\"'\n]+:02d?\}|[\"']%02d|zfill\(2\))[^\n]{0,60}\bfor \w+ in range\("
    found += [match.span() for match in re.finditer(made, text)]
    lines = [text.count("\n", 0, start) + 1 for start, _ in found]
    return [
        f"line {line}: {' '.join(text[a:b].split())[:100]}" for line, (a, b) in zip(lines, found)
    ]
