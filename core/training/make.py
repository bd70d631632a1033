"""Makes both models that ship from the data: prepare, train, export, calibrate, evaluate, write the cards.

    python make.py --data DATA --base BASE --out WORK [--threads 2] [--device auto] [--only STEP ...]

Each step is one command of the other scripts, printed before it runs; a step whose result is there is not run again,
and a training that was interrupted goes on from its checkpoint. The models end in WORK/embedder-2 and WORK/reader-3,
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
EMBEDDER, READER = "embedder-2", "reader-3"
READER_STEPS, GROUP_STEPS, EMBEDDER_STEPS = 3000, 1000, 240
KEEP, READER_KEEP = 0.3, 0.4  # shares of the weights that a training began with


class Step(NamedTuple):
    """One command, and the file that is there when it is done."""

    name: str
    result: Path
    command: list[str | Path]


def steps(given: argparse.Namespace) -> list[Step]:
    work: Path = given.out
    data: list[str | Path] = ["--data", given.data]
    seed: list[str | Path] = ["--seed", str(given.seed)]
    prepared: list[str | Path] = ["--prepared", work / "data"]
    return [
        Step("prepare", work / "data" / "counts.json", ["data.py", *data, "--out", work / "data", *seed]),
        *embedder_steps(given, work / "embedder", prepared),
        Step("groups", work / "data" / "groups.json",
             ["groups.py", *data, *prepared, "--embedder", work / EMBEDDER, *seed]),
        *reader_steps(given, work / "reader", prepared),
        *measuring_steps(work, data, prepared),
        Step("cards", work / EMBEDDER / "CARD.md", ["card.py", "--work", work]),
    ]


def embedder_steps(given: argparse.Namespace, folder: Path, prepared: list[str | Path]) -> list[Step]:
    """Training, and the exports: of the base model, and in each precision."""
    work, weights = given.out, folder / f"embedder-{KEEP}.pt"
    export: list[str | Path] = ["export.py", "embedder", "--base", given.base]
    return [
        Step("embedder", weights,
             ["train_embedder.py", *prepared, "--base", given.base, "--out", folder, "--steps", str(EMBEDDER_STEPS),
              "--keep", str(KEEP), "--threads", "1", "--device", given.device, "--seed", str(given.seed)]),
        Step("original", work / "original" / "model.json",
             [*export, "--id", "all-MiniLM-L6-v2", "--out", work / "original"]),
        *[Step(f"embedder in {precision}", work / f"{EMBEDDER}{end}" / "model.json",
               [*export, "--weights", weights, "--precision", precision, "--out", work / f"{EMBEDDER}{end}"])
          for precision, end in (("fp16", ""), ("fp32", "-fp32"), ("int8", "-int8"))],
    ]


def reader_steps(given: argparse.Namespace, folder: Path, prepared: list[str | Path]) -> list[Step]:
    """Training on windows, then on groups; the export, once without calibration to fit it, once with it."""
    work, groups, fit = given.out, given.out / "groups", given.out / "calibration.json"
    training: list[str | Path] = [*prepared, "--base", given.base, "--threads", str(given.threads),
                                  "--seed", str(given.seed)]
    export: list[str | Path] = ["export.py", "reader", "--base", given.base, "--weights", groups / "averaged.pt"]
    return [
        Step("reader", folder / "reader.json",
             ["train_reader.py", *training, "--out", folder, "--steps", str(READER_STEPS), "--device", given.device]),
        Step("reader on groups", groups / "averaged.pt",
             ["train_groups.py", *training, "--start", folder / "reader.pt", "--out", groups,
              "--steps", str(GROUP_STEPS), "--keep", str(READER_KEEP)]),
        Step("reader, bare", work / "uncalibrated" / "model.json", [*export, "--out", work / "uncalibrated"]),
        Step("calibrate", fit,
             ["evaluate.py", "calibrate", "--reader", work / "uncalibrated", *prepared, "--out", fit]),
        Step("reader in fp16", work / READER / "model.json",
             [*export, "--calibration", fit, "--out", work / READER]),
    ]


def measuring_steps(work: Path, data: list[str | Path], prepared: list[str | Path]) -> list[Step]:
    def measured(name: str, what: str, *more: str | Path) -> Step:
        result = work / f"{name.replace(' ', '')}.json"
        return Step(name, result, ["evaluate.py", what, *more, "--out", result])

    reader: list[str | Path] = ["--reader", work / READER]
    return [
        measured("held out", "heldout", *reader, *prepared),
        measured("languages", "languages", *reader, "--embedder", work / EMBEDDER, *data),
        measured("recall", "recall", "--embedder", work / "original", work / EMBEDDER, *data),
        measured("precisions", "recall", "--embedder", work / f"{EMBEDDER}-fp32", work / f"{EMBEDDER}-int8", *data,
                 "--questions", "0"),
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
