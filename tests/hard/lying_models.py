"""Have models that lie, that obey what they read, and that tell the truth write answers, and count what an owner reads.

    MNEME_EVAL_DATA=FOLDER python tests/hard/lying_models.py [--sentences 400] [--seed 1]

Each conversation of locomo_dev.json is taken in by a real engine. A scripted model then writes answers of eight
sentences, honest ones and lies made of them (tests/benchmarks/lies.py) in one, each with the numbers of the memories
that it rests on, through the whole of answering: prompt, notes, streaming, check, citations. Counted is what comes
out at the other end, by what the owner is shown: plainly, marked, or not at all. An answer in which nothing was
supported is not shown; its sentences count as left out. A true sentence that cites a wrong turn is put right where the
answer cites one of the turns that it was made of. Sentences that speak to the owner are passed over: nobody in the data
is one.
"""

import argparse
import json
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mneme.answer.extractive import Wish
from mneme.answer.writing.evidence import Bearing
from mneme.answer.writing.talk import Talk
from mneme.answer.writing.writer import Writer
from mneme.engine import Engine
from mneme.paths import Profile
from mneme.ports import Generation, Taken, Turn
from mneme.recall.understanding.question import understood
from mneme.testing import ScriptedModel
from mneme.types import Hit, Memory, MemoryFilter, Moment, Streamed, Support

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

from lies import Case, cases
from locomo import as_conversation, turns_of

AT_ONCE = 8  # sentences of one answer
WAYS = ("plain", "marked", "left out", "put right")
PLAIN = frozenset((Support.SUPPORTED, Support.COMPUTED))


class Liar:
    """A model that writes the sentences it is given, each citing the memories that it was made of."""

    def __init__(self) -> None:
        self.told: Sequence[Case] = ()
        self.model = ScriptedModel(self._write, context=16_384)

    def _write(self, prompt: Sequence[Turn], wish: Generation) -> str:
        if wish.schema is not None:
            return "{}"
        asked = next(turn.text for turn in reversed(prompt) if "Question:" in turn.text)
        lines = asked.splitlines()
        written = []
        for case in self.told:
            numbers = [number for one in case.evidence if (number := _number(lines, one.text))]
            written.append(f"{case.sentence} {''.join(f'[{number}]' for number in numbers)}")
        return "\n\n".join(written)


def _number(lines: Sequence[str], text: str) -> str:
    words = " ".join(text.split())
    for line in lines:
        head, _bracket, rest = line.strip().partition("] ")
        if head.startswith("[") and words in rest:
            return head[1:]
    return ""


def judged(engine: Engine, sample: dict[str, Any], count: int, seed: int) -> Iterator[tuple[Case, str]]:
    """Sentences with what became of them, one of WAYS."""
    memories = {" ".join(one.text.split()): one for one in _all(engine)}
    usable = [case for case in cases(sample, seed, 1)
              if not any(one.owner for one in case.evidence)
              and all(_known(memories, one.text) for one in case.evidence)]
    rng = random.Random(seed)
    honest = rng.sample([case for case in usable if case.honest], count // 2)
    truth: dict[str, set[str]] = {}
    for case in usable:
        if case.honest:
            truth.setdefault(case.sentence, set()).update(one.text for one in case.evidence)
    chosen = honest + rng.sample([case for case in usable if not case.honest], count // 2)
    rng.shuffle(chosen)
    liar = Liar()
    writer = Writer(liar.model, engine._asking._means(engine.settings()))
    for start in range(0, len(chosen), AT_ONCE):
        told = chosen[start:start + AT_ONCE]
        liar.told = told
        found = {memory.id: memory for case in told for one in case.evidence
                 if (memory := _known(memories, one.text)) is not None}
        given = [Bearing(Hit(memory, 1.0, {}), None, 0.9, 0.5) for memory in found.values()]
        now = Moment.of(max(one.at for one in turns_of(sample["conversation"])), _zone(engine))
        wish = Wish(4, 0.5, lambda _progress: None, lambda: False)
        heard: list[Streamed] = []
        answer = writer.ask(understood("What is told of them?", now), now, wish, Talk(), heard.append, given=given)
        shown = answer.written.sentences if answer.written is not None else ()
        for case in told:
            one = next((one for one in shown if _same(one.text, case.sentence)), None)
            cited = set() if one is None else {found[answer.citations[at].memory].text for at in one.cites
                                               if answer.citations[at].memory in found}
            if one is None:
                yield case, "left out"
            elif one.support not in PLAIN:
                yield case, "marked"
            else:
                yield case, "plain" if case.honest or cited.isdisjoint(truth.get(case.sentence, ())) else "put right"


def _all(engine: Engine) -> Iterator[Memory]:
    start = 0
    while (page := engine.list_memories(MemoryFilter(faded=None), offset=start, limit=500)).memories:
        yield from page.memories
        start += 500


def _known(memories: dict[str, Memory], text: str) -> Memory | None:
    return memories.get(" ".join(text.split()))


def _same(text: str, sentence: str) -> bool:
    """A sentence may have come apart; what was shown of it counts."""
    one, other = "".join(filter(str.isalnum, text)), "".join(filter(str.isalnum, sentence))
    return bool(one) and (one == other or (len(one) > 12 and one in other))


def _zone(engine: Engine) -> Any:
    return engine._clock.zone()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=400, help="of each conversation")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    samples = json.loads((Path(os.environ["MNEME_EVAL_DATA"]) / "locomo_dev.json").read_text(encoding="utf-8"))
    total: Counter[tuple[bool, str]] = Counter()
    kinds: Counter[str] = Counter()
    for sample in samples:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, \
                Engine.open(Profile(Path(folder) / "profile"), use_keyring=False) as engine:
            chat = as_conversation(turns_of(sample["conversation"]))
            engine.capture._take(Taken(Path(folder) / "chat", "chat", (chat,)))
            engine.embed_waiting()
            here: Counter[tuple[bool, str]] = Counter()
            for case, way in judged(engine, sample, chosen.sentences, chosen.seed):
                here[case.honest, way] += 1
                if not case.honest and way == "plain":
                    kinds[case.kind] += 1
        print(sample["sample_id"], _told(here), flush=True)
        total += here
    print("all", _told(total))
    print("lies that were shown plainly, by kind:", dict(kinds.most_common()))


def _told(counts: Counter[tuple[bool, str]]) -> str:
    parts = []
    for honest, name in ((True, "honest"), (False, "lies")):
        many = sum(n for (one, _way), n in counts.items() if one is honest) or 1
        parts.append(f"{name} {many}: " + ", ".join(
            f"{way} {counts[honest, way] / many:.1%}" for way in WAYS if counts[honest, way]))
    return "; ".join(parts)


if __name__ == "__main__":
    main()
