"""GPT-2: attention, then neurons, layer upon layer, and a score for every token at the end.

Source: Radford et al., Language Models are Unsupervised Multitask Learners (2019).
Video: https://youtu.be/wjZofJX0v4M?t=1344 (attention blocks, 22:24).
"""

import reprlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..attention import causal_mask
from ..distributions import check_distribution
from ..sampling import _cut_off, cut, fall, sample
from ..softmax import as_temperature
from ..softmax import softmax as course_softmax
from ..your_softmax import by_rows
from .weights import read_json, read_safetensors, short

__all__ = ["GPT2", "Cache", "Step", "as_length"]


class Step(NamedTuple):
    """One step of a text that grows: what was chosen, and from what.

    Attributes
    ----------
    token : int or str
        The token's number; from a Storyteller its word.
    logits : numpy.ndarray of float64, shape (V,)
        The score of every token.
    probabilities : numpy.ndarray of float64, shape (V,)
        What the token was drawn from: softmax at the temperature, then the cuts.
    """

    token: int | str
    logits: np.ndarray
    probabilities: np.ndarray


class Cache:
    """The keys and values of the tokens read so far, so that none is worked out twice.

    Attributes
    ----------
    pairs : numpy.ndarray of float32, shape (layers, 2, heads, context, d)
        For each layer its keys and its values, filled up to `length`.
    length : int
        How many tokens have been read.
    """

    def __init__(self, layers, heads, context, d):
        self.pairs = np.empty((layers, 2, heads, context, d), np.float32)
        self.length = 0


class _Block(NamedTuple):
    """The weights of one layer: attention, then two layers of neurons."""

    gain_1: np.ndarray
    shift_1: np.ndarray
    qkv: np.ndarray
    qkv_bias: np.ndarray
    out: np.ndarray
    out_bias: np.ndarray
    gain_2: np.ndarray
    shift_2: np.ndarray
    up: np.ndarray
    up_bias: np.ndarray
    down: np.ndarray
    down_bias: np.ndarray


