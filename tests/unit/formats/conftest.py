import pytest

from ledgervault.formats.confinement import ConfinedReader
from ledgervault.formats.papers import read_paper


@pytest.fixture(scope="session")
def confined():
    reader = ConfinedReader()
    yield reader
    reader.close()


@pytest.fixture
def read(confined):
    def read(content, name="paper", **more):
        return read_paper(content, name=name, confined=confined, **more)

    return read
