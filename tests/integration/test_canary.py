CANARY = "鸬鹚ZQ7741"
ENCODINGS = ("utf-8", "gb18030", "utf-16-le")


def plaintext_places(agency):
    wanted = [CANARY.encode(encoding) for encoding in ENCODINGS]
    wanted += [b"\\u9e2c\\u9e5a", CANARY.encode().hex().encode()]
    return [
        str(path)
        for path in agency.files()
        if "pile" not in path.parts and any(one in path.read_bytes() for one in wanted)
    ]


def test_canary_in_names_titles_and_contents_is_found_nowhere(
    agency, tmp_path, monkeypatch
):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    (tmp_path / "backup").mkdir()
    agency.json("client", "add", "K9", "--name", f"{CANARY}公司", "--folder", CANARY)
    papers = [
        agency.paper(
            f"{CANARY}/银行对账单_2013年01月_{CANARY}.txt", CANARY.encode() * 50
        ),
        agency.paper(f"{CANARY}/现金日记账_2013年.txt", CANARY.encode("gb18030")),
    ]
    agency.json("ingest", str(papers[0].parent.parent))
    found = agency.json("search", CANARY)["documents"]
    assert len(found) == 2
    found.sort(key=lambda one: one["series"], reverse=True)
    assert found[0]["series"] == "cn.other.bank_statement"
    assert agency.sql("SELECT count(*) FROM texts") == [(2,)]
    agency.json("client", "event", "K9", "filed", "2014-03-01", "--reason", CANARY)
    agency.json("policy", "explain", found[0]["id"])
    agency.json("show", found[0]["id"])
    agency.json("edit", found[1]["id"], "--title", f"标题{CANARY}", "--reason", CANARY)
    agency.json(
        "share",
        found[0]["id"],
        "--to",
        CANARY,
        "--purpose",
        CANARY,
        "-o",
        f"{tmp_path}/out.age",
    )
    agency.json("hold", "add", found[1]["id"], "--reason", CANARY)
    agency.json("backup", "run", str(tmp_path / "backup"))
    disposal = agency.json("purge", "--expired")["proposed"][0]["id"]
    agency.json("disposal", "approve", disposal)
    assert agency.json("purge", "--expired")["destroyed"] == 1
    agency.json("log", "export", "-o", str(tmp_path / "log.txt"))
    agency.json("backup", "run", str(tmp_path / "backup"))
    assert plaintext_places(agency) == []


def test_secrets_stand_in_no_message(agency):
    secret = agency.key.read_text().split()[-1]
    for argv in (("list",), ("doctor",), ("show", "D-0000"), ("--json", "log", "show")):
        ran = agency.run(*argv)
        assert secret not in ran.out + ran.err
