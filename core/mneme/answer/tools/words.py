"""Words that a count looks for, with the other tenses of their verbs: "swim" is told as "swam", too."""

from mneme.answer.counting.tenses import BASES, past
from mneme.messages import _
from mneme.recall.exact import Groups, word_groups

_BASE_OF = {past(base): base for base in sorted(BASES)}


def with_tenses(text: str) -> Groups:
    """The groups of words in `text` (recall/exact.py), each with the past of its verbs, or their base form.

    Regular endings are the business of the index, which knows words by their stems.
    """
    return tuple(tuple(dict.fromkeys(form for word in group for form in _forms(word))) for group in word_groups(text))


def spelled(groups: Groups) -> str:
    """The words for people: “swim” or “swam”, and “pool”."""
    return _(" and ").join(_(" or ").join(f"“{word.replace('*', '…')}”" for word in group) for group in groups)


def _forms(word: str) -> tuple[str, ...]:
    low = word.lower()
    if low in BASES:
        other = past(low)
    else:
        other = _BASE_OF.get(low, low)
    # the stem of a regular past is that of its base
    return (word,) if other == low or other.endswith("ed") or low.endswith("ed") else (word, other)
