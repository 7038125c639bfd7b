"""The set-up notebook: one exercise to try the machinery, one question."""

import numpy as np

from . import inputs
from .exercise import Exercise, Question, WrongAnswer

NOTEBOOK = "00_start_here"
MINUTES = 10

EXERCISES = (
    Exercise(
        id="my_total",
        notebook=NOTEBOOK,
        title="Your first check",
        minutes=1,
        task=(
            "Complete `my_total`: it takes a numpy array of numbers and returns their sum. "
            "Replace the three dots, run the cell, then run the check below it."
        ),
        stub='''
def my_total(numbers):
    """Return the sum of the numbers."""
    return ...
''',
        solution="""
def my_total(numbers):
    return numbers.sum()
""",
        hints=(
            "A numpy array knows how to add itself up.",
            "The method is called `sum`.",
            "`return numbers.sum()`",
        ),
        wrong=(
            WrongAnswer(
                "writes the answer down",
                """
def my_total(numbers):
    return 1.0
""",
                "Your function answered 1 each time. Probabilities do sum to 1, but the check "
                "also tries other numbers. Compute the sum.",
            ),
            WrongAnswer(
                "takes the largest",
                """
def my_total(numbers):
    return numbers.max()
""",
                "That is the largest of the numbers. The total adds all of them.",
            ),
            WrongAnswer(
                "takes the average",
                """
def my_total(numbers):
    return numbers.mean()
""",
                "That is the average: the sum divided by how many there are. Leave out the "
                "division.",
            ),
            WrongAnswer(
                "stops after the first",
                """
def my_total(numbers):
    total = 0
    for n in numbers:
        total += n
        return total
""",
                "That is the first number alone. The total adds all of them. Does a `return` "
                "stand inside a loop? It ends the function in the first round: move it to the "
                "left, below the `for`.",
            ),
            WrongAnswer(
                "starts over in each round",
                """
def my_total(numbers):
    for n in numbers:
        total = 0
        total += n
    return total
""",
                "That is the last number alone. The total adds all of them. Does a loop set the "
                "total anew in each round? Set it to 0 once, before the loop, and add with `+=`.",
            ),
            WrongAnswer(
                "counts them",
                """
def my_total(numbers):
    return len(numbers)
""",
                "That is how many numbers there are. Add up the numbers themselves.",
            ),
            WrongAnswer(
                "adds the first two",
                """
def my_total(numbers):
    return numbers[0] + numbers[1]
""",
                "Right for two numbers. There may be more, or one alone: `numbers.sum()` adds up "
                "any number of them.",
            ),
            WrongAnswer(
                "adds the first three",
                """
def my_total(numbers):
    return numbers[0] + numbers[1] + numbers[2]
""",
                "Right for three numbers. Of [0.25, 0.75] your function wants a third, which is "
                "not there (an IndexError). `numbers.sum()` adds up any number of them.",
            ),
        ),
        noticed="Every exercise answers like this, and your work is saved as you go.",
        draw=inputs.numbers,
        probes=(
            (np.array([0.25, 0.75]),),
            (np.array([2.0, -1.0, 4.0]),),
            (np.array([0.125, -1.5]),),
            (np.array([12.3456789, 7.25, -30.5, 7.25, 1.0]),),
            (np.array([0.5, -0.5]),),
            (np.array([-2.0]),),
            (np.array([0.00012345678]),),
            (np.array([0.0, 2.0, 3.0]),),
        ),
    ),
)

QUESTIONS = (
    Question(
        id="start-raise-one",
        notebook=NOTEBOOK,
        text="You raise one score and leave the others alone. What happens to the other "
        "probabilities?",
        options=(
            (
                "They stay as they are.",
                "They cannot stay: the total is always 1, so what one gains the others lose.",
            ),
            (
                "They all shrink.",
                "The total is always 1, so what one gains the others lose. And softmax lowers each "
                "by the same factor. Drag a score above and watch.",
            ),
            (
                "Only the second largest shrinks.",
                "All of the others pay, each in proportion to what it has. Drag a score above "
                "and watch the small ones too.",
            ),
        ),
        answer=1,
    ),
)
