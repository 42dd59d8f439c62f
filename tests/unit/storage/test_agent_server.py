"""One request at a time, over a pair of sockets, with a clock that is told."""

import os
import socket
import threading

import pytest

from ledgervault.storage import agent_protocol as wire
from ledgervault.storage.agent_keeper import MOST_HELD, Keeper
from ledgervault.storage.agent_server import FIRST_SEED_S, Agent
from ledgervault.storage.private_memory import SecretPage

ME, DIGEST, SEED = b"i" * 16, b"d" * 32, b"s" * 32
GIVE = wire.MAGIC + wire.GIVE + ME + DIGEST


class Talk:
    def __init__(self, owner=None):
        self.now = 1000.0
        self.keeper = Keeper(SecretPage())
        owner = os.getuid() if owner is None else owner
        self.agent = Agent(self.keeper, lambda: self.now, owner)

    def say(self, request, *, patience_s=5.0, is_open=False):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            sending = threading.Thread(target=send, args=(ours, request, is_open))
            sending.start()
            self.agent.answer(theirs, patience_s)
            theirs.close()
            sending.join()
            return b"".join(pieces(ours))


def send(connection, request, is_open):
    try:
        connection.sendall(request)
        if not is_open:
            connection.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def pieces(connection):
    try:
        while piece := connection.recv(4096):
            yield piece
    except ConnectionError:
        return


@pytest.fixture
def talk():
    return Talk()


@pytest.fixture
def keep(tmp_path):
    path = tmp_path / "owner.identity"
    path.write_bytes(b"sealed")
    return keeping(os.fsencode(path))


def keeping(path, *, identity=ME, seed=SEED, lasts_s=60, idle_s=10):
    head = wire.KEEPING.pack(identity, DIGEST, lasts_s, idle_s, len(path))
    return wire.MAGIC + wire.KEEP + head + path + seed


def test_what_is_kept_is_given_to_whoever_names_identity_and_digest(talk, keep):
    assert talk.say(GIVE) == wire.REFUSED
    assert talk.say(keep) == wire.DONE
    assert talk.say(GIVE) == wire.DONE + SEED
    assert talk.say(wire.MAGIC + wire.GIVE + b"j" * 16 + DIGEST) == wire.REFUSED


def test_status_names_process_and_times(talk, keep):
    talk.say(keep)
    answer = talk.say(wire.MAGIC + wire.STATUS)
    assert answer == wire.COUNT.pack(os.getpid(), 1) + wire.HELD.pack(ME, 60, 10)


@pytest.mark.parametrize("identity", [ME, wire.EVERYTHING])
def test_what_is_forgotten_is_not_needed_any_more(talk, keep, identity):
    talk.say(keep)
    assert talk.agent.is_needed()
    answer = talk.say(wire.MAGIC + wire.FORGET + identity)
    assert answer == wire.COUNT.pack(os.getpid(), 1)
    assert talk.say(GIVE) == wire.REFUSED
    assert not talk.agent.is_needed()


def test_agent_that_is_given_nothing_leaves(talk):
    assert talk.agent.is_needed()
    talk.now += FIRST_SEED_S
    assert not talk.agent.is_needed()


def test_agent_leaves_at_the_end_and_when_idle(talk, keep):
    talk.say(keep)
    talk.now += 9
    assert talk.agent.is_needed()
    talk.now += 1
    assert not talk.agent.is_needed()


def test_other_users_get_no_answer(keep):
    stranger = Talk(owner=os.getuid() + 1)
    assert stranger.say(keep) == b""
    assert stranger.say(wire.MAGIC + wire.STATUS) == b""
    assert len(stranger.keeper) == 0


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"",
        b"GET / HTTP/1.1\r\n\r\n",
        wire.MAGIC,
        wire.MAGIC + b"?",
        wire.MAGIC + b"\0" * 5000,
        b"LVAGENT2" + wire.STATUS,
        GIVE[:-1],
        wire.MAGIC + wire.FORGET,
        wire.MAGIC + wire.KEEP + b"\xff" * wire.KEEPING.size,
        keeping(b"p" * (wire.PATH_BYTES + 1)),
        keeping(b"/x", identity=wire.EVERYTHING),
        keeping(b"/x", seed=SEED[:-1]),
        os.urandom(1 << 16),
    ],
)
def test_hostile_bytes_are_dropped(talk, keep, request_bytes):
    talk.say(keep)
    assert talk.say(request_bytes) == b""
    assert talk.say(GIVE) == wire.DONE + SEED


def test_silent_connection_does_not_hold_the_agent_up(talk, keep):
    talk.say(keep)
    assert talk.say(GIVE[:20], patience_s=0.05, is_open=True) == b""
    assert talk.say(GIVE) == wire.DONE + SEED


@pytest.mark.parametrize("path", [b"/nowhere/at/all", b"/tmp/\0", b""])
def test_seed_without_a_file_to_watch_is_refused(talk, path):
    assert talk.say(keeping(path)) == wire.REFUSED
    assert len(talk.keeper) == 0


def test_number_of_identities_is_bounded(talk, tmp_path):
    path = tmp_path / "owner.identity"
    path.write_bytes(b"sealed")
    answers = [
        talk.say(keeping(os.fsencode(path), identity=bytes([number]) * 16))
        for number in range(1, MOST_HELD + 3)
    ]
    assert answers == [wire.DONE] * MOST_HELD + [wire.REFUSED] * 2
    talk.say(wire.MAGIC + wire.FORGET + wire.EVERYTHING)
    for _ in range(300):  # places of what failed are used again
        assert talk.say(keeping(b"/nowhere")) == wire.REFUSED
