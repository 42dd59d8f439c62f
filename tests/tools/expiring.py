"""Two series that expire soon: one destroyed without asking, one after approval."""

import textwrap

PACK = textwrap.dedent(
    """\
    language: ledgervault-policy/1
    pack: soon
    version: '1'
    title: {zh: 甲, en: A}
    jurisdiction: CN
    series:
      - id: soon.log
        title: {zh: 网关记录, en: Gateway records}
        family: own
        level: confidential
        retention: {min: P1Y, trigger: fiscal_year_end, starts: next_day}
        then: destroy
        block_while: [litigation]
      - id: soon.paper
        title: {zh: 往来函件, en: Letters}
        family: custody
        level: internal
        retention: {min: P2Y, trigger: fiscal_year_end, starts: next_day}
        then: appraise
        block_while: [litigation]
    destroy:
      - {id: soon.alone, series: soon.log, automatic: true}
      - {id: soon.asked, series: soon.paper, approvals: [{role: owner}], grace: P7D}
    """
)
OWN_RULES = textwrap.dedent(
    """\
    language: ledgervault-policy/1
    override: {client}
    destroy:
      - {{id: own.asked, series: soon.log, approvals: [{{role: owner}}]}}
    """
)


def adopt(agency):
    """Adopt the pack beside the shipped ones."""
    path = agency.root / "soon.yaml"
    path.write_text(PACK)
    agency.json("policy", "adopt", str(path), "cn", "base")


def adopt_own_rules(agency, client):
    """Adopt rules of one client, who wants to be asked."""
    path = agency.root / "own.yaml"
    path.write_text(OWN_RULES.format(client=client))
    agency.json("policy", "adopt", str(path), "--client", client)


def file(agency, name, series, period, *, client="C001"):
    """Ingest one paper into a series; return its id."""
    paper = agency.paper(name)
    filed = agency.json(
        *("ingest", str(paper), "--client", client),
        *("--series", series, "--period", period),
    )
    return filed["ingested"][0]["id"]
