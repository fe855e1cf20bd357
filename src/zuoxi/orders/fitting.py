"""Text that stays inside its box: wrapped by the width of its characters, set smaller until it fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Measure = Callable[[str, float], float]  # text and size in points → width in points
LEADING = 1.22
_CLOSING = frozenset(",。、;:!?)】》”’%,.;:!?)")


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines at a size (points); ``cut`` tells that something had to be left out."""

    lines: tuple[str, ...]
    size: float
    cut: bool

    @property
    def height(self) -> float:
        """Points from the top of the first line to the bottom of the last."""
        return len(self.lines) * self.size * LEADING


def wrap(text: str, size: float, width: float, measure: Measure) -> list[str]:
    """Break into lines no wider than ``width`` points: Latin words whole where they fit, Chinese anywhere, closing
    punctuation not at the beginning of a line. Widths add up: no kerning."""
    known: dict[str, float] = {}

    def wide(piece: str) -> float:
        if piece not in known:
            known[piece] = measure(piece, size)
        return known[piece]

    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for piece in _pieces(paragraph):
            if used + wide(piece) <= width:
                line, used = line + piece, used + wide(piece)
                continue
            if piece in _CLOSING and len(line) > 1 and wide(line[-1]) + wide(piece) <= width:
                lines.append(line[:-1].rstrip())
                line = line[-1] + piece
                used = wide(line[0]) + wide(piece)
                continue
            if line.strip():
                lines.append(line.rstrip())
            line, used = "", 0.0
            for character in piece.lstrip():
                if line and used + wide(character) > width:
                    lines.append(line)
                    line, used = "", 0.0
                line, used = line + character, used + wide(character)
        lines.append(line.rstrip())
    return lines


def fit(text: str, sizes: Sequence[float], width: float, height: float, measure: Measure) -> Fitted:
    """The text at the largest of ``sizes`` (descending) at which it fits into the box. At the smallest it is cut, with
    an ellipsis, if it must be."""
    for size in sizes:
        lines = wrap(text, size, width, measure)
        if len(lines) * size * LEADING <= height:
            return Fitted(tuple(lines), size, cut=False)
    size = sizes[-1]
    kept = lines[: max(1, int(height / (size * LEADING)))]
    last = kept[-1]
    while last and measure(last + "…", size) > width:
        last = last[:-1]
    return Fitted((*kept[:-1], last + "…"), size, cut=True)


def _pieces(text: str) -> list[str]:
    """Characters, but runs of Latin letters and digits as one."""
    pieces: list[str] = []
    for character in text:
        joins = character.isascii() and character.isalnum()
        if joins and pieces and pieces[-1][-1].isascii() and pieces[-1][-1].isalnum():
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces
