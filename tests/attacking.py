"""How many protected numbers of made-up waves an attacker recovers, with the protection and without: once, by hand."""

from __future__ import annotations

import sys

from attacker import other_wave
from publishable import every_change, every_claim, everything
from test_disclosure import recovered, secrets, waves

SIZES = (90, 120, 150, 220)


def attacked(pairs: int) -> None:
    """Attack both waves of so many made-up pairs, each with all files of both, and tell what was recovered."""
    tried, found = 0, {True: 0, False: 0}
    for seed in range(1, pairs + 1):
        for protect in (True, False):
            before, after, pair = waves(seed, SIZES[seed % len(SIZES)], protect)
            changes, moved = every_change(pair)
            for survey, other in ((before, after), (after, before)):
                told = other_wave(other.questionnaire, "area", everything(other))
                more = {"claims": [*every_claim(survey), *moved], "changes": changes, "other": told,
                        "later_is_other": survey is before}  # fmt: skip
                found[protect] += len(recovered(survey, everything(survey), **more))
                if protect:
                    tried += sum(len(survey.questionnaire.by_id[name].answers) for name, _ in secrets(survey))
    print(f"{2 * pairs} waves, {tried} protected numbers: {found[True]} recovered, {found[False]} without protection")


if __name__ == "__main__":
    attacked(int(sys.argv[1]))
