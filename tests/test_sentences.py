"""What is said is what stands: numbers in place, doubts added, drafts flagged, and nothing left of what is not said."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from support import by_soil, counted, known_to_lie, not_asked, printed, unknown

from analysis.claims.vocabulary import exceeds, highest, majority, minority
from analysis.display import records
from analysis.display.say import DRAFT, UNTOLD, bullets, either, headline, say
from analysis.display.sentences import Sentence
from analysis.inputs.addresses import parse_address
from analysis.numbers.estimates import Estimate, Known, Printed

MOST, FEW, EVEN = counted(90, 100), counted(10, 100), counted(51, 100)


def reported(where: str, name: str = "majority(garden.pond.yes)") -> Estimate:
    return unknown(reported={name: where})


@pytest.fixture
def outputs(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What cells have shown."""
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr(records, "display", lambda bundle, raw: shown.append(bundle))
    return shown


def plain(outputs: list[dict[str, Any]]) -> list[str]:
    return [output["text/plain"] for output in outputs]


# Numbers and words in a sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"Of all, {counted(49, 100)} have a pond.", "Of all, 49% have a pond."),
        (f"{counted(49, 100):Just under half} have one.", "Just under half have one."),
        (f"{counted(9, 28):n} have one.", "9 of 28 have one."),
        (f"{counted(49, 100):count} of {counted(49, 100):base}.", "49 of 100."),
        (f"{majority(MOST):Most} ({MOST}) do.", "Most (90%) do."),
        (f"{majority(MOST):}They do.", "They do."),
        (f"In {counted(4, 20)} gardens; {counted(4, 40)}.", "In 4 of 20 gardens; 10% [u]."),
        (f"{known_to_lie(40, 45)} do.", "between 40% and 45% do."),
        ("No number at all.", "No number at all."),
    ],
)
def test_numbers_and_words_stand_in_their_places(text: str, said: str) -> None:
    sentence = Sentence(text)
    assert sentence.text == said
    assert sentence.stands and sentence.state == "holds"


def test_counts_on_a_base_too_small_to_be_published_are_not_told() -> None:
    small = counted(3, 7)
    assert [Sentence(text).text for text in (f"{small}", f"{small:n}", f"{small:count}")] == ["[c]"] * 3
    assert Sentence(f"{counted(3, 10):n}").text == "3 of 10"


def test_counts_that_no_figure_tells_are_not_made_up() -> None:
    assert Sentence(f"{known_to_lie(40, 45):n}").text == "between 40% and 45%"


def test_marked_up_each_number_and_claim_says_what_it_is() -> None:
    share = counted(90, 100, "clay")
    sentence = Sentence(f"{majority(share):Most} ({share}) do, & {share:nine in ten}.")
    address = "garden.pond.yes@soil=clay"
    assert sentence.marked == (
        f'<data value="claim:majority({address})">Most</data> (<data value="{address}">90%</data>) do, & '
        f'<data value="{address}">nine in ten</data>.'
    )
    compared = exceeds(share, counted(1, 100, "sand"))
    assert 'value="claim:garden.pond.yes@soil=clay &gt; garden' in Sentence(f"{compared:more}").marked


def test_braces_hold_nothing_but_estimates_and_claims() -> None:
    assert Sentence(f"{7} and {'text'}").text == "7 and text"
    with pytest.raises(ValueError, match="the table of phrases has no 'oodles'"):
        _ = Sentence(f"{MOST:oodles}").state


def test_words_that_do_not_say_the_claim_are_refused() -> None:
    for words in ("almost all", "few", "the least"):
        with pytest.raises(ValueError, match=f"'{words}' does not say what majority.garden.pond.yes. means"):
            _ = Sentence(f"{majority(MOST):{words}} do.").text


def test_words_are_checked_in_a_branch_that_is_not_said_before_it() -> None:
    with pytest.raises(ValueError, match="does not say"):
        _ = either(f"{majority(FEW):few} do.", f"{FEW} do.").chosen


