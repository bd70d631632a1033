"""Several processes on one store: exact counts, sudden deaths, and a new profile opened by all at once."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mneme.paths import Profile
from mneme.store import keys
from mneme.store.database import Database
from mneme.store.driver import sqlcipher_available

Opener = Callable[..., Database]
Child = Callable[..., "subprocess.Popen[str]"]

WRITE_MANY = """
store = opened()
for n in range(200):
    store.write(lambda db: db["note"].insert_all({"text": f"{os.getpid()} {n}"} for _ in range(3)) and None)
store.close()
"""

WRITE_FOR_EVER = """
store = opened()
n = 0
while True:
    store.write(lambda db: db["note"].insert_all({"text": f"{n} " + "x" * 900} for _ in range(10)) and None)
    n += 1
    print(n, flush=True)
"""

needs_sqlcipher = pytest.mark.skipif(not sqlcipher_available(), reason="sqlcipher3 is not installed")


def finished(process: "subprocess.Popen[str]") -> str:
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out


def test_two_writing_processes_lose_nothing(store: Database, child: Child, path: Path, kind) -> None:
    before = store.data_version()
    for process in [child(WRITE_MANY, path, kind.key) for _ in range(2)]:
        finished(process)
    assert store.query("SELECT count(*) FROM note")[0][0] == 1200
    assert store.query("SELECT count(DISTINCT text) FROM note")[0][0] == 400
    assert store.data_version() != before


def test_a_process_killed_while_writing_leaves_a_whole_store(store: Database, open_store: Opener, child: Child,
                                                             path: Path, kind) -> None:
    store.close()
    total = 0
    for round_ in range(5):
        process = child(WRITE_FOR_EVER, path, kind.key)
        for _ in range(20 + 7 * round_):
            line = process.stdout.readline()
        time.sleep(0.003 * round_)
        process.kill()
        told = int((line + process.communicate()[0]).split()[-1])
        after = open_store(kind.key, driver=kind.driver)
        count = after.query("SELECT count(*) FROM note")[0][0] - total
        assert count % 10 == 0  # no transaction by halves
        assert told * 10 <= count <= told * 10 + 10  # and all that was told of
        assert after.query("PRAGMA integrity_check")[0][0] == "ok"
        total += count
        after.close()


@needs_sqlcipher
def test_after_kills_every_page_is_authentic(open_store: Opener, child: Child, path: Path) -> None:
    key = bytes(range(32))
    process = child(WRITE_FOR_EVER, path, key)
    for _ in range(30):
        process.stdout.readline()
    process.kill()
    process.wait()
    store = open_store(key)
    store.checkpoint()  # on a live WAL cipher_integrity_check gives false alarms
    assert store.query("PRAGMA cipher_integrity_check") == []


def test_several_processes_make_one_profile_and_one_key(child: Child, tmp_path: Path) -> None:
    profile = Profile(tmp_path / "new" / "profile")
    script = """
profile = Profile(path)
print("ready", flush=True)
sys.stdin.readline()
made, place = keys.create(profile, use_keyring=False, passphrase=None)
path, key = profile.store, (made if ENCRYPTED else None)
store = opened()
store.write(lambda db: db["note"].insert({"text": "mine"}))
store.close()
print(made.hex())
""".replace("ENCRYPTED", str(sqlcipher_available()))
    processes = [child(script, profile.root, None) for _ in range(4)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    made = {finished(process).strip() for process in processes}
    assert len(made) == 1
    key, place = keys.load(profile, use_keyring=False, passphrase=None)
    assert ({key.hex()}, place) == (made, "file")
    count = 'print(opened().query("SELECT count(*) FROM note")[0][0])'
    counted = finished(child(count, profile.store, key if sqlcipher_available() else None))
    assert counted.strip() == "4"
