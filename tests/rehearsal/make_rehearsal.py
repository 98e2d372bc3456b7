"""Makes the shipped rehearsal: the planted truth and the exports of two surveys that nobody answered.

`python -m rehearsal.make_rehearsal`, in the folder tests, writes data/rehearsal/ again, the same each time.
"""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from pathlib import Path

from numpy.random import Generator
from rehearsal import spss, workbook
from rehearsal.population import FOLDER, Population, populations, truths
from rehearsal.records import Record, random_of, records

COLUMNS = ("address", "before", "after", "same_make_up", "kind")


def truth(surveys: dict[str, Population]) -> str:
    """What is true of the two populations, as the text of a file; percentages with two decimals."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for population in surveys.values():
        for one in truths(population):
            writer.writerow([one.address, *map(_percent, (one.before, one.after, one.same_make_up)), one.kind])
    return out.getvalue()


def _percent(share: Fraction | None) -> str:
    return "" if share is None else f"{float(share):.2f}"


def arrived(population: Population) -> tuple[list[Record], Generator]:
    """The records of a survey's export, with all that is wrong with them, and the generator to write them with."""
    random = random_of(population)
    found = records(population, random)
    return (workbook.spoiled(found, random) if population.survey == "third_sector" else spss.spoiled(found)), random


def main(folder: Path = FOLDER) -> None:
    surveys = populations()
    (folder / "truth.csv").write_text(truth(surveys), "utf-8")
    found, random = arrived(surveys["commissioners"])
    spss.write(spss.variables(surveys["commissioners"], found, random), folder / "commissioners.sav")
    found, random = arrived(surveys["third_sector"])
    rows = workbook.rows(surveys["third_sector"], found, random)
    workbook.write(workbook.headings(surveys["third_sector"]), rows, folder / "third_sector.xlsx")


if __name__ == "__main__":
    main()
