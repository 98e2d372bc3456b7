"""Two made-up waves of two surveys, of this study's shape, and p-values, to check estimators with.

`python tests/reference/make_synthetic.py` writes waves.csv and p_values.csv beside itself, the same each time.
Nobody answered anything here. An empty answer is item non-response.
"""

import csv
import random
from pathlib import Path

HERE = Path(__file__).parent
# Responses of each wave, and the parts of the groups in each; "e" is too small in the second wave.
SURVEYS = {"commissioners": (162, 150), "third_sector": (417, 390)}
PARTS = {1: (35, 25, 20, 16, 4), 2: (20, 30, 30, 18.5, 1.5)}
RATES = {1: (0.30, 0.45, 0.55, 0.60, 0.50), 2: (0.40, 0.55, 0.60, 0.70, 0.50)}
GROUPS = "abcde"


def respondents(dice, survey, wave, size):
    """One row a response; `rare` is an answer that few give, `weight` an unequal weight."""
    for number in range(size):
        group = dice.choices(GROUPS, PARTS[wave])[0]
        rate = RATES[wave][GROUPS.index(group)]
        answer = int(dice.random() < rate) if dice.random() > 0.06 else ""
        reach = dice.choices(("local", "regional", "national"), (5, 3, 2) if wave == 1 else (4, 3, 3))[0]
        weight = round(dice.lognormvariate(0, 0.4), 4)
        yield [survey, wave, number + 1, group, reach, answer, int(dice.random() < 0.02), weight]


def p_values(dice):
    """Families of p-values: none small, some small, ties, the ends of the range, a single one."""
    yield from (("mixed", round(dice.random() ** 3, 6)) for _ in range(12))
    yield from (("none", round(0.2 + 0.8 * dice.random(), 6)) for _ in range(8))
    yield from (("many", round(dice.random() ** 4, 8)) for _ in range(60))
    yield from (("ties", value) for value in (0.01, 0.04, 0.01, 0.2, 0.04, 0.01, 1, 0))
    yield ("single", 0.03)


def write(name, header, rows):
    with (HERE / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    dice = random.Random(20)
    rows = [
        row
        for survey, sizes in SURVEYS.items()
        for wave, size in zip((1, 2), sizes, strict=True)
        for row in respondents(dice, survey, wave, size)
    ]
    write("waves.csv", ["survey", "wave", "response", "group", "reach", "answer", "rare", "weight"], rows)
    write("p_values.csv", ["family", "p"], p_values(dice))
