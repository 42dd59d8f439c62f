import zipfile

import pytest

from ledgervault.formats import sniffing
from tools.made_papers import zipped
from tools.office_papers import docx, paragraph, workbook


def test_names_of_sheets_and_all_kinds_of_strings_are_read(read):
    sheet = '<row><c t="s"><v>0</v></c><c t="inlineStr"><is><t>实发</t></is></c><c><v>13800001111</v></c></row>'
    paper = read(
        workbook([sheet], "<si><t>姓名&amp;工号</t></si>", names=("3月工资表", "备注")),
        "a.xlsx",
    )
    assert paper.mime == sniffing.XLSX
    assert {"3月工资表", "备注", "姓名&工号", "实发"} <= set(paper.text.split("\n"))
    assert b"13800001111" in paper.raw


def test_sheets_after_the_first_are_read_hidden_or_not(read):
    second = '<row><c t="inlineStr"><is><t>6225880212345678</t></is></c></row>'
    assert b"6225880212345678" in read(workbook(["<row/>", second])).raw


def test_the_last_row_of_a_long_sheet_is_read(read):
    row = '<row><c r="A1"><v>1.37</v></c><c r="B1"><v>2026</v></c></row>'
    last = "<row><c><v>13800001111</v></c></row>"
    assert b"13800001111" in read(workbook([row * 40_000 + last])).raw


def test_a_word_in_two_styles_is_one_word(read):
    shared = (
        "<si><r><t>工资</t></r><r><rPr><b/></rPr><t>表</t></r></si><si><t>姓名</t></si>"
    )
    assert {"工资表", "姓名"} <= set(read(workbook([], shared)).text.split("\n"))


@pytest.mark.parametrize(
    ("number_format", "shown"),
    [
        ("14", ["2026-03-09"]),
        ("31", ["2026-03-09"]),
        ("200", ["2026-03-09"]),
        ("4", []),
        ("201", []),
    ],
)
def test_numbers_in_a_date_style_are_dates(read, number_format, shown):
    styles = (
        '<styleSheet><numFmts><numFmt numFmtId="200" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
        '<numFmt numFmtId="201" formatCode="[Red]0.00"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        f'<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="{number_format}"/></cellXfs></styleSheet>'
    )
    sheet = (
        '<row><c r="A1" s="1"><v>46090</v></c><c r="B1" s="0"><v>46091</v></c></row>'
    )
    paper = read(workbook([sheet], styles=styles))
    assert [line for line in paper.text.split("\n") if line.startswith("20")] == shown


def test_runs_cells_headers_and_footnotes_of_a_document_are_read(read):
    table = f"<w:tbl><w:tr><w:tc>{paragraph('身份证')}</w:tc><w:tc>{paragraph('330498', '197004129174')}</w:tc></w:tr></w:tbl>"
    paper = read(
        docx(
            paragraph("劳动", "合同书") + table,
            header1="<h>页眉</h>",
            footer1="<f>页脚</f>",
            footnotes="<n>注</n>",
        )
    )
    assert paper.mime == sniffing.DOCX
    lines = [line for line in paper.text.split("\n") if line]
    assert lines == ["劳动合同书", "身份证", "330498197004129174", "页眉", "页脚", "注"]
    assert b"330498197004129174" in paper.raw


def test_slides_and_open_documents_are_read(read, tmp_path):
    slides = zipped(
        {
            "ppt/presentation.xml": "<p/>",
            "ppt/slides/slide1.xml": "<a:p><a:t>培</a:t><a:t>训</a:t></a:p>",
        }
    )
    assert (read(slides).mime, read(slides).text.strip()) == (sniffing.PPTX, "培训")
    path = tmp_path / "a.odt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<text:p>合同</text:p>")
    odt = read(path.read_bytes())
    assert (odt.mime, odt.text.strip()) == (f"{sniffing.ODF}.text", "合同")


