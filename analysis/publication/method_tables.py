"""Tables for the pages about uncertainty, sensitivity and quality: heads of columns, and rows, all text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction

from analysis.inputs.instruments import instrument
from analysis.inputs.waves import Wave, published
from analysis.numbers.alternatives import METHODS
from analysis.numbers.coverage import Design, half_width
from analysis.numbers.estimates import Estimate
from analysis.numbers.intervals import LEVEL
from analysis.publication.certainty import DESIGNS, known_sizes, read_coverage
from analysis.publication.chapters import called
from analysis.publication.counted import headlines
from analysis.publication.rehearsal import rehearse
from analysis.publication.robustness import CLAIMS, HEADLINES, OTHERS, read_sensitivity

# The heads of the columns, and the rows.
Made = tuple[tuple[str, ...], Iterable[tuple[str, ...]]]

# Sizes of two waves that a study of this kind may have.
TWO_WAVES = ((417, 390), (162, 150), (100, 90), (50, 50))


def share_coverage() -> Made:
    """How often the interval of a share holds the truth, by base and by how respondents came to answer."""
    rows = [row for row in read_coverage() if row["interval"] == "Wilson"]
    return _by_design("Base", rows, lambda row: row["base"])


def difference_coverage() -> Made:
    """How often a difference is found where there is none: what is left of 100 where the interval holds zero."""
    rows = [row for row in read_coverage() if row["shares"] == "no difference"]
    return _by_design("Bases", rows, lambda row: f"{row['base']} and {row['other_base']}")


def _by_design(head: str, rows: list[dict[str, str]], named: Callable[[dict[str, str]], str]) -> Made:
    found: dict[str, dict[tuple[str, str], dict[str, str]]] = {}
    for row in rows:
        found.setdefault(named(row), {})[row["cluster"], row["correlation"]] = row
    first, *others = DESIGNS
    heads = (head, _short(first), "At the least", *map(_short, others))
    return heads, ((name, *_coverages(cells, first), *(_coverages(cells, one)[0] for one in others))
                   for name, cells in found.items())  # fmt: skip


def _coverages(cells: Mapping[tuple[str, str], Mapping[str, str]], design: Design) -> tuple[str, str]:
    row = cells[str(design.cluster), f"{design.correlation:g}"]
    return _hundred(row["mean"]), _hundred(row["least"])


def _hundred(probability: str) -> str:
    return f"{100 * float(probability):.1f}"


def _short(design: Design) -> str:
    return "Independent" if design.cluster == 1 else f"Clusters of {design.cluster}, {design.correlation:g}"


def method_coverage() -> Made:
    """The coverage of the intervals that could have been printed in Wilson's place."""
    rows = [row for row in read_coverage() if row["cluster"] == "1" and row["interval"] in METHODS]
    bases = list(dict.fromkeys(row["base"] for row in rows))
    cells = {(row["base"], row["interval"]): _mean_and_least(row) for row in rows}
    return ("Base", *METHODS), ((base, *(cells[base, name] for name in METHODS)) for base in bases)


def _mean_and_least(row: Mapping[str, str]) -> str:
    return f"{_hundred(row['mean'])} (least {_hundred(row['least'])})"


def seeable_changes() -> Made:
    """The smallest change between two waves, around a share of 50%, that could be told from none."""
    rows = ((f"{one}", f"{other}", f"{half_width(one, other):.0f} points") for one, other in TWO_WAVES)
    return ("Earlier wave, answers", "Later wave, answers", "Change that could be seen"), rows


def sensitivity_summary() -> Made:
    """For every choice that was made otherwise: how many conclusions moved, of how many."""
    totals: dict[tuple[str, str], dict[str, str]] = {}
    for row in read_sensitivity():
        if row["tested"]:
            totals.setdefault((row["kind"], row["variation"]), {})[row["what"]] = _of(row)
    heads = ("What was varied", "How", "Claims that moved", "Headline figures that moved", "Other numbers that moved")
    rows = (
        (KINDS[kind], variation, *(moved.get(what, "as printed") for what in (CLAIMS, HEADLINES, OTHERS)))
        for (kind, variation), moved in totals.items()
    )
    return heads, rows