# The state of a sentence


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (f"{majority(MOST):Most} and {majority(EVEN):most}.", "within noise"),
        (f"{majority(MOST):Most} and {majority(FEW):most}.", "false"),
        (f"{majority(MOST):Most} and {majority(unknown()):most}.", "not computable"),
        (f"{majority(FEW):Most} and {majority(unknown()):most}.", "false"),
        (f"{majority(MOST):Most} and {unknown()}.", "not computable"),
        (f"{majority(MOST):Most} and {not_asked()}.", "not computable"),
        (f"{MOST:around half}.", "false"),
        (f"{MOST:nine in ten}.", "holds"),
    ],
)
def test_a_sentence_is_as_good_as_its_worst_claim(text: str, state: str) -> None:
    assert Sentence(text).state == state


# What is added


def test_what_is_not_clear_is_said_so() -> None:
    assert Sentence(f"{majority(EVEN):Most} do.").text == "Most do (not clearly more than half)."
    close = exceeds(counted(51, 100, "clay"), counted(50, 100, "sand"))
    assert Sentence(f"Clay has {close:more};").text == "Clay has more (no clear difference);"
    assert Sentence(f"Clay has {close:more}").text == "Clay has more (no clear difference)"


def test_a_doubt_is_said_once() -> None:
    close = exceeds(counted(51, 100, "clay"), counted(50, 100, "sand"))
    other = exceeds(counted(31, 100, "clay"), counted(30, 100, "peat"))
    assert Sentence(f"{close:More} and {other:more}.").text == "More and more (no clear difference)."
    mixed = Sentence(f"{close:More}, {majority(EVEN):most}.").text
    assert mixed == "More, most (no clear difference; not clearly more than half)."


def test_what_only_the_report_states_names_its_paragraphs_in_reading_order() -> None:
    claims = [majority(reported(where)) for where in ("5.19", "4.6, box 4.5", "10.2", "5.9", "4.6")]
    text = "".join(f"{claim:most} " for claim in claims).strip() + "."
    assert Sentence(text).text.endswith(" (as reported, box 4.5, 4.6, 5.9, 5.19, 10.2).")


def test_the_report_and_a_doubt_are_both_added() -> None:
    text = f"{majority(reported('4.6')):Most} and {majority(EVEN):most}."
    assert Sentence(text).text == "Most and most (as reported, 4.6; not clearly more than half)."


def test_nothing_is_added_to_what_holds_or_is_only_a_phrase() -> None:
    assert Sentence(f"{majority(MOST):Most} ({MOST:nine in ten}).").text == "Most (nine in ten)."


# Saying


def test_the_first_alternative_that_stands_is_said(outputs: list[dict[str, Any]]) -> None:
    even, few = minority(EVEN), minority(FEW)
    say(either(f"{majority(FEW):Most} do.", f"{even:A minority} do.", f"{few:A minority} do.", "Nothing."))
    assert plain(outputs) == ["A minority do."]


@pytest.mark.parametrize("share", [EVEN, reported("4.6")])
def test_an_alternative_within_noise_or_as_reported_stands(outputs: list[dict[str, Any]], share: Estimate) -> None:
    say(either(f"{majority(share):Most} do.", "Nothing."))
    assert plain(outputs)[0].startswith("Most do (")


def test_a_false_sentence_without_alternative_is_a_visible_draft(outputs: list[dict[str, Any]]) -> None:
    say(f"{majority(FEW):Most} ({FEW}) do.", "All is well.")
    assert plain(outputs) == [f"{DRAFT} Most (10%) do. All is well."]
    assert DRAFT in outputs[0]["text/markdown"]
    (draft,) = outputs[0][records.MIME]["drafts"]
    assert draft == {
        "sentence": "Most (10%) do.",
        "claims": "majority(garden.pond.yes)",
        "numbers": "garden.pond.yes is 10%",
    }


def test_where_no_alternative_stands_the_last_one_is_flagged(outputs: list[dict[str, Any]]) -> None:
    say(either(f"{majority(FEW):Most} do.", f"{minority(MOST):A minority} do."))
    assert plain(outputs) == [f"{DRAFT} A minority do."]


def test_what_the_wave_cannot_tell_is_said_to_be_so(outputs: list[dict[str, Any]]) -> None:
    say(f"{majority(counted(5, 8)):Most} do.")
    assert plain(outputs) == [f"{UNTOLD} Most do."]
    assert outputs[0][records.MIME]["drafts"] == []


