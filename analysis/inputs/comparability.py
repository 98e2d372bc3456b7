"""Whether the answers of two waves to one question may be compared, and if not, why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analysis.inputs.instruments import Instrument, comparable

Kind = Literal["same", "reworded", "answers changed", "asked of others", "new", "dropped", "not asked"]


@dataclass(frozen=True)
class Compared:
    """One question in two waves: how it differs, whether answers may be compared all the same, and why it differs."""

    question: str
    topic: str
    kind: Kind
    comparable: bool
    why: str = ""

    @property
    def obstacle(self) -> str:
        """Why answers cannot be compared, as a phrase; empty where they can."""
        return "" if self.comparable else f"{OBSTACLES[self.kind]}{f': {self.why}' if self.why else ''}"


OBSTACLES: dict[Kind, str] = {
    "reworded": "the question was worded otherwise",
    "answers changed": "other answers were offered",
    "asked of others": "the question was put to others",
    "new": "the earlier wave did not ask it",
    "dropped": "this wave did not ask it",
    "not asked": "neither wave asked it",
}


def compared(question: str, earlier: Instrument, later: Instrument) -> Compared:
    """One question in two waves. Raises KeyError for a question that neither questionnaire has."""
    known = later if question in later.questionnaire.by_id else earlier
    topic = known.questionnaire.by_id[question].topic
    kind = _kind(question, earlier, later)
    why = later.why(question) or earlier.why(question)
    if kind == "asked of others":
        routing = later.questionnaire.by_id[question].asked_if
        asked_by = later.questionnaire.by_id[routing.question].topic if routing else ""
        why = why or f"who was asked depends on the question on {asked_by}, which cannot be compared"
    may = comparable(question, earlier, later) and kind != "asked of others"
    return Compared(question, topic, kind, may, why if kind != "same" else "")


def all_compared(earlier: Instrument, later: Instrument) -> Iterator[Compared]:
    """Every question that either wave asked, in the questionnaire's order, added ones last."""
    names = dict.fromkeys([*later.questionnaire.by_id, *earlier.questionnaire.by_id])
    each = (compared(name, earlier, later) for name in names)
    return (one for one in each if one.kind != "not asked")


def _kind(question: str, earlier: Instrument, later: Instrument) -> Kind:
    before, after = earlier.asked(question), later.asked(question)
    if not (before and after):
        return "dropped" if before else "new" if after else "not asked"
    one, two = earlier.questionnaire.by_id[question], later.questionnaire.by_id[question]
    removed = [instrument.removed.get(question, ()) for instrument in (earlier, later)]
    if one.wording != two.wording:
        return "reworded"
    if (one.kind, one.answers, one.exclusive, removed[0]) != (two.kind, two.answers, two.exclusive, removed[1]):
        return "answers changed"
    return "same" if _asked_of_the_same(question, earlier, later) else "asked of others"


def _asked_of_the_same(question: str, earlier: Instrument, later: Instrument) -> bool:
    """Whether both waves put the question to the same: also where an earlier answer decides who is asked."""
    one, two = (instrument.questionnaire.by_id[question].asked_if for instrument in (earlier, later))
    if one is None and two is None:
        return True
    return one == two and one is not None and comparable(one.question, earlier, later)
