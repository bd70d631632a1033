"""Kill Mneme at random moments while it takes in a folder, start it again, and see that nothing is lost or doubled.

    python tests/hard/killed.py [--files 2000] [--kills 30] [--seed N]

Each round starts `mneme add` as its own process group, kills it with SIGKILL after a random time, then opens the
store with `mneme doctor`. At the end one run is left alone; every file must then be there exactly once.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORDS = ("boat", "shed", "key", "barrel", "sister", "garden", "water", "stove", "ferry", "lamp", "letter", "tide")


def write_notes(folder: Path, count: int, seed: int) -> None:
    """`count` different notes in a tree of folders; each tells its own number."""
    rng = random.Random(seed)
    for number in range(count):
        path = folder / f"year{number % 7}" / f"month{number % 12}" / f"note {number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        paragraphs = [" ".join(rng.choices(WORDS, k=rng.randint(20, 120))) + "." for _ in range(rng.randint(1, 5))]
        path.write_text(f"# Note {number}\n\nThe number of this note is n{number}n.\n\n" + "\n\n".join(paragraphs))


def command(profile: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "mneme.cli", "--profile", str(profile), "--no-keyring", *arguments]


def run_json(profile: Path, *arguments: str) -> dict:
    done = subprocess.run(command(profile, *arguments, "--json"), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return json.loads(done.stdout)


def kill_once(profile: Path, folder: Path, seconds: float) -> bool:
    """Start taking in and kill it after `seconds`; whether it was still at work."""
    process = subprocess.Popen(command(profile, "add", str(folder), "--json"), stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, start_new_session=True)
    time.sleep(seconds)
    working = process.poll() is None
    if working:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return working


def check(profile: Path, files: int) -> list[str]:
    """What is wrong after a run that was left alone."""
    listed = run_json(profile, "list", "--limit", "1")
    queue = run_json(profile, "queue")["counts"]
    wrong = []
    if queue.get("done") != files or queue.get("failed") or queue.get("waiting"):
        wrong.append(f"the queue says {queue}")
    counts = run_json(profile, "doctor")["counts"]
    if counts["items"] != files or counts["old_versions"]:
        wrong.append(f"{counts['items']} items and {counts['old_versions']} old versions for {files} files")
    if not counts["memories"] == counts["full_text"] == listed["total"]:
        wrong.append(f"memories, full text and list differ: {counts}, {listed['total']}")
    if counts["vectors"] != counts["distinct_texts"]:
        wrong.append(f"{counts['vectors']} vectors for {counts['distinct_texts']} texts")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--longest", type=float, default=0.0, help="seconds until the latest kill; 0: measured")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    wish = parser.parse_args()
    rng = random.Random(wish.seed)
    with tempfile.TemporaryDirectory(prefix="mneme-killed-") as scratch:
        folder, profile = Path(scratch, "notes"), Path(scratch, "profile")
        write_notes(folder, wish.files, wish.seed)
        killed, longest = 0, wish.longest or 0.012 * wish.files + 3
        while killed < wish.kills:
            moment = rng.uniform(0.3, longest)
            if kill_once(profile, folder, moment):
                killed += 1
            elif killed < wish.kills:  # all was done before the kill: begin again with an empty store
                for path in sorted(profile.rglob("*"), reverse=True):
                    path.unlink() if path.is_file() else path.rmdir()
                continue
            if profile.joinpath("memory.db").exists():
                report = run_json(profile, "doctor")
                if not report["healthy"]:
                    print(f"seed {wish.seed}, kill {killed} after {moment:.2f} s: {report['findings']}")
                    return 1
        print(f"killed {killed} times at random moments up to {longest:.0f} s (seed {wish.seed}); every start clean")
        report = run_json(profile, "add", str(folder))
        wrong = check(profile, wish.files)
        print(f"last run: {report['added']} added, {report['unchanged']} unchanged; " + ("; ".join(wrong) or "whole"))
        return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
