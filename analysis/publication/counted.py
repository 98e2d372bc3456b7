"""What the executed chapters tell of a wave whose responses were counted, so that no page needs the responses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, cast

from analysis.inputs.addresses import Address, parse_address
from analysis.inputs.instruments import instrument
from analysis.inputs.waves import Wave
from analysis.numbers.estimates import Estimate, Known, Label
from analysis.publication import downloads
from analysis.publication.contents import executed_chapters

HEADLINE = "headline"


def headlines(wave: Wave) -> Iterator[tuple[str, str, Estimate]]:
    """The figures of the boxes, in the order of the book: chapter, the number as it is shown, the estimate."""
    for path in executed_chapters(wave):
        for record in downloads.records(path):
            if record["kind"] == HEADLINE:
                yield from ((path.stem, shown, estimate) for shown, estimate in _figures(record))


def _figures(record: Mapping[str, Any]) -> Iterator[tuple[str, Estimate]]:
    rows = {row["address"]: row for row in record["estimates"]}
    said = [row for row in record.get("sentences", []) if row["said"] == "yes"]
    for address, shown in ((address, shown) for row in said for address, shown in row["numbers"].items()):
        if rows[address]["count"]:
            yield shown, _estimate(rows[address], record["asked"][address])


def _estimate(row: Mapping[str, str], asked: str) -> Estimate:
    count, base = int(row["count"]), int(row["base"])
    share = Fraction(100 * count, base)
    known = Known(cast(Label, row["known"]), share, share)
    return Estimate(parse_address(row["address"]), base, count, known, asked=int(asked))


def group_sizes(wave: Wave, survey: str) -> dict[tuple[str, str], int]:
    """How many respondents each group of a breakdown has, by breakdown and group.

    Only groups that the chapters show, since another's size is told nowhere; a group too small to be told is left out.
    """
    questionnaire = instrument(wave, survey).questionnaire
    told = {row["address"]: row["count"] for row in downloads.statistics(executed_chapters(wave))}
    groups = [(name, group) for name in questionnaire.breakdowns for group in questionnaire.by_id[name].answer_ids]
    sizes = ((group, told.get(str(Address(survey, group[0], (group[1],))), "")) for group in groups)
    return {group: int(size) for group, size in sizes if size}
