"""The recovery kit: one page for paper, as text and as HTML, in both languages.

Part A holds the code, part B the identity record; both are needed, so the sheet
may be cut and its halves kept in two places.
"""

import base64
import dataclasses
import hashlib
import html
import re
import textwrap
from collections.abc import Sequence

from ledgervault.formats.qr_codes import qr_modules, qr_svg, qr_text
from ledgervault.formats.sanitising import display_width, printable

PAGE_SUFFIXES = frozenset({".html", ".htm"})
COLUMNS = 72
_WORDS = re.compile(r"[!-~]+[，。；：]?|.[，。；：]?")
CODE_ERROR, RECORD_ERROR = "q", "m"  # damage a symbol survives: 25 %, 15 %

TITLE = ("Recovery kit", "恢复工具包")
LABELS = (
    ("Vault", "资料库"),
    ("Identity", "身份"),
    ("Fingerprint", "指纹"),
    ("Made on", "制作日期"),
)
PART_A = ("Part A: recovery code", "甲部分：恢复码")
PART_B = ("Part B: identity record", "乙部分：身份记录")
WARNING = (
    (
        "Print this page, then delete the file. Whoever holds both parts and a copy of the "
        "vault can read what this identity may read. Keep them away from the computer and "
        "from the backup; cut here and keep the two parts in two places if you can."
    ),
    (
        "请打印本页，然后删除此文件。持有两部分和资料库副本者，可读取该身份有权读取的资料。"
        "请与电脑和备份分开保管；如有条件，沿线裁开，两部分存放于两处。"
    ),
)
HEADING = ("When the machine is lost", "设备丢失时")
STEPS = (
    (
        (
            "Fetch both parts of this page and the backup disk. Install ledgervault on "
            "another computer."
        ),
        "取出本页两部分和备份盘，在另一台电脑上安装 ledgervault。",
    ),
    (
        (
            "vault key recovery restore\n"
            "Type the code and the eight lines, or scan both QR codes into one text file and "
            "add --kit FILE. Choose a new passphrase."
        ),
        (
            "vault key recovery restore\n"
            "输入恢复码和八行身份记录；或将两个二维码扫描到一个文本文件，加 --kit 文件。"
            "设置新口令。"
        ),
    ),
    (
        (
            "vault backup restore DISK --to FOLDER\n"
            "Skip this when the vault itself was not on the lost machine."
        ),
        "vault backup restore 备份盘 --to 文件夹\n若资料库不在丢失的设备上，跳过此步。",
    ),
    (
        (
            "vault --vault FOLDER verify --read-data\n"
            "Every paper is read once. Then make a backup and tell the other partners."
        ),
        (
            "vault --vault 文件夹 verify --read-data\n"
            "逐份读取全部资料。随后做一次备份，并通知其他合伙人。"
        ),
    ),
)
KEEPING = (
    (
        "The identity file lies in ~/.config/ledgervault/identities. Copy it to a stick kept "
        "elsewhere if you like; the code opens it where the passphrase is asked for. The code "
        "alone opens nothing: without the file it needs part B."
    ),
    (
        "身份文件位于 ~/.config/ledgervault/identities，可另存一份于他处的 U 盘；在要求输入"
        "口令处输入恢复码即可打开。仅有恢复码打不开任何资料：没有身份文件时须用乙部分。"
    ),
)

STYLE = """
@page { size: A4; margin: 12mm }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 186mm; color: #000; background: #fff;
  font: 9pt/1.35 "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC",
  sans-serif }
h1 { font-size: 16pt; margin: 0 0 3mm }
h2 { font-size: 11pt; margin: 0 0 2mm }
code, pre { font-family: "DejaVu Sans Mono", Consolas, Menlo, monospace; margin: 0 }
dl { display: grid; grid-template-columns: auto 1fr; gap: 1mm 5mm; margin: 0 0 4mm }
dt, dd { margin: 0 }
dd { font-family: "DejaVu Sans Mono", Consolas, Menlo, monospace; overflow-wrap: anywhere }
section { border: 0.4mm solid #000; padding: 4mm; break-inside: avoid }
.symbol { display: flex; gap: 5mm; align-items: center; justify-content: space-between }
.secret { font-size: 13pt; font-weight: bold; line-height: 1.6 }
.record { font-size: 9pt; line-height: 1.75 }
.small svg { width: 34mm; height: 34mm } .large svg { width: 58mm; height: 58mm }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 6mm }
ol { margin: 0; padding-left: 5mm } li { margin-bottom: 1mm }
p { margin: 2mm 0 0 }
.cut { border-top: 0.3mm dashed #000; margin: 4mm 0; padding-top: 1mm }
"""


