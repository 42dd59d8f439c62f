"""What people and cron run, with papers by their names in the scene."""

LIST = ("list",)
LIST_ALL = ("list", "--destroyed", "--limit", "0")
VERIFY = ("verify",)
READ = ("verify", "--read-data")
PURGE = ("purge", "--expired")
LOG = ("log", "verify")
CLIENTS = ("client", "list")
HOLDS = ("hold", "list")
POLICY = ("policy", "show")
DISPOSALS = ("disposal", "list")


def get(paper):
    return ("get", f"{{{paper}}}", "-o", "OUT/paper")


def show(paper):
    return ("show", f"{{{paper}}}")


def edit(paper, *what):
    return ("edit", f"{{{paper}}}", *what, "--reason", "x")
