"""Waves are compared by what their chapters say: every sentence finds its counterpart, and what turned is listed."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from support import WAVE, by_soil, counted, known_to_lie, not_asked, unknown, written

from analysis import __main__ as commands
from analysis import paths
from analysis.claims.vocabulary import highest, majority, minority
from analysis.display import records
from analysis.display.say import either, headline, say
from analysis.inputs.addresses import parse_address
from analysis.inputs.findings import InputError
from analysis.inputs.waves import Wave, find_wave
from analysis.numbers.estimates import Estimate
from analysis.publication import comparison_page, reference
from analysis.publication.comparison import Comparison, Entry, compare
from analysis.publication.comparison_lines import COLUMNS, lines, rows
from analysis.publication.contents import executed_chapters
from analysis.publication.explanations import read_explanations
from analysis.publication.telling import read_told, told
from analysis.publication.turns import CONCERNS, Turn

Cells = dict[str, Callable[[], None]]
BASELINE = find_wave("baseline")
EXECUTED = executed_chapters(BASELINE)
BEFORE = Wave.model_validate({**WAVE, "id": "spring", "title": "Spring", "status": "reconstructed"})
AFTER = Wave.model_validate({**WAVE, "id": "autumn", "title": "Autumn", "follows": "spring"})


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book without chapters."""
    monkeypatch.setattr(paths, "BOOK", tmp_path / "book")
    monkeypatch.setattr(paths, "WAVES", tmp_path / "waves")
    return tmp_path / "book"


def executed(wave: Wave, name: str, cells: Cells, tags: Sequence[str] = ()) -> None:
    """A chapter as it is after it was run for a wave: by cell, what the cell says."""
    made = [nbformat.v4.new_markdown_cell("# Ponds")]
    for cell, speak in cells.items():
        shown: list[dict[str, Any]] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(records, "display", lambda bundle, raw, shown=shown: shown.append(bundle))
            speak()
        made.append(nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("display_data", b) for b in shown]))
        made[-1]["id"] = cell
        made[-1].metadata["tags"] = list(tags)
    path = paths.BOOK / wave.id / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)


def compared(before: Cells, after: Cells) -> Comparison:
    executed(BEFORE, "04_ponds", before)
    executed(AFTER, "04_ponds", after)
    return compare(BEFORE, AFTER)


def entries(before: Cells, after: Cells) -> list[Entry]:
    return [entry for found in compared(before, after).chapters.values() for entry in found]


def of(percent: int) -> Estimate:
    return counted(percent, 100)


def most(share: Estimate, otherwise: bool = True) -> Callable[[], None]:
    """A cell that says that most have a pond, or else how many have one."""
    claim = f"{majority(share):Most} do."
    return lambda: say(either(claim, f"{share} do.") if otherwise else claim)


def in_words(share: Estimate) -> Callable[[], None]:
    return lambda: say(either(f"{share:Nine in ten} do.", f"{share} do."))


def box(*shares: Estimate) -> Callable[[], None]:
    return lambda: headline("Key statistics", *(f"{share} have a pond" for share in shares))


def never_said(share: Estimate) -> Callable[[], None]:
    return lambda: say(either(f"{majority(share):Most} do.", "Some do."))


REPORTED = unknown(reported={"majority(garden.pond.yes)": "4.6"})


# What turned


