"""Write small papers of the formats that offices send. Standard library only."""

import io
import zipfile
from email.message import EmailMessage
from html import escape

_MOMENT = (2026, 1, 2, 3, 4, 6)


def workbook(sheets):
    """Return an xlsx: {sheet name: rows of text or numbers}."""
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": "<workbook><sheets>"
        + "".join(
            f'<sheet name="{escape(name)}" sheetId="{number}"/>'
            for number, name in enumerate(sheets, 1)
        )
        + "</sheets></workbook>",
    }
    shared: dict[str, int] = {}
    for number, rows in enumerate(sheets.values(), 1):
        written = "".join(
            f'<row r="{place}">{"".join(_cell(c, r, place, shared) for c, r in enumerate(row))}</row>'
            for place, row in enumerate(rows, 1)
        )
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f"<worksheet><sheetData>{written}</sheetData></worksheet>"
        )
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
    parts["xl/sharedStrings.xml"] = f"<sst>{items}</sst>"
    return _zipped(parts)


def _cell(column, value, row, shared):
    place = f"{chr(65 + column)}{row}"
    if value in ("", None):
        return ""
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    number = shared.setdefault(value, len(shared))
    return f'<c r="{place}" t="s"><v>{number}</v></c>'


def document(blocks):
    """Return a docx: text is a paragraph, a list of rows is a table."""
    body = "".join(
        _paragraph(block) if isinstance(block, str) else _table(block)
        for block in blocks
    )
    return _zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document><w:body>{body}</w:body></w:document>",
        }
    )


def _paragraph(text):
    return f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def _table(rows):
    written = "".join(
        "<w:tr>"
        + "".join(f"<w:tc>{_paragraph(str(cell))}</w:tc>" for cell in row)
        + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{written}</w:tbl>"


def _zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(
                zipfile.ZipInfo(name, _MOMENT), '<?xml version="1.0"?>\n' + text
            )
    return out.getvalue()


def pdf(text):
    """Return a PDF of one page; every line of the text is a line of it."""
    used = sorted({ord(one) for one in text if one != "\n"})
    lines = "".join(
        f"1 0 0 1 40 {800 - 14 * place} Tm <{line.encode('utf-16-be').hex()}> Tj\n"
        for place, line in enumerate(text.split("\n"))
    )
    mapped = "".join(f"<{code:04x}> <{code:04x}>\n" for code in used)
    content = f"BT /F1 10 Tf\n{lines}ET".encode()
    to_unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(used)} beginbfchar\n{mapped}endbfchar\nendcmap end end"
    ).encode()
    return _pdf_file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            (
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 900 842]/Contents 4 0 R"
                b"/Resources<</Font<</F1 5 0 R>>>>>>"
            ),
            b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
            (
                b"<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H"
                b"/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>"
            ),
            (
                b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Song/DW 600/CIDSystemInfo"
                b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
                b"/FontDescriptor<</Type/FontDescriptor/FontName/Song/Flags 4>>>>"
            ),
            b"<</Length %d>>stream\n%s\nendstream" % (len(to_unicode), to_unicode),
        ]
    )


def _pdf_file(objects):
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, len(out))
    )


def mail(subject, body, attachments=()):
    """Return a mail with attachments of (name, bytes)."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Li <li@firma.example>"
    message["To"] = "books@agency.example"
    message["Date"] = "Tue, 10 Mar 2026 10:00:00 +0800"
    message.set_content(body)
    for name, content in attachments:
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return message.as_bytes()


def rows_of_csv(rows, encoding="gb18030", delimiter=","):
    return "\r\n".join(delimiter.join(map(str, row)) for row in rows).encode(encoding)


def picture():
    """Return the smallest JPEG that is recognised as one."""
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x01\x00\xc8\x00\xc8\x00\x00\xff\xd9"
    )