class GPT2:
    """A GPT-2 of any size.

    Attributes
    ----------
    embedding : numpy.ndarray of float32, shape (V, d)
        The vector of each token as something read.
    unembedding : numpy.ndarray of float32, shape (V, d)
        A row for each token as something to say; often the same array.
    context : int
        How many tokens it can look at.
    layers, heads : int
    softmax : callable
        What turns scores into weights, everywhere.

    References
    ----------
    Radford et al. (2019); the names in the file are those of the transformers library.
    """

    def __init__(self, weights, config, softmax=course_softmax):
        """Put a model together from its parts; `load` does it for you.

        Parameters
        ----------
        weights : dict of str to numpy.ndarray of float32
            Named as in the transformers library, with or without ``"transformer."`` before them.
        config : dict
            The contents of its config.json.
        softmax : callable, optional
            Your own; `softmax_lib.your_softmax` says how it is called. Default: the course's.

        Raises
        ------
        ValueError
            When the two do not make a GPT-2, or a weight is not finite.
        """

        def bad(why):
            return ValueError(f"model.safetensors: {why}")

        size = _checked_config(config)
        v, d, inner = size["vocab_size"], size["n_embd"], size["n_inner"]
        self.context, self.layers, self.heads = size["n_positions"], size["n_layer"], size["n_head"]
        self.config, self.softmax = config, softmax
        twice = [name for name in weights if f"transformer.{name}" in weights]
        if twice:
            raise bad(f"the weights hold {_some(twice)} twice, once after 'transformer.'")
        weights = {name.removeprefix("transformer."): w for name, w in weights.items()}

        def take(name, *shape):
            if name not in weights:
                raise bad(f"the weights must have {name}, shape {shape}: it is missing")
            array = weights.pop(name)
            if array.shape != shape:
                raise bad(f"{name} must have shape {shape}, got {short(array.shape)}")
            if array.dtype != np.float32:
                raise bad(f"{name} must be float32, got {array.dtype}: save it as float32")
            # One number says whether all are finite, and makes no array of answers; only where
            # it leaves the range, as it does beyond 1e19, each is asked.
            with np.errstate(all="ignore"):
                total = np.dot(array.ravel(), array.ravel())
            if not np.isfinite(total) and not np.isfinite(array).all():
                raise bad(f"{name} must hold finite numbers: the weights are damaged")
            # A vector becomes a row: numpy adds two arrays of one shape in half the time.
            return array if array.ndim > 1 else array[np.newaxis]

        self.embedding = take("wte.weight", v, d)
        self._positions = take("wpe.weight", self.context, d)
        self._blocks = []
        for i in range(self.layers):
            parts = ("ln_1", d), ("attn.c_attn", d, 3 * d), ("attn.c_proj", d, d)
            parts += ("ln_2", d), ("mlp.c_fc", d, inner), ("mlp.c_proj", inner, d)
            block = []
            for name, *shape in parts:
                block.append(take(f"h.{i}.{name}.weight", *shape))
                block.append(take(f"h.{i}.{name}.bias", shape[-1]))
            self._blocks.append(_Block(*block))
            for name in ("bias", "masked_bias"):  # older files carry the causal mask along
                weights.pop(f"h.{i}.attn.{name}", None)
        self._gain, self._shift = take("ln_f.weight", d), take("ln_f.bias", d)
        if size["tied"]:
            self.unembedding = self.embedding
            weights.pop("lm_head.weight", None)
        else:
            self.unembedding = take("lm_head.weight", v, d)
        if weights:
            raise bad(f"the weights hold what a GPT-2 does not have: {_some(weights)}")
        # Last: by now the weights have shown that vectors really are as long as the file says.
        self._norm = np.full((d, 1), 1 / d, dtype=np.float32), size["epsilon"]

    def __repr__(self):
        v, d = self.embedding.shape
        return (
            f"GPT2({v} tokens, {self.layers} layers of {self.heads} heads, vectors of {d} numbers, "
            f"context {self.context})"
        )

    @classmethod
    def load(cls, folder, softmax=course_softmax):
        """Load a model from a folder.

        Parameters
        ----------
        folder : str or path-like
            Holds ``config.json`` and ``model.safetensors``, as the transformers library saves them.
        softmax : callable, optional
            Your own; `softmax_lib.your_softmax` says how it is called. Default: the course's.

        Returns
        -------
        GPT2
            Its weights are views of the file.

        Raises
        ------
        ValueError
            When a file is damaged, cut short, or not a GPT-2.
        FileNotFoundError
            When a file is missing.
        """
        folder = Path(folder)
        config, weights = folder / "config.json", folder / "model.safetensors"
        for file in (config, weights):
            if not file.is_file():
                raise FileNotFoundError(
                    f"{folder.name} must hold {file.name}, and it does not; a GPT-2 is a folder "
                    "with config.json and model.safetensors in it"
                )
        return cls(read_safetensors(weights), read_json(config), softmax)

    def new_cache(self):
        """Return an empty cache for `forward`.

        Returns
        -------
        Cache
        """
        return Cache(self.layers, self.heads, self.context, self.embedding.shape[1] // self.heads)

    def forward(self, ids, cache=None, return_attentions=False, softmax=None):
        """Score every token as the next one, after each token of a text.

        Parameters
        ----------
        ids : sequence of int, length n
            The text's tokens; with a cache, those that follow what it has read.
        cache : Cache, optional
            Is filled with `ids`.
        return_attentions : bool, default False
            Return the weights of every attention head too.
        softmax : callable, optional
            Used in place of the model's own; `softmax_lib.your_softmax` says how it is called.

        Returns
        -------
        logits : numpy.ndarray of float32, shape (n, V)
        attentions : numpy.ndarray of float32, shape (layers, heads, n, m)
            Only on request. m is n, and what the cache held before.

        Raises
        ------
        ValueError
            When `ids` is empty, does not fit into the context, or has a number that is no token.
        TypeError
            When `ids` are not integers, or `softmax` is not such a function.
        """
        attentions = [] if return_attentions else None
        hidden = self._hidden(self._checked(ids, cache), self._rows(softmax), cache, attentions)
        logits = hidden @ self.unembedding.T
        return (logits, np.stack(attentions)) if return_attentions else logits

    def _hidden(self, ids, rows, cache=None, attentions=None, even_heads=()):
        """Return the last vectors of the tokens, shape (n, d); append each layer's attention.

        `even_heads` are pairs (layer, head) that look at all words alike, without a cache only.
        """
        cache = cache or self.new_cache()
        begin, end = cache.length, cache.length + len(ids)
        d = self.embedding.shape[1]
        by_head = (len(ids), 3, self.heads, d // self.heads)
        scale = np.array((d // self.heads) ** -0.5, np.float32)
        mask = causal_mask(len(ids)) if len(ids) > 1 else None

        # Products of two matrices are written dot, which takes less time than @ to begin.
        x = self.embedding.take(ids, axis=0) + self._positions[begin:end]
        for layer, (block, pair) in enumerate(zip(self._blocks, cache.pairs, strict=True)):
            # Attention: every token asks those before it, and itself.
            y = _layer_norm(x, block.gain_1, block.shift_1, *self._norm)
            qkv = (y.dot(block.qkv) + block.qkv_bias).reshape(by_head).transpose(1, 2, 0, 3)
            pair[:, :, begin:end] = qkv[1:]
            keys, values = pair[:, :, :end]
            scores = (qkv[0] * scale) @ keys.swapaxes(1, 2)
            if mask is not None:
                scores[:, :, begin:] += mask
            weights = rows(scores)
            for head in [head for at, head in even_heads if at == layer]:
                weights[head] = np.tri(end) / np.arange(1, end + 1)[:, None]
            if attentions is not None:
                attentions.append(weights)
            y = (weights @ values).swapaxes(0, 1).reshape(len(ids), d)
            x += y.dot(block.out) + block.out_bias
            # Neurons: each token by itself.
            y = _layer_norm(x, block.gain_2, block.shift_2, *self._norm)
            x += _gelu(y.dot(block.up) + block.up_bias).dot(block.down) + block.down_bias
        cache.length = end
        return _layer_norm(x, self._gain, self._shift, *self._norm)

    def stream(
        self,
        ids,
        length=None,
        temperature=1.0,
        top_k=None,
        top_p=None,
        min_p=None,
        softmax=None,
        generator=None,
    ):
        """Continue a text token by token: score, softmax, cut, draw, append, repeat.

        Parameters
        ----------
        ids : sequence of int
            The text so far; at least one token.
        length : int, optional
            How many tokens to add. Default: until the context is full.
        temperature : float, default 1.0
            0 takes the token with the largest probability, the first of several equal ones.
        top_k : int, optional
        top_p, min_p : float, optional
            As in `softmax_lib.sampling.cut`, in this order.
        softmax : callable, optional
            Used in place of the model's own, in the attention too; `softmax_lib.your_softmax` says
            how it is called.
        generator : numpy.random.Generator, optional
            Where the randomness comes from. Default: ``np.random.default_rng(0)``.

        Returns
        -------
        iterator of Step

        Raises
        ------
        ValueError
            When the text does not fit into the context, a setting is out of its range, or what
            `softmax` returns is not a distribution (the message says which requirement broke).
        TypeError
            When an argument has the wrong type.
        """
        ids = self._checked(ids).tolist()
        room = self.context - len(ids)
        length = room if length is None else as_length(length)
        if length > room:
            raise ValueError(
                f"length must be at most {room}, got {length}: the model looks at "
                f"{self.context} tokens, and {len(ids)} are taken"
            )
        temperature = as_temperature(temperature)
        softmax = self.softmax if softmax is None else softmax
        rows, last = self._rows(softmax), _next_word_softmax(softmax, temperature)
        generator = np.random.default_rng(0) if generator is None else generator
        cuts = {"top_k": top_k, "top_p": top_p, "min_p": min_p}
        # Tried once here, so that what is wrong with a setting is said at once.
        sample(cut([1.0], **cuts).probabilities, generator, size=0)
        cuts = {} if all(value is None for value in cuts.values()) else cuts
        # A right softmax leaves nothing to draw here; what a wrong one leaves is drawn, and seen.
        cold = temperature == 0 and softmax is course_softmax

        def steps():
            cache, new = self.new_cache(), ids
            for _ in range(length):
                hidden = self._hidden(new, rows, cache)[-1]
                logits = (self.unembedding @ hidden).astype(np.float64)
                probabilities = last(logits)
                if cuts:
                    probabilities = _cut_off(probabilities, **cuts, scores=logits).probabilities
                token = probabilities.argmax() if cold else fall(probabilities, generator.random())
                token = int(token)
                yield Step(token, logits, probabilities)
                new = [token]

        return steps()

    def generate(self, ids, length=None, **settings):
        """Return a text's tokens and those that continue it.

        Parameters
        ----------
        ids : sequence of int
            The text so far; at least one token.
        length : int, optional
            How many tokens to add. Default: until the context is full.
        **settings
            As in `stream`.

        Returns
        -------
        list of int

        Raises
        ------
        ValueError, TypeError
            As `stream` says.
        """
        steps = self.stream(ids, length, **settings)
        return [int(i) for i in ids] + [step.token for step in steps]

    def _checked(self, ids, cache=None):
        """Return the tokens as an array, or say what is wrong with them."""
        given = np.asarray(ids)
        if given.ndim != 1 or not len(given):
            raise ValueError(f"ids must be a list of at least one token, got shape {given.shape}")
        if given.dtype.kind not in "iu":
            raise TypeError(f"ids must be integers, got {ids!r}")
        count = len(self.embedding)
        if given.min() < 0 or given.max() >= count:
            wrong = given[(given < 0) | (given >= count)][0]
            raise ValueError(f"ids must be from 0 to {count - 1}, got {wrong}")
        read = cache.length if cache else 0
        if read + len(given) > self.context:
            raise ValueError(
                f"the text must have at most {self.context} tokens, got {read + len(given)}"
            )
        return given

    def _rows(self, softmax):
        """Return the function that the attention applies to its scores."""
        softmax = self.softmax if softmax is None else softmax
        return softmax if softmax is course_softmax else by_rows(softmax)


def _next_word_softmax(softmax, temperature):
    """Return a function from logits to a distribution that has been checked."""
    rows = by_rows(softmax, temperature)
    if softmax is course_softmax:
        return rows
    name = "what softmax returned"
    return lambda logits: check_distribution(rows(logits), name=name).astype(np.float64, copy=False)


def _layer_norm(x, gain, shift, average, epsilon):
    """Move each row's mean to 0 and its variance to 1, then apply a learned gain and shift."""
    x = x - x.dot(average)  # a product with (1/d, 1/d, ...) is the fastest mean of a short row
    x /= np.sqrt((x * x).dot(average) + epsilon)
    x *= gain
    x += shift
    return x


# Arrays without axes, which numpy takes up faster than numbers.
_STEEP, _CUBIC, _ONE, _HALF = (
    np.array(number, np.float32)
    for number in ((2 / np.pi) ** 0.5, 0.044715 * (2 / np.pi) ** 0.5, 1, 0.5)
)


def _gelu(x):
    """Let positive numbers pass and hold negative ones back, smoothly: the tanh form of GELU.

    In one line: ``0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))``.
    """
    y = x * x
    y *= _CUBIC
    y += _STEEP
    y *= x
    np.tanh(y, out=y)
    y += _ONE
    y *= x
    y *= _HALF
    return y


# What must hold for the formulas above to be the right ones; the transformers library's defaults.
_ONLY = {
    "model_type": "gpt2",
    "activation_function": "gelu_new",
    "scale_attn_weights": True,
    "scale_attn_by_inverse_layer_idx": False,
    "add_cross_attention": False,
}
_SIZES = ("vocab_size", "n_positions", "n_embd", "n_layer", "n_head")
_MOST = 2**31 - 1


def _checked_config(config):
    """Return the numbers that make a model, or say what in its configuration is wrong."""
    for name, wanted in _ONLY.items():
        if config.get(name, wanted) != wanted:
            raise _bad_config(name, f"be {wanted!r}", config[name])
    size = {name: config.get(name) for name in _SIZES}
    if config.get("n_inner") is not None:
        size["n_inner"] = config["n_inner"]
    for name, value in size.items():
        if type(value) is not int or not 1 <= value <= _MOST:
            raise _bad_config(name, f"be an integer from 1 to {_MOST}", value)
    size.setdefault("n_inner", 4 * size["n_embd"])
    if size["n_embd"] % size["n_head"]:
        raise ValueError(
            f"config.json: n_embd must be divisible by n_head, got {size['n_embd']} and "
            f"{size['n_head']}"
        )
    tied = config.get("tie_word_embeddings", True)
    if not isinstance(tied, bool):
        raise _bad_config("tie_word_embeddings", "be true or false", tied)
    epsilon = config.get("layer_norm_epsilon", 1e-5)
    # What float32 makes of it counts: the layers are worked out in it.
    if type(epsilon) not in (int, float) or not 1e-38 <= epsilon <= 3e38:
        raise _bad_config("layer_norm_epsilon", "be a number from 1e-38 to 3e38", epsilon)
    ends = config.get("eos_token_id")
    for end in ends if isinstance(ends, list) else [ends]:
        if end is not None and type(end) is not int:
            raise _bad_config("eos_token_id", "be an integer or a list of integers", ends)
    return size | {"tied": tied, "epsilon": np.array(epsilon, np.float32)}


def _bad_config(name, must, value):
    return ValueError(f"config.json: {name} must {must}, got {reprlib.repr(value)}")


def _some(names, limit=3):
    names = list(names)
    return ", ".join(map(short, names[:limit])) + (", ..." if len(names) > limit else "")


def as_length(length):
    if isinstance(length, bool) or not isinstance(length, int | np.integer):
        raise TypeError(f"length must be an integer >= 0, got {length!r}")
    if length < 0:
        raise ValueError(f"length must be >= 0, got {length}")
    return int(length)
