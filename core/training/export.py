"""Exports a trained reader or embedder to ONNX in the folder form that ships.

    python export.py reader --base DIR --weights DIR/reader.pt --out FOLDER [--calibration FILE]
    python export.py embedder --base DIR [--weights DIR/embedder.pt] --out FOLDER
    (both take --precision fp16, int8 or fp32)

fp16: the weights are stored in half precision and cast to single at load, where the casts are folded: half the file,
the speed and results of single precision. int8: dynamic, per channel, 7-bit weights, since processors without VNNI
overflow with 8. Without `--weights` the embedder is the base model itself.
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn
from train_reader import MAX_TOKENS, SpanReader, config_of, new_reader, tokenizer_of
from transformers import BertModel

OPSET = 17
IDS = {"reader": "mneme-reader-3", "embedder": "mneme-embedder-2"}
EMBEDDER_TOKENS = 256


class UnitVectors(nn.Module):
    """BERT, the mean over the text's tokens, length 1: what sentence-transformers computes for this model."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
        return nn.functional.normalize(mean, dim=1)


def embedder(base: Path, weights: Path | None) -> nn.Module:
    config = config_of(base)
    config._attn_implementation = "eager"
    reader = new_reader(base)
    bert = BertModel(config, add_pooling_layer=False)
    bert.load_state_dict(
        reader.bert.state_dict() if weights is None else torch.load(weights, weights_only=True)["model"]
    )
    return UnitVectors(bert).eval()


def reader(base: Path, weights: Path) -> nn.Module:
    config = config_of(base)
    config._attn_implementation = "eager"
    model = SpanReader(config)
    model.load_state_dict(torch.load(weights, weights_only=True)["model"])
    return model.eval()


def to_onnx(model: nn.Module, path: Path, outputs: dict[str, dict[int, str]]) -> None:
    """The model as ONNX in single precision, any batch and length."""
    ids = torch.tensor([[101, 2054, 102, 7592, 102], [101, 2054, 102, 102, 0]])
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 1, 0]])
    kinds = torch.tensor([[0, 0, 0, 1, 1], [0, 0, 0, 1, 0]])
    given = (ids, mask, kinds) if isinstance(model, SpanReader) else (ids, mask)
    names = ["input_ids", "attention_mask", "token_type_ids"][: len(given)]
    axes = {name: {0: "batch", 1: "tokens"} for name in names} | outputs
    torch.onnx.export(
        model,
        given,
        str(path),
        input_names=names,
        output_names=list(outputs),
        dynamic_axes=axes,
        opset_version=OPSET,
        dynamo=False,
        do_constant_folding=True,
    )


def halve(path: Path) -> None:
    """Store the large weights in half precision, each behind a cast to single."""
    model = onnx.load(str(path))
    kept, casts = [], []
    for weight in model.graph.initializer:
        if weight.data_type != TensorProto.FLOAT or np.prod(weight.dims) < 1024:
            kept.append(weight)
            continue
        half = numpy_helper.to_array(weight).astype(np.float16)
        kept.append(numpy_helper.from_array(half, f"{weight.name}.half"))
        casts.append(helper.make_node("Cast", [f"{weight.name}.half"], [weight.name], to=TensorProto.FLOAT))
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, str(path))


def quantise(path: Path, reduce_range: bool = True) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        path.rename(whole) if whole.parent.stat().st_dev == path.parent.stat().st_dev else whole.write_bytes(
            path.read_bytes()
        )
        quantize_dynamic(
            str(whole), str(path), per_channel=True, reduce_range=reduce_range, weight_type=QuantType.QInt8
        )


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_folder(
    given: argparse.Namespace, model: nn.Module, about: dict[str, Any], outputs: dict[str, dict[int, str]]
) -> None:
    """model.onnx, tokenizer.json and model.json."""
    given.out.mkdir(parents=True, exist_ok=True)
    path = given.out / "model.onnx"
    to_onnx(model, path, outputs)
    if given.precision == "fp16":
        halve(path)
    elif given.precision == "int8":
        quantise(path)
    tokenizer_of(given.base).save(str(given.out / "tokenizer.json"), pretty=False)
    files = {
        name: {"sha256": sha256(given.out / name), "bytes": (given.out / name).stat().st_size}
        for name in ("model.onnx", "tokenizer.json")
    }
    about = {
        "id": given.id or IDS[given.kind],
        "kind": given.kind,
        **about,
        "dtype": given.precision,
        "files": files,
    }
    (given.out / "model.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(about))


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("kind", choices=["reader", "embedder"])
    args.add_argument("--base", type=Path, required=True)
    args.add_argument("--weights", type=Path)
    args.add_argument("--out", type=Path, required=True)
    args.add_argument("--precision", choices=["fp16", "int8", "fp32"], default="fp16")
    args.add_argument("--calibration", type=Path, help="JSON with the reader's numbers, from evaluate.py calibrate")
    args.add_argument("--id", help="the model's name instead of that of the one that ships")
    given = args.parse_args()
    if given.kind == "embedder":
        model = embedder(given.base, given.weights)
        write_folder(given, model, {"dim": 384, "max_tokens": EMBEDDER_TOKENS}, {"vectors": {0: "batch"}})
        return
    numbers = {"confidence_slope": 1.0, "confidence_offset": 0.0, "relevance_slope": 1.0, "relevance_offset": 0.0}
    if given.calibration:
        numbers = json.loads(given.calibration.read_text(encoding="utf-8"))
    axes = {0: "batch", 1: "tokens"}
    write_folder(
        given,
        reader(given.base, given.weights),
        {"max_tokens": MAX_TOKENS, "numbers": numbers},
        {"start_logits": axes, "end_logits": axes, "relevance": {0: "batch"}},
    )


if __name__ == "__main__":
    main()