def test_what_the_wave_did_not_ask_for_is_named_in_place_of_the_sentence(outputs: list[dict[str, Any]]) -> None:
    say(f"{majority(not_asked()):Most} do.", f"{not_asked()} do, and {MOST} dig.")
    missing = "<em>This wave did not ask for this: yes.</em>"
    rest = "<em>As far as it can tell:</em> a share that this wave did not ask for do, and 90% dig."
    assert plain(outputs) == [f"{missing} {missing} {rest}"]
    assert outputs[0][records.MIME]["drafts"] == []


def test_a_question_not_asked_is_named_by_its_topic(outputs: list[dict[str, Any]]) -> None:
    address = parse_address("third_sector.campaigning_harder.agree")
    say(f"{Estimate(address, None, None, Known('not computable'), 'agreed')} agree.")
    topic = "contracts make it difficult to campaign or act as an advocate (agreed)"
    assert plain(outputs) == [f"<em>This wave did not ask for this: {topic}.</em>"]


def test_a_number_that_no_figure_tells_is_an_error_of_the_chapter(outputs: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match=r"not identified in this wave, .* garden\.pond\.yes"):
        say(f"{unknown()} do.")
    assert outputs == []
    say(either(f"{unknown()} do.", "It is not known."))
    assert plain(outputs) == ["It is not known."]


def test_a_list_and_a_box_hold_one_point_a_sentence(outputs: list[dict[str, Any]]) -> None:
    bullets("One.", f"{MOST} two.")
    headline("Key statistics", f"{MOST} one.", either(f"{majority(FEW):Most}.", "Two."))
    assert outputs[0]["text/markdown"] == '- One.\n- <data value="garden.pond.yes">90%</data> two.'
    assert outputs[1]["text/markdown"] == (
        '<div class="headline">\n\n**Key statistics**\n\n'
        '- <data value="garden.pond.yes">90%</data> one.\n- Two.\n\n</div>'
    )
    assert [output[records.MIME]["kind"] for output in outputs] == ["say", "headline"]


# Records


def recorded(output: dict[str, Any]) -> tuple[list[str], list[str]]:
    record = output[records.MIME]
    return [row["address"] for row in record["estimates"]], [row["claim"] for row in record["claims"]]


def test_only_what_was_said_is_recorded(outputs: list[dict[str, Any]]) -> None:
    clay, sand = counted(80, 100, "clay"), counted(20, 100, "sand")
    _ = f"{clay} {majority(clay):most}", str(majority(sand))
    assert outputs == [], "writing a sentence shows nothing yet"
    say(either(f"{majority(sand):Most} of {sand}.", f"{majority(clay):Most} on clay."), f"{clay}.")
    assert recorded(outputs[0]) == (["garden.pond.yes@soil=clay"], ["majority(garden.pond.yes@soil=clay)"])


def test_a_claim_records_all_that_it_rests_on_and_the_sentence_it_is_said_in(outputs: list[dict[str, Any]]) -> None:
    series = by_soil(clay=counted(80, 100, "clay"), sand=counted(20, 100, "sand"), peat=counted(30, 100, "peat"))
    say(f"Clay has {highest(series, 'clay'):the most}.", f"{MOST:nine in ten} do.")
    addresses, claims = recorded(outputs[0])
    among = [f"garden.pond.yes@soil={group}" for group in ("clay", "sand", "peat")]
    assert addresses == [*among, "garden.pond.yes"]
    assert claims == ["highest(garden.pond.yes@soil, clay)", "fits(garden.pond.yes, nine in ten)"]
    assert outputs[0][records.MIME]["claims"][0] == {
        "claim": "highest(garden.pond.yes@soil, clay)",
        "state": "holds",
        "margin": "50",
        "sentence": "Clay has the most.",
    }


