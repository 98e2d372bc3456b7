"""Somebody who has read all that a wave publishes, and works out what it must mean for those who are not told of.

The attacker knows the questionnaire, every published number, and that numbers of respondents are whole. Unknown are,
question by question, how many of each group gave each answer, those who stated no group included. Each published
number is a condition on them, and so is what follows from percentages, intervals, margins of claims and changes where
bases and counts are not printed; integer programmes give the least and the greatest that an unknown can be. Nothing
here knows how the study decides what to withhold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from deductions import HAIR, OtherWave, Pairs, any_pair, margin, newcombe_of, printed_as, told_by
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from analysis.inputs.addresses import Address, parse_address
from analysis.inputs.questionnaire import Question, Questionnaire
from analysis.numbers.parts import blocks

UNSTATED = "(not stated)"
Row = Mapping[str, str]
Term = tuple[int, float]
# An unknown: a question, one or several of its answers (none: the base), and a group; or, of a share whose base and
# count can be one of several pairs, which of them it is.
Unknown = tuple[str, tuple[str, ...], str] | tuple[Address, int]
# Of more pairs than these only the ends are used.
MOST_PAIRS = 400


@dataclass
class Attack:
    """An attack on one survey by one breakdown, from the rows that were published of it in any file.

    `claims` and `changes` are rows of claims.csv and changes.csv; `other` is what is public of the other wave of these
    changes, which is the earlier one unless `later_is_other`. `unused` collects what was published and neither follows
    from the rest nor could be made a condition: an attack that leaves something aside proves little.
    """

    questionnaire: Questionnaire
    breakdown: str
    rows: Sequence[Row]
    claims: Sequence[Row] = ()
    changes: Sequence[Row] = ()
    other: OtherWave | None = None
    later_is_other: bool = False
    places: dict[Unknown, int] = field(default_factory=dict)
    conditions: list[tuple[dict[int, float], float, float]] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        own = [(parse_address(row["address"]), row) for row in self.rows if row["address"]]
        self.told = [(address, row) for address, row in own if address.survey == self.questionnaire.survey]
        self.known: dict[Address, Pairs] = {}
        self._deduce()
        self.published = self._by_question()
        for question in self._questions():
            self._add(question)
        self._add_adjusted()

    # What the printed numbers tell of bases and counts

    def _deduce(self) -> None:
        """The pairs of base and count that each share can have, from all rows, and then from margins and changes."""
        for address, row in self.told:
            if address.question:
                self._keep(address, told_by(row, self.pairs(address)))
        for address in list(self.known):
            self._keep(address, self.known[address].where(self.known[address].bases <= self._most(address)))
        # What one margin tells of a share can be what another one needs.
        for _ in range(2):
            self.unused = [one["claim"] for one in self.claims if one["margin"] and not self._use_claim(one)]
            moved = [one for one in self.changes if one["crude"] and self._is_own(one)]
            self.unused += [f"change of {one['address']}" for one in moved if not self._use_change(one)]

    def _is_own(self, row: Row) -> bool:
        return parse_address(row["address"]).survey == self.questionnaire.survey

    def pairs(self, address: Address) -> Pairs:
        """The pairs of base and count that a share can still have."""
        return self.known.get(address, any_pair(self.total))

    def _most(self, address: Address) -> int:
        """How many are in the groups of an address, at most."""
        if address.breakdown not in ("", self.breakdown):
            return self.total
        return sum(self.sizes[group] for group in address.groups or self.groups)

    def _is_any(self, address: Address) -> bool:
        """Whether nothing is told of a share but that its groups are no larger than they are."""
        most = min(self._most(address), self.total)
        return len(self.known[address].bases) == len(any_pair(most).bases)

    def _keep(self, address: Address, pairs: Pairs) -> None:
        assert len(pairs.bases), f"nothing that is published of {address} can be right"
        self.known[address] = pairs

    def _use_claim(self, claim: Row) -> bool:
        """Whether the margin of a claim follows from the shares it is about, or now tells the one that was left."""
        open_ones: list[Address] = []

        def share(address: Address) -> object:
            pairs = self.pairs(address)
            if not pairs.known and address not in open_ones:
                open_ones.append(address)
            return pairs.shares if not pairs.known else float(pairs.shares[0])

        try:
            values = margin(claim["claim"], share, self._series, self._change)
        except (KeyError, ValueError):
            # Several shares are open at once, and their pairs do not fit together; or a share that nobody has heard of.
            return False
        if len(open_ones) > 1:
            return False
        agree = printed_as(claim["margin"], values)
        if open_ones:
            self._keep(open_ones[0], self.pairs(open_ones[0]).where(agree))
        return bool(np.any(agree))

    def _change(self, address: Address, share: Any) -> Any:
        """The change of a share of this wave; raises KeyError where nothing is known of the other one."""
        there = self.other.share(address) if self.other else None
        if there is None or (isinstance(there, Pairs) and not there.known):
            raise KeyError(str(address))
        moved = share - (there if isinstance(there, float) else float(there.shares[0]))
        return -moved if self.later_is_other else moved

    def _series(self, name: str) -> dict[str, Address]:
        """The members of a series that are told, by their names: answers of a question, groups of a breakdown."""
        if ", " in name:
            return {one: parse_address(one) for one in name.split(", ")}
        listed = dict.fromkeys(address for address, _ in self.told if address.question)
        told = [one for one in listed if self.known[one].known and self.known[one].bases[0] >= 10]
        if name.endswith(".*"):
            found = [one for one in told if f"{one.survey}.{one.question}.*" == name and not one.breakdown]
            return {one.answers[0]: one for one in found if len(one.answers) == 1}
        return {"+".join(one.groups): one for one in told if one.breakdown and name == f"{one.overall}@{one.breakdown}"}

    def _use_change(self, change: Row) -> bool:
        """Whether a change follows from the shares of both waves, or now tells the one of this wave."""
        address = parse_address(change["address"])
        here = self.pairs(address)
        try:
            here = here.where(np.abs(self._change(address, here.shares) - float(change["crude"])) < HAIR)
        except KeyError:
            return False
        there = self.other.share(address)  # type: ignore[union-attr]
        if isinstance(there, Pairs):
            for place, name in enumerate(("crude_low", "crude_high")):
                end = newcombe_of(*((here, there) if self.later_is_other else (there, here)))[place]
                here = here.where(np.abs(end - float(change[name])) < HAIR)
        if not len(here.bases):
            return False
        self._keep(address, here)
        return True

    def _by_question(self) -> dict[str, list[tuple[Address, str]]]:
        """By question, every share that something was published of, and how many were asked where that is told."""
        asked = {address: row["asked"] for address, row in self.told if address.question and row.get("asked")}
        found: dict[str, list[tuple[Address, str]]] = defaultdict(list)
        for address in self.known:
            if address.breakdown in ("", self.breakdown):
                found[address.question].append((address, asked.get(address, "")))
        return found

    def _questions(self) -> Iterator[Question]:
        told = self.published.keys() - {self.breakdown}
        yield from (one for one in self.questionnaire.questions if one.id in told)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        return (*self.questionnaire.by_id[self.breakdown].answer_ids, UNSTATED)

    @cached_property
    def total(self) -> int:
        return next(int(row["base"]) for address, row in self.told if not address.question)

    @cached_property
    def sizes(self) -> dict[str, int]:
        """How many are in each group, or at most are: published as the answers to one question."""
        sizes = dict.fromkeys(self.groups, self.total)
        for address, pairs in self.known.items():
            is_size = (address.question, address.breakdown) == (self.breakdown, "") and len(address.answers) == 1
            if is_size and pairs.known:
                sizes[address.answers[0]] = int(pairs.counts[0])
                sizes[UNSTATED] = self.total - int(pairs.bases[0])
        return sizes

    def _place(self, unknown: Unknown) -> int:
        return self.places.setdefault(unknown, len(self.places))

    def _hold(self, terms: Iterable[Term], low: float, high: float) -> None:
        summed: dict[int, float] = defaultdict(float)
        for place, factor in terms:
            summed[place] += factor
        self.conditions.append((dict(summed), low, high))

    def _add(self, question: Question) -> None:
        for group in self.groups:
            self._add_group(question, group)
        for address, asked in self.published[question.id]:
            pairs, told = self.known[address], [("asked", (), float(asked), float(asked))] if asked else []
            if not self._is_any(address):
                told.append(("base", (), pairs.bases.min(), pairs.bases.max()))
                told.append(("count", address.answers, pairs.counts.min(), pairs.counts.max()))
            for column, answers, low, high in told:
                if terms := self._sum(question, address, answers, column):
                    self._hold(terms, low, high)
            if 1 < len(pairs.bases) <= MOST_PAIRS and not self._is_any(address):
                self._hold_one_of(question, address, pairs)

    def _sum(self, question: Question, address: Address, answers: tuple[str, ...], column: str) -> list[Term]:
        groups = address.groups or self.groups
        return [(place, 1) for group in groups for place in self._terms(question, answers, group, column)]

    def _hold_one_of(self, question: Question, address: Address, pairs: Pairs) -> None:
        """A base and a count that belong together, one pair of several."""
        places = [self._place((address, one)) for one in range(len(pairs.bases))]
        self._hold([(place, 1) for place in places], 1, 1)
        for column, answers, numbers in (("base", (), pairs.bases), ("count", address.answers, pairs.counts)):
            chosen = [(place, -float(number)) for place, number in zip(places, numbers, strict=True)]
            self._hold([*self._sum(question, address, answers, column), *chosen], 0, 0)

    # Changes that are adjusted for who answered

    def _add_adjusted(self) -> None:
        """Make adjusted changes conditions, unless they follow from what is told of the groups."""
        for row in self.changes:
            address = parse_address(row["address"])
            # Groups as large as they were before are no news of how large they are.
            if address.question == self.breakdown or not row["adjusted"]:
                continue
            if not self._is_own(row) or self.later_is_other:
                continue
            if not self._follows(address, row) and not self._hold_adjusted(address, row):
                self.unused.append(f"adjusted change of {address}")

    def _follows(self, address: Address, row: Row) -> bool:
        """Whether an adjusted change is that of the groups as they are told in both waves."""
        before, after = self._parts_before(address), self._parts_after(address)
        counts = 0.0
        total = sum(base for base, _ in before.values())
        for block in blocks([*before, *after]):
            here = [after[part] for part in after if part <= block]
            base, count = (sum(one[place] for one in here) for place in (0, 1))
            counts += sum(one for part, (one, _) in before.items() if part <= block) * count / (base or 1)
        return abs(100 * counts / total - self._share_before(address, before) - float(row["adjusted"])) < 1e-5

    def _share_before(self, address: Address, parts: Mapping[frozenset[str], tuple[int, int | None]]) -> float:
        there = self.other.shares[str(address)]  # type: ignore[union-attr]
        if isinstance(there, float):
            return there
        counts = [count for _, count in parts.values()]
        return 100 * sum(counts) / sum(base for base, _ in parts.values())  # type: ignore[arg-type]

    def _parts_before(self, address: Address) -> dict[frozenset[str], tuple[int, int | None]]:
        shares = self.other.shares  # type: ignore[union-attr]
        found: dict[frozenset[str], tuple[int, int | None]] = {}
        for part, base in self.other.parts.get(address.question, {}).items():  # type: ignore[union-attr]
            name = self.questionnaire.canonical(address.among(self.breakdown, *part - {UNSTATED}))
            pairs = shares.get(str(name))
            found[part] = (base, int(pairs.counts[0]) if isinstance(pairs, Pairs) and UNSTATED not in part else None)
        told = [count for _, count in found.values() if count is not None]
        overall = shares.get(str(address))
        if isinstance(overall, Pairs) and len(told) == len(found) - 1:
            found = {part: (base, int(overall.counts[0]) - sum(told) if count is None else count)
                     for part, (base, count) in found.items()}  # fmt: skip
        return found

    def _parts_after(self, address: Address) -> dict[frozenset[str], tuple[int, int]]:
        return parts_of(self.known, address, self.breakdown, self.sizes)

    def _hold_adjusted(self, address: Address, row: Row) -> bool:
        """An adjusted change as a condition on the groups one by one, where the base of each is known."""
        before = self._parts_before(address)
        bases = {group: self.range(address.question, (), [group]) for group in self.groups if self.sizes[group]}
        if any(low != high for low, high in bases.values()) or any(len(part) > 1 for part in before):
            return False
        total = sum(base for base, _ in before.values())
        told = float(row["adjusted"]) + self._share_before(address, before)
        question = self.questionnaire.by_id[address.question]
        terms = [
            (place, 100 * base / total / bases[group][0])
            for part, (base, _) in before.items() for group in part if bases.get(group, (0, 0))[0]
            for place in self._terms(question, address.answers, group, "count")
        ]  # fmt: skip
        self._hold(terms, told - 1e-5, told + 1e-5)
        self._forget_programmes()
        try:
            self.range(address.question, (), [self.groups[0]])
        except AssertionError:
            # It was adjusted by other groups than these.
            self.conditions.pop()
            self._forget_programmes()
            return False
        return True

    def _terms(self, question: Question, answers: tuple[str, ...], group: str, column: str) -> list[int]:
        """The unknowns that add up to a published number in one group."""
        if column == "asked":
            routing = question.asked_if
            if routing is None or routing.question not in self.published or routing.question == self.breakdown:
                return []
            before = self.questionnaire.by_id[routing.question]
            return self._terms(before, routing.answers, group, "count")
        if column == "base" or question.kind == "multiple":
            return [self._place((question.id, answers, group))]
        return [self._place((question.id, (answer,), group)) for answer in answers]

    def _add_group(self, question: Question, group: str) -> None:
        """What must be true of one group whatever is published."""
        base = self._place((question.id, (), group))
        single = [self._place((question.id, (answer,), group)) for answer in question.answer_ids]
        asked = self._terms(question, (), group, "asked")
        self._hold([(base, 1)], 0, self.sizes[group])
        if asked and self.questionnaire.by_id[question.asked_if.question].kind == "single":  # type: ignore[union-attr]
            self._hold([(base, 1), *((place, -1) for place in asked)], -np.inf, 0)
        if question.kind == "single":
            self._hold([(base, -1), *((place, 1) for place in single)], 0, 0)
            return
        self._hold([(base, -1), *((place, 1) for place in single)], 0, np.inf)
        unions = dict.fromkeys(address.answers for address, _ in self.published[question.id])
        for answers in [one for one in unions if len(one) > 1] + [(one,) for one in question.answer_ids]:
            own = self._place((question.id, answers, group))
            members = [self._place((question.id, (answer,), group)) for answer in answers]
            self._hold([(own, 1), (base, -1)], -np.inf, 0)
            self._hold([(own, 1), *((place, -1) for place in members)], -np.inf, 0)
            for place in members:
                self._hold([(own, 1), (place, -1)], 0, np.inf)

    def _forget_programmes(self) -> None:
        for name in ("_components", "_programmes"):
            self.__dict__.pop(name, None)

    @cached_property
    def _components(self) -> list[tuple[list[int], list[tuple[dict[int, float], float, float]]]]:
        """Unknowns that no condition joins are attacked apart."""
        above = list(range(len(self.places)))

        def top(place: int) -> int:
            while above[place] != place:
                above[place] = above[above[place]]
                place = above[place]
            return place

        for terms, _, _ in self.conditions:
            first, *others = terms
            for other in others:
                above[top(other)] = top(first)
        members: dict[int, list[int]] = defaultdict(list)
        for place in range(len(self.places)):
            members[top(place)].append(place)
        held: dict[int, list[tuple[dict[int, float], float, float]]] = defaultdict(list)
        for condition in self.conditions:
            held[top(next(iter(condition[0])))].append(condition)
        return [(members[one], held[one]) for one in members]

    @cached_property
    def _programmes(self) -> dict[int, tuple[dict[int, int], LinearConstraint]]:
        """By unknown, the programme it is in: the columns of its unknowns, and the conditions."""
        found = {}
        for members, held in self._components:
            columns = {place: column for column, place in enumerate(members)}
            entries = [(row, columns[p], f) for row, (terms, _, _) in enumerate(held) for p, f in terms.items()]
            rows, cols, values = (np.array(one) for one in zip(*entries, strict=True))
            matrix = csr_array((values.astype(float), (rows, cols)), shape=(len(held), len(members)))
            limits = [np.array([condition[at] for condition in held]) for at in (1, 2)]
            constraint = LinearConstraint(matrix, limits[0], limits[1])
            found |= dict.fromkeys(members, (columns, constraint))
        return found

    def range(self, question: str, answers: tuple[str, ...], groups: Iterable[str]) -> tuple[int, int]:
        """The least and the greatest number of these groups who can have given an answer; without answers, the base."""
        wanted = [self.places[(question, answers, group)] for group in groups]
        columns, constraint = self._programmes[wanted[0]]
        objective = np.zeros(len(columns))
        objective[[columns[place] for place in wanted]] = 1
        ends = [_least(sign * objective, constraint) for sign in (1, -1)]
        return ends[0], -ends[1]


Parts = dict[frozenset[str], tuple[int, int]]


def parts_of(known: Mapping[Address, Pairs], address: Address, breakdown: str, sizes: Mapping[str, int]) -> Parts:
    """The parts that the groups of a share are told in, with base and count; those without a row are one part."""
    told = {frozenset(one.groups): pairs for one, pairs in known.items()
            if one.overall == address and one.breakdown == breakdown and pairs.known}  # fmt: skip
    # A row of groups together, whose groups have rows as well, adds nothing.
    found = {part: (int(pairs.bases[0]), int(pairs.counts[0])) for part, pairs in told.items()
             if not any(other < part for other in told)}  # fmt: skip
    left = {group for group, size in sizes.items() if size} - {group for part in found for group in part}
    if left - {UNSTATED}:
        whole = known[address]
        rest = [int(ends[0]) - sum(one[place] for one in found.values())
                for place, ends in enumerate((whole.bases, whole.counts))]  # fmt: skip
        found[frozenset(left)] = rest[0], rest[1]
    return found


def other_wave(questionnaire: Questionnaire, breakdown: str, rows: Sequence[Row]) -> OtherWave:
    """What rows that were published of a wave tell of it to whoever reads the changes of another one."""
    seen = Attack(questionnaire, breakdown, rows)
    parts: dict[str, dict[frozenset[str], int]] = {}
    for address in [one for one in seen.known if not one.breakdown and len(one.answers) == 1]:
        if address.question != breakdown and seen.known[address].known:
            found = parts_of(seen.known, address, breakdown, seen.sizes)
            parts[address.question] = {part: base for part, (base, _) in found.items()}
    return OtherWave({str(one): pairs for one, pairs in seen.known.items()}, parts)


def _least(objective: np.ndarray, constraint: LinearConstraint) -> int:
    solved = milp(
        objective, constraints=constraint, integrality=np.ones(len(objective)), bounds=Bounds(0, np.inf),
        options={"time_limit": 60},
    )  # fmt: skip
    assert solved.success, f"the published numbers cannot all be right: {solved.message}"
    return round(solved.fun)
