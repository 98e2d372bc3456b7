"""The name of a number: `survey.question.answer[+answer][@breakdown=group]`.

The same address names a statistic in every file, in the register of printed figures and in links.
The number of responses to a survey is the survey's name alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

NAME = r"[a-z][a-z0-9_]*"
_SHAPE = re.compile(
    rf"(?P<survey>{NAME})"
    rf"(?:\.(?P<question>{NAME})(?:\.(?P<answers>{NAME}(?:\+{NAME})*))?)?"
    rf"(?:@(?P<breakdown>{NAME})=(?P<groups>{NAME}(?:\+{NAME})*))?"
)


@dataclass(frozen=True)
class Address:
    """Which answers, of which question, among whom.

    Without answers it names the number who answered the question; without a question, the number
    of responses to the survey. Answers are kept in the order given: `canonical` in
    `questionnaire` puts them in the questionnaire's order.
    """

    survey: str
    question: str = ""
    answers: tuple[str, ...] = ()
    breakdown: str = ""
    groups: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = self.survey
        if self.question:
            text += f".{self.question}"
        if self.answers:
            text += "." + "+".join(self.answers)
        if self.breakdown:
            text += f"@{self.breakdown}=" + "+".join(self.groups)
        return text

    def among(self, breakdown: str, *groups: str) -> Address:
        """The same answers, counted within one group only."""
        return replace(self, breakdown=breakdown, groups=groups)

    @property
    def overall(self) -> Address:
        """The same answers, counted among everybody."""
        return replace(self, breakdown="", groups=())


def parse_address(text: str) -> Address:
    """Read an address. Raises ValueError when the text does not have the shape of one."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not survey.question.answer[+answer][@breakdown=group]")
    return Address(
        survey=match["survey"],
        question=match["question"] or "",
        answers=tuple((match["answers"] or "").split("+")) if match["answers"] else (),
        breakdown=match["breakdown"] or "",
        groups=tuple((match["groups"] or "").split("+")) if match["groups"] else (),
    )
