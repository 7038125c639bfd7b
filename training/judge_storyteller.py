"""Judge the storyteller on the stories that it never read: the figures of its model card.

    python training/judge_storyteller.py

reads softmax_lib/data/storyteller/ and training/stories/, and needs numpy alone.
"""

import os
from collections import defaultdict

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402
from fill_stories import END, ROOT, names, stories, tokens  # noqa: E402
from kneser_ney import KneserNey  # noqa: E402

from softmax_lib.gpt import Storyteller, held_out_stories  # noqa: E402

FOLDER = ROOT / "softmax_lib" / "data" / "storyteller"
PLACES = 4  # words that the 5-gram looks back
COPIED = 8  # words in a row


def held_out_text():
    return "# Stories that the storyteller never read, one to a line.\n" + "".join(
        text + "\n" for text in stories("test")
    )


def examples(all_ids, end):
    """Return contexts (N, PLACES) and targets (N,): every token but the first of each story."""
    contexts, targets = [], []
    for story in all_ids:
        padded = [end] * PLACES + story
        contexts += [padded[i : i + PLACES] for i in range(1, len(story))]
        targets += story[1:]
    return np.array(contexts), np.array(targets)


def counting(train_ids, test_ids, words, end=0):
    """Return the perplexities of counting, {order: perplexity}."""
    fit, test = examples(train_ids, end), examples(test_ids, end)
    return {n: KneserNey(*fit, n, words).perplexity(*test) for n in (1, 2, 3, PLACES + 1)}


def reading(model, test_ids, words):
    """Let the model read the held-out stories; return what it got right.

    A name is asked for wherever the next word is a name that the story has told before; he or she,
    wherever the next word is one of the two.
    """
    all_names = {words.index(name) for name in names()}
    he, she = words.index("he"), words.index("she")
    logs, name_right, name_known, pronoun_right = [], [], [], []
    mass, even = defaultdict(list), defaultdict(list)
    for story in test_ids:
        logits, heads = model.forward(story, return_attentions=True)
        logits = logits[:-1].astype(np.float64)
        target = np.array(story[1:])
        top = logits.max(axis=1, keepdims=True)
        p = np.exp(logits - top)
        p /= p.sum(axis=1, keepdims=True)
        logs += np.log(p[np.arange(len(target)), target]).tolist()
        hero = next(i for i in story if i in all_names)
        for i, word in enumerate(story[1:]):
            is_name, is_pronoun = word in all_names, word in (he, she)
            if not (is_name or is_pronoun):
                continue
            told = [j for j in range(i + 1) if story[j] == (word if is_name else hero)]
            if not told:
                continue
            if is_name:
                name_right.append(int(logits[i].argmax()) == word)
                known = {j for j in story[: i + 1] if j in all_names}
                name_known.append(max(known, key=lambda j: logits[i, j]) == word)
            else:
                pronoun_right.append((logits[i, he] > logits[i, she]) == (word == he))
            kind = "name" if is_name else "pronoun"
            mass[kind].append(heads[:, :, i, told].sum(axis=-1))
            even[kind].append(len(told) / (i + 1))
    looks = {k: np.mean(mass[k], axis=0) / np.mean(even[k]) for k in mass}
    both = mass["name"] + mass["pronoun"], even["name"] + even["pronoun"]
    looks["both"] = np.mean(both[0], axis=0) / np.mean(both[1])
    return {
        "perplexity": float(np.exp(-np.mean(logs))),
        "tokens": len(logs),
        "names": len(name_right),
        "name right": float(np.mean(name_right)),
        "name right among the story's": float(np.mean(name_known)),
        "pronouns": len(pronoun_right),
        "he or she right": float(np.mean(pronoun_right)),
        "looks": looks,
    }


def first_sentence(story, ends):
    return 1 + next(i for i, word in enumerate(story) if word in ends)


def copying(model, train_ids, test_ids, words, temperature=1.0):
    """Return how many 8-word runs occur in the training text: (held-out stories, the model's).

    The model goes on from each held-out story's first sentence; runs count from there on.
    """
    seen = {tuple(s[i : i + COPIED]) for s in train_ids for i in range(len(s) - COPIED + 1)}
    ends = {words.index(sign) for sign in ".!?"}
    generator = np.random.default_rng(0)
    rates = []
    own, made = [], []
    for story in test_ids:
        begin = first_sentence(story, ends)
        told = list(story[:begin])
        for step in model.stream(told, temperature=temperature, generator=generator):
            told.append(step.token)
            if step.token == words.index(END):
                break
        own.append((story, begin))
        made.append((told, begin))
    for texts in (own, made):
        runs = [tuple(s[i : i + COPIED]) for s, b in texts for i in range(b, len(s) - COPIED + 1)]
        rates.append(sum(run in seen for run in runs) / len(runs))
    return tuple(rates)


def judge(folder=FOLDER):
    """Return every figure of the model card."""
    teller = Storyteller.load(folder)
    words = teller.vocabulary
    ids = {word: i for i, word in enumerate(words)}
    test_ids = [[ids[t] for t in tokens(text)] for text in held_out_stories(folder)]
    train_ids = [[ids[t] for t in tokens(text)] for text in stories("train")]
    counted = counting(train_ids, test_ids, len(words))
    read = reading(teller.model, test_ids, words)
    own, made = copying(teller.model, train_ids, test_ids, words)
    looks = {}
    for kind, table in read.pop("looks").items():
        layer, head = np.unravel_index(table.argmax(), table.shape)
        looks[kind] = (int(layer), int(head), float(table.max()))
    return read | {"counting": counted, "looks": looks, "copied": made, "copied by us": own}


def report(figures):
    """Return the figures as the rows of the model card."""
    counted = figures["counting"]
    layer, head, times = figures["looks"]["both"]
    lines = [
        ("perplexity of the storyteller", f"{figures['perplexity']:.2f}"),
        ("perplexity of a Kneser-Ney 5-gram", f"{counted[5]:.2f}"),
        ("perplexity of a Kneser-Ney trigram", f"{counted[3]:.2f}"),
        ("perplexity of a Kneser-Ney bigram", f"{counted[2]:.2f}"),
        ("perplexity of single words", f"{counted[1]:.2f}"),
        ("repeated name right", f"{figures['name right']:.3f}"),
        ("he or she right", f"{figures['he or she right']:.3f}"),
        (f"layer {layer}, head {head} on the right name, times even", f"{times:.1f}"),
        ("runs of 8 words that are in the training text", f"{figures['copied']:.3f}"),
        (
            "the same for the held-out stories, after the first sentence",
            f"{figures['copied by us']:.3f}",
        ),
    ]
    rows = "\n".join(f"| {name} | {value} |" for name, value in lines)
    return f"| on held-out stories | value |\n|---|---|\n{rows}"


if __name__ == "__main__":
    import pprint

    found = judge()
    pprint.pprint(found)
    print(report(found))
