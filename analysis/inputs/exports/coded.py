"""What is kept of an export: the coded responses, what became of its columns, and what processing did."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from analysis.inputs.exports.rules import rules
from analysis.inputs.exports.survey import Prepared

if TYPE_CHECKING:
    from analysis.inputs.responses import Responses

ID = "response"
PROCESSING = ("survey", "rule", "does", "unit", "affected", "of")
COLUMNS = ("survey", "column", "label", "becomes", "recognised_by")


def coded(prepared: Prepared) -> str:
    """The responses of one survey as the file that is analysed.

    Notes
    -----
    Responses are put in the order of their answers and numbered in it: neither the number nor the place of a response
    tells when it was given or which record of the export it was. Two exports of the same answers make the same file.
    """
    processed = prepared.processed
    assert processed is not None
    names = [name for name in prepared.vocabulary.asked if name in processed.given]
    columns = [[";".join(cell) for cell in processed.given[name]] for name in names]
    rows = sorted(zip(*columns, strict=True))
    return _csv((ID, *names), ((str(number), *row) for number, row in enumerate(rows, start=1)))


def as_responses(prepared: Prepared) -> Responses:
    """The same responses as codes, before there is a file of them."""
    import numpy as np

    from analysis.inputs.responses import Responses

    processed, questionnaire = prepared.processed, prepared.vocabulary.instrument.questionnaire
    assert processed is not None
    bits = {name: {a: 1 << i for i, a in enumerate(q.answer_ids)} for name, q in questionnaire.by_id.items()}
    codes = {
        name: np.array([sum(bits[name][answer] for answer in cell) for cell in cells], dtype=np.int64)
        for name, cells in processed.given.items()
    }
    return Responses(questionnaire, len(processed.kept), codes)


def processing_table(surveys: Iterable[Prepared]) -> str:
    """How many records and cells each rule affected, survey by survey; first the records read, last those kept."""
    rows: list[tuple[str, ...]] = []
    for one in surveys:
        assert one.processed is not None and one.export is not None
        read, kept = str(len(one.export.rows)), str(len(one.processed.kept))
        survey = one.source.survey
        rows.append((survey, "read", "records in the export", "records", read, read))
        for count in one.processed.counts:
            rule = rules().by_id[count.rule]
            rows.append((survey, rule.id, rule.does, rule.unit, str(count.affected), str(count.of)))
        rows.append((survey, "kept", "responses that are analysed", "records", kept, read))
    return _csv(PROCESSING, rows)


def column_table(surveys: Iterable[Prepared]) -> str:
    """What each column of the exports became, and by what it was recognised."""
    return _csv(
        COLUMNS,
        (
            (one.source.survey, match.column.heading, match.column.label, match.becomes, match.how)
            for one in surveys
            for match in one.matches
        ),
    )


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
