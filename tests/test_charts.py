"""A chart says what was asked, draws what is known in the form that fits, and is read out with its numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from drawn import read
from statsmodels.stats.proportion import proportion_confint
from support import counted, document, known_to_lie, printed, question, unknown
from test_sentences import outputs  # noqa: F401

from analysis.display import chart, either, exceeds, majority, together
from analysis.display.figures import Figure, figure_html
from analysis.display.forms import form_of, number_of, shown
from analysis.display.records import MIME
from analysis.display.shares import shares
from analysis.display.standalone import standalone_svg
from analysis.inputs.questionnaire import Questionnaire
from analysis.inputs.responses import Responses
from analysis.inputs.waves import find_wave
from analysis.numbers.estimates import Known, Label, Printed
from analysis.numbers.surveys import Survey
from analysis.paths import BOOK

QUESTIONS = (
    question("soil", "clay", "sand", "peat"),
    question("weeds", "daily", "monthly", "never", "dont_know", ordered=True),
    question("slugs", "agree", "disagree", "unsure", wording="Do you agree or disagree: slugs are a pest?"),
    question("rain", "agree", "disagree", "unsure"),
    question("frost", "agree", "disagree", "unsure"),
    question("tools", "spade", "rake", "hoe", "other", "none", kind="multiple", exclusive=["none"]),
)
GARDEN = Questionnaire.model_validate(document(*QUESTIONS))
# So many gardeners, and what they answered, question by question: counts that are easy to follow.
ANSWERS = {
    "soil": ["clay"] * 60 + ["sand"] * 35 + ["peat"] * 5,
    "weeds": ["daily"] * 20 + ["monthly"] * 50 + ["never"] * 20 + ["dont_know"] * 10,
    "slugs": ["agree"] * 70 + ["disagree"] * 20 + ["unsure"] * 10,
    "rain": ["agree"] * 30 + ["disagree"] * 60 + ["unsure"] * 10,
    "frost": ["agree"] * 50 + ["disagree"] * 40 + ["unsure"] * 10,
    "tools": ["spade;rake"] * 40 + ["rake;other"] * 40 + ["none"] * 20,
}


def survey(columns: Mapping[str, Sequence[str]] = ANSWERS, label: Label = "collected", **more: Any) -> Survey:
    codes = {
        name: np.array(
            [sum(1 << GARDEN.by_id[name].answer_ids.index(part) for part in cell.split(";")) for cell in cells]
        )
        for name, cells in columns.items()
    }
    return Survey(GARDEN, Responses(GARDEN, len(next(iter(columns.values()))), codes), label, **more)


def reconstructed(known: Mapping[str, Known], **more: Any) -> Survey:
    """The gardeners as a report tells of them: these numbers, and no others."""
    return survey(known={"garden": Known("printed"), **known}, **more)


def whole(percent: int, where: str = "2.1") -> Known:
    half = Fraction(1, 2)
    figure = Printed(where, Fraction(percent), f"{percent}%")
    return Known("printed", percent - half, percent + half, (figure,))


@pytest.fixture
def shown_figure(outputs: list[dict[str, Any]]) -> Any:  # noqa: F811
    """Draw a chart; returns its figure as XML, with its record and its plain text."""

    def draw(*series: Any, title: Any = "A title", **more: Any) -> tuple[ElementTree.Element, dict[str, Any], str]:
        chart(*series, title=title, **more)
        output = outputs[-1]
        return ElementTree.fromstring(output["text/html"]), output[MIME], output["text/plain"]

    return draw


def words(root: ElementTree.Element, name: str) -> str:
    found = root.find(f"p[@class='{name}']")
    return "".join(found.itertext()) if found is not None else ""


def wide(root: ElementTree.Element) -> Any:
    drawing = root.find("div[@class='drawing']/svg[@class='wide']")
    assert drawing is not None
    return read(ElementTree.tostring(drawing, encoding="unicode"))


# Which form


def test_the_form_follows_the_question() -> None:
    garden = survey()
    assert form_of([garden.soil.answers()]) == "bars"
    assert form_of([garden.tools.answers()]) == "sorted"
    assert form_of([garden.weeds.share("daily").by("soil"), garden.weeds.share("never").by("soil")]) == "groups"
    assert form_of([garden.slugs.answers(), garden.rain.answers()]) == "opinions"
    assert form_of([garden.slugs.answers("agree", "disagree")]) == "opinions"
    assert form_of([together("all", one=garden.slugs.share("agree"), two=garden.soil.share("clay"))]) == "dots"
    assert form_of([garden.slugs.share("agree").by("soil"), garden.soil.answers()]) == "dots"


def test_another_form_can_be_asked_for_and_an_unfit_one_is_refused() -> None:
    garden = survey()
    assert form_of([garden.soil.answers()], "dots") == "dots"
    with pytest.raises(ValueError, match="no form 'pie'; there are bars"):
        form_of([garden.soil.answers()], "pie")
    with pytest.raises(ValueError, match="needs the answers 'agree' and 'disagree'"):
        form_of([garden.soil.answers()], "opinions")


def test_answers_of_several_are_sorted_with_those_that_stand_apart_at_the_end(shown_figure: Any) -> None:
    assert shown(survey().tools.answers(), "sorted") == ["rake", "spade", "hoe", "other", "none"]
    assert shown(survey().tools.answers(), "bars") == ["spade", "rake", "hoe", "other", "none"]
    root, _, _ = shown_figure(survey().tools.answers())
    assert wide(root).words("label") == ["rake", "spade", "hoe", "other", "none"]


def test_ordered_answers_fade_and_those_outside_the_order_are_hollow(shown_figure: Any) -> None:
    root, _, _ = shown_figure(survey().weeds.answers())
    groups = [one for one in wide(root).root.iter("g") if one.get("class", "").startswith("bar ")]
    assert [(one.get("class"), one.get("fill-opacity")) for one in groups] == [
        ("bar neutral", None),
        ("bar neutral", "0.62"),
        ("bar neutral", "0.25"),
        ("bar neutral", "0"),
    ]


# What is drawn


def test_a_number_of_responses_has_its_interval() -> None:
    number = number_of(counted(49, 100))
    assert (number.said, number.percent, number.unsure) == ("49%", 49, False)
    low, high = proportion_confint(49, 100, method="wilson")
    assert (number.low, number.high) == pytest.approx((100 * low, 100 * high))


def test_a_range_has_no_middle_and_few_respondents_are_marked() -> None:
    ranged = number_of(known_to_lie(20, 33))
    assert (ranged.said, ranged.percent, ranged.low, ranged.high) == ("20% to 33%", None, 20, 33)
    assert number_of(counted(20, 40)).unsure and number_of(counted(20, 40)).said == "50% [u]"
    assert number_of(counted(10, 20)).said == "10 of 20"


def test_a_share_of_too_few_is_withheld_from_the_drawing_as_well(shown_figure: Any) -> None:
    """A bar would tell what the table does not: peat has five gardeners."""
    assert number_of(counted(4, 5)).known is False
    root, record, text = shown_figure(survey().weeds.share("daily").by("soil"))
    drawn = wide(root)
    assert drawn.words("label") == ["clay", "sand", "peat", "all respondents"]
    assert len(drawn.spots("dot neutral")) + len(drawn.spots("ring neutral")) == 2
    assert drawn.words("value")[2] == "[c]"
    assert "[c]: withheld" in words(root, "chart-note")
    assert "peat: withheld" in text
    (peat,) = [row for row in record["estimates"] if row["group"] == "peat"]
    assert (peat["percent"], peat["count"], peat["low"]) == ("", "", "")


def test_a_share_of_next_to_nobody_stays_inside_its_interval() -> None:
    number = number_of(counted(1, 417))
    assert number.said == "0%" and number.low is not None and number.percent == number.low > 0


def test_agreement_is_drawn_as_far_as_it_is_known(shown_figure: Any) -> None:
    known = {
        "garden.slugs.agree": whole(70),
        "garden.slugs.disagree": Known("bounded", Fraction(0), Fraction(30)),
        "garden.rain.agree": whole(30),
        "garden.rain.disagree": Known("bounded", Fraction(55), Fraction(65)),
    }
    garden = reconstructed(known)
    root, record, _ = shown_figure(garden.slugs.answers(), garden.rain.answers(), garden.frost.answers())
    drawn = wide(root)
    assert len(drawn.boxes("bar neutral")) == 2 and len(drawn.boxes("band contrary")) == 1
    assert drawn.words("label") == ["slugs", "rain"], "nothing is known of frost"
    assert "so not drawn" in words(root, "chart-note") and "Pale bands" in words(root, "chart-note")
    # What others leave over is in the table, so it is in the record, though not in the drawing.
    assert "garden.slugs.disagree" in [row["address"] for row in record["estimates"]]
    assert "0% to 30%" in ElementTree.tostring(root, encoding="unicode")
    assert "garden.frost.agree" not in [row["address"] for row in record["estimates"]]


def test_those_who_did_neither_are_told_in_words_so_no_band_is_explained(shown_figure: Any) -> None:
    known = {"garden.slugs.agree": whole(70), "garden.slugs.unsure": Known("bounded", Fraction(5), Fraction(8))}
    root, _, _ = shown_figure(reconstructed(known).slugs.answers())
    assert "5% to 8%" in wide(root).words() and wide(root).boxes("band") == []
    assert "Pale bands" not in words(root, "chart-note")


def test_a_chart_of_which_nothing_is_known_is_not_drawn(shown_figure: Any) -> None:
    garden = reconstructed({"garden.weeds.daily": whole(20)})
    root, record, text = shown_figure(garden.weeds.share("daily").by("soil"))
    assert root.find("div") is None and "chart" not in record
    assert words(root, "no-drawing").endswith("The source report prints none of its figures.")
    assert "Known of all respondents together: daily: 20%." in words(root, "chart-note")
    assert text == "A title. No figures are known."


def test_a_question_that_was_not_asked_is_said_to_be_so(shown_figure: Any) -> None:
    root, _, _ = shown_figure(survey({"soil": ANSWERS["soil"]}).slugs.answers())
    assert words(root, "no-drawing").endswith("The question was not asked.")


# What stands around it


def test_question_base_and_source_stand_with_the_chart(shown_figure: Any) -> None:
    root, record, _ = shown_figure(survey().slugs.answers())
    assert words(root, "chart-about") == (
        "Question to gardeners: Do you agree or disagree: slugs are a pest? Base: 100 respondents who answered."
    )
    assert words(root, "chart-source") == "Source: survey of gardeners."
    assert (root.get("id"), record["chart"]) == ("chart-garden-slugs", "chart-garden-slugs")
    assert root.find("p[@class='chart-links']/a").get("href") == "#chart-garden-slugs"  # type: ignore[union-attr]


def test_a_printed_figure_is_sourced_to_its_place(shown_figure: Any) -> None:
    garden = reconstructed({"garden.soil.clay": whole(60, "10.2"), "garden.soil.sand": whole(35, "box 2.1")})
    root, _, _ = shown_figure(garden.soil.answers())
    assert words(root, "chart-source").endswith("figures printed in the source report, paragraph 10.2, box 2.1.")
    assert "Reconstructed wave" in words(root, "chart-note")
    assert "Not known, so not drawn: peat." in words(root, "chart-note")


def test_many_questions_are_worded_with_the_table(shown_figure: Any) -> None:
    root, _, _ = shown_figure(survey().slugs.answers(), survey().rain.answers(), survey().frost.answers())
    assert words(root, "chart-about").startswith("Question to gardeners: do you agree or disagree with each statement?")
    listed = ["".join(item.itertext()) for item in root.iterfind("details/ul/li")]
    assert listed == [GARDEN.by_id[name].wording for name in ("slugs", "rain", "frost")]


def test_a_base_that_differs_is_given_as_a_range(shown_figure: Any) -> None:
    root, _, _ = shown_figure(survey().weeds.share("daily").by("soil"))
    assert words(root, "chart-about").endswith("Base: 5 to 100 respondents who answered.")


def test_simulated_answers_are_marked_as_no_ones_on_the_chart_itself(shown_figure: Any) -> None:
    root, _, _ = shown_figure(survey(label="simulated").soil.answers())
    assert words(root, "chart-status") == "Simulated data: no one's answers."
    assert "no one's answers" in standalone_svg(ElementTree.tostring(root, encoding="unicode"))
    root, _, _ = shown_figure(survey().soil.answers())
    assert words(root, "chart-status") == ""


def test_only_marks_that_are_there_are_explained(shown_figure: Any) -> None:
    plain = words(shown_figure(survey().soil.answers())[0], "chart-note")
    assert plain == "Lines: indicative 95% intervals."
    grouped = words(shown_figure(survey().weeds.share("daily").by("soil"))[0], "chart-note")
    assert "Hollow dots [u]: fewer than 50 answered." in grouped
    assert "Diamond and dashed line: all respondents." in grouped
    assert "Pale bands" not in grouped


def test_the_title_is_guarded_like_any_sentence(shown_figure: Any) -> None:
    slugs = survey().slugs
    agree, disagree = slugs.share("agree"), slugs.share("disagree")
    said = either(f"{exceeds(disagree, agree):More} disagreed", f"{majority(agree):Most} agreed", "Slugs")
    root, record, text = shown_figure(slugs.answers(), title=said)
    assert "".join(root.find("figcaption").itertext()) == "Most agreed"  # type: ignore[union-attr]
    assert [row["claim"] for row in record["claims"]] == ["majority(garden.slugs.agree)"]
    assert "Most agreed." in text


# Read out


def test_a_chart_is_read_out_with_its_kind_its_finding_and_its_numbers(shown_figure: Any) -> None:
    root, _, text = shown_figure(survey().soil.answers(), title="What they dig")
    # Wilson intervals of 60, 35 and 5 of 100, to the nearest point: statsmodels, proportion_confint.
    assert text == (
        "Bar chart. What they dig. clay: 60%, interval 50% to 69%; sand: 35%, interval 26% to 45%; "
        "peat: 5%, interval 2% to 11%."
    )
    assert root.find("div").get("aria-label") == text  # type: ignore[union-attr]
    assert root.find("div").get("role") == "img"  # type: ignore[union-attr]


def test_many_numbers_are_read_out_without_their_intervals(shown_figure: Any) -> None:
    garden = survey()
    _, _, text = shown_figure(garden.slugs.answers(), garden.rain.answers(), garden.frost.answers())
    assert "interval" not in text
    assert "Slugs. agree: 70%; disagree: 20%; unsure: 10%. Rain. agree: 30%" in text


# Names and files


def test_charts_are_named_for_their_questions(shown_figure: Any) -> None:
    garden = survey()
    agree = garden.slugs.share("agree")
    named = [
        shown_figure(garden.slugs.answers())[1]["chart"],
        shown_figure(agree.by("soil"), garden.slugs.share("disagree").by("soil"))[1]["chart"],
        shown_figure(garden.slugs.answers(), garden.rain.answers())[1]["chart"],
        shown_figure(garden.slugs.answers(), name="of-slugs")[1]["chart"],
    ]
    assert named == [
        "chart-garden-slugs",
        "chart-garden-slugs-by-soil",
        "chart-garden-slugs-and-others",
        "chart-of-slugs",
    ]


EXECUTED = sorted((BOOK / find_wave("baseline").id).glob("*.ipynb"))


def figures(path: Path) -> list[tuple[str, dict[str, Any]]]:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    found = [output["data"] for cell in cells for output in cell.get("outputs", []) if MIME in output.get("data", {})]
    return [("".join(data["text/html"]), data[MIME]) for data in found if data[MIME]["kind"] == "chart"]


@pytest.mark.parametrize("path", EXECUTED, ids=lambda path: path.stem)
def test_every_figure_of_a_chapter_has_a_name_of_its_own_that_its_record_gives(path: Path) -> None:
    names = [ElementTree.fromstring(html).get("id", "") for html, _ in figures(path)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"chart-[a-z0-9-]+", name) for name in names)
    for html, record in figures(path):
        drawn = "<svg" in html
        assert record.get("chart") == (ElementTree.fromstring(html).get("id") if drawn else None)


def test_the_chapters_have_many_charts_and_most_can_be_drawn() -> None:
    drawn = ["<svg" in html for path in EXECUTED for html, _ in figures(path)]
    assert sum(drawn) >= 16 and len(drawn) >= 24


@pytest.mark.parametrize("path", EXECUTED, ids=lambda path: path.stem)
def test_every_chart_of_a_chapter_is_small_and_can_leave_its_page(path: Path) -> None:
    for html, _ in figures(path):
        for drawing in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
            assert len(drawing.encode()) < 15_000
        if "<svg" in html:
            alone = ElementTree.fromstring(standalone_svg(html, "The baseline, CC BY 4.0"))
            texts = " ".join(text.text or "" for text in alone.iter("{http://www.w3.org/2000/svg}text"))
            title = "".join(ElementTree.fromstring(html).find("figcaption").itertext())  # type: ignore[union-attr]
            assert " ".join(title.split()) in texts and "Source:" in texts and "CC BY 4.0" in texts


def test_a_chart_without_a_drawing_cannot_leave_its_page() -> None:
    with pytest.raises(ValueError, match="no drawing in the figure chart-one"):
        standalone_svg(figure_html(Figure("chart-one", "A title", None, "A title.")))


def test_an_svg_of_its_own_holds_all_its_words_inside_its_edges() -> None:
    from analysis.display.plotted import Number, Panel, Row

    drawing = shares([Panel((Row("one", Number("42%", 42, 30, 50), "commissioners"),))])
    long = "A note that is much too long for a single line of the picture, so that it has to be broken. " * 3
    html = figure_html(
        Figure("chart-one", "A <em>title</em> &amp; more", drawing, "Read out.", "Asked?", notes=(long,))
    )
    alone = standalone_svg(html)
    assert "A title &amp; more" in alone and 'fill="#0f629f"' in alone
    root = ElementTree.fromstring(alone)
    height = float(root.attrib["height"])
    texts = [text for text in root.iter("{http://www.w3.org/2000/svg}text") if text.get("font-size")]
    assert len(texts) >= 5
    assert max(float(text.attrib["y"]) for text in texts) < height
    assert alone == standalone_svg(html)


def test_a_figure_says_in_place_of_markup_what_stands_for_it() -> None:
    html = figure_html(Figure("chart-one", "T", None, 'said "so" & <more>', about="1 < 2 & 3"))
    assert "1 &lt; 2 &amp; 3" in html
    ElementTree.fromstring(html)


def test_nothing_of_a_reconstructed_wave_that_is_not_identified_is_drawn(shown_figure: Any) -> None:
    assert number_of(unknown()).known is False
    assert replace(number_of(printed(42)), said="").percent == 42
