"""Which build of llama.cpp is chosen, with which flags, and what is said where something is missing."""

import shlex
import sys
from pathlib import Path

import pytest

from mneme.errors import ModelError
from mneme.models import toolkits

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the invented toolkits are shell scripts")

PORTABLE = ["-DGGML_NATIVE=OFF", "-DGGML_AVX2=ON", "-DGGML_FMA=ON", "-DGGML_F16C=ON", "-DGGML_BMI2=ON"]


class Computer:
    """An invented one: x86-64 with AVX2 under Linux, without any toolkit until the test puts one there."""

    def __init__(self, folder: Path, change: pytest.MonkeyPatch) -> None:
        self.folder, self._change = folder, change
        for name in ("CUDA_HOME", "CUDA_PATH", "CUDACXX", "VULKAN_SDK", "CXX"):
            change.delenv(name, raising=False)
        change.setenv("PATH", str(folder / "bin"))
        change.setattr(toolkits, "SYSTEM", "linux")
        change.setattr(toolkits, "USUAL_CUDA", str(folder / "usual cuda"))
        change.setattr(toolkits.platform, "machine", lambda: "x86_64")
        self.can("avx", "avx2", "fma", "f16c", "bmi2")
        self.has(driver=False, card=False)

    def program(self, place: str, says: str = "") -> None:
        file = self.folder / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\nprintf '{says}'\n", encoding="utf-8")
        file.chmod(0o755)

    def can(self, *instructions: str) -> None:
        self._change.setattr(toolkits, "_instructions", lambda: set(instructions))

    def has(self, *, driver: bool = False, card: bool = False) -> None:
        self._change.setattr(toolkits, "_has_driver", lambda: driver)
        self._change.setattr(toolkits, "_has_card", lambda: card)

    def vulkan(self) -> None:
        self.program("bin/glslc")
        for header in ("vulkan/vulkan.h", "spirv/unified1/spirv.hpp"):
            (self.folder / "sdk/include" / header).parent.mkdir(parents=True)
            (self.folder / "sdk/include" / header).touch()
        self._change.setenv("VULKAN_SDK", str(self.folder / "sdk"))


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    return Computer(tmp_path, monkeypatch)


def test_without_a_toolkit_it_is_built_for_the_processor_and_the_reason_is_said(computer: Computer) -> None:
    build, sentence = toolkits.choose("auto")
    assert (build.name, [*build.flags]) == ("cpu", PORTABLE)
    assert sentence == "No CUDA toolkit was found (nvcc). It is built for the processor."


def test_an_old_processor_gets_nothing_that_it_cannot(computer: Computer) -> None:
    computer.can("sse4_2", "avx", "f16c")
    flags = toolkits.choose("cpu")[0].flags
    assert not any(flag.endswith("=ON") for flag in flags)
    assert {flag.split("=")[0] for flag in PORTABLE} <= {flag.split("=")[0] for flag in flags}, "none is left to ggml"


def test_other_processors_are_left_to_the_compiler(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolkits.platform, "machine", lambda: "aarch64")
    assert toolkits.choose("cpu")[0].flags == ("-DGGML_NATIVE=OFF",)


def test_this_processor_is_known() -> None:
    assert toolkits.backends()[0].flags[0] == "-DGGML_NATIVE=OFF"


def test_cuda_is_chosen_where_toolkit_and_driver_are(computer: Computer) -> None:
    computer.program("bin/nvcc")
    computer.program("bin/nvidia-smi", "9.0\\n8.6\\n8.6\\n")
    computer.has(driver=True)
    build, sentence = toolkits.choose("auto")
    assert [*build.flags] == [*PORTABLE, "-DGGML_CUDA=ON", "-DCMAKE_CUDA_ARCHITECTURES=86;90"]
    assert "CUDA" in sentence


def test_a_cuda_compiler_that_is_not_on_the_path_is_named(computer: Computer) -> None:
    computer.program("usual cuda/bin/nvcc")
    computer.has(driver=True)
    flags = toolkits.choose("cuda")[0].flags
    assert f"-DCMAKE_CUDA_COMPILER={computer.folder}/usual cuda/bin/nvcc" in shlex.split(" ".join(flags))
    assert not any("ARCHITECTURES" in flag for flag in flags), "the driver does not tell"


@pytest.mark.parametrize(("name", "reason", "remedy"), [
    ("cuda", "nvcc", "nvidia-cuda-toolkit"), ("vulkan", "glslc", "libvulkan-dev"), ("metal", "Apple", "cpu"),
    ("rocm", "no build named rocm", "vulkan")])
def test_a_wish_that_cannot_be_met_says_what_to_install(computer: Computer, name: str, reason: str,
                                                       remedy: str) -> None:
    with pytest.raises(ModelError) as caught:
        toolkits.choose(name)
    assert reason in caught.value.message and remedy in caught.value.remedy


def test_a_toolkit_without_a_driver_is_no_use(computer: Computer) -> None:
    computer.program("bin/nvcc")
    with pytest.raises(ModelError, match="driver"):
        toolkits.choose("cuda")
    assert toolkits.choose("auto")[0].name == "cpu"


def test_vulkan_is_chosen_by_itself_only_where_there_is_a_card(computer: Computer) -> None:
    computer.vulkan()
    assert toolkits.choose("auto")[0].name == "cpu"
    assert toolkits.choose("vulkan")[0].flags[-1] == "-DGGML_VULKAN=ON"
    computer.has(card=True)
    assert toolkits.choose("auto")[0].name == "vulkan"


def test_a_card_without_vulkans_toolkit_is_told_of_that(computer: Computer) -> None:
    computer.has(card=True)
    assert toolkits.choose("auto")[1].startswith("No Vulkan toolkit")


def test_apples_chips_have_metal(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolkits, "SYSTEM", "darwin")
    monkeypatch.setattr(toolkits.platform, "machine", lambda: "arm64")
    assert toolkits.choose("auto")[0].name == "metal"


@pytest.mark.parametrize("name", ["c++", "g++", "clang++", "bin/own"])
def test_any_compiler_will_do(computer: Computer, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert not toolkits.has_compiler()
    assert "g++" in toolkits.compiler_remedy()
    computer.program(f"bin/{name}")
    if "own" in name:
        monkeypatch.setenv("CXX", f"{computer.folder}/bin/{name} -pipe")
    assert toolkits.has_compiler()
