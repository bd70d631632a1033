"""Kill the language model's process while it writes answers and reads in the background; nothing may be halved.

    python tests/hard/killed_answers.py [--kills 50] [--seed 7]

A real engine, a real llama.cpp child over a model with random weights, its words let through unchecked. It never ends
by itself, so every whole answer has as many tokens as the first; one that was cut off has fewer, since those of a
broken generation are not counted. Meanwhile the same model is asked for facts and questions. The process is killed by
SIGKILL or SIGSEGV at a random moment of each answer. Printed: how many answers were whole, whether what was kept is
what was answered, which processes are left.
"""

import argparse
import contextlib
import os
import random
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil

from mneme.engine import Engine
from mneme.paths import Profile
from mneme.types import Answer

sys.path.insert(0, str(Path(__file__).parent.parent / "models" / "llama"))

import tiny

NOTE = "# Cabin\n\nThe spare key is behind the blue rain barrel.\n\nThe boat was sold for 38,500 kroner.\n"
QUESTION = "Where is the spare key?"
UNCHECKED = frozenset({"checking", "thoughts"})
LONGEST = 1.2  # seconds into an answer at which it is killed


def ask(engine: Engine, model: str, *, keep: bool) -> Answer:
    return engine.ask(QUESTION, model=model, without=UNCHECKED, talk=engine.chats.new(keep=keep), record=False)


def kill_soon(model: Any, rng: random.Random) -> threading.Thread:
    """A thread that ends the model's process after a moment, in one of two ways."""
    wait, how = rng.uniform(0.02, LONGEST), rng.choice([signal.SIGKILL, signal.SIGSEGV])

    def kill() -> None:
        time.sleep(wait)
        with contextlib.suppress(ProcessLookupError):
            if model.pid is not None:
                os.kill(model.pid, how)

    thread = threading.Thread(target=kill)
    thread.start()
    return thread


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    rng, stop = random.Random(chosen.seed), threading.Event()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        (folder / "notes").mkdir()
        (folder / "notes" / "cabin.md").write_text(NOTE, encoding="utf-8")
        file = tiny.model(folder / "tiny.gguf", tiny.Shape(context=8192))
        with Engine.open(Profile(folder / "profile"), use_keyring=False) as engine:
            engine.add([folder / "notes"])
            name = engine.models.add(str(file), progress=lambda _progress: None, cancelled=lambda: False).id
            model = engine.models.languages.named(name)
            whole, read_out = ask(engine, name, keep=False), engine.ask(QUESTION, record=False).text

            def read() -> None:
                while not stop.is_set():
                    engine.studies.run(model, tasks=("facts", "questions"), limit=2, progress=lambda _progress: None,
                                       cancelled=stop.is_set)
                    time.sleep(0.05)

            reading = threading.Thread(target=read)
            reading.start()
            given = []
            for _kill in range(chosen.kills):
                killing = kill_soon(model, rng)
                given.append(ask(engine, name, keep=True))
                killing.join()
            stop.set()
            reading.join()
            kept = [turn.answer.text for chat in engine.chats.all(limit=10_000) for turn in engine.chats.turns(chat.id)]
        time.sleep(0.5)
    tokens = whole.written.generated if whole.written is not None else 0
    by_model = [one for one in given if one.written is not None and one.written.generated >= tokens]
    halved = [one.text for one in given if one not in by_model and one.text != read_out]
    halved += [text for text in kept if text not in {one.text for one in given}]
    left = [child.pid for child in psutil.Process().children(recursive=True)]
    print(f"seed {chosen.seed}: {chosen.kills} kills, {len(by_model)} answers of the model, each of {tokens} tokens, "
          f"{len(given) - len(by_model)} read out; {len(kept)} kept, {len(halved)} of them not whole; "
          f"processes left: {left or 'none'}")
    if halved or left or len(kept) != chosen.kills:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
