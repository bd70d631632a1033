"""Source code and configuration: the text as it is, in blocks that begin where the code returns to the left margin."""

from collections.abc import Iterator

from mneme.expressions import expression
from mneme.parsers.building import pieces_of
from mneme.parsers.encoding import decode, looks_like_text, suffix_of
from mneme.ports import Parsed, ParseInput
from mneme.types import Block, Document

_LANGUAGES = (
    "py pyi pyx rb pl pm php js mjs cjs jsx ts tsx vue svelte java kt kts scala groovy clj cljs c h cc cpp cxx hh hpp "
    "hxx m mm cs fs vb go rs swift zig nim d dart lua r jl hs ml mli erl ex exs lisp el scm rkt sh bash zsh fish ps1 "
    "bat cmd awk sed sql graphql proto css scss sass less xml xsl yaml yml toml ini cfg conf properties env gradle "
    "cmake make mk dockerfile tf tex bib sty rst adoc vim asm s f90 pas ada tcl v sv vhd")
SUFFIXES = frozenset(f".{name}" for name in _LANGUAGES.split())
NAMES = frozenset({"makefile", "dockerfile", "gemfile", "rakefile", "cmakelists.txt", "jenkinsfile", "vagrantfile"})
_PIECE = expression(r"\S[^\n]*+(?:\n++(?:[^\S\n]++[^\n]*+|[)\]}][^\n]*+|(?<=[^\n]\n)\S[^\n]*+))*")


class Code:
    """Source code of many languages, one block for each top-level piece."""

    format = "code"
    suffixes = SUFFIXES
    isolated = False

    def recognises(self, head: bytes, name: str) -> float:
        claimed = suffix_of(name) in self.suffixes or name.lower() in NAMES
        return 0.7 if claimed and looks_like_text(head) else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        decoded = decode(source.data)
        yield Document(decoded.text, tuple(_blocks(decoded.text)), notes=decoded.notes)


def _blocks(text: str) -> Iterator[Block]:
    """Pieces that begin at the margin after a blank line and go on while lines are indented or follow directly."""
    return pieces_of(text, _PIECE, "code")
