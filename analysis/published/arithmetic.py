"""Why printed figures cannot all be right, in sums that a reader can do again by hand."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from analysis.published.figures import Figure
from analysis.published.joint import Case, Reading
from analysis.published.systems import Condition


def explain(case: Case, members: Sequence[Reading]) -> str:
    """The arithmetic of a conflict between readings of a case."""
    grouped = [r for r in members if r.figure.address.groups]
    if grouped:
        return _in_groups(case, members, grouped)
    conditions = [r.condition for r in members if r.condition is not None]
    if len(conditions) < len(members):
        return _counts_only(case, members)
    ways = [_same_number] if _is_routed(case, members) else [_same_number, _union, _too_many, _too_few]
    return next(filter(None, (way(case, conditions) for way in ways)), "") or _counts_only(case, members)


def _is_routed(case: Case, members: Sequence[Reading]) -> bool:
    """Whether a member's base is not the whole survey, so that its counts are not known from its percentage."""
    return any(
        case.system(r.question).question.asked_if is not None or r.figure.is_relative or r.condition is None
        for r in members
    )


def fitting(condition: Condition, base: int) -> list[int]:
    """The counts out of a base that would be printed like this."""
    return [k for k in range(base + 1) if base and _admits(condition, Fraction(100 * k, base))]


def _admits(c: Condition, share: Fraction) -> bool:
    above = share > c.low if c.low_open else share >= c.low
    return above and (share < c.high if c.high_open else share <= c.high)


def _same_number(case: Case, conditions: Sequence[Condition]) -> str:
    """The same number printed twice, differently: there is no base at which both are right."""
    if len(conditions) != 2 or len({c.figure.address for c in conditions}) != 1:
        return ""
    low, high = sorted(conditions, key=lambda c: c.low)
    if high.low < low.high:
        return ""
    return (
        f"the same share is printed as {said(low.figure)} and as {said(high.figure)}; of {case.size}, "
        f"{_needs(low, case.size)} and {_needs(high, case.size)}, so no count gives both, and at any other base the "
        f"first is below {_decimal(low.high)}% and the second is not"
    )


def _needs(condition: Condition, base: int) -> str:
    return f"{condition.figure.printed_words} is {span(fitting(condition, base))}"


def _union(case: Case, conditions: Sequence[Condition]) -> str:
    """One figure for several answers together beside the figures of its parts."""
    whole = max(conditions, key=lambda c: len(c.part))
    parts = [c for c in conditions if c is not whole]
    inside = [i for c in parts for i in c.part]
    if not parts or len(set(inside)) != len(inside) or not set(inside) <= set(whole.part):
        return ""
    own = fitting(whole, case.size)
    counts = [fitting(c, case.size) for c in parts]
    if not own or not all(counts):
        return ""
    least, greatest = sum(c[0] for c in counts), sum(c[-1] for c in counts)
    if least > own[-1]:
        terms = _sum([c[0] for c in counts], parts, "at least")
        return f"{terms} = {least} of {case.size}, but {said(whole.figure)} is at most {own[-1]}"
    if set(inside) == set(whole.part) and greatest < own[0]:
        terms = _sum([c[-1] for c in counts], parts, "at most")
        return f"{terms} = {greatest} of {case.size}, but {said(whole.figure)} is at least {own[0]}"
    return ""


def _too_many(case: Case, conditions: Sequence[Condition]) -> str:
    """Answers that exclude each other need more respondents than there were."""
    inside = [i for c in conditions for i in c.part]
    counts = [fitting(c, case.size) for c in conditions]
    if len(set(inside)) != len(inside) or not all(counts):
        return ""
    least = sum(c[0] for c in counts)
    if least <= case.size:
        return ""
    return f"{_sum([c[0] for c in counts], conditions, 'at least')} = {least}, but only {case.size} were asked"


def _too_few(case: Case, conditions: Sequence[Condition]) -> str:
    """Answers that leave no other answer open add up to fewer respondents than there were."""
    inside = [i for c in conditions for i in c.part]
    counts = [fitting(c, case.size) for c in conditions]
    if len(set(inside)) != len(inside) or set(inside) != set(conditions[0].whole) or not all(counts):
        return ""
    most = sum(c[-1] for c in counts)
    if most >= case.size:
        return ""
    terms = _sum([c[-1] for c in counts], conditions, "at most")
    return f"{terms} = {most}, but {case.size} were asked and every answer is counted"