@pytest.mark.parametrize(
    ("before", "after", "concern", "said", "turn"),
    [
        (
            most(of(90)), most(of(20)), "lost", ("Most do.", "20% do."),
            Turn("lost", "majority(garden.pond.yes)", "holds", "false", "", ("40", "-30")),
        ),
        (
            most(REPORTED), most(of(20)), "contradicted", ("Most do (as reported, 4.6).", "20% do."),
            Turn("contradicted", "majority(garden.pond.yes)", "as reported", "false", "", ("", "-30")),
        ),
        (
            most(of(90)), most(of(51)), "less sure", ("Most do.", "Most do (not clearly more than half)."),
            Turn("less sure", "majority(garden.pond.yes)", "holds", "within noise", "", ("40", "1")),
        ),
        (
            most(REPORTED), most(of(90)), "surer", ("Most do (as reported, 4.6).", "Most do."),
            Turn("surer", "majority(garden.pond.yes)", "as reported", "holds", "", ("", "40")),
        ),
        (
            most(of(20)), most(of(90)), "gained", ("20% do.", "Most do."),
            Turn("gained", "majority(garden.pond.yes)", "false", "holds", "", ("-30", "40")),
        ),
        (
            in_words(of(90)), in_words(of(81)), "words", ("Nine in ten do.", "81% do."),
            Turn("words", "fits(garden.pond.yes, nine in ten)", "holds", "false", "", ("2.5", "-6.5")),
        ),
        (
            box(of(41)), box(of(46)), "headline", ("41% have a pond", "46% have a pond"),
            Turn("headline", "garden.pond.yes", "41%", "46%", "+5"),
        ),
        (
            box(known_to_lie(40, 45)), box(of(41)), "headline",
            ("between 40% and 45% have a pond", "41% have a pond"),
            Turn("headline", "garden.pond.yes", "between 40% and 45%", "41%"),
        ),
        (
            box(of(41)), box(counted(3, 7)), "headline", ("41% have a pond", "[c] have a pond"),
            Turn("headline", "garden.pond.yes", "41%", "[c]"),
        ),
        (
            most(of(90), otherwise=False), most(of(20), otherwise=False), "draft", ("Most do.", "Most do."),
            Turn("lost", "majority(garden.pond.yes)", "holds", "false", "", ("40", "-30")),
        ),
        (
            most(of(10), otherwise=False), most(of(20), otherwise=False), "draft", ("Most do.", "Most do."),
            Turn("draft", "majority(garden.pond.yes)", "false", "false", "", ("-40", "-30")),
        ),
        (
            most(of(90), otherwise=False), most(not_asked(), otherwise=False), "untold", ("Most do.", "Most do."),
            Turn("lost", "majority(garden.pond.yes)", "holds", "not computable", "", ("40", "")),
        ),
    ],
    ids=["lost", "contradicted", "less sure", "surer", "gained", "words", "headline", "range", "withheld", "draft",
         "draft before", "untold"],
)  # fmt: skip
def test_what_turned_is_told_with_both_sentences(
    book: Path, before: Callable[[], None], after: Callable[[], None], concern: str, said: tuple[str, str], turn: Turn
) -> None:
    (entry,) = entries({"c1": before}, {"c1": after})
    assert (entry.concern, (entry.before, entry.after), entry.turns) == (concern, said, (turn,))
    assert (entry.chapter, entry.cells) == ("04_ponds", ("c1", "c1"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (most(of(90)), most(of(80))),
        (in_words(of(90)), in_words(of(89))),
        (box(of(41)), box(counted(412, 1000))),
        (lambda: say(f"{of(20)} do."), lambda: say(f"{of(60)} do.")),
        (never_said(of(10)), never_said(not_asked())),
    ],
    ids=["the claim holds", "the words fit", "the digits stay", "no headline", "never said"],
)
def test_what_did_not_turn_is_not_listed(book: Path, before: Callable[[], None], after: Callable[[], None]) -> None:
    assert entries({"c1": before}, {"c1": after}) == []


def test_a_number_that_the_later_wave_cannot_tell_is_listed(book: Path) -> None:
    (entry,) = entries({"c1": lambda: say(f"{of(20)} do.")}, {"c1": lambda: say(f"{not_asked()} do.")})
    assert (entry.concern, entry.after) == ("untold", "a share that this wave did not ask for do.")


def test_an_alternative_may_be_said_for_want_of_a_number_alone(book: Path) -> None:
    def cell(share: Estimate) -> Callable[[], None]:
        return lambda: say(either(f"{share} do.", "It cannot be told."))

    (entry,) = entries({"c1": cell(unknown())}, {"c1": cell(of(20))})
    assert (entry.concern, entry.before, entry.after) == ("replaced", "It cannot be told.", "20% do.")


