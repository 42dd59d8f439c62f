import pytest

from ledgervault.domain.periods import infer_period


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("凭证_2025-07.pdf", "2025-07"),
        ("对账单2025年7月.pdf", "2025-07"),
        ("序时簿202505.xlsx", "2025-05"),
        ("账簿 2025年第5期.xlsx", "2025-05"),
        ("申报表2025-Q3.pdf", "2025-Q3"),
        ("季报2025Q3 - 副本.xlsx", "2025-Q3"),
        ("2025年第三季度.pdf", "2025-Q3"),
        ("2025年上半年报表.pdf", "2025-H1"),
        ("report 2025-H2.pdf", "2025-H2"),
        ("accounts FY2025.pdf", "2025"),
        ("年报2025.xlsx", "2025"),
        ("2024年度财务报表.xlsx", "2024"),
        ("Zahlungsavis 08-2026.pdf", "2026-08"),
        ("2026-07-12_Rechnung.pdf", "2026-07"),
    ],
)
def test_period_that_a_name_states_is_read(name, period):
    assert infer_period(name, name, {}) == period


@pytest.mark.parametrize(
    "name",
    [
        "26352000000634515465.ofd",
        "20260821149353.xlsx",
        "IMG_1998.jpg",
        "扫描2014.pdf",
        "图片2031.jpg",
        "5月对账单.pdf",
        "发票_1104_2768.16.ofd",
        "",
    ],
)
def test_counters_and_runs_of_digits_are_no_period(name):
    assert infer_period(name, name, {}) is None


@pytest.mark.parametrize(
    ("path", "period"),
    [
        ("客户/2025年/12月工资条.xlsx", "2025-12"),
        ("客户/2025/02月/申报/完税证明.pdf", "2025-02"),
        ("客户/2025年/Book4.xlsx", "2025"),
        ("客户/2025年/导出数据_20260310.xlsx", "2025"),
        ("客户/2024年/2025-03/a.pdf", "2025-03"),
        ("客户/微信接收/IMG_20260316_170576.jpg", "2026-03"),
        ("客户/待整理/a.pdf", None),
    ],
)
def test_folders_answer_from_the_innermost_outwards(path, period):
    assert infer_period(path.rsplit("/", 1)[-1], path, {}) == period


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2025-01-13 10:11:12", "2025-01"),
        ("2025年07月01日至2025年07月31日", "2025-07"),
        ("2025年01月01日至2025年03月31日", "2025-Q1"),
        ("2025年07月01日至2025年12月31日", "2025-H2"),
        ("2025-01-01 to 2025-12-31", "2025"),
        ("20260201-20260228", "2026-02"),
        ("2025年02月01日至2025年04月30日", "2025-02"),
        ("2024年11月01日至2025年01月31日", "2024-11"),
        ("2025年05月01日至2025年04月30日", "2025-05"),
    ],
)
def test_content_beats_name_and_folder(text, period):
    assert infer_period("2019-01.pdf", "2018年/2019-01.pdf", {"period": text}) == period


def test_heading_answers_between_name_and_folder():
    fields = {"heading_date": "2025年12月", "period": "nothing"}
    assert infer_period("Book4.xlsx", "2024年/Book4.xlsx", fields) == "2025-12"
    assert infer_period("2023总账.xlsx", "2024年/2023总账.xlsx", fields) == "2023"
    assert infer_period("3月.xlsx", "2024年/3月.xlsx", fields) == "2024-03"


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("1 April 2024 to 31 March 2025", "2025"),
        ("1 January 2026 to 31 March 2026", "2026-Q1"),
        ("01.04.2026 - 30.04.2026", "2026-04"),
        ("2025年04月01日至2026年03月31日", "2026"),
        ("1 March 2026 to the end", "2026-03"),
        ("28 May 2026", "2026-05"),
        ("Q2 2026", "2026-Q2"),
        ("2. Vierteljahr 2026", "2026-Q2"),
        ("4. Quartal 2025", "2025-Q4"),
        ("year 2026", "2026"),
    ],
)
def test_spans_and_days_of_other_languages_are_read(text, period):
    assert infer_period("a.pdf", "a.pdf", {"period": text}) == period


def test_year_of_a_paper_beats_its_days():
    fields = {"year": "2025", "document_date": "2026-03-01"}
    assert infer_period("2024.pdf", "a/2024.pdf", fields) == "2025"


def test_heading_adds_the_month_that_a_name_leaves_out():
    heading = {"heading_date": "2025年6月"}
    assert infer_period("报表2025.xlsx", "a/报表2025.xlsx", heading) == "2025-06"
    assert infer_period("报表2024.xlsx", "a/报表2024.xlsx", heading) == "2024"
    assert infer_period("2025Q2.xlsx", "a/2025Q2.xlsx", heading) == "2025-Q2"


def test_month_of_the_content_takes_its_year_from_the_folder():
    fields = {"month": "4月"}
    assert infer_period("b.csv", "甲/2025年/b.csv", fields) == "2025-04"
    assert infer_period("b.csv", "甲/待整理/b.csv", fields) is None


def test_country_s_order_of_day_and_month_is_kept():
    fields = {"document_date": "04/10/2025"}
    assert infer_period("a", "a", fields, is_month_first=True) == "2025-04"
    assert infer_period("a", "a", fields) == "2025-10"


@pytest.mark.parametrize(
    ("head", "period"),
    [
        ("INVOICE\nDate: 07 July 2026\nDue 1 August 2026", "2026-07"),
        ("甲公司\n日期 2026-03-14", "2026-03"),
        ("Accounting period 1 April 2024 to 31 March 2025", "2025"),
        ("well - done\n2026年5月6日", "2026-05"),
        ("记账凭证 2021.01-2021.12", None),
        ("HRB 2018", None),
    ],
)
def test_day_in_the_head_of_the_text_is_the_last_resort_of_the_content(head, period):
    assert infer_period("scan.pdf", "甲/scan.pdf", {}, head=head) == period
    assert infer_period("2019-02.pdf", "甲/2019-02.pdf", {}, head=head) == "2019-02"
