"""A Chinese font for PDFs: found on the machine, registered once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from zuoxi.orders.errors import NoChineseFont

FONT = "zuoxi-cjk"
_LIKED = (
    "truetype/wqy/wqy-microhei.ttc",
    "truetype/wqy/wqy-zenhei.ttc",
    "truetype/noto/NotoSansSC-Regular.ttf",
    "truetype/droid/DroidSansFallbackFull.ttf",
    "truetype/arphic/uming.ttc",
    "truetype/arphic/ukai.ttc",
)
_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
# Common, and only in a font made for Chinese; a Japanese one usually lacks the simplified forms.
_NEEDED = "订单汉语龙鬱"


@cache
def chinese_font() -> str:
    """The name under which a Chinese font is registered with reportlab. Raises NoChineseFont.

    ``ZUOXI_CJK_FONT`` names a file; else Debian's fonts-wqy-microhei and some others are tried, then every TrueType
    file of the usual folders. Fonts with PostScript outlines (most Noto CJK collections) cannot be embedded here.
    """
    for file in _candidates():
        try:
            font = TTFont(FONT, str(file), subfontIndex=0)
        except (TTFError, OSError, ValueError, KeyError, IndexError):
            continue
        if all(ord(character) in font.face.charToGlyph for character in _NEEDED):
            pdfmetrics.registerFont(font)
            return FONT
    raise NoChineseFont


def _candidates() -> Iterator[Path]:
    named = os.environ.get("ZUOXI_CJK_FONT")
    if named:
        yield Path(named)
    for liked in _LIKED:
        if (_FOLDERS[0] / liked).is_file():
            yield _FOLDERS[0] / liked
    for folder in _FOLDERS:
        if folder.is_dir():
            yield from sorted(file for file in folder.rglob("*.tt[fc]") if file.is_file())
