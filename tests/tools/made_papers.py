"""Small papers made in memory for tests: well formed, broken and hostile ones."""

import io
import zipfile
import zlib

WHEN = (2026, 1, 5, 9, 0, 0)
# A font that every reader knows, so that none is carried along.
FONT = (
    "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H"
    "/DescendantFonts[4 0 R]>>"
)
GLYPHS = (
    "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo"
    "<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>"
)


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, WHEN)
            data = content.encode() if isinstance(content, str) else content
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def pdf_of(objects, trailer="/Root 1 0 R"):
    """Write numbered objects, a table of their places and a trailer."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d %s>>\n" % (len(objects) + 1, trailer.encode())
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def stream(data, extra=b""):
    return b"<</Length %d%s>>\nstream\n" % (len(data), extra) + data + b"\nendstream"


def page_words(lines):
    shown = b"".join(
        b"BT /F1 11 Tf 60 %d Td <%s> Tj ET\n"
        % (780 - 16 * at, line.encode("utf-16-be").hex().encode())
        for at, line in enumerate(lines)
    )
    return stream(shown)


def pdf(pages, files=None, content=page_words):
    """Make a PDF of lines a page; `files` are embedded by name."""
    files = files or {}
    kids = " ".join(f"{5 + 2 * at} 0 R" for at in range(len(pages)))
    first_file = 5 + 2 * len(pages)
    names = " ".join(
        f"({name}) {first_file + 2 * at} 0 R" for at, name in enumerate(files)
    )
    objects = [
        f"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[{names}]>>>>>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        FONT,
        GLYPHS,
    ]
    made = [one.encode() for one in objects]
    for at, lines in enumerate(pages):
        made.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
            b"/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>" % (6 + 2 * at)
        )
        made.append(content(lines))
    for at, (name, data) in enumerate(files.items()):
        place = first_file + 1 + 2 * at
        made.append(
            b"<</Type/Filespec/F(%s)/EF<</F %d 0 R>>>>" % (name.encode(), place)
        )
        made.append(stream(data, b"/Type/EmbeddedFile"))
    return pdf_of(made)


def bomb(mebibytes):
    """Make a compressed stream that grows to so many mebibytes of spaces."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(mebibytes))
    return packed + packer.flush()