def test_of_a_combination_the_parts_that_turned_are_named(book: Path) -> None:
    def cell(*percents: int) -> Callable[[], None]:
        clay, sand = (counted(n, 100, group) for n, group in zip(percents, ("clay", "sand"), strict=True))
        return lambda: say(either(f"{majority(clay) & majority(sand):Most} do.", f"{clay} and {sand} do."))

    (entry,) = entries({"c1": cell(90, 90)}, {"c1": cell(90, 10)})
    assert entry.concern == "lost"
    assert [turn.subject for turn in entry.turns] == ["majority(garden.pond.yes@soil=sand)"]


def test_titles_of_charts_and_tables_are_compared_as_well(book: Path) -> None:
    from analysis.display.tables import table

    def cell(*counts: int) -> Callable[[], None]:
        members = {group: counted(n, 100, group) for n, group in zip(counts, ("clay", "sand"), strict=True)}
        series = by_soil(**members)
        return lambda: table(series, title=either(f"{highest(series, 'clay'):Most} on clay", "Ponds by soil"))

    (entry,) = entries({"c1": cell(80, 20)}, {"c1": cell(20, 80)})
    assert (entry.concern, entry.before, entry.after) == ("lost", "Most on clay", "Ponds by soil")


# In which order


def test_the_most_urgent_stands_first(book: Path) -> None:
    before = {
        "c1": box(of(41)), "c2": in_words(of(90)), "c3": most(of(90)), "c4": most(counted(90, 100, "sand"), False),
        "c5": most(unknown("clay", reported={"majority(garden.pond.yes@soil=clay)": "4"})),
    }  # fmt: skip
    after = {
        "c1": box(of(46)), "c2": in_words(of(40)), "c3": most(of(20)), "c4": most(counted(10, 100, "sand"), False),
        "c5": most(counted(10, 100, "clay")),
    }  # fmt: skip
    found = [entry.concern for entry in entries(before, after)]
    assert found == ["draft", "contradicted", "lost", "words", "headline"]
    assert found == [concern for concern in CONCERNS if concern in found]


def test_entries_stand_by_chapter(book: Path) -> None:
    executed(BEFORE, "02_soil", {"c1": box(of(41))})
    executed(AFTER, "02_soil", {"c1": box(of(42))})
    assert list(compared({"c1": most(of(90))}, {"c1": most(of(9))}).chapters) == ["2. Ponds", "4. Ponds"]


# Which sentence is which


def test_a_sentence_is_found_in_a_cell_of_another_name(book: Path) -> None:
    before = {"c1": most(of(90)), "c2": lambda: say(f"{of(20)} do.", "It rains.")}
    after = {"rain": lambda: say("It rains."), "share": lambda: say(f"{of(30)} do."), "claim": most(of(20))}
    (entry,) = entries(before, after)
    assert (entry.concern, entry.cells) == ("lost", ("c1", "claim"))


def test_a_sentence_is_found_in_another_chapter(book: Path) -> None:
    executed(BEFORE, "05_fish", {"c1": lambda: say("Fish.")})
    executed(AFTER, "05_fish", {"c1": lambda: say("Fish."), "c2": most(of(20))})
    (entry,) = entries({"c1": most(of(90))}, {"c1": lambda: None})
    assert (entry.chapter, entry.concern, entry.cells) == ("05_fish", "lost", ("c1", "c2"))


def test_a_claim_is_found_in_a_sentence_written_anew(book: Path) -> None:
    share = of(20)
    after = {"c7": lambda: say(either(f"{majority(share):Most} do.", f"{minority(share):A minority} do."))}
    (entry,) = entries({"c1": most(of(90))}, after)
    assert [turn.subject for turn in entry.turns] == ["majority(garden.pond.yes)"]
    assert (entry.concern, entry.after) == ("lost", "A minority do.")


