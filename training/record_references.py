"""Record what the transformers library answers, for tests that run without it (development only).

    python training/record_references.py

rewrites tests/data/gpt2_tiny (two GPT-2s with random weights, a few thousand numbers each, and the
logits, attentions and texts that GPT2LMHeadModel makes of them), tests/data/storyteller.json (what
it makes of the shipped storyteller; run this again when that is trained again) and
tests/data/cuts.json (what the LogitsProcessors for temperature, top-k, top-p and min-p keep). It
needs torch and transformers.
"""

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    MinPLogitsWarper,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

ROOT = Path(__file__).resolve().parent.parent
DATA, SHIPPED = ROOT / "tests" / "data", ROOT / "softmax_lib" / "data" / "storyteller"

SEEDS = {"tied": 11, "untied": 30}  # their texts say more than one word over and over
SHAPES = {
    # As transformers saves it: names with a prefix, the output tied to the embedding.
    "tied": dict(vocab_size=40, n_positions=24, n_embd=16, n_layer=2, n_head=2),
    # As the first published files have it: no prefix, the causal masks saved along; and the
    # settings that are seldom used.
    "untied": dict(
        vocab_size=30,
        n_positions=20,
        n_embd=24,
        n_layer=1,
        n_head=3,
        n_inner=20,
        layer_norm_epsilon=1e-3,
        tie_word_embeddings=False,
    ),
}


def random_gpt2(seed, attention="eager", **shape):
    """Return a GPT-2 with weights large enough to make every part of it matter."""
    torch.manual_seed(seed)
    config = GPT2Config(bos_token_id=None, eos_token_id=None, **shape)
    config._attn_implementation = attention
    model = GPT2LMHeadModel(config).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn_like(weight)
            # A large tied embedding would say the word that it has just read, over and over.
            scale = 1.2 if "wpe" in name else 0.3 if "wte" in name else 0.6
            weight.copy_(1 + 0.3 * noise if "ln_" in name and "weight" in name else scale * noise)
    return model


def continued(model, ids, new):
    """Return the greedy continuation of `ids` by transformers.generate."""
    ids = torch.tensor([ids])
    model.generation_config.pad_token_id = 0
    mask = torch.ones_like(ids)
    return model.generate(ids, attention_mask=mask, do_sample=False, max_new_tokens=new)[0].tolist()


def record_model(name, shape):
    folder = DATA / "gpt2_tiny" / name
    model = random_gpt2(SEEDS[name], **shape)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink()
    if name == "untied":
        tensors = {k.removeprefix("transformer."): v for k, v in model.state_dict().items()}
        n = shape["n_positions"]
        for layer in range(shape["n_layer"]):
            tensors[f"h.{layer}.attn.bias"] = torch.tril(torch.ones(1, 1, n, n))
            tensors[f"h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    ids = np.random.default_rng(len(name)).integers(0, shape["vocab_size"], 12).tolist()
    with torch.no_grad():
        out = model(torch.tensor([ids]), output_attentions=True)
    expected = {
        "ids": ids,
        "logits": rounded(out.logits[0]),
        "attentions": rounded(torch.stack([layer[0] for layer in out.attentions])),
        "greedy": continued(model, [1, 2, 3], shape["n_positions"] - 3),
    }
    write(folder / "expected.json", expected)
    (folder / "model.safetensors").chmod(0o644)


def record_storyteller():
    model = GPT2LMHeadModel.from_pretrained(SHIPPED, attn_implementation="eager").eval()
    vocabulary = json.loads((SHIPPED / "vocab.json").read_text(encoding="utf-8"))
    ids = [vocabulary[word] for word in "once there was a girl named mia who".split()]
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0]
    model.generation_config.eos_token_id = None
    write(
        DATA / "storyteller.json",
        {"ids": ids, "last_logits": rounded(logits[-2:]), "greedy": continued(model, ids, 100)},
    )


def rounded(tensor):
    return np.vectorize(lambda x: float(f"{x:.6g}"))(tensor.numpy()).tolist()


def write(path, content):
    path.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