def _sum(counts: Sequence[int], conditions: Sequence[Condition], bound: str) -> str:
    return f"{bound} " + " + ".join(f"{count} ({said(c.figure)})" for count, c in zip(counts, conditions, strict=True))


def _counts_only(case: Case, members: Sequence[Reading]) -> str:
    """What each figure stands for, where the conflict is in how the answers overlap or in who was asked."""
    each = []
    for reading in members:
        c, topic = reading.condition, case.system(reading.question).question.topic
        if c is None or reading.figure.unit == "count":
            each.append(f"{said(reading.figure)} responses on '{topic}'")
        elif _is_routed(case, [reading]):
            each.append(f"{said(reading.figure)} of those who answered on '{topic}'")
        else:
            each.append(f"{said(reading.figure)} is {span(fitting(c, case.size))} of {case.size}")
    return "; ".join(each) + ": no table of whole numbers has all of these"


def _in_groups(case: Case, members: Sequence[Reading], grouped: Sequence[Reading]) -> str:
    """Shares of a group whose size is known from its own share: at which sizes each can be right."""
    groups = {name for r in grouped for name in r.figure.address.groups}
    sizes = [r for r in members if r.question in case.breakdowns and set(r.figure.address.answers) == groups]
    if len(groups) != 1 or len(sizes) != 1 or len(members) != len(grouped) + 1 or sizes[0].condition is None:
        return _group_fallback(case, members)
    possible = fitting(sizes[0].condition, case.size)
    start = f"{said(sizes[0].figure)} of {case.size} is a group of {span(possible)}"
    if len(grouped) == 1:
        return (
            f"{start}; "
            + "; ".join(_around(grouped[0], size) for size in possible)
            + (f": no whole number gives {grouped[0].figure.printed_words}")
        )
    works = [f"{said(r.figure)} only {_works(r, possible)}" for r in grouped]
    return f"{start}; " + "; ".join(works) + ": no size of the group allows all of them"


def _group_fallback(case: Case, members: Sequence[Reading]) -> str:
    each = ", ".join(said(r.figure) for r in members)
    return f"{each}: no sizes of the groups, and no table of whole numbers, allow all of these of {case.size}"


def _around(reading: Reading, base: int) -> str:
    """The two counts of a base that come nearest to a printed share, from below and from above."""
    assert reading.condition is not None
    goal = (reading.condition.low + reading.condition.high) / 2
    below = min(int(goal * base / 100), base - 1)
    return f"of {base}, {below} is {_percent(below, base)} and {below + 1} is {_percent(below + 1, base)}"


def _works(reading: Reading, sizes: Sequence[int]) -> str:
    assert reading.condition is not None
    fits = [(fitting(reading.condition, size), size) for size in sizes]
    listed = [f"at {size} ({counts[0]} is {_percent(counts[0], size)})" for counts, size in fits if counts]
    return ", ".join(listed) if listed else "at none of these sizes"


def _percent(count: int, base: int) -> str:
    return f"{100 * count / base:.1f}%"


def said(figure: Figure) -> str:
    """What is printed, and where."""
    return f"{figure.printed_words} in {figure.where}"


def span(counts: Sequence[int]) -> str:
    """Whole numbers in words: 37 or 38; 78 to 81; 30, 31 or 35 to 37; none."""
    runs: list[list[int]] = []
    for count in counts:
        if runs and count == runs[-1][-1] + 1:
            runs[-1].append(count)
        else:
            runs.append([count])
    texts = [t for run in runs for t in ([str(n) for n in run] if len(run) < 3 else [f"{run[0]} to {run[-1]}"])]
    if not texts:
        return "no whole number"
    return texts[0] if len(texts) == 1 else ", ".join(texts[:-1]) + " or " + texts[-1]


def _decimal(value: Fraction) -> str:
    return f"{float(value):g}"
