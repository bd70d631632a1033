"""Asking a model in a test: a prompt, and all that came of it."""

from collections.abc import Callable, Sequence

from mneme.models.llama.model import LlamaModel
from mneme.ports import Generation, Spent, Turn

Make = Callable[..., LlamaModel]
PROMPT = (Turn("system", "Be short."), Turn("user", "Where is the boat?"))


def never() -> bool:
    return False


def written(model: LlamaModel, prompt: Sequence[Turn] = PROMPT, *, cancelled: Callable[[], bool] = never,
            **wish: object) -> tuple[str, Spent]:
    """The whole text, and what it came to."""
    *pieces, spent = model.generate(prompt, Generation(**{"max_tokens": 24, **wish}), cancelled)
    assert isinstance(spent, Spent)
    assert all(isinstance(piece, str) for piece in pieces)
    return "".join(map(str, pieces)), spent
