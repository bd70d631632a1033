"""Makes both models that ship from the data: prepare, train, export, calibrate, evaluate, write the cards.

    python make.py --data DATA --base BASE --out WORK [--threads 2] [--device auto] [--only STEP ...]

Each step is one command of the other scripts, printed before it runs; a step whose result is there is not run again,
and a training that was interrupted goes on from its checkpoint. The models end in WORK/embedder-2 and WORK/reader-2,
with their cards; `--ship FOLDER` copies both there.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
EMBEDDER, READER = "embedder-2", "reader-2"
READER_STEPS, EMBEDDER_STEPS, KEEP = 3000, 240, 0.3


class Step(NamedTuple):
    """One command, and the file that is there when it is done."""

    name: str
    result: Path
    command: list[str | Path]


def steps(given: argparse.Namespace) -> list[Step]:
    work: Path = given.out
    data, reader, embedder = work / "data", work / "reader", work / "embedder"
    base: list[str | Path] = ["--base", given.base]
    run: list[str | Path] = ["--device", given.device, "--seed", str(given.seed)]
    prepared: list[str | Path] = ["--prepared", data]
    raw, shipped = work / "uncalibrated", work / READER
    return [
        Step("prepare", data / "counts.json",
             ["data.py", "--data", given.data, "--out", data, "--seed", str(given.seed)]),
        Step("embedder", embedder / f"embedder-{KEEP}.pt",
             ["train_embedder.py", *prepared, *base, "--out", embedder, "--steps", str(EMBEDDER_STEPS),
              "--keep", str(KEEP), "--threads", "1", *run]),
        Step("reader", reader / "reader.json",
             ["train_reader.py", *prepared, *base, "--out", reader, "--steps", str(READER_STEPS),
              "--threads", str(given.threads), *run]),
        Step("original", work / "original" / "model.json",
             ["export.py", "embedder", *base, "--id", "all-MiniLM-L6-v2", "--out", work / "original"]),
        *[Step(f"embedder in {precision}", work / f"{EMBEDDER}{end}" / "model.json",
               ["export.py", "embedder", *base, "--weights", embedder / f"embedder-{KEEP}.pt", "--precision", precision,
                "--out", work / f"{EMBEDDER}{end}"])
          for precision, end in (("fp16", ""), ("fp32", "-fp32"), ("int8", "-int8"))],
        Step("reader, bare", raw / "model.json",
             ["export.py", "reader", *base, "--weights", reader / "reader.pt", "--out", raw]),
        Step("calibrate", work / "calibration.json",
             ["evaluate.py", "calibrate", "--reader", raw, *prepared, "--out", work / "calibration.json"]),
        Step("reader in fp16", shipped / "model.json",
             ["export.py", "reader", *base, "--weights", reader / "reader.pt", "--calibration",
              work / "calibration.json", "--out", shipped]),
        Step("held out", work / "heldout.json",
             ["evaluate.py", "heldout", "--reader", shipped, *prepared, "--out", work / "heldout.json"]),
        Step("languages", work / "languages.json",
             ["evaluate.py", "languages", "--reader", shipped, "--embedder", work / EMBEDDER, "--data", given.data,
              "--out", work / "languages.json"]),
        Step("recall", work / "recall.json",
             ["evaluate.py", "recall", "--embedder", work / "original", work / EMBEDDER, "--data", given.data,
              "--out", work / "recall.json"]),
        Step("precisions", work / "precisions.json",
             ["evaluate.py", "recall", "--embedder", work / f"{EMBEDDER}-fp32", work / f"{EMBEDDER}-int8", "--data",
              given.data, "--questions", "0", "--out", work / "precisions.json"]),
        Step("cards", work / EMBEDDER / "CARD.md",
             ["card.py", "--work", work]),
    ]


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "base", "out"):
        args.add_argument(f"--{name}", type=Path, required=True)
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--seed", type=int, default=7)
    args.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    args.add_argument("--only", nargs="+", help="the names of the steps to run")
    args.add_argument("--ship", type=Path, help="a folder that gets embedder/ and reader/")
    given = args.parse_args()
    for name in ("data", "base", "out"):
        setattr(given, name, getattr(given, name).absolute())
    given.out.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}  # evaluate.py runs the models as the program does
    for step in steps(given):
        if step.result.exists() or (given.only and step.name not in given.only):
            continue
        command = [str(part) for part in step.command]
        print(f"== {step.name}: {' '.join(command)}", flush=True)
        if subprocess.run([sys.executable, *command], cwd=HERE, env=environment, check=False).returncode:
            sys.exit(f"{step.name} failed; what is done stays, and the same command goes on from here")
    if given.ship:
        for folder, name in ((EMBEDDER, "embedder"), (READER, "reader")):
            shutil.copytree(given.out / folder, given.ship / name, dirs_exist_ok=True)


if __name__ == "__main__":
    main()
