"""A drawing shows its numbers where they belong, nothing of what is not known, and no word covers another."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from drawn import Box, Read, read
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analysis.display.courses import trend
from analysis.display.dumbbells import dumbbell
from analysis.display.opinions import Sides, opinions
from analysis.display.plotted import UNKNOWN, Course, Drawing, Number, Opinion, Pair, Panel, Row
from analysis.display.shares import shares
from analysis.display.sparks import spark

KNOWN = Number("42%", 42, 34.6, 49.7)
RANGE = Number("between a fifth and a third", None, 20, 33.3)
HOLLOW = Number("13% [u]", 13, 6, 27, unsure=True)
WITHHELD = Number("[c]")


def pages(drawing: Drawing) -> list[Read]:
    return [read(drawing.wide), read(drawing.narrow)]


def ticks(drawn: Read) -> dict[int, float]:
    """Where the percentages of the axis stand."""
    found = {box.what: (box.left + box.right) / 2 for box in drawn.texts("tick") if box.what.endswith("%")}
    return {int(words[:-1]): x for words, x in found.items()}


def per_point(drawn: Read) -> float:
    scale = ticks(drawn)
    return (scale[100] - scale[50]) / 50


# One share a line


@pytest.mark.parametrize("page", [0, 1], ids=["wide", "narrow"])
def test_a_bar_is_as_long_as_its_share_and_its_interval_is_where_it_says(page: int) -> None:
    drawn = pages(shares([Panel((Row("one", KNOWN, "commissioners"), Row("two", Number("84%", 84))))], "bar"))[page]
    one, two = drawn.boxes("bar")
    assert (two.right - two.left) / (one.right - one.left) == pytest.approx(2, abs=0.02)
    assert (one.right - one.left) / per_point(drawn) == pytest.approx(42, abs=0.3)
    ((start, _, end, _),) = drawn.lines("bar-interval")
    assert (start - one.left) / per_point(drawn) == pytest.approx(34.6, abs=0.3)
    assert (end - one.left) / per_point(drawn) == pytest.approx(49.7, abs=0.3)


@pytest.mark.parametrize("page", [0, 1], ids=["wide", "narrow"])
def test_dots_and_their_intervals_stand_on_one_scale(page: int) -> None:
    rows = (Row("one", KNOWN, "commissioners"), Row("two", Number("84%", 84, 80, 90), "commissioners"))
    drawn = pages(shares([Panel(rows)]))[page]
    (first, _), (second, _) = drawn.spots("dot")
    assert (second - first) / per_point(drawn) == pytest.approx(42, abs=0.3)
    for (start, y, end, _), (x, spot_y), number in zip(
        drawn.lines("interval"), drawn.spots("dot"), (rows[0].number, rows[1].number), strict=True
    ):
        assert y == spot_y
        assert number.low is not None and number.high is not None and number.percent is not None
        assert (x - start) / per_point(drawn) == pytest.approx(number.percent - number.low, abs=0.3)
        assert (end - x) / per_point(drawn) == pytest.approx(number.high - number.percent, abs=0.3)


def test_a_range_is_a_band_without_a_middle() -> None:
    for drawn in pages(shares([Panel((Row("one", RANGE), Row("two", Number("100%", 100))))])):
        (band,) = drawn.boxes("band")
        assert (band.right - band.left) / per_point(drawn) == pytest.approx(13.3, abs=0.3)
        assert len(drawn.spots("dot")) == 1, "only the other row has a dot"
        assert drawn.lines("interval") == []


@pytest.mark.parametrize("number", [WITHHELD, UNKNOWN], ids=["withheld", "not known"])
@pytest.mark.parametrize("mark", ["dot", "bar"])
def test_what_is_not_known_or_withheld_leaves_no_ink(number: Number, mark: str) -> None:
    for drawn in pages(shares([Panel((Row("here", KNOWN), Row("there", number)))], mark)):  # type: ignore[arg-type]
        marks = [group.get("class", "") for group in drawn.root.iter("g")]
        assert len(drawn.boxes("bar")) + len(drawn.spots("dot")) == 1
        assert len(drawn.lines("interval")) + len(drawn.lines("bar-interval")) == 1
        assert "there" in drawn.words("label")
        assert not any("band" in mark for mark in marks)


def test_few_respondents_are_a_ring_and_everybody_a_diamond_with_a_line_through_the_groups() -> None:
    panel = Panel((Row("few", HOLLOW, "commissioners"),), "groups", Row("all", KNOWN, "commissioners"))
    for drawn in pages(shares([panel])):
        assert len(drawn.spots("ring")) == 1 and drawn.spots("dot") == []
        assert len(drawn.groups("diamond commissioners")) == 1
        assert drawn.lines("overall")
        assert drawn.words("heading") == ["groups"]


def test_ordered_answers_fade_from_one_to_the_next() -> None:
    rows = tuple(
        Row(f"answer {place}", KNOWN, "commissioners", strength) for place, strength in enumerate((1, 0.6, 0.2))
    )
    wide, _ = pages(shares([Panel(rows)], "bar"))
    assert [group.get("fill-opacity") for group in wide.groups("bar commissioners")] == [None, "0.6", "0.2"]


# Opinions


def test_agreement_grows_to_the_right_and_disagreement_to_the_left_of_one_line() -> None:
    statement = Opinion("they are right", Number("60%", 60), Number("30%", 30), Number("10%", 10), "third-sector")
    for drawn in pages(opinions([statement], Sides("agreed", "disagreed", "neither"))):
        (agree,), (disagree,) = drawn.boxes("bar third-sector"), drawn.boxes("bar contrary")
        assert agree.left == disagree.right
        assert (agree.right - agree.left) / (disagree.right - disagree.left) == pytest.approx(2, abs=0.02)
        assert any("10%" in words for words in drawn.words())
        assert {"agreed →", "← disagreed"} <= set(drawn.words("heading"))


def test_a_side_that_nothing_is_known_of_is_not_drawn() -> None:
    for drawn in pages(opinions([Opinion("they are right", KNOWN)])):
        assert drawn.boxes("bar contrary") == []
        assert drawn.words("heading") == ["agreed →"]


def test_both_sides_have_one_scale() -> None:
    statements = [
        Opinion("one", Number("20%", 20), Number("70%", 70)),
        Opinion("two", Number("70%", 70), Number("20%", 20)),
    ]
    for drawn in pages(opinions(statements)):
        (small, great), (far, near) = drawn.boxes("bar neutral"), drawn.boxes("bar contrary")
        assert great.right - great.left == pytest.approx(far.right - far.left, abs=0.2)
        assert small.right - small.left == pytest.approx(near.right - near.left, abs=0.2)


# Two waves, and several


def test_a_pair_that_can_be_compared_is_joined_from_ring_to_dot() -> None:
    pair = Pair("they take part", Number("40%", 40), Number("60%", 60), "commissioners", "20 points more")
    for drawn in pages(dumbbell([pair], "first", "second")):
        ((before_x, before_y),), ((after_x, after_y),) = (
            drawn.spots("ring commissioners"),
            drawn.spots("dot commissioners"),
        )
        assert before_x < after_x and before_y < after_y
        ((x1, y1, x2, y2),) = drawn.lines("join")
        assert (x1, y1, x2, y2) == pytest.approx((before_x, before_y, after_x, after_y), abs=0.11)
        assert {"first", "second"} <= set(drawn.words("heading"))
        assert "20 points more" in " ".join(drawn.words())


def test_a_pair_that_cannot_be_compared_is_grey_and_not_joined() -> None:
    pair = Pair("they take part", Number("40%", 40), Number("60%", 60), "commissioners", comparable=False)
    for drawn in pages(dumbbell([pair], "first", "second")):
        assert drawn.lines("join") == []
        assert drawn.groups("dot commissioners") == [] and drawn.groups("ring commissioners") == []
        assert drawn.spots("dot neutral") and drawn.spots("ring neutral")


def test_a_pair_of_which_one_is_a_range_is_not_joined() -> None:
    for drawn in pages(dumbbell([Pair("they take part", RANGE, KNOWN)], "first", "second")):
        assert drawn.lines("join") == [] and len(drawn.boxes("band")) == 1


def test_a_course_stops_where_waves_cannot_be_compared_and_where_a_number_is_missing() -> None:
    numbers = (Number("10%", 10), Number("30%", 30), Number("20%", 20), UNKNOWN, Number("50%", 50))
    for drawn in pages(trend([Course("they take part", numbers, "third-sector", frozenset({2}))], list("abcde"))):
        lines = drawn.lines("line third-sector")
        assert len(lines) == 1, "from the first wave to the second, and no further"
        assert len(drawn.spots("dot third-sector")) == 4
        assert len(drawn.lines("overall")) == 1, "one break"
        heights = [y for _, y in sorted(drawn.spots("dot third-sector"))]
        assert heights[1] < heights[2] < heights[0] and heights[3] == min(heights)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: shares([]),
        lambda: shares([Panel(())]),
        lambda: opinions([]),
        lambda: dumbbell([], "a", "b"),
        lambda: trend([], ["a"]),
        lambda: trend([Course("one", (KNOWN,))], ["a", "b"]),
        lambda: Number("too many", 101),
        lambda: Number("outside its interval", 50, 10, 20),
        lambda: Number("half of an interval", 50, 10),
        lambda: Number("upside down", None, 20, 10),
    ],
)
def test_what_cannot_be_drawn_is_refused(wrong) -> None:
    with pytest.raises(ValueError):
        wrong()


# Words

LABELS = st.lists(st.text("aeimnrstWM", min_size=1, max_size=11), min_size=1, max_size=14).map(" ".join)


@st.composite
def numbers(draw: st.DrawFn) -> Number:
    low, percent, high = sorted(draw(st.lists(st.integers(0, 100), min_size=3, max_size=3)))
    kind = draw(st.sampled_from(["share", "range", "bare", "withheld", "few"]))
    if kind == "range":
        return Number(f"{low}% to {high}%", None, low, high)
    if kind == "withheld":
        return WITHHELD
    if kind == "bare":
        return Number(f"{percent}%", percent)
    return Number(f"{percent}%" + (" [u]" if kind == "few" else ""), percent, low, high, kind == "few")


ROWS = st.lists(st.builds(Row, LABELS, numbers()), min_size=1, max_size=3).map(tuple)
PANELS = st.lists(st.builds(Panel, ROWS, LABELS, st.none() | st.builds(Row, LABELS, numbers())), min_size=1, max_size=3)
STATEMENTS = st.lists(st.builds(Opinion, LABELS, numbers(), numbers(), numbers()), min_size=1, max_size=3)
PAIRS = st.lists(
    st.builds(Pair, LABELS, numbers(), numbers(), st.just("commissioners"), LABELS, st.booleans()),
    min_size=1,
    max_size=3,
)
COURSES = st.lists(st.builds(Course, LABELS, st.tuples(numbers(), numbers(), numbers())), min_size=1, max_size=3)
DRAWINGS = st.one_of(
    st.builds(shares, PANELS, st.sampled_from(["dot", "bar"])),
    st.builds(opinions, STATEMENTS),
    st.builds(dumbbell, PAIRS, st.just("first wave"), st.just("second wave")),
    st.builds(trend, COURSES, st.just(["first", "second", "third"])),
)
# A failing example is shown as it was found: to look for the smallest one takes minutes.
FEW = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)


def misplaced(drawn: Read) -> list[str]:
    """Words that cover others, or leave the drawing."""
    texts = drawn.texts()
    covered = [f"{a.what!r} over {b.what!r}" for i, a in enumerate(texts) for b in texts[:i] if a.overlaps(b)]
    page = Box("page", -0.6, -0.6, drawn.width + 0.6, drawn.height + 0.6)
    outside = [
        f"{one.what!r} outside"
        for one in texts
        if one.left < page.left or one.right > page.right or one.top < page.top or one.bottom > page.bottom
    ]
    return covered + outside


@FEW
@given(DRAWINGS)
def test_no_word_covers_another_or_leaves_the_drawing(drawing: Drawing) -> None:
    for drawn in pages(drawing):
        assert misplaced(drawn) == []


def test_words_that_cover_each_other_are_found() -> None:
    svg = '<svg viewBox="0 0 50 20" font-size="13"><g class="label"><text x="1" y="14">one</text>{}</g></svg>'
    assert misplaced(read(svg.format('<text x="30" y="14">a</text>'))) == []
    assert misplaced(read(svg.format('<text x="20" y="14">a</text>'))) == ["'a' over 'one'"]
    assert misplaced(read(svg.format('<text x="45" y="14">a</text>'))) == ["'a' outside"]


# The file

EXAMPLES = {
    "shares": lambda: shares([Panel((Row("<one> & two", KNOWN), Row("$x$ three", RANGE)), "heading")]),
    "opinions": lambda: opinions([Opinion("they are right", KNOWN, HOLLOW, RANGE)]),
    "dumbbell": lambda: dumbbell([Pair("they take part", KNOWN, RANGE)], "first", "second"),
    "trend": lambda: trend([Course("they take part", (KNOWN, RANGE))], ["first", "second"]),
    "spark": lambda: Drawing(spark((KNOWN, "commissioners")), spark((RANGE, "third-sector"))),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_drawing_is_small_and_has_nothing_in_it_that_another_could_share(name: str) -> None:
    drawing = EXAMPLES[name]()
    for svg in (drawing.wide, drawing.narrow):
        assert not re.search(r"\bid=|url\(|<style|<defs|<use|clip-path|font-family: |<!--|<\?xml", svg)
        assert len(svg.encode()) < 4000
    if name != "spark":
        assert "<text" in drawing.wide, "its words are words"


def test_words_are_written_as_they_are() -> None:
    wide, narrow = pages(EXAMPLES["shares"]())
    for drawn in (wide, narrow):
        assert {"<one> & two", "$x$ three", "heading"} <= set(drawn.words())


def test_a_chart_of_many_rows_stays_below_fifteen_kilobytes() -> None:
    rows = tuple(Row(f"a group of respondents with a long name, number {n}", KNOWN, "commissioners") for n in range(9))
    drawing = shares([Panel(rows, f"an answer {n}", Row("all respondents", KNOWN)) for n in range(4)])
    assert len(drawing.wide) < 15_000 and len(drawing.narrow) < 15_000


def test_a_drawing_is_the_same_to_the_letter_in_another_process() -> None:
    code = (
        "from analysis.display.plotted import *; from analysis.display.shares import shares\n"
        "print(shares([Panel((Row('one', Number('42%', 42, 34.6, 49.7)),))]).wide, end='')"
    )
    again = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert again == shares([Panel((Row("one", KNOWN),))]).wide
