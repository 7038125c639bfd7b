"""Make softmax_lib/data/next_words.json and next_words_model.npz (development only).

    python training/next_words.py

reads the documentation that Python carries inside itself (`pydoc_data.topics`), counts which word
follows which, trains a log-bilinear model of the next word and measures it on topics that it never
read. It takes about half a minute on one core and needs numpy alone. The text is the running
Python's: run it on the version that softmax_lib/data/README.md names, or expect other numbers.

Sources: Mnih and Hinton (2007), the model; Kingma and Ba (2015) with Loshchilov and Hutter (2019),
the optimizer.
"""

import hashlib
import json
import keyword
import os
import platform
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from pydoc_data.topics import topics as TOPICS

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core, one order of additions

import numpy as np  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "training")]

import kneser_ney  # noqa: E402

from softmax_lib.ngram import count_next_words, split_words  # noqa: E402

DATA = ROOT / "softmax_lib" / "data"
WORDS = 700  # the rarest of them occurs about eight times
PLACES = 3  # words that the model looks back
WIDTH = 31  # numbers in a hidden vector, without the constant 1
EPOCHS, BATCH, RATE, DECAY, DROPOUT = 25, 128, 5e-3, 0.1, 0.3

GAP = "~"  # stands for code, numbers and whatever else is not a word
FREQUENT = set(
    "the a an of to in is are and or be for that it this with as by if not can on".split()
)


# --- From documentation to prose -------------------------------------------------------------


def prose(page):
    """Return the paragraphs of a page that are English, each as one line of words and GAPs."""
    page = page.replace("\u2019", "'").replace("\u2018", "'")
    return [text for block in re.split(r"\n\s*\n", page) if (text := _paragraph(block))]


def _paragraph(block):
    lines = [line for line in block.split("\n") if line.strip()]
    # The first line of a definition is a name, not a sentence: the lines below it are indented.
    while len(lines) > 1 and _indent(lines[1]) > _indent(lines[0]) and not _bullet(lines[0]):
        lines = lines[1:]
    underline = re.compile(r"\s*([*=\-^~#\"+|])(?!\1\w)[*=\-^~#+|]")
    code = re.compile(r"::=|>>>|\(Pdb\)|^\s*[|+$>]|  # ")
    if any(underline.match(line) or code.search(line) for line in lines):
        return ""
    text = " ".join(line.strip() for line in lines)
    text = re.sub(r"^([*-]|\d+\.|\[\d+\]) +", "", text)
    text = re.sub(r"^(New|Changed|Deprecated)( since| in)? version [\d.]+[^:.]*[:.]? *", "", text)
    text = re.sub(r"(\w-) (?=\w)", r"\1", text)  # a word that was cut at the line's end
    if not (re.search(r"[.:,)]$", text) and re.match(r"[A-Z(\"*'\u201c]", text)):
        return ""
    text = re.sub(r'"([^"]*)"', _quoted, text)
    text = re.sub(r"\*\*?([^*\s][^*]*)\*\*?", _quoted, text)
    text = re.sub(r"\b(i\.e\.|e\.g\.|etc\.|vs\.)", GAP, text)
    text = re.sub(r"\[\d+\]", "", text)
    text = re.sub(r"\S*[\d_=<>{}\[\]/\\@%]\S*?(?=[.,;:)]*(\s|$))", GAP, text)
    text = re.sub(r"\w+(\.\w+)+(\(\))?|\w+\(\)", GAP, text)
    text = re.sub(r"[()\u201c\u201d]|(?<!\w)'|'(?!\w)", "", text)
    text = re.sub(r"[;\u2013\u2014]", ",", text)
    text = re.sub(r"[:?!]", ".", text)
    words = []
    for word in split_words(text):
        if len(word) == 1 and word not in "a.,":
            word = GAP
        if not (words and words[-1] in ".," and word in ".,"):
            words.append(word)
    if words and words[-1] != ".":
        words.append(".")
    real = [word for word in words if word[0].isalpha()]
    english = len(real) >= 5 and sum(word in FREQUENT for word in real) >= 2
    return " ".join(words) if english and words.count(GAP) <= len(real) / 2 else ""


def _indent(line):
    return len(line) - len(line.lstrip())


def _bullet(line):
    return re.match(r"\s*([*-]|\d+\.|\[\d+\]) ", line)


def _quoted(match):
    """Keep a quoted name such as None or tuple; the keyword ``in`` is not the English word."""
    name = match.group(1)
    keep = re.fullmatch(r"[A-Za-z]{2,}", name) and not (keyword.iskeyword(name) and name.islower())
    return name if keep else GAP


