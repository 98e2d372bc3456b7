"""The drawing of a chart that has left its page: what it says of where it comes from, and the same as PNG."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from analysis.inputs.waves import Wave

ZOOM = 2


def credit(wave: Wave, publication: str) -> str:
    """The last line of a chart that has left its page: what its wave is, and where it was published."""
    return f"{wave.title}: {wave.status}. Published in: {publication}."


def png(svg: str) -> bytes:
    """A drawing as PNG at twice its size, with the letters that come with the charts' library: no other are used."""
    import resvg_py

    fonts = [str(_fonts() / f"DejaVuSans{cut}.ttf") for cut in ("", "-Bold")]
    made = resvg_py.svg_to_bytes(
        svg_string=svg, zoom=ZOOM, skip_system_fonts=True, font_files=fonts, sans_serif_family="DejaVu Sans"
    )
    return bytes(made)


def _fonts() -> Path:
    """Where the charts' library keeps its fonts: found without loading it."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("matplotlib")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
