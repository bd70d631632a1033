"""What llama.cpp can be built for here (processor, CUDA, Vulkan, Metal), with which flags, and what is missing."""

import ctypes
import os
import platform
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mneme.errors import ModelError
from mneme.messages import _

SYSTEM: str = sys.platform  # as a value: mypy checks every branch
NAMES: Final = ("cpu", "cuda", "vulkan", "metal")
# What ggml switches on by itself for x86-64 is more than every processor has, so each is named, on or off.
WITH_AVX2: Final = ("-DGGML_NATIVE=OFF", "-DGGML_AVX2=ON", "-DGGML_FMA=ON", "-DGGML_F16C=ON", "-DGGML_BMI2=ON")
WITHOUT_AVX2: Final = ("-DGGML_NATIVE=OFF", "-DGGML_AVX=OFF", "-DGGML_AVX2=OFF", "-DGGML_FMA=OFF", "-DGGML_F16C=OFF",
                       "-DGGML_BMI2=OFF")
USUAL_CUDA: Final = "/usr/local/cuda"
AVX2: Final = frozenset({"avx2", "fma", "f16c", "bmi2"})
WINDOWS_HAS_AVX2: Final = 40  # PF_AVX2_INSTRUCTIONS_AVAILABLE


@dataclass(frozen=True, slots=True)
class Backend:
    """A kind of build. Where it is not `found`, `reason` says in a sentence what is missing, `remedy` what would help.

    `flags` are what CMake is told.
    """

    name: str
    found: bool
    reason: str = ""
    remedy: str = ""
    flags: tuple[str, ...] = ()


def backends() -> list[Backend]:
    """Every kind of build, the processor's first; that one is always found (a compiler is asked for when it builds)."""
    return [Backend("cpu", True, flags=_processor_flags()), _cuda(), _vulkan(), _metal()]


def choose(name: str) -> tuple[Backend, str]:
    """The build that `name` means, "auto" being the best that this computer can use; and a sentence about the choice.

    Raises: ModelError where `name` is unknown or what it needs is missing.
    """
    known = {backend.name: backend for backend in backends()}
    if name == "auto":
        return _best(known)
    if name not in known:
        raise ModelError(_("There is no build named {name}.").format(name=name),
                         _("These are known: {names}.").format(names=", ".join(("auto", *NAMES))))
    if not known[name].found:
        raise ModelError(known[name].reason, known[name].remedy)
    return known[name], _sentence(name)


def has_compiler() -> bool:
    """Whether there seems to be a C++ compiler. On Windows only CMake can tell, so that is taken for a yes."""
    if SYSTEM == "win32":
        return True
    if SYSTEM == "darwin" and not _answers("xcode-select", "-p"):
        return False  # there, c++ is a program that asks for the tools to be installed
    named = shlex.split(os.environ.get("CXX", ""))[:1]
    return any(shutil.which(program) for program in (*named, "c++", "g++", "clang++"))


def compiler_remedy() -> str:
    """What to do where there is no compiler."""
    if SYSTEM == "darwin":
        return _("Run: xcode-select --install")
    if SYSTEM == "win32":
        return _("Install the Build Tools for Visual Studio, with C++, then try again.")
    return _("Debian, Ubuntu: sudo apt-get install g++; elsewhere install your system's package of it.")


def _best(known: dict[str, Backend]) -> tuple[Backend, str]:
    for name in ("metal", "cuda", "vulkan"):
        if known[name].found and (name != "vulkan" or _has_card()):
            return known[name], _sentence(name)
    return known["cpu"], " ".join((_why_processor(known), _sentence("cpu")))


def _why_processor(known: dict[str, Backend]) -> str:
    """Why nothing better is built, said of the card that this computer seems to have."""
    if SYSTEM == "darwin":
        return known["metal"].reason
    return known["vulkan" if _has_card() and not _has_driver() and not known["vulkan"].found else "cuda"].reason


def _sentence(name: str) -> str:
    return {"cpu": _("It is built for the processor."),
            "cuda": _("It is built for NVIDIA's cards (CUDA)."),
            "vulkan": _("It is built for graphics cards (Vulkan)."),
            "metal": _("It is built for Apple's chips (Metal).")}[name]


# ------------------------------------------------------------------ the processor