def test_a_zip_gives_its_names_and_the_papers_in_it(read):
    paper = read(
        zipped(
            {
                "发票/清单.txt": "手机 13800001111",
                "合同.docx": docx(paragraph("劳动合同")),
            }
        )
    )
    assert paper.mime == sniffing.ZIP
    assert paper.text.split("\n")[:2] == ["发票/清单.txt", "合同.docx"]
    assert "劳动合同" in paper.text
    assert b"13800001111" in paper.raw


def test_names_that_old_programs_wrote_in_gbk_are_read(read):
    content = zipped({"XXXX.txt": "a"}).replace(
        b"XXXX.txt", "发票.t".encode("gbk") + b"xt"[:2]
    )
    assert "发票.txt" in read(content).text


def test_a_folder_called_password_makes_no_word_document(read):
    assert (
        read(zipped({"password/word/document.xml.txt": "x", "xl.txt": "y"})).mime
        == sniffing.ZIP
    )


def test_a_workbook_stored_in_a_zip_leaves_it_a_zip(read, tmp_path):
    path = tmp_path / "outer.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.xlsx", workbook([], "<si><t>科目余额表</t></si>"))
    paper = read(path.read_bytes())
    assert paper.mime == sniffing.ZIP
    assert "科目余额表" in paper.text


@pytest.mark.parametrize("cut", [60, 200, 400])
def test_a_zip_without_its_directory_is_damaged(read, cut):
    paper = read(workbook(["<row/>"])[:-cut], "工资表.xlsx")
    assert (paper.is_read, paper.problem) == (False, "it is a damaged zip file")


def test_an_encrypted_zip_tells_its_names_only(read):
    content = bytearray(zipped({"工资.txt": "13800001111"}))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    paper = read(bytes(content))
    assert paper.problem == "it is encrypted and asks for a password"
    assert paper.text == "工资.txt"
    assert b"1380000" not in paper.raw


def ole(stream):
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(600)
        + stream.encode("utf-16-le")
        + bytes(99)
    )


@pytest.mark.parametrize(
    ("content", "mime", "why"),
    [
        (ole("Workbook"), sniffing.XLS, "it is a damaged workbook"),
        (
            ole("EncryptedPackage"),
            sniffing.LOCKED,
            "it is encrypted and asks for a password",
        ),
        (ole("Else"), sniffing.OLE, "files of this old office format are not read"),
        (b"{\\rtf1 a}", sniffing.RTF, "files of this old office format are not read"),
        (b"\xff\xd8\xff\xe0" + bytes(9), "image/jpeg", "it is a picture"),
        (b"RIFF\1\1\1\1WEBPVP8 ", "image/webp", "it is a picture"),
        (b"\0\0\0\x18ftypheic" + bytes(9), "image/heic", "it is a picture"),
        (
            b"7z\xbc\xaf\x27\x1c..",
            "application/x-7z-compressed",
            "files of this kind are not read",
        ),
        (b"", sniffing.EMPTY, "it is empty"),
        (b"\0\1\2\3", sniffing.UNKNOWN, "its kind is not known"),
    ],
)
def test_what_is_not_read_says_its_type_and_why(read, content, mime, why):
    paper = read(content, "合同.pdf")
    assert (paper.mime, paper.is_read, paper.problem) == (mime, False, why)


def test_a_text_that_begins_like_a_bitmap_is_a_text(read):
    assert read(b"BMW lease, monthly").mime == sniffing.TEXT


def test_a_pdf_after_junk_is_a_pdf():
    assert sniffing.sniff_mime(b"\r\n\r\n%PDF-1.4 ...", name="a") == sniffing.PDF


def test_a_member_without_a_name_costs_nothing(read):
    content = zipped({"x": "13800001111"})
    for header in (b"PK\x03\x04", b"PK\x01\x02"):
        at = content.rindex(header)
        name = at + (30 if header == b"PK\x03\x04" else 46)
        size = name - (4 if header == b"PK\x03\x04" else 18)
        nameless = content[size : size + 2].replace(b"\1\0", b"\0\0")
        content = (
            content[:size] + nameless + content[size + 2 : name] + content[name + 1 :]
        )
    assert read(content).mime == sniffing.ZIP