def test_a_sentence_written_anew_in_its_cell_is_known_by_a_number_it_still_prints(book: Path) -> None:
    sand = counted(30, 100, "sand")
    before, after = {"c1": lambda: say(f"{of(20)} do.")}, {"c1": lambda: say(f"{of(20)} do, and {sand} on sand.")}
    assert entries(before, after) == []
    found = entries(before, {"c2": after["c1"]})
    assert [entry.concern for entry in found] == ["one wave only", "one wave only"]


def test_sentences_that_share_nothing_are_not_taken_for_each_other(book: Path) -> None:
    other = counted(30, 100, "sand")
    found = entries({"c1": lambda: say(f"{of(20)} do.")}, {"c1": lambda: say(f"On sand {other} do.")})
    assert [(e.concern, e.cells, e.before, e.after) for e in found] == [
        ("one wave only", ("", "c1"), "", "On sand 30% do."),
        ("one wave only", ("c1", ""), "20% do.", ""),
    ]


def test_a_new_sentence_that_the_wave_contradicts_is_a_draft(book: Path) -> None:
    (entry,) = entries({"c1": lambda: None}, {"c1": most(of(20), otherwise=False)})
    assert (entry.concern, entry.turns[0].before) == ("draft", "not said")


def test_what_is_said_of_change_since_an_earlier_wave_is_missed_in_no_first_wave(book: Path) -> None:
    cells = {"c1": lambda: say("Fewer do."), "c2": most(of(20), otherwise=False)}
    executed(BEFORE, "04_ponds", {"c0": lambda: say("Rain.")})
    executed(AFTER, "04_ponds", {"c0": lambda: say("Rain."), **cells}, ["needs-earlier-wave"])
    assert [entry.concern for entry in compare(BEFORE, AFTER).entries] == ["draft"]


def test_the_same_sentence_twice_is_matched_in_order(book: Path) -> None:
    cells = {"c1": box(of(20)), "c2": box(of(30))}
    assert entries(cells, {"a1": cells["c1"], "a2": cells["c2"]}) == []


def test_a_chapter_of_one_wave_is_one_entry(book: Path) -> None:
    executed(AFTER, "change", {"c1": most(of(20), otherwise=False), "c2": most(of(90))})
    found = compared({"c1": lambda: None}, {"c1": lambda: None}).entries
    assert [(e.chapter, e.concern, e.before, e.after) for e in found] == [
        ("change", "one wave only", "nothing", "the whole chapter")
    ]


def test_chapters_in_any_order_and_cells_of_any_name_are_found_again(book: Path) -> None:
    """The chapters of the baseline against themselves: shuffled and renamed, each sentence finds its own."""
    draw = random.Random(3)
    for path in EXECUTED:
        notebook = nbformat.read(path, as_version=4)
        (paths.BOOK / "spring").mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, paths.BOOK / "spring" / path.name)
        # A cell keeps its own order, its name is another.
        draw.shuffle(notebook.cells)
        for number, cell in enumerate(notebook.cells):
            cell["id"] = f"moved-{number}"
            if cell.cell_type == "code":
                cell.outputs = [o for o in cell.outputs if o.data[records.MIME]["kind"] not in ("context", "evidence")]
        (paths.BOOK / "autumn").mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, paths.BOOK / "autumn" / path.name)
    found = compare(BEFORE, AFTER)
    assert [entry for entry in found.entries if entry.concern != "brought"] == []
    assert sum(len(chapter.offered) for chapter in told(BEFORE).values()) > 150


# What the waves brought and asked


def test_context_of_one_wave_only_is_listed_by_cell(book: Path) -> None:
    from analysis.display.opening import _publish

    def brought(*kinds: str) -> Callable[[], None]:
        return lambda: [_publish(kind, "Text.") for kind in kinds] and None

    before = {"c1": brought("context"), "c2": brought("evidence"), "c3": brought("context", "evidence")}
    (entry,) = entries(before, {"c1": brought("context"), "c2": brought(), "c3": brought("context")})
    assert entry.turns == (
        Turn("brought", "c2", "evidence", "nothing"),
        Turn("brought", "c3", "context, evidence", "context"),
    )


