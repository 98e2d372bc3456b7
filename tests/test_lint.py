"""Words of quantity that nothing checks are found wherever a chapter can say them, and only they."""

import json
from pathlib import Path

import nbformat
import pytest

from analysis import paths
from analysis.inputs.findings import InputError
from analysis.publication.chapters import chapter_paths
from analysis.publication.lint import Exceptions, Report, lint_chapters, read_exceptions

# One planted word of each class, in a sentence that says nothing else that could be found.
WORDS = ["42%", "3.5", "twenty", "two thirds", "most", "majority", "many", "few", "half", "a quarter", "all", "only",
         "more", "less", "fewer", "larger", "rarest", "biggest", "commonest", "earlier", "likeliest", "than", "least",
         "most likely", "better", "worst", "oftener", "similar", "alike", "varied", "second", "outweighs"]  # fmt: skip
# Every place where a chapter can say something; `@` stands for the planted word.
PLACES = {
    "an f-string": 'say(f"There were @ of {them}.")',
    "an f-string joined over lines": 'say(f"There were {them}, "\n    f"@ of them.")',
    "a plain string": 'say("There were @ of them.")',
    "a first alternative": 'say(either(f"There were @ of {them}.", f"There were {them}."))',
    "a last alternative": 'say(either(f"There were {them}.", f"There were @ of {them}."))',
    "a plain alternative": 'say(either(f"There were {them}.", "There were @ of them."))',
    "a list": 'bullets(f"There were @ of {them}.")',
    "the title of a box": 'headline("There were @", f"{them} were there")',
    "a box": 'headline("Key statistics", f"@ of {them} were there")',
    "the title of a chart": 'chart(them, title="What @ said")',
    "the note of a chart": 'chart(them, title="What was said", note="It was @ of them.")',
    "the title of a table": 'table(them, title=f"What @ of {them} said")',
    "a sentence with a name": 'sentence = f"There were @ of {them}."\nsay(sentence)',
    "a plain sentence with a name": 'sentence = "There were @ of them."\nsay(sentence)',
    "bare words in braces": """say(f"There were {'@'} of {them}.")""",
    "labels given to shares": 'chart(together("what @ said", here=them))',
}
CLEAN = [
    'say(f"{majority(them):Most} of {them} were there.")',
    'say(f"{them:just under half} were there.")',
    'say(f"They were {exceeds(them, us):more} often there than others.")',
    'say(f"It was as common, nearly, for {them}.")',
    'study.context("most_of_them", "two_thirds")',
    'virtually = fits(them, "virtually all")',
    'them = commissioners.question.share("most", "two")',
    'them = "most"',
]


@pytest.fixture
def lint(study, make_chapter):
    """Lint a made-up chapter of one code cell, or one Markdown cell, under made-up exceptions."""

    def run(code: str = "", markdown: str = "", **declared) -> Report:
        path = make_chapter("made-up", [(code, [])])
        notebook = nbformat.read(path, as_version=4)
        notebook.cells[0].source = f"# A title\n\n{markdown}"
        nbformat.write(notebook, path)
        return lint_chapters(Exceptions.model_validate(declared))

    return run


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("place", PLACES)
def test_a_planted_word_is_found(lint, place, word):
    report = lint(PLACES[place].replace("@", word))
    assert report.findings, f"{word!r} in {place}"
    assert all(finding.column.lower() in word for finding in report.findings)
    assert {finding.row for finding in report.findings} == {"made-up-1"}


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("text", ["There were @ of them.", "## What @ said", "- There were @ of them.", "[@](page.md)"])
def test_a_planted_word_is_found_in_markdown(lint, text, word):
    report = lint(markdown=text.replace("@", word))
    assert report.findings
    assert {finding.row for finding in report.findings} == {"made-up-0"}


@pytest.mark.parametrize("word", ["about", "nearly", "over", "under", "up to", "almost"])
def test_a_word_that_makes_a_quantity_of_a_number_is_found(lint, word):
    (finding,) = lint(f'say(f"It was {word} {{them}}.")').findings
    assert finding.column == word


@pytest.mark.parametrize("code", CLEAN)
def test_what_is_checked_or_not_said_is_not_found(lint, code):
    assert lint(code).findings == ()