KINDS = {
    "reconstruction": "a rule of the reconstruction",
    "responses": "what the numbers rest on",
    "intervals": "the interval of a share",
}


def _of(row: Mapping[str, str]) -> str:
    return f"{'none' if row['moved'] == '0' else row['moved']} of {row['tested']}"


def sensitivity_moved() -> Made:
    """Every conclusion that depends on a choice, and what it would be otherwise."""
    rows = (
        (called(row["chapter"]), row["subject"], row["variation"], row["accepted"], row["found"])
        for row in read_sensitivity()
        if row["subject"]
    )
    return ("Chapter", "Claim or number", "What was varied", "Printed", "Otherwise"), rows


def headline_figures() -> Made:
    """The figures of the boxes: their bases, the worst case of item non-response, and intervals."""
    heads = ("Chapter", "Figure", "Share", "Base, of asked", "If all missing against, for", "Interval", "Other methods")
    return heads, (row for wave in published() for row in _headline_rows(wave))


def _headline_rows(wave: Wave) -> Iterator[tuple[str, ...]]:
    found = _rehearsed(wave) if wave.reconstructed else headlines(wave)
    figures: dict[str, tuple[str, str, Estimate]] = {}
    for chapter, shown, estimate in found:
        # In the chapter about it, not in the summary of all chapters.
        figures.pop(str(estimate.address), None)
        figures[str(estimate.address)] = chapter, shown, estimate
    for address, (chapter, shown, estimate) in figures.items():
        if estimate.base and estimate.count is not None and estimate.address.question:
            base = f"{estimate.base} of {estimate.asked}"
            yield called(chapter), address, shown, base, worst_case(estimate), *_intervals(estimate)


def _rehearsed(wave: Wave) -> Iterator[tuple[str, str, Estimate]]:
    """The figures of the boxes of a reconstructed wave, whose counts its chapters do not tell."""
    for one in rehearse(wave):
        if one.headline:
            yield from ((one.chapter, one.numbers[str(e.address)], e) for e in one.estimates)


def worst_case(estimate: Estimate) -> str:
    """The share if everybody had answered who was asked: the missing all against it, or all for it."""
    count, base, asked = estimate.count or 0, estimate.base or 0, estimate.asked or 0
    if asked == base:
        return "none missing"
    least, greatest = Fraction(100 * count, asked), Fraction(100 * (count + asked - base), asked)
    return f"{float(least):.1f}%, {float(greatest):.1f}%"


def _intervals(estimate: Estimate) -> tuple[str, str]:
    """Wilson's interval, and the outermost ends of the other methods."""
    ends = {name: method(estimate.count or 0, estimate.base or 0, LEVEL) for name, method in METHODS.items()}
    low, high = ends.pop("Wilson")
    outermost = min(low for low, _ in ends.values()), max(high for _, high in ends.values())
    return _percent(low, high), _percent(*outermost)


def _percent(low: float, high: float) -> str:
    return f"{100 * low:.1f} to {100 * high:.1f}"


def respondents() -> Made:
    """Who answered: the responses of every published wave, and the groups whose size is known."""
    heads = ("Wave", "Survey", "Fieldwork", "Responses", "Groups of known size")
    return heads, (row for wave in published() for row in _respondent_rows(wave))


def _respondent_rows(wave: Wave) -> Iterator[tuple[str, ...]]:
    for survey, entry in wave.surveys.items():
        questionnaire = instrument(wave, survey).questionnaire
        groups = [
            f"{questionnaire.by_id[breakdown].label(group)} {size}"
            for (breakdown, group), size in known_sizes(wave, survey).items()
        ]
        title, size = f"{wave.title} ({wave.status})", str(entry.responses)
        yield title, questionnaire.title, wave.fieldwork, size, "; ".join(groups)


METHOD_TABLES: dict[str, Callable[[], Made]] = {
    "share-coverage": share_coverage,
    "difference-coverage": difference_coverage,
    "method-coverage": method_coverage,
    "seeable-changes": seeable_changes,
    "sensitivity-summary": sensitivity_summary,
    "sensitivity-moved": sensitivity_moved,
    "headline-figures": headline_figures,
    "respondents": respondents,
}