def test_a_question_that_was_not_asked_is_named_with_the_reason(book: Path, tmp_path: Path) -> None:
    changes = {
        "dropped": {"mapping": {"why": "The questionnaire had to be shorter."}},
        "changed": {"provider_awareness": {"why": "It was not understood.", "wording": "Do you know them?"}},
    }
    written(tmp_path / "waves" / "autumn", "instrument.yml", {"commissioners": changes})

    def cell(address: str, share: Estimate) -> Callable[[], None]:
        named = Estimate(parse_address(address), share.base, share.count, share.known)
        return most(named, otherwise=False)

    mapping, aware = "commissioners.mapping.none", "commissioners.provider_awareness.fair@organisation_type=pct"
    by_mapping = "commissioners.role.commissioner@mapping=none"
    before = {
        "c1": cell(mapping, of(90)),
        "c2": cell(aware, of(90)),
        "c3": most(of(90)),
        "c4": cell(by_mapping, of(90)),
    }
    after = {
        "c1": cell(mapping, not_asked()),
        "c2": cell(aware, of(9)),
        "c3": most(of(20)),
        "c4": cell(by_mapping, of(9)),
    }
    notes = {entry.cells[1]: entry.notes for entry in entries(before, after)}
    assert notes == {
        "c1": ("mapping: not asked in Autumn (The questionnaire had to be shorter)",),
        "c2": ("provider_awareness: reworded in Autumn (It was not understood)",),
        "c3": (),
        "c4": ("mapping: not asked in Autumn (The questionnaire had to be shorter)",),
    }


# What cannot be compared


def test_a_wave_is_not_compared_with_itself(book: Path) -> None:
    with pytest.raises(InputError, match="book/autumn: found the same wave twice; expected two waves"):
        compare(AFTER, AFTER)


def test_a_wave_that_has_not_been_run_is_refused(book: Path) -> None:
    executed(BEFORE, "04_ponds", {"c1": most(of(90))})
    with pytest.raises(InputError, match=r"book/autumn: found no executed chapter; .*: python -m analysis run autumn"):
        compare(BEFORE, AFTER)


def test_a_chapter_run_before_its_alternatives_were_kept_is_refused(book: Path) -> None:
    executed(BEFORE, "04_ponds", {"c1": most(of(90))})
    path = paths.BOOK / "spring" / "04_ponds.ipynb"
    path.write_text(path.read_text("utf-8").replace('"sentences"', '"phrases"'), "utf-8")
    executed(AFTER, "04_ponds", {"c1": most(of(90))})
    with pytest.raises(InputError, match=r"04_ponds\.ipynb: found a record without sentences; .*run the wave again"):
        compare(BEFORE, AFTER)


# The checklist in writing


@pytest.fixture
def checklist(book: Path) -> Comparison:
    before = {"c1": box(of(41), of(30)), "c2": most(of(90)), "c3": most(counted(9, 10, "clay"), otherwise=False)}
    after = {"c1": box(of(40), of(30)), "c2": most(of(20)), "c3": most(counted(1, 10, "clay"), otherwise=False)}
    return compared(before, after)


def test_the_lines_lead_to_the_notebook_and_cell(checklist: Comparison) -> None:
    assert list(lines(checklist)) == [
        "Autumn (collected) against Spring (reconstructed): 3 places to check",
        "     1  Draft: this wave contradicts the sentence, and no alternative of it stands",
        "     1  A claim no longer stands",
        "     1  A headline figure moved",
        "",
        "4. Ponds",
        "  Draft: this wave contradicts the sentence, and no alternative of it stands: "
        "book/autumn/04_ponds.ipynb, cell c3",
        "      in both: Most do.",
        "      majority(garden.pond.yes@soil=clay): holds (margin 40), now false (margin -40)",
        "  A claim no longer stands: book/autumn/04_ponds.ipynb, cell c2",
        "      before: Most do.",
        "      now: 20% do.",
        "      majority(garden.pond.yes): holds (margin 40), now false (margin -30)",
        "  A headline figure moved: book/autumn/04_ponds.ipynb, cell c1",
        "      before: 41% have a pond",
        "      now: 40% have a pond",
        "      garden.pond.yes: 41%, now 40% (-1 point)",
    ]


