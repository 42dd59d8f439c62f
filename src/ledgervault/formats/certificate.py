"""The destruction certificate (销毁清册) as people read it, in either language.

Columns: 会计档案管理办法 (令第79号) art. 18. An opinion or supervisor that was
not recorded is said not to be.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ledgervault.formats.period_words import period_words
from ledgervault.formats.sanitising import display_width, pad, printable
from ledgervault.formats.tables import text_table

WIDTH, LEAST_WIDTH, LABEL_WIDTH = 96, 78, 26
_ROLES = {"owner": "unit_head"}
_OPINIONS = (
    ("unit_head", "单位负责人", "Head of the unit"),
    ("archive_head", "档案管理机构负责人", "Head of archives"),
    ("accounting_head", "会计管理机构负责人", "Head of accounting"),
    ("archive_clerk", "档案管理机构经办人", "Archives clerk"),
    ("accounting_clerk", "会计管理机构经办人", "Accounting clerk"),
)
_ANCHORS = ("anchor_file", "anchor_token", "anchor_software")
_WORDS = {
    "heading": ("会计档案销毁清册", "Certificate of destruction"),
    "number": ("编号", "Number"),
    "agency": ("保管单位", "Keeper"),
    "client": ("会计档案所属单位", "Records of"),
    "state": ("状态", "State"),
    "columns": (
        (
            "名称",
            "卷号",
            "册数",
            "起止年度",
            "档案编号",
            "应保管期限",
            "已保管至",
            "销毁时间",
        ),
        (
            "Title",
            "Volume",
            "Items",
            "Years",
            "Series",
            "Keep for",
            "Kept until",
            "Destroyed",
        ),
    ),
    "basis": ("依据", "Legal basis"),
    "opinions": ("鉴定销毁意见", "Opinions"),
    "supervisors": ("监销人", "Supervisors"),
    "none": ("未记录", "not recorded"),
    "method": ("销毁方式", "Method"),
    "method_text": (
        "密钥销毁：案卷密钥自密钥环中删除，旧锚已毁；密文一并删除",
        "key destruction: the folder's key left the ring and the old anchor was destroyed; ciphertext removed",
    ),
    "epochs": ("密钥环纪元", "Ring epochs"),
    "anchor": ("旧锚", "Old anchor"),
    "mirrors": ("镜像", "Mirrors"),
    "drill": ("恢复演练", "Restore drill"),
    "drill_text": (
        "{refused}/{destroyed} 份已毁资料无法打开，{survivors_opened}/{survivors_tried} 份留存资料可打开",
        "{refused} of {destroyed} destroyed documents refused, {survivors_opened} of {survivors_tried} survivors opened",
    ),
    "shares": ("销毁前已共享", "Shared before"),
    "left": ("尚可恢复之条件", "Residual risk"),
    "left_text": (
        "同时持有：旧密钥环页与其锚、有授权的身份、旧备份中的密文；以及已共享的副本",
        "an old ring page and its anchor and a granted identity and ciphertext of an old backup, all together; and copies that were shared",
    ),
    "log": ("日志位置", "Log position"),
    "signature": ("签名", "Signature"),
    "final": ("终结", "final"),
    "pending": ("待确认：有镜像未更新", "pending: a mirror has not acknowledged"),
    "mirror_final": ("已更新", "refreshed"),
    "mirror_pending": ("未更新", "not refreshed yet"),
    "approve": ("同意销毁", "agreed"),
    "reject": ("不同意", "refused"),
    "anchor_file": (
        "锚文件已用随机字节覆写、同步并删除；闪存设备、写时复制或日志文件系统、快照仍可能保有旧块，未登记的副本不在可及范围",
        "anchor file overwritten with random bytes, synced and unlinked; a flash device, a copy-on-write or journalling file system or a snapshot may still hold the old block, and an unregistered copy is out of reach",
    ),
    "anchor_token": (
        "锚的密钥已在从不交出密钥的 PKCS#11 令牌内销毁；其别无副本取决于令牌制造者；令牌之外未登记的锚副本不在可及范围",
        "anchor key destroyed inside a PKCS#11 token that never gave it out; that no copy of it is left rests on the token's maker; an unregistered copy of the anchor outside the token is out of reach",
    ),
    "anchor_software": (
        "锚的密钥已在软件令牌（SoftHSM）内销毁；此前复制过令牌文件夹者可使其恢复，该文件夹的快照或备份亦然；未登记的副本不在可及范围",
        "anchor key destroyed inside a token made of software (SoftHSM); whoever copied the token's folder before can bring it back, as can a snapshot or a backup of that folder; an unregistered copy is out of reach",
    ),
}


def certificate_text(
    certificate: Mapping[str, Any], language: str, *, width: int = WIDTH
) -> str:
    """Write a signed certificate as text of at most `width` columns, 78 or more."""
    facts = certificate["facts"]
    words = _Words(language, max(LEAST_WIDTH, min(width, WIDTH)))
    rule = "═" * words.width
    columns = [str(one) for one in words.value("columns")]
    lines = [rule, words.centred("heading"), rule]
    lines += [*words.pairs(*_head(facts, words)), ""]
    lines += [text_table(columns, [_row(facts, language)], width=words.width), ""]
    lines += words.pairs((words("basis"), f"{facts['rule']}: {facts['citation']}"))
    lines += [*_opinions(facts, words), *words.pairs(*_proofs(facts, words))]
    signer, signature = certificate["signer"], certificate["signature"]
    lines += words.pairs((words("signature"), f"{signer[:16]}…  {signature[:32]}…"))
    return "\n".join([*lines, rule])


class _Words:
    def __init__(self, language: str, width: int) -> None:
        self.index = 0 if language == "zh" else 1
        self.width = width

    def __call__(self, key: str) -> str:
        return str(self.value(key))

    def value(self, key: str) -> Any:
        return _WORDS[key][self.index]

    def centred(self, key: str) -> str:
        text = self(key)
        return " " * ((self.width - display_width(text)) // 2) + text

    def pairs(self, *pairs: tuple[str, object]) -> list[str]:
        lines = []
        for label, value in pairs:
            pieces = _wrapped(printable(str(value)), self.width - LABEL_WIDTH)
            lines.append(f"{pad(label, LABEL_WIDTH)}{pieces[0]}")
            lines += [" " * LABEL_WIDTH + piece for piece in pieces[1:]]
        return lines


def _head(facts: Mapping[str, Any], words: _Words) -> list[tuple[str, object]]:
    client = facts["client"]
    return [
        (words("number"), facts["number"]),
        (words("agency"), facts["agency"]),
        (words("client"), f"{client['name']} ({client['code']})"),
        (words("state"), words(facts["state"])),
    ]


def _proofs(facts: Mapping[str, Any], words: _Words) -> list[tuple[str, object]]:
    mirrors = [
        (words("mirrors"), f"{place}: {words(f'mirror_{state}')}")
        for place, state in facts["mirrors"]
    ]
    shares = [(words("shares"), "  ".join(share)) for share in facts["shares"]]
    return [
        (words("supervisors"), words("none")),
        (words("method"), words("method_text")),
        (words("epochs"), f"{facts['epoch_before']} → {facts['epoch_after']}"),
        (words("anchor"), _anchor(facts["anchor"], words)),
        *mirrors,
        (words("drill"), words("drill_text").format(**facts["drill"])),
        *shares,
        (words("left"), words("left_text")),
        (words("log"), f"{facts['log']['size']}  {facts['log']['root']}"),
    ]


def _anchor(done: str, words: _Words) -> str:
    # Only what the signed words say may be said in the other language.
    known = {_WORDS[key][1]: key for key in _ANCHORS}
    return words(known[done]) if done in known else done


def _row(facts: Mapping[str, Any], language: str) -> Sequence[object]:
    period = facts["period"].removeprefix("FY")
    return (
        facts["title"].get(language, facts["series"]),
        facts["disposal"],
        len(facts["documents"]),
        period,
        facts["series"],
        period_words(facts["retention"], language),
        facts["due"],
        facts["destroyed_at"][:10],
    )


def _opinions(facts: Mapping[str, Any], words: _Words) -> list[str]:
    given = {
        _ROLES.get(role, role): f"{words(answer)}  {on}  {user[:16]}"
        for role, user, answer, on in facts["answers"]
    }
    lines = [words("opinions")]
    for key, *names in _OPINIONS:
        lines.append(
            f"  {pad(names[words.index], LABEL_WIDTH - 2)}{given.get(key, words('none'))}"
        )
    return lines


def _wrapped(text: str, room: int) -> list[str]:
    pieces, piece = [], ""
    for word in _breakable(text):
        if display_width(piece + word) > room and piece:
            pieces.append(piece.rstrip())
            piece = ""
        piece += word
    return [*pieces, piece]


def _breakable(text: str) -> list[str]:
    words: list[str] = [""]
    for char in text:
        words[-1] += char
        if char == " " or display_width(char) > 1 or len(words[-1]) >= 48:  # noqa: PLR2004 - a hash breaks too
            words.append("")
    return [word for word in words if word]
