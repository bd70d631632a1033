"""The models that ship against the same kind of model in sentence-transformers: speed on one thread, and memory.

    python tests/benchmarks/runtimes.py --base FOLDER

`--base` is all-MiniLM-L6-v2 in the form of sentence-transformers, which has the size of the embedder that ships. The
reader is compared with a cross-encoder of the same size: the base model with a head for one number, read by
sentence-transformers' CrossEncoder. Each runs in a process of its own over the same texts, and the best of three
rounds counts; time is processor time, so that other programs count little; memory is the most that was resident.
Needs the extra `transformers` for the other side. Prints a table of ratios; nothing is asserted.
"""

import argparse
import json
import random
import re
import subprocess
import sys
from pathlib import Path

WORDS = re.findall(r"\w+", "the boat came in late and we had soup with the neighbours before the rain began on sunday")

MEASURE = """
import json, resource, sys, time
what, folder, words, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
texts = json.loads(sys.stdin.read())[:count]
"""
OURS = MEASURE + """
from pathlib import Path
if what == "embedder":
    from mneme.models.embedder import OnnxEmbedder
    model = OnnxEmbedder(Path(folder))
    work = lambda: model.embed(texts, kind="passage", threads=1)
else:
    from mneme.models.reader import OnnxReader
    from mneme.ports import Extract
    model = OnnxReader(Path(folder))
    work = lambda: model.read("When did we have soup with the neighbours?", [Extract("", t) for t in texts], threads=1)
"""
THEIRS = MEASURE + """
import torch
torch.set_num_threads(1)
if what == "embedder":
    from sentence_transformers import SentenceTransformer
    model = SentenceTransformer(folder, device="cpu", local_files_only=True)
    work = lambda: model.encode(texts, show_progress_bar=False)
else:
    from sentence_transformers import CrossEncoder
    model = CrossEncoder(folder, device="cpu", num_labels=1, max_length=192, local_files_only=True)
    work = lambda: model.predict([("When did we have soup with the neighbours?", t) for t in texts],
                                 show_progress_bar=False)
"""
RUN = """
work()
best = 1e9
for _ in range(3):
    began = time.process_time()
    work()
    best = min(best, time.process_time() - began)
print(json.dumps([len(texts) / best, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def texts(words: int, count: int) -> list[str]:
    rng = random.Random(words)
    return [" ".join(rng.choices(WORDS, k=rng.randint(words // 2, words * 3 // 2))) for _ in range(count)]


def measured(code: str, what: str, folder: Path, words: int, count: int) -> tuple[float, float]:
    """Texts a second of processor time, and MB at most."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code + RUN, what, str(folder), str(words), str(count)],
                          input=json.dumps(texts(words, count)), text=True, capture_output=True, check=False,
                          env={"HF_HUB_OFFLINE": "1", "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"})
    if done.returncode:
        sys.exit(done.stderr)
    speed, memory = json.loads(done.stdout.splitlines()[-1])
    return speed, memory


def main() -> None:
    import mneme_resources  # noqa: PLC0415 -- only this side needs it

    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--base", type=Path, required=True)
    args.add_argument("--models", type=Path, default=mneme_resources.ROOT / "models")
    given = args.parse_args()
    print(f"{'':26}{'texts/s':>10}{'theirs':>10}{'ratio':>8}{'MB':>8}{'theirs':>8}{'ratio':>8}")
    for what in ("embedder", "reader"):
        for words, count in ((20, 256), (50, 128), (150, 48)):
            a, m = measured(OURS, what, given.models / what, words, count)
            b, n = measured(THEIRS, what, given.base, words, count)
            print(f"{what}, about {words} words".ljust(26)
                  + f"{a:10.1f}{b:10.1f}{a / b:8.2f}{m:8.0f}{n:8.0f}{m / n:8.2f}", flush=True)


if __name__ == "__main__":
    main()
