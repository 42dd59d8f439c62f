"""Which operation of the policy each use case is; a test holds the code to it.

A use case asks for its operation before it does anything, and for a paper's level
and series before the paper is opened.
"""

from collections.abc import Mapping

USE_CASES: Mapping[str, str] = {
    "archiving.archive_folders": "archive",
    "backing_up.run_backup": "backup",
    "clients.add_client": "client",
    "clients.list_clients": "list",
    "clients.show_client": "show",
    "disposals.answer_disposal": "approve",
    "disposals.get_certificate": "disposal",
    "disposals.list_disposals": "disposal",
    "disposals.show_disposal": "disposal",
    "doctoring.examine": "doctor",
    "doctoring.reclaim": "doctor",
    "due.list_due": "due",
    "editing.applying.edit_document": "edit",
    "editing.applying.edit_documents": "edit",
    "explaining.explain_document": "show",
    "explaining.explain_file": "ingest",
    "granting.grant_access": "grant",
    "holding.list_holds": "hold",
    "holding.place_hold": "hold",
    "holding.release_hold": "hold",
    "inbox.list_inbox": "inbox",
    "ingest.taking_in.ingest": "ingest",
    "joining.admit_user": "user",
    "joining.invitation_of": "user",
    "joining.invite_user": "user",
    "listing.list_documents": "list",
    "listing.search_documents": "search",
    "log.export_log": "log",
    "log.export_tiles": "log",
    "log.show_log": "log",
    "log.tail_log": "log",
    "log.verify_own_log": "verify",
    "people.list_users": "list",
    "people.show_user": "show",
    "policies.adopt_override": "policy",
    "policies.adopt_policy": "policy",
    "purging.purge_expired": "purge",
    "registers.add_entry": "register",
    "registers.advance_entry": "register",
    "registers.list_entries": "register",
    "registers.show_entry": "register",
    "reporting.make_report": "report",
    "restating.edit_client": "client",
    "restating.state_event": "client",
    "retrieving.find_documents": "get",
    "retrieving.retrieve_to_directory": "get",
    "retrieving.retrieve_to_file": "get",
    "retrieving.retrieve_to_stream": "get",
    "sharing.list_shares": "share",
    "sharing.share_documents": "share",
    "showing.history_of": "history",
    "showing.show_document": "show",
    "teams.list_teams": "list",
    "teams.set_team": "grant",
    "verifying.verify_vault": "verify",
}

# Parts of use cases, reached only through one; and founding, before which no policy is.
NOT_USE_CASES = frozenset(
    {
        "editing.deciding",
        "editing.guarding",
        "editing.recording",
        "editing.refiling",
        "editing.requests",
        "editing.selecting",
        "editing.undoing",
        "founding",
        "granting.holders",
        "proposing",
        "suggesting",
        "tray",
    }
)