def test_a_sentence_that_is_gone_leads_to_the_earlier_wave(book: Path) -> None:
    found = list(lines(compared({"c1": lambda: say("Rain.")}, {"c1": lambda: None})))
    assert found[-2:] == [
        "  Said in one of the two waves only: book/spring/04_ponds.ipynb, cell c1",
        "      before: Rain.",
    ]


def test_the_rows_have_one_line_for_each_thing_that_turned(checklist: Comparison) -> None:
    found = list(rows(checklist))
    assert {tuple(row) for row in found} == {COLUMNS}
    assert [(row["concern"], row["before"], row["after"], row["difference"]) for row in found] == [
        ("lost", "holds", "false", ""),
        ("lost", "holds", "false", ""),
        ("headline", "41%", "40%", "-1"),
    ]


def test_the_command_prints_the_checklist_and_keeps_it(
    book: Path,
    checklist: Comparison,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    waves = {wave.id: wave for wave in (BEFORE, AFTER)}
    monkeypatch.setattr("analysis.inputs.waves.find_wave", waves.__getitem__)
    assert commands.main(["compare", "spring", "autumn", "--csv", str(tmp_path / "kept.csv")]) == 0
    assert capsys.readouterr().out.splitlines() == list(lines(checklist))
    with (tmp_path / "kept.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == list(rows(checklist))
    assert commands.main(["compare", "spring", "spring"]) == 2
    assert "the same wave twice" in capsys.readouterr().err


# The page


def test_the_table_of_claims_tells_of_a_claim_that_a_wave_passed_over(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared({"c1": most(of(90)), "c2": in_words(of(90))}, {"c1": most(of(20))})
    monkeypatch.setattr(reference, "published", lambda: (BEFORE, AFTER))
    assert reference.claims_table().rows == (
        ("4", "Most do.", "majority(garden.pond.yes)", "holds, margin 40 points", "not said: false, margin -30 points"),
        ("4", "Nine in ten do.", "fits(garden.pond.yes, nine in ten)", "holds, margin 2.5 points", "not said"),
    )


def test_a_wave_is_held_against_the_nearest_one_that_the_book_shows(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    third = AFTER.model_copy(update={"id": "winter", "follows": "autumn"})
    for wave in (BEFORE, third):
        executed(wave, "04_ponds", {"c1": most(of(90))})
    monkeypatch.setattr(comparison_page, "published", lambda: (BEFORE, AFTER, third))
    monkeypatch.setattr(comparison_page, "earlier_waves", lambda wave: {"winter": (AFTER, BEFORE)}.get(wave.id, ()))
    assert comparison_page.compared() == [(BEFORE, third)]


def test_the_links_of_the_page_lead_to_cells_that_the_pages_name(checklist: Comparison) -> None:
    ((_, found),) = checklist.chapters.items()
    html = "".join(
        node.astext()
        for node in comparison_page._checklist(found, checklist, "../../").findall()
        if node.tagname == "raw"
    )
    assert html.count("<a ") == 6
    assert '<a href="../../book/spring/04_ponds.html#cell-c3">cell c3</a>' in html
    assert '<a href="../../book/autumn/04_ponds.html#cell-c3">cell c3</a>' in html


def test_every_cell_that_says_something_is_named_on_its_page() -> None:
    for path in EXECUTED:
        cells = {offered.cell for offered in read_told(path).offered}
        assert cells <= set(read_explanations(path).cells)


def test_an_edition_with_one_wave_says_so(site: Path) -> None:
    page = (site / "book" / "methods" / "comparison.html").read_text("utf-8")
    assert (comparison_page.ONE_WAVE in page) == (comparison_page.compared() == [])
