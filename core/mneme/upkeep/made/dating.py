"""Times that a model copied out of a text, read by Mneme's own rules: no arithmetic of a model is believed."""


from mneme.expressions import expression
from mneme.memory.facts.statements import Mode
from mneme.memory.facts.timing import Direction, TimePhrase, began, moment_of, time_phrases
from mneme.types import Moment, Span
from mneme.upkeep.made import quoting

_ISO = expression(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


class NotTold(Exception):
    """A date that the text does not say."""


def told_time(words: str, text: str, within: Span, said: Moment, mode: Mode) -> Moment | None:
    """When the copied `words` mean, as they stand in text[within], counted from when it was said.

    None where there are none, or where they name no certain time. A date in ISO is believed where a time that the text
    names comes to the same. Raises: NotTold.
    """
    if not words.strip():
        return None
    direction: Direction = "future" if mode == "planned" else "past"
    phrases = time_phrases(text, *within)
    place = quoting.found(words, text, *within)
    if place is not None:
        near = [one for one in phrases if one.span[0] < place[1] and place[0] < one.span[1]]
        if not near:
            raise NotTold
        return _meant(near[0], said, direction)
    if _ISO.fullmatch(words.strip()):
        for one in phrases:
            at = _meant(one, said, direction)
            if at is not None and at.iso()[:10].startswith(words.strip()):
                return at
    raise NotTold


def _meant(phrase: TimePhrase, said: Moment, direction: Direction) -> Moment | None:
    return began(phrase, said) if phrase.bound == "for" else moment_of(phrase.text, said, direction)
