"""Draw the README's picture, .github/softmax.png, and print the words that belong beside it.

.venv/bin/python .ci/readme_picture.py
"""

from pathlib import Path

from softmax_lib.figures import stages

PLACE = Path(__file__).parent.parent / ".github" / "softmax.png"


def picture():
    """Return the picture, with its words in `description`."""
    return stages([2.0, 1.0, -0.5, -1.5], ["woods", "garden", "castle", "sea"])


if __name__ == "__main__":
    drawn = picture()
    PLACE.write_bytes(drawn.png)
    print(drawn.description)
