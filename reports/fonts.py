"""The typeface of reports: the one that our pages have, for PDF and for charts."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.ttLib import TTFont

SCRIPTS = {"arabic": "Plex Ar", "latin": "Plex"}
WEIGHTS = (400, 500, 700)
FAMILIES = tuple(SCRIPTS.values())
_FAMILY_NAMES = (1, 16)
_FULL_NAMES = (4, 6)


@dataclass(frozen=True, slots=True)
class Fonts:
    """Files ``ibm-plex-sans-arabic-<script>-<weight>-normal.woff2`` in a folder."""

    folder: Path

    def css(self) -> str:
        """Return the rules that give a page the typeface, with the fonts in them."""
        return "".join(
            f'@font-face{{font-family:"{family}";font-weight:{weight};src:url('
            f"data:font/woff2;base64,{base64.b64encode(self._file(script, weight)).decode()})}}"
            for script, family in SCRIPTS.items()
            for weight in WEIGHTS
        )

    @contextmanager
    def as_truetype(self) -> Iterator[list[Path]]:
        """Give the regular weight as TrueType files, each named as its own family.

        What draws charts reads neither WOFF2 nor two files of one family.
        """
        with TemporaryDirectory(prefix="baddala-fonts-") as folder:
            paths = []
            for script, family in SCRIPTS.items():
                path = Path(folder) / f"{script}.ttf"
                font = TTFont(self.folder / _name(script, WEIGHTS[0]))
                font.flavor = None
                for record in font["name"].names:
                    if record.nameID in _FAMILY_NAMES + _FULL_NAMES:
                        record.string = family
                font.save(path)
                paths.append(path)
            yield paths

    def _file(self, script: str, weight: int) -> bytes:
        return (self.folder / _name(script, weight)).read_bytes()


def _name(script: str, weight: int) -> str:
    return f"ibm-plex-sans-arabic-{script}-{weight}-normal.woff2"
