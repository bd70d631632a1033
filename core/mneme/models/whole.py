"""A whole generation of a language model, for those who do not listen while it comes."""

from collections.abc import Callable, Sequence

from mneme.ports import Generation, LanguageModel, Spent, Turn

NOTHING = Spent(0, 0, 0, 0.0, 0.0, "length")  # of a generation that did not come to an end


def completed(model: LanguageModel, prompt: Sequence[Turn], wish: Generation, cancelled: Callable[[], bool]
              ) -> tuple[str, Spent]:
    """All that a model writes, and what it came to.

    Raises: as `LanguageModel.generate`: Cancelled, ModelError, and ValueError where the prompt is too long.
    """
    said: list[str] = []
    spent = NOTHING
    for piece in model.generate(prompt, wish, cancelled):
        if isinstance(piece, Spent):
            spent = piece
        else:
            said.append(piece)
    return "".join(said), spent
