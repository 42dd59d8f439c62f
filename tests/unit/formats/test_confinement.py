import multiprocessing
import time

import pytest

from ledgervault.formats.confinement import ENDED, TOO_LONG, ConfinedReader

# The real process with a reader of ours in the place of the PDF parser.
PROGRAM = """
import sys
sys.path[:] = sys.argv[1:]
from ledgervault.formats import confined
def read(content):
{body}
confined._READERS[confined.PDF] = lambda content: dict({{"texts": ["fine"]}}
    if content == b"harmless" else read(content) or {{}})
{more}
confined.serve()
"""


def program(body, more=""):
    indented = "".join(f"    {line}\n" for line in body.strip().splitlines())
    return PROGRAM.format(body=indented, more=more)


@pytest.fixture
def reader_of():
    readers = []

    def make(body, more="", **options):
        readers.append(ConfinedReader(program=program(body, more), **options))
        return readers[-1]

    yield make
    for reader in readers:
        reader.close()


def recovers(reader):
    return reader.read_pdf(b"harmless").texts == ("fine",)


@pytest.mark.parametrize(
    "body",
    [
        "import os; os.abort()",
        "import os; os._exit(3)",
        "import ctypes; ctypes.string_at(0)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "raise SystemExit",
    ],
)
def test_a_paper_that_ends_its_reader_costs_its_own_text_only(reader_of, body):
    reader = reader_of(body)
    assert recovers(reader)
    assert reader.read_pdf(b"hostile").problem == ENDED
    assert recovers(reader)


def test_a_paper_that_loops_is_given_up_at_the_deadline(reader_of):
    reader = reader_of("while True: pass", deadline_s=0.4)
    before = time.monotonic()
    assert reader.read_pdf(b"hostile").problem == TOO_LONG
    assert time.monotonic() - before < 4
    assert recovers(reader)


def test_processor_time_is_limited_for_each_paper(reader_of):
    reader = reader_of("while True: pass", "confined.CPU_SECONDS = 1")
    assert recovers(reader)
    assert reader.read_pdf(b"hostile").problem == ENDED
    assert recovers(reader)


def test_a_paper_that_eats_memory_costs_its_own_text_only(reader_of):
    reader = reader_of("eaten = [bytes(1 << 24) for _ in range(1000)]")
    assert "memory" in reader.read_pdf(b"hostile").problem
    assert recovers(reader)


def test_an_error_of_a_parser_is_a_reason(reader_of):
    reader = reader_of("raise KeyError('@Size')")
    assert reader.read_pdf(b"hostile").problem == "its content breaks the reader"
    assert recovers(reader)


@pytest.mark.parametrize(
    "answer",
    ["no json", "[1]", '{"texts": 4}', '{"files": [["a", "%"]], "pages": "x"}'],
)
def test_an_answer_that_makes_no_sense_is_a_reason(reader_of, answer):
    reader = reader_of("pass", f"confined.json.dumps = lambda _: {answer!r}")
    assert reader.read_pdf(b"hostile").problem == ENDED


def test_an_answer_without_end_is_not_waited_for(reader_of):
    body = """
import socket
answer = socket.socket(fileno=0)
answer.sendall(confined.ANSWER.pack((1 << 32) - 1))
answer.detach()
"""
    reader = reader_of(body)
    assert reader.read_pdf(b"hostile").problem == ENDED
    assert recovers(reader)


def test_the_reader_cannot_write_a_file(reader_of, tmp_path):
    target = tmp_path / "left behind"
    reader = reader_of(
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"open({str(target)!r}, 'wb', buffering=0).write(content)"
    )
    assert reader.read_pdf(b"secret").problem
    assert target.read_bytes() == b""


def test_the_reader_is_a_new_program_without_our_surroundings(reader_of, monkeypatch):
    monkeypatch.setenv("LEDGERVAULT_PASSPHRASE_FILE", "somewhere")
    body = """
import os
held = sorted(os.listdir('/proc/self/fd'), key=int)
loaded = [name for name in sys.modules if 'crypto' in name or 'vault.' in name]
mine = [name for name in loaded if not name.startswith('ledgervault.formats')]
return {'texts': [*mine, *os.environ.get('LEDGERVAULT_PASSPHRASE_FILE', '-').split(), *held]}
"""
    texts = reader_of(body).read_pdf(b"hostile").texts
    assert texts[0] == "-"
    # The socket, two that lead nowhere, and the listing itself.
    assert set(texts[1:]) <= {"0", "1", "2", "3"}


def work(reader, result):
    result.send(reader.read_pdf(b"harmless").texts)


def test_a_forked_copy_starts_a_reader_of_its_own(reader_of):
    reader = reader_of("import os; os.abort()")
    assert recovers(reader)
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    copy = context.Process(target=work, args=(reader, theirs))
    copy.start()
    assert ours.recv() == ("fine",)
    copy.join()
    assert recovers(reader)