def read_topics(pages):
    """Return {topic: paragraphs}; a paragraph that several topics repeat is kept once."""
    seen, found = set(), {}
    for topic in sorted(pages):
        fresh = [p for p in prose(pages[topic]) if not (p in seen or seen.add(p))]
        if fresh:
            found[topic] = fresh
    return found


def split_topics(paragraphs):
    """Return the names of the topics to train on, to stop early by, and to test on.

    By size, largest first, each sixth topic is for testing and each sixth for stopping.
    """
    size = {topic: sum(len(p.split()) for p in found) for topic, found in paragraphs.items()}
    names = sorted(size, key=lambda topic: (-size[topic], topic))
    test, stop = names[4::6], names[6::6]
    return [n for n in names if n not in test and n not in stop], stop, test


def fingerprint(pages):
    """Return the SHA-256 of all pages: two Pythons with the same one have the same text."""
    text = "".join(f"{name}\0{pages[name]}\0" for name in sorted(pages))
    return hashlib.sha256(text.encode()).hexdigest()


# --- From prose to numbers -------------------------------------------------------------------


def most_frequent(paragraphs):
    """Return the WORDS most frequent words, ties by the alphabet."""
    counts = Counter(word for p in paragraphs for word in p.split() if word != GAP)
    return sorted(counts, key=lambda word: (-counts[word], word))[:WORDS]


def examples(paragraphs, vocabulary):
    """Return contexts (N, PLACES) and targets (N,): places in the vocabulary, WORDS for others.

    The unknown word may be read, but it is never a target. A paragraph begins after periods.
    """
    index = {word: i for i, word in enumerate(vocabulary)}
    contexts, targets = [], []
    for paragraph in paragraphs:
        words = [index["."]] * PLACES
        words += [index.get(word, len(vocabulary)) for word in paragraph.split()]
        for i in range(PLACES, len(words)):
            if words[i] < len(vocabulary):
                contexts.append(words[i - PLACES : i])
                targets.append(words[i])
    return np.array(contexts), np.array(targets)


# --- The yardstick: counting ----------------------------------------------------------------


class KneserNey(kneser_ney.KneserNey):
    """Interpolated Kneser-Ney over the last `order - 1` of the WORDS words."""

    def __init__(self, contexts, targets, order):
        super().__init__(contexts, targets, order, WORDS)


# --- The model ------------------------------------------------------------------------------


def new_parameters(targets, generator):
    """Return parameters to start from; the scores begin as the words' log-frequencies."""
    frequency = np.log(np.bincount(targets, minlength=WORDS) + 1.0)
    steps = np.linspace(0.2, 1.0, PLACES)[:, None, None]
    return {
        "embedding": generator.normal(0, 0.3, (WORDS + 1, WIDTH)),
        "mixing": steps * np.eye(WIDTH) + generator.normal(0, 0.02, (PLACES, WIDTH, WIDTH)),
        "rows": generator.normal(0, 0.1, (WORDS, WIDTH)),
        "bias": frequency - frequency.mean(),
    }


def hidden(parameters, contexts):
    """Return the hidden vectors (N, WIDTH) of contexts (N, PLACES)."""
    return sum(
        parameters["embedding"][contexts[:, k]] @ parameters["mixing"][k] for k in range(PLACES)
    )


def loss_and_gradients(parameters, contexts, targets, keep=1.0):
    """Return the mean cross-entropy in nats and its gradients.

    `keep` (N, WIDTH) multiplies the hidden vectors: 0 where dropout takes an entry away.
    """
    x = hidden(parameters, contexts) * keep
    logits = x @ parameters["rows"].T + parameters["bias"]
    logits -= logits.max(axis=1, keepdims=True)
    p = np.exp(logits)
    p /= p.sum(axis=1, keepdims=True)
    own = np.arange(len(targets)), targets
    loss = -np.log(p[own]).mean()
    # The gradient of cross-entropy with respect to the logits: probabilities minus the truth.
    p[own] -= 1
    p /= len(targets)
    gx = (p @ parameters["rows"]) * keep
    gradients = {name: np.zeros_like(value) for name, value in parameters.items()}
    gradients["rows"][:] = p.T @ x
    gradients["bias"][:] = p.sum(axis=0)
    for k in range(PLACES):
        read = contexts[:, k]
        gradients["mixing"][k] = parameters["embedding"][read].T @ gx
        np.add.at(gradients["embedding"], read, gx @ parameters["mixing"][k].T)
    return float(loss), gradients


def perplexity(parameters, contexts, targets):
    return float(np.exp(loss_and_gradients(parameters, contexts, targets)[0]))