@dataclasses.dataclass(frozen=True, slots=True)
class RecoveryKit:
    """What a kit tells; code and record lines are secrets."""

    vault: str
    identity: str
    fingerprint: str
    made_on: str
    code: str = dataclasses.field(repr=False)
    record: Sequence[str] = dataclasses.field(repr=False)

    def facts(self) -> tuple[str, ...]:
        """Return the values of `LABELS`."""
        return (self.vault, printable(self.identity), self.fingerprint, self.made_on)


def kit_file(kit: RecoveryKit, suffix: str) -> bytes:
    """Write a kit in the form its file name asks for: HTML, or text."""
    text = _page(kit) if suffix.lower() in PAGE_SUFFIXES else _text(kit)
    return text.encode()


def _text(kit: RecoveryKit) -> str:
    code = qr_text(qr_modules(kit.code, error=CODE_ERROR))
    record = qr_text(qr_modules(" ".join(kit.record), error=RECORD_ERROR))
    facts = (
        f"{english} / {chinese}: {value}"
        for (english, chinese), value in zip(LABELS, kit.facts(), strict=True)
    )
    parts = [
        "ledgervault: " + " / ".join(TITLE),
        "\n".join(facts),
        " / ".join(PART_A),
        f"    {kit.code}",
        code,
        *map(_wrapped, WARNING),
        *(_text_steps(language) for language in (0, 1)),
        *map(_wrapped, KEEPING),
        "- - " * 18,
        " / ".join(PART_B),
        "\n".join(f"    {line}" for line in kit.record),
        record,
    ]
    return "\n\n".join(parts) + "\n"


def _text_steps(language: int) -> str:
    lines = [HEADING[language]]
    for number, step in enumerate(STEPS, 1):
        wrapped = "\n".join(map(_wrapped, step[language].split("\n")))
        lines.append(f"{number}. " + wrapped.replace("\n", "\n   "))
    return "\n".join(lines)


def _wrapped(text: str) -> str:
    # Chinese breaks anywhere but inside a Latin word, and is two columns wide.
    if text.isascii():
        return textwrap.fill(text, COLUMNS)
    lines = [""]
    for word in _WORDS.findall(text):
        if display_width(lines[-1] + word) > COLUMNS:
            lines.append("")
        lines[-1] += word
    return "\n".join(line.strip() for line in lines)


def _page(kit: RecoveryKit) -> str:
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'"
    facts = "".join(
        f"<dt>{english} / {chinese}</dt><dd>{html.escape(value)}</dd>"
        for (english, chinese), value in zip(LABELS, kit.facts(), strict=True)
    )
    title = f"ledgervault: {' / '.join(TITLE)}"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style></head>\n<body>\n"
        f"<h1>{title}</h1>\n<dl>{facts}</dl>\n{_part_a(kit)}\n"
        f'<div class="cut">{_two(WARNING)}</div>\n{_part_b(kit)}\n'
        f'<div class="two">{_page_steps(0)}{_page_steps(1)}</div>\n'
        f"{_two(KEEPING)}\n</body></html>\n"
    )


def _part_a(kit: RecoveryKit) -> str:
    svg = qr_svg(qr_modules(kit.code, error=CODE_ERROR), "QR: LVR")
    groups = kit.code.split("-")
    half = "-".join(groups[:5]) + "-\n" + "-".join(groups[5:])
    return (
        f"<section><h2>{' / '.join(PART_A)}</h2>"
        f'<div class="symbol small"><pre class="secret">{half}</pre>{svg}</div></section>'
    )


def _part_b(kit: RecoveryKit) -> str:
    svg = qr_svg(qr_modules(" ".join(kit.record), error=RECORD_ERROR), "QR: LVK")
    lines = "\n".join(kit.record)
    return (
        f"<section><h2>{' / '.join(PART_B)}</h2>"
        f'<div class="symbol large"><pre class="record">{lines}</pre>{svg}</div></section>'
    )


def _page_steps(language: int) -> str:
    steps = []
    for step in STEPS:
        command, newline, rest = step[language].partition("\n")
        first = f"<code>{html.escape(command)}</code><br>" if newline else command
        steps.append(f"<li>{first}{html.escape(rest)}</li>")
    tongue = ("en", "zh-Hans")[language]
    return (
        f'<div lang="{tongue}"><p><b>{HEADING[language]}</b></p>'
        f"<ol>{''.join(steps)}</ol></div>"
    )


def _two(texts: tuple[str, str]) -> str:
    english, chinese = map(html.escape, texts)
    return f'<div class="two"><p lang="en">{english}</p><p lang="zh-Hans">{chinese}</p></div>'