def offered(outputs: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    rows = outputs[-1][records.MIME]["sentences"]
    return [(row["place"], row["alternative"], row["said"], row["state"], row["sentence"]) for row in rows]


def test_the_alternatives_that_were_passed_over_are_recorded_with_how_they_stand(outputs: list[dict[str, Any]]) -> None:
    clay, sand = counted(80, 100, "clay"), counted(20, 100, "sand")
    say(
        "A pond is wet.",
        either(f"{majority(sand):Most} ({sand}) on sand.", f"{majority(clay):Most} on clay.", f"{unknown()}, no one."),
    )
    assert offered(outputs) == [
        ("1", "1", "yes", "holds", "A pond is wet."),
        ("2", "1", "no", "false", "Most (20%) on sand."),
        ("2", "2", "yes", "holds", "Most on clay."),
        ("2", "3", "no", "not computable", "a share that is not known, no one."),
    ]
    passed, said = (row["claims"] for row in outputs[0][records.MIME]["sentences"][1:3])
    assert passed == [{"claim": "majority(garden.pond.yes@soil=sand)", "state": "false", "margin": "-30", "parts": []}]
    assert said == [{"claim": "majority(garden.pond.yes@soil=clay)", "state": "holds", "margin": "30", "parts": []}]


def test_the_numbers_of_a_sentence_are_recorded_as_a_reader_sees_them(outputs: list[dict[str, Any]]) -> None:
    few, range_ = counted(3, 7, "clay"), known_to_lie(40, 45, group="sand")
    say(f"{MOST:nine in ten} do, {few} on clay, {range_} on sand; {majority(MOST):most}.")
    (row,) = outputs[0][records.MIME]["sentences"]
    soil = "garden.pond.yes@soil="
    assert row["numbers"] == {
        "garden.pond.yes": "90%",
        f"{soil}clay": "[c]",
        f"{soil}sand": "between 40% and 45%",
    }


def test_where_none_stands_the_last_is_recorded_as_said(outputs: list[dict[str, Any]]) -> None:
    say(either(f"{majority(FEW):Most} do.", f"{minority(MOST):A minority} do."))
    assert [row[2:4] for row in offered(outputs)] == [("no", "false"), ("yes", "false")]


def test_the_parts_of_a_combination_are_recorded_with_it(outputs: list[dict[str, Any]]) -> None:
    say(either(f"{majority(MOST) & majority(EVEN):Most} do.", "Some do."))
    (claim,) = outputs[0][records.MIME]["sentences"][0]["claims"]
    assert (claim["state"], claim["margin"]) == ("within noise", "1")
    assert [(part["state"], part["margin"]) for part in claim["parts"]] == [("holds", "40"), ("within noise", "1")]


def row(outputs: list[dict[str, Any]], share: Estimate) -> dict[str, str]:
    say(f"{share}.")
    (only,) = outputs[-1][records.MIME]["estimates"]
    return only


def test_a_counted_number_is_recorded_unrounded(outputs: list[dict[str, Any]]) -> None:
    assert row(outputs, counted(1, 30, "clay")) == {
        "address": "garden.pond.yes@soil=clay",
        "survey": "garden",
        "question": "pond",
        "answers": "yes",
        "group_by": "soil",
        "group": "clay",
        "base": "30",
        "count": "1",
        "percent": "3.3333333333",
        "low": "0.59",
        "high": "16.67",
        "least": "3.33",
        "greatest": "3.33",
        "known": "collected",
        "printed": "",
        "where": "",
    }


def test_of_a_reconstructed_wave_only_what_is_printed_is_recorded(outputs: list[dict[str, Any]]) -> None:
    told = row(outputs, printed(49))
    assert (told["percent"], told["count"], told["printed"], told["where"]) == ("49", "", "49%", "4.6")
    assert (told["least"], told["greatest"], told["known"]) == ("48.5", "49.5", "printed")
    count = Known("printed", Fraction(0), Fraction(100), (Printed("7.7", Fraction(9), "9", "count"),))
    told = row(outputs, replace(counted(9, 28), known=count))
    assert (told["percent"], told["count"]) == ("", "9")
    told = row(outputs, known_to_lie(40, 45))
    assert (told["percent"], told["count"], told["low"], told["least"]) == ("", "", "", "40")


def test_a_combination_says_of_every_part_what_has_to_be_said() -> None:
    from analysis.claims.claims import Claim

    unclear = Claim("a > b", "within noise", None, (), ("more",))
    stated = Claim("c > d", "as reported", None, (), ("more",), where="4.8")
    assert Sentence(f"It is {unclear & stated:more}.").text == "It is more (as reported, 4.8; no clear difference)."
    assert Sentence(f"It is {unclear | stated:more}.").text == "It is more (as reported, 4.8)."
