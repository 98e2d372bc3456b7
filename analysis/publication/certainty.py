"""How sure the printed intervals are: their coverage at the bases of the book, as a file, a chart and its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from io import StringIO
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from analysis import paths
from analysis.inputs.documents import read_table
from analysis.inputs.questionnaire import questionnaires
from analysis.inputs.responses import read_responses
from analysis.inputs.waves import Wave, published
from analysis.numbers.alternatives import METHODS
from analysis.numbers.coverage import (
    CASCADES,
    INDEPENDENT,
    SHARES,
    Coverage,
    Design,
    coverage,
    coverages,
    difference_coverage,
)
from analysis.numbers.estimates import SUPPRESSED_BELOW
from analysis.publication import downloads
from analysis.publication.contents import executed_chapters
from analysis.publication.counted import group_sizes
from analysis.publication.keeping import keep

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = ("interval", "base", "other_base", "shares", "cluster", "correlation", "mean", "least", "greatest")
DESIGNS = (INDEPENDENT, *CASCADES)
# Bases nearer to each other than a twentieth have the same coverage, and are listed once.
APART = 1.05
DRAWN = (INDEPENDENT, Design(5, 0.05), Design(10, 0.05), Design(10, 0.1))
INK, COLOURS = "#1f2933", ("#12344d", "#2f6f9f", "#b35900", "#a11d33")


def coverage_path() -> Path:
    return paths.PUBLISHED / "coverage.csv"


def drawing_path() -> Path:
    return paths.BOOK / "_static" / "coverage.svg"


# The bases of the book


def first_waves() -> list[Wave]:
    """The published waves that follow none: at their bases the coverage is worked out, once and for all.

    It hardly depends on the base, and at the bases of a later, larger wave it would take too long.
    """
    return [wave for wave in published() if not wave.follows]


def printed_bases() -> list[int]:
    """The bases on which the chapters of the first wave print an interval, largest first."""
    rows = [row for wave in first_waves() for row in downloads.statistics(executed_chapters(wave))]
    return sorted({int(row["base"]) for row in rows if row["low"] and row["base"]}, reverse=True)


def _distinct(bases: Iterable[int]) -> list[int]:
    kept: list[int] = []
    for base in bases:
        if not kept or kept[-1] >= APART * base:
            kept.append(base)
    return kept


def compared_bases() -> list[tuple[int, int]]:
    """The sizes of the pairs of groups that the chapters compare: groups of one breakdown, and the two surveys."""
    return list(dict.fromkeys(pair for wave in first_waves() for pair in _wave_pairs(wave)))


def _wave_pairs(wave: Wave) -> Iterator[tuple[int, int]]:
    for survey in wave.surveys:
        sizes: dict[str, list[int]] = {}
        for (breakdown, _), size in known_sizes(wave, survey).items():
            sizes.setdefault(breakdown, []).append(size)
        for together in sizes.values():
            yield from combinations(together, 2)
    first, second = (entry.responses for entry in wave.surveys.values())
    yield first, second


def known_sizes(wave: Wave, survey: str) -> dict[tuple[str, str], int]:
    """How many respondents each group has, by breakdown and group: of ten and more.

    Of a reconstructed wave they are those of its records; of any other, those that its executed chapters tell.
    """
    sizes = _reconstructed_sizes(wave, survey) if wave.reconstructed else group_sizes(wave, survey)
    return {group: size for group, size in sizes.items() if size >= SUPPRESSED_BELOW}


def _reconstructed_sizes(wave: Wave, survey: str) -> dict[tuple[str, str], int]:
    questionnaire, responses = questionnaires()[survey], read_responses(wave, survey)
    return {
        (name, group): int(responses.chose(name, (group,)).sum())
        for name in questionnaire.breakdowns
        if name in responses.codes
        for group in questionnaire.by_id[name].answer_ids
    }


# The file


def coverage_rows() -> list[dict[str, str]]:
    """The coverage of every printed interval, at the bases of the book, for every design."""
    bases, pairs = _distinct(printed_bases()), compared_bases()
    rows = []
    for base in tqdm(bases, desc="Shares", unit="base", ncols=90):
        rows += [_row("Wilson", base, "", "2% to 98%", design, coverage(base, design)) for design in DESIGNS]
        others = [(name, method) for name, method in METHODS.items() if name != "Wilson"]
        rows += [
            _row(name, base, "", "2% to 98%", INDEPENDENT, coverage(base, method=method)) for name, method in others
        ]
    for pair in tqdm(pairs, desc="Differences", unit="pair", ncols=90):
        for equal, shares in ((False, "2% to 98% each"), (True, "no difference")):
            found = ((design, difference_coverage(*pair, design, equal)) for design in DESIGNS)
            rows += [_row("Newcombe", *pair, shares, design, covered) for design, covered in found]
    return rows


def _row(name: str, base: int, other: object, shares: str, design: Design, covered: Coverage) -> dict[str, str]:
    ends = (f"{value:.4f}" for value in (covered.mean, covered.least, covered.greatest))
    values = (name, base, other, shares, design.cluster, f"{design.correlation:g}", *ends)
    return dict(zip(COLUMNS, map(str, values), strict=True))


def read_coverage() -> list[dict[str, str]]:
    """The committed coverage of the printed intervals."""
    return read_table(coverage_path(), COLUMNS)


def write_coverage() -> bool:
    """Work out the coverage anew, and draw it; returns whether a file changed."""
    changed = keep(coverage_path(), downloads.as_csv(coverage_rows(), COLUMNS))
    return keep(drawing_path(), drawing()) or changed


# The chart


def drawing() -> str:
    """The chart of the coverage against the true share, as SVG whose text is text, with its description."""
    import matplotlib as mpl
    import seaborn as sns

    mpl.use("svg")
    base = drawn_base()
    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "coverage", "font.family": "sans-serif", "font.size": 11,
                     "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK}  # fmt: skip
    with mpl.rc_context(settings), sns.axes_style("white"):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(7.2, 4.2), layout="constrained")
        _draw(figure.subplots(), base)
        out = StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    svg = out.getvalue()
    described = f'<svg role="img" aria-label="{escape(description(base), quote=True)}"'
    return svg[svg.index("<svg") :].replace("<svg", described, 1)


def drawn_base() -> int:
    """The base of the chart: that of the smaller survey."""
    return min(entry.responses for wave in first_waves() for entry in wave.surveys.values())


def _draw(axes: Axes, base: int) -> None:
    import seaborn as sns

    for design, colour in zip(DRAWN, COLOURS, strict=True):
        values = [100 * value for value in coverages(base, design)]
        sns.lineplot(x=[100 * share for share in SHARES], y=values, color=colour, linewidth=1.4, ax=axes)
        mean = sum(values) / len(values)
        axes.text(50, mean + 0.9, f"{design.words}: {mean:.0f}%", color=colour, ha="center", fontsize=10)
    axes.axhline(95, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set(xlim=(0, 100), ylim=(80, 100), ylabel="", xlabel=f"true share (base {base})")
    axes.set_xticks([0, 25, 50, 75, 100], ["0%", "25%", "50%", "75%", "100%"])
    axes.set_yticks([80, 85, 90, 95, 100], ["80%", "85%", "90%", "95%", "100%"])
    axes.grid(axis="y", color="#d5dae0", linewidth=0.6)
    sns.despine(ax=axes, left=True)


def description(base: int) -> str:
    """The chart in words, with its numbers."""
    told = "; ".join(f"{design.words} {_told(coverage(base, design))}" for design in DRAWN)
    return f"How often the interval of a share holds the true share, at a base of {base}: {told}."


def _told(covered: Coverage) -> str:
    return f"{100 * covered.mean:.1f}% on average, {100 * covered.least:.1f}% at the least"