def test_than_belongs_to_the_comparison_before_it(lint):
    assert lint('say(f"They were {exceeds(a, b):less} often there than others.")').findings == ()
    # In the next sentence, after a claim that compares nothing, or before the comparison, it stands alone.
    assert lint('say(f"They were {exceeds(a, b):less} there. It was other than that.")').findings
    assert lint('say(f"It was {majority(a):mostly} other than that.")').findings
    assert lint('say(f"Rather than that it was {exceeds(a, b):more}.")').findings


def test_addresses_of_links_and_numbers_of_lists_say_nothing(lint):
    assert lint(markdown="1. A thing\n2. Another, see [there](02_most.md)\n\n![A picture](../all/3.svg)").findings == ()


def test_a_finding_shows_its_sentence(lint):
    (finding,) = lint('say(f"It was so. There were {them}, and many of {us}. It was not.")').findings
    assert finding.found == "'many' outside braces: There were {...}, and many of {...}."
    assert finding.place == "analysis/chapters/made-up.ipynb"


def test_a_name_covers_its_own_words_only(lint):
    names = [{"phrase": "third sector", "reason": "a name"}]
    (finding,) = lint('say("A third of the Third Sector.")', names=names).findings
    assert finding.found.startswith("'third' outside braces: A third of")
    assert lint('say("A third sectoral matter.")', names=names).findings[0].column == "third"


def test_an_exception_holds_in_its_cell_only(lint):
    exception = {"chapter": "made-up", "cell": "made-up-1", "phrase": "all in all", "reason": "an idiom"}
    assert lint('say("It was, all in all, so.")', exceptions=[exception]).findings == ()
    for elsewhere in ({"cell": "made-up-0"}, {"chapter": "another"}):
        report = lint('say("It was, all in all, so.")', exceptions=[exception | elsewhere])
        assert {finding.place for finding in report.findings} == {"analysis/chapters/made-up.ipynb", "data/lint.yml"}


@pytest.mark.parametrize("phrase", ["most of them", "there were"])
def test_an_exception_that_covers_nothing_is_a_finding(lint, phrase):
    entry = {"phrase": phrase, "reason": "none any more"}
    local = entry | {"chapter": "made-up", "cell": "made-up-1"}
    for declared in ({"names": [entry]}, {"exceptions": [local]}):
        (finding,) = lint('say(f"There were {them}.")', **declared).findings
        assert finding.place == "data/lint.yml"
        assert repr(phrase) in finding.found


def test_coverage_counts_what_is_bound_excepted_and_found(lint):
    exception = {"chapter": "made-up", "cell": "made-up-1", "phrase": "all in all", "reason": "an idiom"}
    code = 'say(f"{majority(a):Most}, all in all, were {a} of {b:base}, and many more.")'
    (row,) = lint(code, exceptions=[exception]).coverage
    # Three braces; twice "all"; "many" and "more".
    assert (row.chapter, row.words, row.bound, row.excepted, row.findings) == ("made-up", 7, 3, 2, 2)


@pytest.mark.parametrize(
    "text",
    [
        "names: [{phrase: third sector}]",
        "names: [{phrase: third sector, reason: ''}]",
        "names: [{phrase: third sector, reason: a name, chapter: one}]",
        "exceptions: [{phrase: all in all, reason: an idiom, chapter: one}]",
        "others: []",
    ],
)
def test_an_entry_without_its_reason_or_its_place_is_refused(tmp_path: Path, text):
    path = tmp_path / "lint.yml"
    path.write_text(text)
    with pytest.raises(InputError):
        read_exceptions(path)


def test_the_chapters_have_no_unchecked_word():
    report = lint_chapters()
    assert [str(finding) for finding in report.findings] == []
    assert [row.chapter for row in report.coverage] == [path.stem for path in chapter_paths()]


def test_every_exception_of_the_chapters_is_counted():
    excepted = sum(row.excepted for row in lint_chapters().coverage)
    assert excepted >= len(read_exceptions(paths.DATA / "lint.yml").exceptions)


def test_a_word_taken_out_of_its_braces_is_found(study, monkeypatch):
    """The project's own chapters, with every checked word written as plain words."""
    real = Path(__file__).parent.parent / "analysis" / "chapters" / "03_views.ipynb"
    notebook = json.loads(real.read_text(encoding="utf-8"))
    text = json.dumps(notebook).replace("{opportunity:around three quarters}", "around three quarters")
    assert text != json.dumps(notebook)
    (paths.CHAPTERS / real.name).write_text(text, encoding="utf-8")
    found = [f for f in lint_chapters().findings if f.place.endswith("03_views.ipynb")]
    assert [finding.column for finding in found] == ["three", "quarters"]
