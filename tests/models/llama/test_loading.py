"""Loading a language model: what is no model is said to be none, and nothing is hashed twice without need."""

import os
from pathlib import Path

import psutil
import pytest
import tiny
from asking import Make, never, written

from mneme.errors import ModelDamaged, ModelError, ModelMissing, ModelTooBig
from mneme.models import gguf
from mneme.models.llama.log import FULL, ChildLog
from mneme.ports import Generation, Turn

pytest.importorskip("llama_cpp", reason="llama.cpp is not installed: no language model runs here")

SHADOW = "import os, sys\n{}\n"
MISSING = SHADOW.format("raise ImportError('no')")
NOISY = SHADOW.format("""print("noise", flush=True)
os.write(1, b"more of it" * 100)
sys.path.remove(os.path.dirname(__file__))
del sys.modules["llama_cpp"]
import llama_cpp
llama_cpp.noisy = print("and more")""")


@pytest.fixture
def shadow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that the child takes for llama_cpp."""
    folder = tmp_path / "shadow"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")])))
    return folder / "llama_cpp.py"


def test_it_loads_at_the_first_use(make: Make, talker: Path) -> None:
    model = make(talker)
    assert (model.model_id, model.pid) == ("tiny@1", None)
    assert model.facts().context == 2048
    assert model.pid != os.getpid()


def test_the_head_says_how_much_of_each_token_is_kept(talker: Path) -> None:
    assert gguf.peek(talker).layers == gguf.Layers(count=2, context=2048, kv=128)


def test_the_owner_chooses_context_and_threads(make: Make, talker: Path) -> None:
    facts = make(talker, context=512).facts()
    assert (facts.context, facts.threads, facts.gpu_layers) == (512, 2, 0)


def test_half_precision_loads_too(make: Make, tmp_path: Path) -> None:
    assert written(make(tiny.model(tmp_path / "half.gguf", half=True)))[1].generated == 24


# ------------------------------------------------------------------ what is no model


def test_a_file_that_is_not_there(make: Make, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        make(tmp_path / "none.gguf").facts()


@pytest.mark.parametrize("cut", [10, 3000, -100])
def test_a_truncated_file(make: Make, talker: Path, tmp_path: Path, cut: int) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(talker.read_bytes()[:cut])
    with pytest.raises(ModelDamaged, match="not complete"):
        make(path).facts()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip file", b"GGUF" + b"\xff" * 200])
def test_a_file_of_another_kind(make: Make, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="other"):
        make(path).facts()


def test_a_file_whose_tensors_are_not_those_of_its_architecture(make: Make, talker: Path, tmp_path: Path) -> None:
    path = tmp_path / "renamed.gguf"
    path.write_bytes(talker.read_bytes().replace(b"blk.0.attn_q.weight", b"blk.0.attn_z.weight"))
    with pytest.raises(ModelDamaged, match="cannot load renamed"):
        make(path).facts()
    assert make(talker).facts()


def test_a_vocabulary_alone(make: Make, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="only a part"):
        make(tiny.model(tmp_path / "v.gguf", weights=False)).facts()


def test_a_model_for_searching(make: Make, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="writes nothing"):
        make(tiny.embedder(tmp_path / "e.gguf")).facts()


def test_too_big_a_model_is_not_loaded(make: Make, talker: Path) -> None:
    model = make(talker, available=lambda: 100 << 20)
    with pytest.raises(ModelTooBig, match=r"needs 0\.1 GiB of memory, and 0\.1 GiB are free"):
        model.facts()
    assert model.pid is None


def test_every_way_in_says_the_same(make: Make, tmp_path: Path) -> None:
    model = make(tmp_path / "none.gguf")
    with pytest.raises(ModelMissing):
        model.count(["a"])
    for urgent in (True, False):
        with pytest.raises(ModelMissing):
            list(model.generate([Turn("user", "a")], Generation(1, urgent=urgent), never))


# ------------------------------------------------------------------ adapters


def test_an_adapter_changes_what_is_written(make: Make, talker: Path, tmp_path: Path) -> None:
    adapter = tiny.adapter(tmp_path / "lora.gguf")
    assert written(make(talker, adapters=(adapter,)))[0] != written(make(talker))[0]


@pytest.mark.parametrize(("other", "says"), [
    ({"kind": "model"}, "is no LoRA adapter"), ({"architecture": "qwen2"}, "another kind of model"),
    ({"width": 32}, "does not fit this model")])
def test_what_is_no_adapter_for_this_model(make: Make, talker: Path, tmp_path: Path, other: dict, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        make(talker, adapters=(tiny.adapter(tmp_path / "lora.gguf", **other),)).facts()


def test_an_adapter_that_is_not_there_or_no_gguf_file(make: Make, talker: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="gone"):
        make(talker, adapters=(tmp_path / "gone.gguf",)).facts()
    (tmp_path / "text.gguf").write_text("no")
    with pytest.raises(ModelError, match="is no LoRA adapter"):
        make(talker, adapters=(tmp_path / "text.gguf",)).facts()


# ------------------------------------------------------------------ the check of the files


def test_files_are_checked_once_and_again_when_they_change(make: Make, tmp_path: Path) -> None:
    path, checks = tiny.model(tmp_path / "m.gguf"), []
    for _start in range(2):
        model = make(path, check=lambda: checks.append(1))
        model.facts()
        model.close()
        model.facts()
        model.close()
    assert len(checks) == 1
    os.utime(path, ns=(1, 1))
    make(path, check=lambda: checks.append(1)).facts()
    assert len(checks) == 2


def test_files_that_are_not_right_are_checked_every_time(make: Make, talker: Path) -> None:
    def wrong() -> None:
        raise ModelDamaged("changed")

    for _try in range(2):
        with pytest.raises(ModelDamaged, match="changed"):
            make(talker, check=wrong).facts()
    assert make(talker).facts()


# ------------------------------------------------------------------ the child and its log


def test_without_llama_cpp_the_remedy_is_named(make: Make, talker: Path, shadow: Path) -> None:
    shadow.write_text(MISSING)
    model = make(talker)
    with pytest.raises(ModelMissing, match=r"installer/run --llm"):
        model.facts()
    assert model.pid is None
    shadow.unlink()
    assert model.facts()


def test_what_libraries_print_does_not_disturb_the_pipe(make: Make, talker: Path, shadow: Path, tmp_path: Path) -> None:
    shadow.write_text(NOISY)
    assert written(make(talker))[1].generated == 24
    assert "noise" in (tmp_path / "logs/llama.log").read_text()


def test_the_log_holds_no_word_of_a_prompt(make: Make, talker: Path, tmp_path: Path) -> None:
    model = make(talker)
    written(model, [Turn("user", "Mirabelle")], stop=("Zwetschge",))
    for pattern in ("^[Mirabelle$", "^Mirabelle[ab]{0,5000}$", "^Mirabelle[\\q]$", "^Mirabelle[ab]{0,50000}$"):
        with pytest.raises(ValueError, match="grammar"):
            written(model, [Turn("user", "Mirabelle")], schema={"type": "string", "pattern": pattern})
    model.close()
    log = (tmp_path / "logs/llama.log").read_text()
    assert "talker.gguf" in log
    assert "Mira" not in log


def test_a_full_log_begins_anew_and_one_old_one_is_kept(tmp_path: Path) -> None:
    log = ChildLog(tmp_path / "deep" / "logs")
    for letter in "abc":
        log.write(letter.encode() * (FULL - 10))
    log.line("the end")
    assert log.path.stat().st_size < FULL + 100
    assert {path.name for path in log.path.parent.iterdir()} == {"llama.log", "llama.log.1"}


def test_a_log_that_cannot_be_written_costs_no_answer(make: Make, talker: Path, tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    assert written(make(talker))[1].generated == 24


def test_closing_ends_the_child_and_the_next_use_loads_again(make: Make, talker: Path) -> None:
    model = make(talker)
    model.close()
    text, _spent = written(model)
    before = model.pid
    assert before is not None
    model.close()
    model.close()
    assert not psutil.pid_exists(before)
    assert model.pid is None
    assert written(model)[0] == text
    assert model.pid != before
