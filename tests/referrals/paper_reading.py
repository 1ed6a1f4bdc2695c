"""Reads paper as people do: the words of a PDF, its size, and the QR codes that a phone would see on it."""

from dataclasses import dataclass, field

import pypdfium2
import zxingcpp
from PIL import Image

MM_PER_POINT = 25.4 / 72
#: What a cheap laser printer and a phone's camera leave of a page.
_SCANNED_DPI = 200


@dataclass(frozen=True)
class Sheet:
    """One page of a PDF."""

    width_mm: int
    height_mm: int
    text: str
    picture: Image.Image
    document: bytes = field(repr=False)
    number: int

    def height_of_mm(self, words: str) -> float:
        """How far above the page's lower edge the middle of these words stands."""
        pdf = pypdfium2.PdfDocument(self.document)
        try:
            at, _length = pdf[self.number].get_textpage().search(words).get_next()
            _left, bottom, _right, top = pdf[self.number].get_textpage().get_charbox(at)
            return (bottom + top) / 2 * MM_PER_POINT
        finally:
            pdf.close()

    @property
    def codes(self) -> list[str]:
        """What its QR codes say, in any order."""
        return codes_in(self.picture)


def codes_in(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def read_pdf(document: bytes) -> list[Sheet]:
    """Return the pages as they come out of the printer."""
    pdf = pypdfium2.PdfDocument(document)
    try:
        return [_sheet(pdf[number], document, number) for number in range(len(pdf))]
    finally:
        pdf.close()


def _sheet(page: pypdfium2.PdfPage, document: bytes, number: int) -> Sheet:
    width, height = (round(points * MM_PER_POINT) for points in page.get_size())
    words = " ".join(page.get_textpage().get_text_range().split())
    return Sheet(width, height, words, page.render(scale=_SCANNED_DPI / 72).to_pil(), document, number)
