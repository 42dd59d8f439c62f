"""Which table holds which row of the port."""

from ledgervault.ports import rows
from ledgervault.storage.catalogue import tables
from ledgervault.storage.catalogue.row_mapping import RowMapping

USERS = RowMapping(tables.users, rows.UserRow)
TEAMS = RowMapping(tables.teams, rows.TeamRow)
CLIENTS = RowMapping(tables.clients, rows.ClientRow)
COMPARTMENTS = RowMapping(tables.compartments, rows.CompartmentRow)
GRANTS = RowMapping(tables.grants, rows.GrantRow)
FOLDERS = RowMapping(tables.folders, rows.FolderRow)
DOCUMENTS = RowMapping(tables.documents, rows.DocumentRow)
VERSIONS = RowMapping(tables.versions, rows.VersionRow)
INVOICES = RowMapping(tables.invoices, rows.InvoiceRow)
TEXTS = RowMapping(tables.texts, rows.TextRow)
HOLDS = RowMapping(tables.holds, rows.HoldRow)
DISPOSALS = RowMapping(tables.disposals, rows.DisposalRow)
APPROVALS = RowMapping(tables.approvals, rows.ApprovalRow)
REQUESTS = RowMapping(tables.requests, rows.RequestRow)
ANSWERS = RowMapping(tables.answers, rows.AnswerRow)
SHARES = RowMapping(tables.shares, rows.ShareRow)
POLICIES = RowMapping(tables.policies, rows.PolicyRow)
MIRRORS = RowMapping(tables.mirrors, rows.MirrorRow)
