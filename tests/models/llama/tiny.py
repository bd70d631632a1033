"""Language models that a test makes in a moment: llama's architecture, random weights, a small vocabulary."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import gguf
import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

NORMAL, CONTROL, USER_DEFINED = 1, 3, 4  # kinds of tokens
BEGIN, START, END = "<|begin|>", "<|im_start|>", "<|im_end|>"
CONTROLS = (BEGIN, START, END)
CHATML = ("{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
          "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")
NO_SYSTEM = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}" + CHATML
ALTERNATING = ("{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
               "{{ raise_exception('roles must alternate') }}{% endif %}{% endfor %}" + CHATML)
DROPS = "{% for m in messages if m['role'] != 'system' %}[{{ m['role'] }}] {{ m['content'] }}\n{% endfor %}[assistant] "
WORDS = ("The boat lay in the shed by the water, and Maren had the key. Größe, naïve, cœur, 記憶, память, 🙂 and 42. "
         "system user assistant. Yes, no, perhaps: the ferry leaves at ten, the letter came on a Tuesday. ") * 30


@dataclass(frozen=True)
class Shape:
    """How large a model is."""

    layers: int = 2
    width: int = 64
    heads: int = 4
    hidden: int = 128
    context: int = 2048
    vocabulary: int = 600


SMALL = Shape()


@cache
def vocabulary(size: int) -> tuple[list[str], list[str]]:
    """Tokens and merges of a byte-level BPE that was trained on `WORDS`; the control tokens stand at the end."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                                  show_progress=False)
    tokenizer.train_from_iterator([WORDS], trainer)
    made = json.loads(tokenizer.to_str())["model"]
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in made["merges"]]
    return sorted(made["vocab"], key=made["vocab"].__getitem__), merges


def model(path: Path, shape: Shape = SMALL, *, template: str | None = CHATML, seed: int = 0, begins: bool = False,
          talks: bool = True, kinds: Mapping[str, int] | None = None, weights: bool = True, half: bool = False) -> Path:
    """Write a model; the same arguments make the same file.

    `talks`: it never takes a control token by itself, so that it writes on. `kinds` makes control tokens other than
    control tokens, `begins` a beginning token that every prompt needs.
    """
    tokens, merges = vocabulary(shape.vocabulary)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_type("model" if weights else "vocab")
    writer.add_name("tiny")
    _hyperparameters(writer, shape)
    writer.add_vocab_size(len(tokens) + len(CONTROLS))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([*tokens, *CONTROLS])
    writer.add_token_types([NORMAL] * len(tokens) + [(kinds or {}).get(name, CONTROL) for name in CONTROLS])
    writer.add_token_merges(merges)
    writer.add_bos_token_id(len(tokens))
    writer.add_eos_token_id(len(tokens) + 2)
    writer.add_add_bos_token(begins)
    if template is not None:
        writer.add_chat_template(template)
    for name, tensor in _tensors(shape, len(tokens), seed, talks) if weights else ():
        writer.add_tensor(name, tensor.astype(np.float16) if half and tensor.ndim == 2 else tensor)
    _write(writer)
    return path


def told(tokens: Sequence[int], shape: Shape = SMALL) -> str:
    """What tokens stand for, control tokens by their names."""
    names = [*vocabulary(shape.vocabulary)[0], *CONTROLS]
    decode = decoders.ByteLevel().decode
    return "".join(name if name in CONTROLS else decode([name]) for name in (names[token] for token in tokens))


def adapter(path: Path, shape: Shape = SMALL, *, seed: int = 1, width: int = 0, architecture: str = "llama",
            kind: str = "adapter") -> Path:
    """Write a LoRA adapter of rank 4 for the first layer's queries; of a `width` of its own it fits no model."""
    rng = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_type(kind)
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 64.0)
    wide = width or shape.width
    for name, size in (("lora_a", (4, wide)), ("lora_b", (wide, 4))):
        writer.add_tensor(f"blk.0.attn_q.weight.{name}", rng.standard_normal(size).astype(np.float32))
    _write(writer)
    return path


def embedder(path: Path, shape: Shape = SMALL) -> Path:
    """Write the head of a model that pools its states, with one tensor."""
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_type("model")
    writer.add_uint32("bert.pooling_type", 1)
    writer.add_tensor("token_embd.weight", np.zeros((8, shape.width), np.float32))
    _write(writer)
    return path


def _hyperparameters(writer: gguf.GGUFWriter, shape: Shape) -> None:
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(shape.width // shape.heads)


def _tensors(shape: Shape, plain: int, seed: int, talks: bool) -> list[tuple[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    size = plain + len(CONTROLS)

    def random(rows: int, columns: int) -> np.ndarray:
        return rng.standard_normal((rows, columns)).astype(np.float32) / np.float32(columns) ** np.float32(0.5)

    out = random(size, shape.width)
    if talks:
        out[plain:] = 0  # their logit is 0, and some other's is always more
    ones = np.ones(shape.width, np.float32)
    found = [("token_embd.weight", random(size, shape.width) * 4), ("output_norm.weight", ones), ("output.weight", out)]
    for layer in range(shape.layers):
        block = f"blk.{layer}"
        found += [(f"{block}.{name}.weight", ones) for name in ("attn_norm", "ffn_norm")]
        found += [(f"{block}.attn_{name}.weight", random(shape.width, shape.width))
                  for name in ("q", "k", "v", "output")]
        found += [(f"{block}.ffn_{name}.weight", random(shape.hidden, shape.width)) for name in ("gate", "up")]
        found.append((f"{block}.ffn_down.weight", random(shape.width, shape.hidden)))
    return found


def _write(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
