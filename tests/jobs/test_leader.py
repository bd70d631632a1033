"""One process leads; the lock goes with it, however it ends."""

import subprocess
import sys
from pathlib import Path

from mneme.jobs.leader import Leader

CHILD = """
import sys, time
from pathlib import Path
from mneme.jobs.leader import Leader
leader = Leader(Path(sys.argv[1]))
print(leader.lead(), flush=True)
time.sleep(60)
"""


def test_one_leads_until_it_leaves(tmp_path: Path) -> None:
    first, second = Leader(tmp_path), Leader(tmp_path)
    assert first.lead() and first.lead()
    assert not second.lead()
    first.leave()
    assert second.lead() and not first.lead()
    second.leave()


def test_a_killed_leader_leads_no_more(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None and child.stdout.readline() == "True\n"
    leader = Leader(tmp_path)
    assert not leader.lead()
    child.kill()
    child.wait()
    child.stdout.close()
    assert leader.lead()
    leader.leave()
    assert (tmp_path / "leader.lock").stat().st_mode & 0o077 == 0
