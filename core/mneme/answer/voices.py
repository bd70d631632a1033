"""Who says a memory, as a language model is told it: the owner is the owner, whatever their name."""

from mneme.messages import _
from mneme.types import Memory, Origin


def who(memory: Memory) -> str:
    """Who says it, for the model: the owner is "the owner", whatever their name."""
    if memory.origin is Origin.OWNER:
        return _("the owner") if not memory.speaker else f"{memory.speaker} ({_('the owner')})"
    if memory.origin is Origin.ASSISTANT:
        return _("an assistant")
    return memory.speaker or ""
