"""A GPT-2 in numpy, small enough to read whole, and the storyteller that runs on it.

Every softmax in the model, in each attention head and over the next words, goes through one
function, and you can hand in your own. `model.py` is the model, `weights.py` reads its file,
`storyteller.py` and `text.py` turn words into tokens and back.

Source: Radford et al., Language Models are Unsupervised Multitask Learners (2019), the model.
Video: https://youtu.be/wjZofJX0v4M?t=1229 (predict the next token, 20:29).
"""

from .model import GPT2, Cache, Step
from .storyteller import Attentions, Storyteller, held_out_stories
from .weights import read_safetensors

__all__ = [
    "GPT2",
    "Attentions",
    "Cache",
    "Step",
    "Storyteller",
    "held_out_stories",
    "read_safetensors",
]
