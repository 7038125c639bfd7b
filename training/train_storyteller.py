"""Train the storyteller and write softmax_lib/data/storyteller/ (development only).

    python -m pip install torch==2.13.0 transformers safetensors
    python training/train_storyteller.py

fills the skeletons of training/stories/, trains a GPT-2 of 0.2 million parameters on them, keeps
the weights that were best on the skeletons for stopping, and prints the figures of the model card.
It takes less than ten minutes on one core. The same versions on the same machine give the same
weights; others give weights as good.

Sources: Radford et al. (2019), the model; Loshchilov and Hutter (2019), the optimizer.
"""

import json
import math
import sys
import time

import numpy as np
import torch
from fill_stories import END, names, read_skeletons, stories, tokens, vocabulary
from judge_storyteller import FOLDER, held_out_text, judge, report
from safetensors.torch import save as to_bytes
from transformers import GPT2Config, GPT2LMHeadModel

SEED, STEPS, BATCH, WARM_UP, RATE, LAST_RATE = 1, 2000, 16, 200, 4e-3, 0.05
BETAS, DECAY, CLIP, DROPOUT = (0.9, 0.98), 0.1, 1.0, 0.1
CONTEXT, WIDTH, LAYERS, HEADS = 128, 64, 3, 4
SPREAD, WORD_SPREAD = 0.08, 0.25  # of the weights at the start; of the words' vectors


def rows(texts, ids):
    """Return inputs and targets, shape (stories, CONTEXT).

    Every row begins where a story begins: a row that begins anywhere would ask for names that it
    does not show, and the model would learn to guess them. What follows the end has no target.
    """
    x = torch.full((len(texts), CONTEXT), ids[END])
    y = torch.full((len(texts), CONTEXT), -100)
    for i, text in enumerate(texts):
        story = torch.tensor([ids[token] for token in tokens(text)])
        x[i, : len(story)] = story
        y[i, : len(story) - 1] = story[1:]
    return x, y


def loss_of(model, x, y):
    logits = model(input_ids=x).logits
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), y.flatten())


def perplexity(model, x, y):
    model.eval()
    with torch.no_grad():
        counts = (y >= 0).sum(1)
        losses = [loss_of(model, x[i : i + 1], y[i : i + 1]) for i in range(len(x))]
    model.train()
    return math.exp(sum(a * b for a, b in zip(losses, counts, strict=True)) / counts.sum())


def names_right(model, x, y, name_ids):
    """Return how often a name that the story has told before is the model's first choice."""
    model.eval()
    with torch.no_grad():
        top = torch.cat([model(input_ids=row[None]).logits.argmax(-1) for row in x])
    model.train()
    told = (x[:, None, :] == y[:, :, None]).tril().any(-1)
    asked = told & torch.isin(y, name_ids)
    return (top == y)[asked].float().mean().item()


def rate_at(step, steps):
    """Return the learning rate: up in a line, then down along a cosine."""
    if step < WARM_UP:
        return RATE * (step + 1) / WARM_UP
    done = (step - WARM_UP) / max(1, steps - WARM_UP)
    return RATE * (LAST_RATE + (1 - LAST_RATE) * (1 + math.cos(math.pi * done)) / 2)


def train(model, fit, stop, steps, name_ids):
    """Train; leave the model with the weights that were best on `stop`."""
    matrices = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() == 1]
    groups = [{"params": matrices, "weight_decay": DECAY}, {"params": others, "weight_decay": 0}]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=BETAS)
    generator = np.random.default_rng(SEED)
    order, best, kept, begun = [], math.inf, None, time.time()
    model.train()
    for step in range(steps):
        if len(order) < BATCH:
            order = generator.permutation(len(fit[0])).tolist()
        batch, order = order[:BATCH], order[BATCH:]
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, steps)
        loss = loss_of(model, fit[0][batch], fit[1][batch])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        if (step + 1) % 200 == 0 or step + 1 == steps:
            now = perplexity(model, *stop)
            if now < best:
                best = now
                kept = {k: v.detach().clone() for k, v in model.state_dict().items()}
            right = names_right(model, *stop, name_ids)
            took = f"{time.time() - begun:.0f} s"
            print(f"{step + 1:5} {loss.item():.3f} {now:.3f} {right:.2f} {took}", flush=True)
    model.load_state_dict(kept)
    model.eval()


def new_model(words):
    config = GPT2Config(
        vocab_size=len(words),
        n_positions=CONTEXT,
        n_embd=WIDTH,
        n_layer=LAYERS,
        n_head=HEADS,
        initializer_range=SPREAD,
        resid_pdrop=DROPOUT,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=0,
        eos_token_id=0,
    )
    model = GPT2LMHeadModel(config)
    # The library's start is meant for wider vectors. In 64 numbers all names would begin, and stay,
    # too much alike for a head to carry one of them over to the place where it is asked for.
    torch.nn.init.normal_(model.transformer.wte.weight, std=WORD_SPREAD)
    model.set_attn_implementation("eager")  # the faster one at this size
    return model


def save(model, words):
    """Write the model as the transformers library reads it, the words and the held-out stories."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    keys = "vocab_size n_positions n_embd n_layer n_head activation_function layer_norm_epsilon"
    keys += " resid_pdrop embd_pdrop attn_pdrop bos_token_id eos_token_id tie_word_embeddings"
    config = {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]}
    config |= {key: getattr(model.config, key) for key in keys.split()}
    config["names"] = names()  # written with a capital
    write("config.json", json.dumps(config, indent=1) + "\n")
    table = ",\n".join(f" {json.dumps(w, ensure_ascii=False)}: {i}" for i, w in enumerate(words))
    write("vocab.json", "{\n" + table + "\n}\n")
    write("held_out.txt", held_out_text())
    weights = {k: v.contiguous() for k, v in model.state_dict().items() if k != "lm_head.weight"}
    (FOLDER / "model.safetensors").write_bytes(to_bytes(weights, metadata={"format": "pt"}))


def write(name, text):
    (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")


def main(steps=STEPS):
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    words = vocabulary(read_skeletons())
    ids = {word: i for i, word in enumerate(words)}
    model = new_model(words)
    fit, stop = rows(stories("train"), ids), rows(stories("stop"), ids)
    size = sum(p.numel() for p in model.parameters())
    print(f"{size:,} parameters, {len(words)} words, {len(fit[0])} stories to train on", flush=True)
    train(model, fit, stop, steps, torch.tensor([ids[name] for name in names()]))
    save(model, words)
    print(report(judge()))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else STEPS)