def processed(logits, temperature=1.0, top_k=None, top_p=None, min_p=None, at_least=1, tenths=None):
    """Return what the LogitsProcessors leave, in the order in which generate applies them."""
    scores = torch.tensor([logits], dtype=torch.float64)
    steps = [TemperatureLogitsWarper(temperature)]
    if top_k is not None:
        steps.append(TopKLogitsWarper(top_k, min_tokens_to_keep=at_least))
    if top_p is not None:
        steps.append(TopPLogitsWarper(top_p, min_tokens_to_keep=at_least))
    if min_p is not None:
        steps.append(MinPLogitsWarper(min_p, min_tokens_to_keep=at_least))
    for step in steps:
        scores = step(None, scores)
    return torch.softmax(scores, -1)[0].tolist()


def cut_cases():
    """Yield settings: random ones, and by hand those at an edge."""
    rng = np.random.default_rng(2024)
    for i in range(60):
        n = int(rng.integers(1, 13))
        logits = rng.normal(0, 2, n).round(2 if i % 2 else 0)  # whole numbers make ties
        case = {"logits": logits.tolist(), "temperature": float(rng.choice([0.3, 1.0, 2.5]))}
        if rng.random() < 0.6:
            case["top_k"] = int(rng.integers(1, n + 3))
        if rng.random() < 0.6:
            case["top_p"] = float(rng.random().__round__(3))
        if rng.random() < 0.6:
            case["min_p"] = float(rng.random().__round__(3))
        if rng.random() < 0.3:
            case["at_least"] = int(rng.integers(1, n + 1))
        yield case
    halves = np.log([8.0, 4.0, 2.0, 1.0, 1.0]).tolist()  # 1/2, 1/4, 1/8, 1/16, 1/16
    for edge in (0.0, 0.25, 0.5, 0.75, 1.0):
        yield {"logits": [0.0, 0.0, 0.0, 0.0], "top_p": edge}
        yield {"logits": [0.0, 0.0, 0.0, 0.0], "min_p": edge}
        yield {"logits": halves, "min_p": edge}
        yield {"logits": [3.0, -np.inf, 3.0, 1.0], "top_p": edge, "min_p": edge}
    for k in (1, 2, 3, 4, 9):
        yield {"logits": [1.0, 2.0, 2.0, 0.0, 2.0], "top_k": k}
        yield {"logits": [5.0, -np.inf, 4.0], "top_k": k}
    yield {"logits": [1.0, 2.0, 2.0, 0.0, 2.0], "top_k": 1, "top_p": 0.5}
    yield {"logits": halves, "top_p": 0.3, "at_least": 3}
    yield {"logits": halves, "top_k": 4, "top_p": 0.9, "min_p": 0.2}
    yield {"logits": [7.0], "top_k": 5, "top_p": 0.0, "min_p": 1.0}
    for tenths, edges in (  # sums that are reached exactly, in decimals
        ([5, 4, 1], [0.5, 0.9]),
        ([7, 2, 1], [0.7, 0.9]),
        ([4, 3, 2, 1], [0.4, 0.7, 0.9]),
        ([1, 2, 4, 2, 1], [0.4, 0.6, 0.8, 0.9]),
    ):
        for edge in edges:
            logits = np.log(np.array(tenths) / 10)
            yield {"tenths": tenths, "logits": logits.tolist(), "top_p": edge}
    for n in (3, 16):  # ties alone; of more entries than 16, its sort leaves the order open
        for edge in (0.0, 0.3, 0.65):
            yield {"logits": np.where(np.arange(n) % 5 == 1, 1.0, 0.0).tolist(), "top_p": edge}


def main():
    for name, shape in SHAPES.items():
        record_model(name, shape)
    record_storyteller()
    cases = [{**case, "probabilities": processed(**case)} for case in cut_cases()]
    for case in cases:
        case["logits"] = [None if x == -np.inf else x for x in case["logits"]]  # JSON has no -inf
    lines = ",\n".join(json.dumps(case) for case in cases)
    (DATA / "cuts.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