def train(contexts, targets, epochs=EPOCHS):
    """Train; yield the parameters, one and the same dict, after each of the epochs.

    The rate falls in a line that is drawn for EPOCHS of them.
    """
    generator = np.random.default_rng(0)
    parameters = new_parameters(targets, generator)
    parameters = {name: value.astype(np.float32) for name, value in parameters.items()}
    first = {name: np.zeros_like(value) for name, value in parameters.items()}
    second = {name: np.zeros_like(value) for name, value in parameters.items()}
    step, steps = 0, EPOCHS * -(-len(targets) // BATCH)
    for _ in range(epochs):
        order = generator.permutation(len(targets))
        for begin in range(0, len(targets), BATCH):
            batch = order[begin : begin + BATCH]
            kept = generator.random((len(batch), WIDTH), dtype=np.float32) >= DROPOUT
            keep = kept.astype(np.float32) / np.float32(1 - DROPOUT)
            _, gradients = loss_and_gradients(parameters, contexts[batch], targets[batch], keep)
            step += 1
            rate = RATE * min(1.0, 1.2 * (1 - step / steps) + 0.001)
            for name, g in gradients.items():
                first[name] += 0.1 * (g - first[name])
                second[name] += 0.01 * (g * g - second[name])
                size = np.sqrt(second[name] / (1 - 0.99**step)) + 1e-8
                parameters[name] -= rate * (first[name] / (1 - 0.9**step)) / size
                if name != "bias":
                    parameters[name] *= 1 - rate * DECAY
        yield parameters


# --- The command ----------------------------------------------------------------------------


def main():
    paragraphs = read_topics(TOPICS)
    train_on, stop_by, test_on = split_topics(paragraphs)

    def text(names):
        return [p for name in sorted(names) for p in paragraphs[name]]

    vocabulary = most_frequent(text(train_on + stop_by))
    fit, stop = (examples(text(names), vocabulary) for names in (train_on, stop_by))
    curve = [perplexity(parameters, *stop) for parameters in train(*fit)]
    epochs = 1 + int(np.argmin(curve))
    print(f"stopping: epoch {epochs} of {EPOCHS}, perplexity {min(curve):.2f}")
    print("counting there:", [round(KneserNey(*fit, n).perplexity(*stop), 2) for n in (1, 2, 3, 4)])

    both = examples(text(train_on + stop_by), vocabulary)
    test = examples(text(test_on), vocabulary)
    *_, parameters = train(*both, epochs=epochs)
    # Adding one number to every bias changes no probability: put them around zero.
    bias = parameters["bias"] - parameters["bias"].mean()
    held_out = {
        "even guess": float(WORDS),
        "single words": KneserNey(*both, 1).perplexity(*test),
        "bigram": KneserNey(*both, 2).perplexity(*test),
        "trigram": KneserNey(*both, 3).perplexity(*test),
        "4-gram": KneserNey(*both, 4).perplexity(*test),
        "model": perplexity(parameters, *test),
    }
    for name, value in held_out.items():
        print(f"{name:>14} {value:8.2f}")

    everything = text(paragraphs)
    counts = count_next_words("\n".join(everything))
    words = [word for p in everything for word in p.split()]
    about = {
        "source": "Python documentation, Python Software Foundation (pydoc_data.topics)",
        "python": platform.python_version(),
        "sha256": fingerprint(TOPICS),
        "topics": len(paragraphs),
        "words": len(words) - words.count(GAP),
        "paragraphs": len(everything),
        "train_targets": len(both[1]),
        "test_targets": len(test[1]),
        "test_topics": sorted(test_on),
        "stop_topics": sorted(stop_by),
        "epochs": epochs,
        "held_out_perplexity": {name: round(value, 2) for name, value in held_out.items()},
    }
    write_counts(about, {word: counts[word] for word in vocabulary})
    np.savez(
        DATA / "next_words_model.npz",
        vocabulary=np.array(vocabulary, dtype=np.bytes_),
        embedding=parameters["embedding"],
        mixing=parameters["mixing"],
        unembedding=np.column_stack([parameters["rows"], bias]),
    )


def write_counts(about, counts):
    """Write {word: {count: "next words"}}, one word to a line so that a change shows as lines."""
    lines = []
    for word, row in counts.items():
        by_count = defaultdict(list)
        for following, count in row.items():
            by_count[str(count)].append(following)
        by_count = {count: " ".join(words) for count, words in by_count.items()}
        lines.append(f"{json.dumps(word)}: {json.dumps(by_count, separators=(',', ':'))}")
    head = json.dumps({"about": about}, indent=1)[:-2]
    body = head + ',\n "counts": {\n' + ",\n".join(lines) + "\n }\n}\n"
    (DATA / "next_words.json").write_text(body, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
