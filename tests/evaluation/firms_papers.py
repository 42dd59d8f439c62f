"""The desk that other firms' papers are laid on: firms, months, numbers, truth."""

import dataclasses

from evaluation.invented import Numbers
from evaluation.scoring import Truth

CITIES = ("临江市", "云州市", "海屿", "北屏")
TRADES = ("机械设备", "文创", "生鲜食品", "装饰工程", "软件", "医疗器械")
FORMS = ("有限公司", "股份有限公司", "有限责任公司", "（个体工商户）")
SURNAMES = "施柏尹郁申褚窦梅盛冷"
GIVEN = ("安琪", "立言", "晓峰", "若水", "建国", "Ming", "思远", "美玲")
BANKS = ("江屿银行", "南枫商业银行", "Harbour & Pine Bank", "青禾农商行")


@dataclasses.dataclass
class Desk:
    """Collects papers; every paper is said once, with its truth."""

    chance: object
    papers: list = dataclasses.field(default_factory=list)

    def __post_init__(self):
        self.numbers = Numbers(self.chance)

    def firm(self):
        pick = self.chance.choice
        return f"{pick(CITIES)}{pick('泓梧樾砚堇')}{pick('达源成信')}{pick(TRADES)}{pick(FORMS)}"

    def person(self):
        return self.chance.choice(SURNAMES) + self.chance.choice(GIVEN)

    def bank(self):
        return self.chance.choice(BANKS)

    def month(self):
        return self.chance.randint(2023, 2026), self.chance.randint(1, 11)

    def amount(self, high=90_000):
        return round(self.chance.uniform(100, high), 2)

    def amounts(self, count):
        return [self.amount() for _one in range(count)]

    def put(self, path, content, series, period, **facts):
        """Lay a paper down; facts are level, finds, other series, jurisdiction."""
        detectors = facts.pop("finds", {})
        truth = Truth(
            path=path,
            kind=facts.pop("kind", path.rsplit(".", 1)[-1]),
            series=series,
            level=facts.pop("level", "confidential"),
            period=period,
            detectors=detectors,
            alternatives=tuple(facts.pop("other", ())),
            **facts,
        )
        self.papers.append((truth, content))


def month_text(year, month):
    return f"{year}-{month:02d}"
