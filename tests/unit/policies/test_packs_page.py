import pytest

from ledgervault.bootstrap.policies import load_shipped_policy
from ledgervault.storage.shipped_packs import shipped_pack_names
from tools.pack_tables import PAGE, read_tables, tables_of


@pytest.mark.parametrize("name", shipped_pack_names())
def test_page_of_the_packs_tells_every_period_source_and_doubt(name):
    tables = tables_of(load_shipped_policy([name]).packs[0])
    assert len(tables.splitlines()) > 10
    assert read_tables(PAGE.read_text("utf-8"), name) == tables
