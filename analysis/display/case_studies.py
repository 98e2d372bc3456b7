"""Case studies in a chapter: each with its locality, how it was studied, its points and where they come from."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.inputs.case_studies import CasePoint, CaseStudy


def described(studies: Iterable[CaseStudy], theme: str) -> str:
    """What case studies found on a theme, as Markdown; nothing, where none has a point on it."""
    return "\n\n".join(_block(study, theme) for study in studies if study.on(theme))


def _block(study: CaseStudy, theme: str) -> str:
    points = "\n".join(_listed(point) for point in study.on(theme))
    methods = f"{study.locality}, {study.date}; {', '.join(study.methods)}."
    # No heading: what a page is made of follows from its chapter, not from what a wave brings.
    head = f"**{study.title}.** *{methods[:1].upper()}{methods[1:]}* {study.studied}"
    source = f'<span class="source">{study.attribution}</span>'
    return f'<div class="case-study">\n\n{head}\n\n{points}\n\n{source}\n\n</div>'


def _listed(point: CasePoint) -> str:
    provenance = f"{point.method[:1].upper()}{point.method[1:]}, {point.who}"
    return f'- {point.point} *{provenance}* <span class="source">({point.where})</span>'