def _processor_flags() -> tuple[str, ...]:
    """Flags that fit this processor and others of its age: a build tuned to one machine crashes on another."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return ("-DGGML_NATIVE=OFF",)
    return WITH_AVX2 if _has_avx2() else WITHOUT_AVX2


def _has_avx2() -> bool:
    if SYSTEM == "win32":
        kernel: Any = getattr(ctypes, "windll", None)
        return bool(kernel.kernel32.IsProcessorFeaturePresent(WINDOWS_HAS_AVX2))
    return _instructions() >= AVX2


def _instructions() -> set[str]:
    """The names of what this processor can do, in small letters; none where they cannot be asked for."""
    if SYSTEM == "darwin":
        return set(_answers("sysctl", "-n", "machdep.cpu.features", "machdep.cpu.leaf7_features").lower().split())
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return set()
    return set(next((line for line in lines if line.startswith("flags")), "").lower().split())


# ------------------------------------------------------------------ graphics cards


def _cuda() -> Backend:
    flags = [*_processor_flags(), "-DGGML_CUDA=ON"]
    nvcc = _nvcc()
    if nvcc is None:
        return Backend("cuda", False, _("No CUDA toolkit was found (nvcc)."), _(
            "Install NVIDIA's CUDA toolkit (Debian, Ubuntu: sudo apt-get install nvidia-cuda-toolkit)."))
    if not _has_driver():
        return Backend("cuda", False, _("No driver of an NVIDIA card was found (libcuda)."), _(
            "Install the driver of your card, and try again where it works."))
    if shutil.which("nvcc") is None:
        flags.append(shlex.quote(f"-DCMAKE_CUDA_COMPILER={nvcc}"))
    if kinds := _kinds_of_cards():  # otherwise it is built for every kind, which takes many times as long
        flags.append(f"-DCMAKE_CUDA_ARCHITECTURES={kinds}")
    return Backend("cuda", True, flags=tuple(flags))


def _nvcc() -> str | None:
    """CUDA's compiler: the one that is named, on the path, or where the toolkit usually lies."""
    homes = [os.environ.get(name, "") for name in ("CUDA_HOME", "CUDA_PATH")]
    folders = [str(Path(home, "bin")) for home in (*homes, USUAL_CUDA) if home]
    return shutil.which(os.environ.get("CUDACXX") or "nvcc") or shutil.which("nvcc", path=os.pathsep.join(folders))


def _has_driver() -> bool:
    """Whether NVIDIA's driver can be loaded: without it a build for CUDA cannot be, either."""
    name = "nvcuda.dll" if SYSTEM == "win32" else "libcuda.so.1"
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _kinds_of_cards() -> str:
    """The cards' kinds as CMake names them ("86;90"); nothing where the driver does not tell."""
    said = _answers("nvidia-smi", "--query-gpu=compute_cap", "--format=csv,noheader").split()
    return ";".join(sorted({kind.replace(".", "") for kind in said if kind.replace(".", "").isdigit()}))


def _vulkan() -> Backend:
    missing = list(_missing_for_vulkan())
    if missing:
        reason = _("No Vulkan toolkit was found ({missing}).").format(missing=", ".join(missing))
        return Backend("vulkan", False, reason, _(
            "Debian, Ubuntu: sudo apt-get install glslc libvulkan-dev spirv-headers; elsewhere the Vulkan SDK."))
    return Backend("vulkan", True, flags=(*_processor_flags(), "-DGGML_VULKAN=ON"))


def _missing_for_vulkan() -> Iterator[str]:
    sdk = os.environ.get("VULKAN_SDK", "")
    if not (shutil.which("glslc") or (sdk and shutil.which("glslc", path=str(Path(sdk, "bin"))))):
        yield "glslc"
    folders = [Path(folder) for folder in ("/usr/include", "/usr/local/include")]
    folders += [Path(sdk, name) for name in ("include", "Include") if sdk]
    for header in ("vulkan/vulkan.h", "spirv/unified1/spirv.hpp"):
        if not any((folder / header).exists() for folder in folders):
            yield header


def _has_card() -> bool:
    """Whether there is a graphics card to compute on; without one Vulkan computes on the processor, slowly."""
    return SYSTEM == "win32" or any(Path("/dev/dri").glob("renderD*"))


def _metal() -> Backend:
    if SYSTEM == "darwin" and platform.machine() == "arm64":
        return Backend("metal", True, flags=("-DGGML_NATIVE=OFF", "-DGGML_METAL=ON"))
    return Backend("metal", False, _("Metal works on Apple's own chips alone."), _("Build for the processor: cpu."))


def _answers(*command: str) -> str:
    """What a program prints; nothing where there is none, or it fails or hangs."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10,
                              stdin=subprocess.DEVNULL).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
