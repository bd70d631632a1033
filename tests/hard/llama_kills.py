"""Kill the child that runs llama.cpp at random moments, and see that the next request is answered and nothing is left.

    python tests/hard/llama_kills.py [--kills 50] [--parents 10] [--seed N]

Each round asks for a text, streamed or bound to a schema, and sends the child a signal after a random time, sometimes
while it loads. A text with its account at the end (`Spent`) must be the whole text, and a request that failed must
have none; the next request must be answered with the right text. Then whole programs are killed while their child is
at work. At the end no child of any of them may be there.
"""

import argparse
import json
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psutil

from mneme.errors import ModelFailed
from mneme.models.llama.model import LlamaModel
from mneme.ports import Generation, Spent, Turn
from mneme.registry import Workshop

sys.path.append(str(Path(__file__).parents[1] / "models" / "llama"))
import tiny

PROMPT = (Turn("system", "Be short."), Turn("user", "The boat lay in the shed, and Maren had the key. " * 20))
FACTS = {"type": "object", "required": ["facts"], "properties": {"facts": {
    "type": "array", "minItems": 12, "maxItems": 12, "items": {
        "type": "object", "required": ["kind", "sure", "count"], "properties": {
            "kind": {"enum": ["person", "place", "thing"]}, "sure": {"type": "boolean"},
            "count": {"type": "integer"}}}}}}
WISHES = {"streamed": Generation(700), "bound": Generation(900, schema=FACTS),
          "background": Generation(700, urgent=False)}
SIGNALS = (signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT)
PROGRAM = """
import sys
from pathlib import Path
from mneme.models.llama.model import LlamaModel
from mneme.ports import Generation, Turn
from mneme.registry import Workshop
model = LlamaModel(Path(sys.argv[1]), "tiny@1", lambda: None, Workshop(Path(sys.argv[2])))
print("begins", flush=True)
while True:
    list(model.generate([Turn("user", "Where is the boat?")], Generation(700), lambda: False))
"""


def never() -> bool:
    return False


def asked(model: LlamaModel, wish: Generation) -> tuple[str, bool]:
    """What came of a request: the text so far, and whether it was said to be whole."""
    text: list[str] = []
    whole = False
    try:
        for piece in model.generate(PROMPT, wish, never):
            if isinstance(piece, Spent):
                whole = True
            else:
                text.append(piece)
    except ModelFailed:
        if whole:
            raise AssertionError("a failed request gave its account") from None
    return "".join(text), whole


def workers(parent: int) -> list[psutil.Process]:
    """The children that were started by `parent`, whoever is their parent now."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        line = process.info["cmdline"] or []
        if "mneme.models.llama.worker" in line and line[-1] == str(parent) \
                and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    over = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > over:
            return False
        time.sleep(0.005)
    return True


def kill_later(model: LlamaModel, seconds: float, number: signal.Signals) -> threading.Thread:
    """Send the child a signal after so long, whatever it is doing then."""
    def kill() -> None:
        time.sleep(seconds)
        pid = model.pid
        if pid is not None:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                return

    thread = threading.Thread(target=kill)
    thread.start()
    return thread


def kill_children(model: LlamaModel, kills: int, rng: random.Random) -> Counter[str]:
    """Rounds until so many requests were cut; what came of them. Raises: AssertionError."""
    expected, took = {}, {}
    for name, wish in WISHES.items():
        began = time.monotonic()
        expected[name], whole = asked(model, wish)
        took[name] = time.monotonic() - began
        assert whole
    json.loads(expected["bound"])
    seen: Counter[str] = Counter()
    while seen["cut"] < kills:
        name = rng.choice(sorted(WISHES))
        if rng.random() < 0.2:
            model.close()  # so that the loading is hit, too
        killer = kill_later(model, rng.uniform(0, took[name] + 0.1), rng.choice(SIGNALS))
        text, whole = asked(model, WISHES[name])
        killer.join()
        assert not whole or text == expected[name], "a part was taken for the whole"
        assert expected[name].startswith(text), "pieces of something else"
        seen.update([name, "whole" if whole else "cut", "cut before a word" if not whole and not text else ""])
        again, whole = asked(model, WISHES["streamed"])
        if not whole:  # the signal came between the two
            again, whole = asked(model, WISHES["streamed"])
            seen.update(["asked again"])
        assert whole, "the next request was not answered"
        assert again == expected["streamed"], "the next request was answered otherwise"
    return seen


def kill_parents(model: Path, folder: Path, parents: int, rng: random.Random) -> float:
    """Kill whole programs; the longest time until their child was gone, in seconds. Raises: AssertionError."""
    longest = 0.0
    command = [sys.executable, "-c", PROGRAM, str(model), str(folder)]
    for _round in range(parents):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as program:
            assert program.stdout is not None
            program.stdout.readline()
            time.sleep(rng.uniform(0, 1.0))
            program.send_signal(signal.SIGKILL)
            program.wait()
            began = time.monotonic()
            assert within(5, lambda: not workers(program.pid)), "a child outlived its parent"
            longest = max(longest, time.monotonic() - began)
    return longest


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--parents", type=int, default=10)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    wish = parser.parse_args()
    logging.disable(logging.WARNING)
    rng = random.Random(wish.seed)
    print(f"seed {wish.seed}")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        path = tiny.model(folder / "tiny.gguf")
        model = LlamaModel(path, "tiny@1", lambda: None, Workshop(folder / "logs"))
        seen = kill_children(model, wish.kills, rng)
        model.close()
        left = workers(os.getpid())
        longest = kill_parents(path, folder / "logs", wish.parents, rng)
    print(f"rounds: {seen['streamed']} streamed, {seen['bound']} bound to a schema, "
          f"{seen['background']} in the background")
    print(f"{seen['cut']} cut by a signal, {seen['cut before a word']} of them before a word; {seen['whole']} whole "
          f"before it came, or begun anew; {seen['asked again']} next requests were hit, too")
    print(f"{wish.parents} programs killed, their children gone after at most {longest * 1000:.0f} ms")
    print("FAILED: children are left" if left else "every next request answered, no part taken for a whole, no orphan")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
