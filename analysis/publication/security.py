"""What a page of the book may load and run: its own files, the one script written into it, and nothing else.

The policy stands in each page, for hosts that cannot be told any, and for pages opened from a disk. For hosts that
can, a file of theirs says the same of all pages.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from analysis.publication.keeping import keep

HEADERS = "_headers"
_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_FIRST = re.compile(r"<meta charset=[^>]*>")
META = re.compile(r'\n<meta http-equiv="Content-Security-Policy" content="[^"]*">')


def protect(site: Path) -> None:
    """Write the policy into every page of a built book, and the file with that of the whole book for its host."""
    pages = {path: META.sub("", path.read_text("utf-8")) for path in _pages(site)}
    for path, text in pages.items():
        meta = f'\n<meta http-equiv="Content-Security-Policy" content="{policy([text])}">'
        keep(path, _FIRST.sub(lambda found, meta=meta: found[0] + meta, text, count=1))  # type: ignore[misc]
    keep(site / HEADERS, headers(policy(pages.values())))


def _pages(site: Path) -> Iterator[Path]:
    return (path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts)


def policy(pages: Iterable[str]) -> str:
    """What these pages may load and run. Only the attributes of drawings may say how something looks."""
    texts = list(pages)
    scripts, styles = _hashes(_SCRIPT, texts), _hashes(_STYLE, texts)
    allowed = {
        "default-src": "'none'",
        "script-src": f"'self'{scripts}",
        "style-src": f"'self'{styles}",
        "style-src-attr": "'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in allowed.items())


def _hashes(pattern: re.Pattern[str], texts: Iterable[str]) -> str:
    found = sorted({text for page in texts for text in pattern.findall(page)})
    return "".join(f" 'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in found)


def headers(allowed: str) -> str:
    """The file that tells a host what to send with every page, in the form that several static hosts read."""
    lines = (
        f"Content-Security-Policy: {allowed}; frame-ancestors 'none'",
        "X-Content-Type-Options: nosniff",
        "Referrer-Policy: no-referrer",
    )
    return "".join(["/*\n", *(f"  {line}\n" for line in lines)])
