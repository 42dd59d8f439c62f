"""Numbers that pass their checks and belong to nobody, from a seeded chance."""

import string

UNUSED_DISTRICTS = ("370297", "320598", "440396", "510197", "330296")
WEIGHTS_ID = [2 ** (17 - place) % 11 for place in range(17)]
USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class Numbers:
    def __init__(self, chance) -> None:
        self._chance = chance

    def digits(self, count):
        return "".join(self._chance.choice(string.digits) for _place in range(count))

    def resident_id(self):
        year, month = self._chance.randint(1962, 2003), self._chance.randint(1, 12)
        head = (
            self._chance.choice(UNUSED_DISTRICTS)
            + f"{year}{month:02d}{self._chance.randint(1, 28):02d}"
            + self.digits(3)
        )
        total = sum(int(a) * b for a, b in zip(head, WEIGHTS_ID, strict=True))
        return head + "10X98765432"[total % 11]

    def uscc(self):
        code = "MA" + "".join(self._chance.choice(USCC) for _place in range(6))
        weights = (3, 7, 9, 10, 5, 8, 4, 2)
        rest = -sum(int(c, 36) * w for c, w in zip(code, weights, strict=True)) % 11
        head = "91" + self._chance.choice(UNUSED_DISTRICTS) + code
        head += "X" if rest == 10 else str(rest)
        total = sum(USCC.index(c) * 3**place for place, c in enumerate(head))
        return head + USCC[-total % 31]

    def card(self, length=19):
        head = "629999" + self.digits(length - 7)
        for last in string.digits:
            if _luhn(head + last):
                return head + last
        raise AssertionError

    def account(self, length=17):
        while True:
            number = "80" + self.digits(length - 2)
            if not _luhn(number):
                return number

    def mobile(self):
        return f"1{self._chance.choice('3578')}{self.digits(1)}0000{self.digits(4)}"

    def einvoice(self, year):
        return f"{year % 100}3200000{self.digits(11)}0"[:20]

    def iban(self, country="DE"):
        bank = f"99{self.digits(16)}"
        check = 98 - int(bank + "".join(str(int(c, 36)) for c in country) + "00") % 97
        return f"{country}{check:02d}{bank}"

    def vat_de(self):
        body = str(self._chance.randint(1, 9)) + self.digits(7)
        product = 10
        for digit in body:
            total = (product + int(digit)) % 10 or 10
            product = 2 * total % 11
        return f"DE{body}{(11 - product) % 10}"

    def nino(self):
        return f"{self._chance.choice(('AB', 'CE', 'JR'))}{self.digits(6)}C"

    def ssn(self):
        return f"8{self.digits(2)}-4{self.digits(1)}-1{self.digits(3)}"

    def ein(self):
        return f"45-{self.digits(7)}"


def grouped(number, size=4):
    return " ".join(number[i : i + size] for i in range(0, len(number), size))


def _luhn(number):
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
