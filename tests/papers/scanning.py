"""A page of a PDF as a camera meets it: drawn by PDFium, and its codes read by ZXing. Neither knows our code."""

import pypdfium2
import zxingcpp

DOTS_AN_INCH = 300
POINTS_AN_INCH = 72


def scanned(pdf: bytes, page: int, *, dots: int = DOTS_AN_INCH) -> list[str]:
    """The text of each QR code that is seen on the page, printed at so many dots an inch."""
    document = pypdfium2.PdfDocument(pdf)
    drawn = document[page].render(scale=dots / POINTS_AN_INCH, grayscale=True)
    rows = memoryview(drawn.buffer).cast("B")
    dense = b"".join(rows[y * drawn.stride : y * drawn.stride + drawn.width] for y in range(drawn.height))
    picture = memoryview(dense).cast("B", (drawn.height, drawn.width))
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    document.close()
    return [code.text for code in found]
