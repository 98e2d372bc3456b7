"""Whole-number programmes over the tables of a survey: the one place that talks to the solver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Row = Mapping[int, int]


@dataclass
class Programme:
    """Linear conditions on whole numbers from 0 to their upper bounds, gathered and then solved.

    `upper` are the variables' upper bounds; `rows` are (coefficients, least, greatest).
    """

    upper: list[int]
    rows: list[tuple[Row, float, float]] = field(default_factory=list)

    def variable(self, upper: int) -> int:
        """A new unknown between 0 and `upper`; its position."""
        self.upper.append(upper)
        return len(self.upper) - 1

    def between(self, row: Row, least: float, greatest: float) -> None:
        self.rows.append((row, least, greatest))

    def share(
        self, part: Sequence[int], whole: Sequence[int], low: Fraction, high: Fraction, low_open: bool, high_open: bool
    ) -> None:
        """The sum of `part` as a percentage of the sum of `whole` lies between low and high."""
        self._at_least(part, whole, low, 1 if low_open else 0, +1)
        self._at_least(part, whole, high, 1 if high_open else 0, -1)

    def _at_least(self, part: Sequence[int], whole: Sequence[int], bound: Fraction, gap: int, sign: int) -> None:
        # Multiplied out to integers, "greater than" is "at least one more": no tolerance is needed.
        scale = lcm(bound.denominator, 1)
        row: dict[int, int] = {}
        for i in part:
            row[i] = row.get(i, 0) + sign * 100 * scale
        for i in whole:
            row[i] = row.get(i, 0) - sign * int(bound * scale)
        self.between(row, gap, np.inf)

    def minimise(self, cost: Mapping[int, float], seconds: float | None = None) -> list[int] | None:
        """The whole numbers of least cost, or None if the conditions contradict each other.

        Raises RuntimeError when the solver stops without an answer, as after `seconds`: that is not a contradiction.
        """
        size = len(self.upper)
        objective = np.zeros(size)
        for i, value in cost.items():
            objective[i] = value
        matrix = np.zeros((len(self.rows), size))
        for number, (row, _, _) in enumerate(self.rows):
            for i, value in row.items():
                matrix[number, i] = value
        constraints = [LinearConstraint(matrix, [r[1] for r in self.rows], [r[2] for r in self.rows])]
        limits = {} if seconds is None else {"time_limit": seconds}
        for presolve in (True, False):
            result = milp(objective, integrality=np.ones(size), bounds=Bounds(0, self.upper),
                          constraints=constraints if self.rows else [],
                          options={"mip_rel_gap": 0, "presolve": presolve, **limits})  # fmt: skip
            # The solver's simplifications have, rarely, lost every table there is: "none" is asked for twice.
            if result.status != 2:
                break
        else:
            return None
        if result.x is None:
            raise RuntimeError(f"the solver gave no answer: {result.message}")
        return [round(value) for value in result.x]
