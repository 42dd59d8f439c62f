"""The words of the policy language; what is not here is no word of it."""

LANGUAGE = "ledgervault-policy/1"
SCENARIOS = "ledgervault-scenarios/1"
LEVELS = ("public", "internal", "confidential", "sensitive")
FAMILIES = ("custody", "processing", "own")
AGENCY_PARTS = ("processor", "controller")
ACTIONS = ("appraise", "transfer", "return", "destroy", "anonymise", "restrict", "keep")
TRIGGERS = (
    "fiscal_year_end",
    "document_date",
    "created",
    "completed",
    "engagement_end",
    "contract_end",
    "relationship_end",
    "employment_end",
    "asset_scrapped",
    "asset_disposed",
    "deregistered",
    "filed",
    "filing_deadline",
    "tax_due",
    "transaction_completed",
    "books_closed",
    "last_used",
    "transferred",
    "reported",
)
STARTS = ("same_day", "next_day", "next_calendar_year", "next_fiscal_year")
MATTERS = (
    "unsettled_debt",
    "open_matter",
    "open_assessment",
    "enquiry",
    "tax_loss",
    "litigation",
)
PERMANENT = "permanent"
UNCLASSIFIED = "unclassified"
ELECTRONIC = ("allowed", "refused")

ROLES = (
    "owner",
    "partner",
    "bookkeeper",
    "cashier",
    "archivist",
    "auditor",
    "service",
    "client",
)
OPERATIONS = (
    "ingest",
    "search",
    "list",
    "show",
    "get",
    "history",
    "share",
    "edit",
    "archive",
    "handover",
    "hold",
    "purge",
    "appraise",
    "approve",
    "witness",
    "disposal",
    "report",
    "log",
    "audit",
    "finding",
    "register",
    "due",
    "inbox",
    "policy",
    "client",
    "user",
    "grant",
    "backup",
    "restore",
    "verify",
    "doctor",
    "key",
)

FORMATS = ("age", "html", "zip")
DOMESTIC, ABROAD, ANYWHERE = "domestic", "abroad", "any"
COUNTER_YEARS = ("calendar_year",)
COUNTER_ENDS = ("refuse", "approve")

OPINIONS = (
    "unit_head",
    "archives_head",
    "accounting_head",
    "archives_clerk",
    "accounting_clerk",
)
DEPARTMENTS = ("archives", "accounting", "information_systems")
CERTIFICATES = ("statutory", "plain")
SIGNERS = ("proposer", "approver", "witness")

PROPERTIES = ("authenticity", "integrity", "usability", "safety")
RECEIVERS = ("client", "successor", "authority")
SEVERITIES = ("minor", "major", "critical")
FIELD_TYPES = ("text", "date", "person", "client", "choice", "number")
