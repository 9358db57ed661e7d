"""The papers of the demo's dossiers: one-page PDF files written here, so that none lies in the repository."""

from __future__ import annotations

from core.domain.text import fold


def letter(title: str, lines: tuple[str, ...]) -> bytes:
    """A small valid PDF with these lines, without marks: the standard fonts of PDF know none."""
    shown = [f"BT /F1 16 Tf 72 770 Td ({_plain(title)}) Tj ET"]
    shown += [f"BT /F1 11 Tf 72 {735 - 18 * row} Td ({_plain(line)}) Tj ET" for row, line in enumerate(lines[:30])]
    stream = "\n".join(shown).encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    )


def _plain(text: str) -> str:
    """Letters that a standard font shows, without what ends a PDF string."""
    return "".join(c for c in fold(text)[:95] if c.isascii() and c.isprintable() and c not in "()\\")
