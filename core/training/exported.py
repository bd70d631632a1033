"""Reads the weights of an exported reader back, so that training can go on from a reader that ships.

    python exported.py --model FOLDER/model.onnx --base DIR --out FILE

Writes what train_groups.py takes as `--start`. From a model in half precision come the weights as they were rounded;
int8 cannot be read back.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from train_reader import SpanReader, config_of


def weights_of(path: Path) -> dict[str, torch.Tensor]:
    """The weights in an ONNX file of export.py in single precision, by the names that training knows."""
    graph = onnx.load(str(path)).graph
    stored = {one.name: numpy_helper.to_array(one).astype(np.float32) for one in graph.initializer}
    for node in graph.node:  # half precision is cast, and of equal weights one is stored
        if node.op_type in ("Cast", "Identity") and node.input[0] in stored:
            stored[node.output[0]] = stored[node.input[0]]
    # a linear layer's weight is stored turned, and without a name: its node has one
    linear = {node.name.removesuffix("/MatMul").strip("/").replace("/", ".") + ".weight": stored[node.input[1]].T
              for node in graph.node if node.op_type == "MatMul" and node.input[1] in stored}
    return {name: torch.from_numpy(value.copy()) for name, value in (stored | linear).items()}


def read_back(reader: SpanReader, path: Path) -> None:
    """Puts the weights of an exported file into `reader`. Exits where some are missing."""
    found, wanted = weights_of(path), reader.state_dict()
    missing = [name for name in wanted if name not in found]
    if missing:
        raise SystemExit(f"{path} lacks {', '.join(missing[:5])}")
    reader.load_state_dict({name: found[name].reshape(value.shape) for name, value in wanted.items()})


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("model", "base", "out"):
        args.add_argument(f"--{name}", type=Path, required=True)
    given = args.parse_args()
    reader = SpanReader(config_of(given.base))
    read_back(reader, given.model)
    torch.save({"model": reader.state_dict()}, given.out)


if __name__ == "__main__":
    main()
