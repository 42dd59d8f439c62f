"""Workbooks, documents and mails made in memory for tests."""

from email.message import EmailMessage

from tools.made_papers import zipped

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def workbook(sheets=None, shared="", styles="", names=("Sheet1",)):
    tabs = "".join(
        f'<sheet name="{name}" sheetId="{at}" state="hidden" r:id="r{at}"/>'
        for at, name in enumerate(names)
    )
    members = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f"<workbook><sheets>{tabs}</sheets></workbook>",
        "xl/sharedStrings.xml": f"<sst>{shared}</sst>",
        "xl/styles.xml": styles,
    }
    for at, sheet in enumerate(sheets or [], 1):
        members[f"xl/worksheets/sheet{at}.xml"] = (
            f"<worksheet><sheetData>{sheet}</sheetData></worksheet>"
        )
    return zipped(members)


def docx(body="", **parts):
    members = {"word/document.xml": f'<w:document xmlns:w="{WORD}">{body}</w:document>'}
    members |= {f"word/{name}.xml": text for name, text in parts.items()}
    return zipped({"[Content_Types].xml": "<Types/>", **members})


def paragraph(*runs):
    inside = "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs)
    return f"<w:p>{inside}</w:p>"


def mail(text="请查收", *attached, subject="发票"):
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = (
        subject,
        "a@b.example",
        "c@d.example",
    )
    message.set_content(text)
    for name, content in attached:
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return message.as_bytes()
