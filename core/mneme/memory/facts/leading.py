"""What only leads into a clause ("well, I think", "Anna told me that"), and what it makes of the words behind it."""

import re
from dataclasses import dataclass

from mneme.expressions import expression
from mneme.memory.facts.people import Cast, Person, person_at
from mneme.memory.facts.timing import time_phrases


@dataclass(frozen=True, slots=True)
class Lead:
    """Where a clause's own words begin; who tells it, where somebody else does; whether it puts something right."""

    at: int
    corrects: bool = False
    teller: Person | None = None
    certainty: float = 1.0
    unreal: bool = False


_FILLER = expression(
    r"(?:(?:oh|ah|yo|ey|guys|ladies|girls|boys|friends|folks|well|so|ok|okay|hey|hi|hello|yes|yeah|yep|yup|"
    r"no(?! longer\b| more\b| \w+(?: \w+)? (?:today|tomorrow|on|this|next|after all|any ?more|then)\b)|nope|nah|also|"
    r"anyway|"
    r"anyways|btw|by the way|fyi|"
    r"ps|p\.s\.|update|news|good news|bad news|big news|"
    r"great news|sad news|guess what|haha+|hm+|um+|uh|in fact|honestly|to be honest|tbh|finally|and|but|then|now|"
    r"nowadays|these days|still|recently|lately|currently|"
    r"as of now|for the record|just so you know|heads up|note to self|reminder|note|oops|as you know|so yeah|wow|omg|"
    r"yay|ugh|lol|sadly|unfortunately|luckily|thankfully|"
    r"fortunately|happily|apart from that|besides|plus|because|that|actually|in case you missed it|quick update|"
    r"life update|small update|about me|fun fact|intro|status|"
    r"hooray|hurray|(?:happy )?new year|from now on|from today on|as of today|well then|remember(?: that)?|"
    r"don't forget(?: that)?|long story short|"
    r"basically|personally|since you ask(?:ed)?|remember this|by (?:profession|trade|training)|since|"
    r"though|although|while|today|to clarify|as always|"
    r"dear diary|thanks|thank you|thx|ty|hi all|hi everyone|hello everyone|hi there|hey there|good morning|morning|"
    r"evening|hey guys|hi guys|me too|same here|"
    r"so happy|so excited|exciting|excited|(?:hi|hey|hello|dear|thanks|thank you|thx|sorry|wow|yes|yeah|no|oh|ok|"
    r"morning) (?-i:[A-Z])\w+|(?-i:[A-Z])\w+(?=, (?:I|we|my|our)\b))"
    r"(?:[\s,.!:;–—-]|\W)+)", re.IGNORECASE)
_TURN = expression(
    r"(?:actually|no,? wait|wait,? no|wait|correction|i meant(?: to say)?|i mean|what i meant is|make that|sorry|"
    r"my mistake|my bad|i mixed (?:it|that) up|i got (?:it|that) wrong|oops|i misspoke|to correct myself|"
    r"let me correct that|rather|or rather|no(?! longer\b| more\b| \w+(?: \w+)? (?:today|tomorrow|on|this|next|"
    r"after all|"
    r"any ?more|then)\b))(?:[\s,.!:;–—-])+(?:that |,)?", re.IGNORECASE)
_THINK = expression(r"(?:i (?:think|guess|believe|reckon|suppose|assume)|i'm (?:pretty |fairly |quite )?sure|"
                    r"pretty sure|i'm (?:happy|proud|glad|pleased|excited|thrilled|sad|sorry) to "
                    r"(?:say|announce|report|share)|i can (?:confirm|tell you)|i should (?:mention|say)|"
                    r"i forgot to (?:say|mention|tell you)|did i (?:tell|mention)|"
                    r"i (?:just )?(?:want|wanted) to (?:say|let you know|tell you)|let me tell you|you know|as (?:i|"
                    r"you) (?:said|mentioned|know)|i (?:said|told (?:you|him|her|them|everyone))|"
                    r"(?:just )?(?:letting|to let) you know|"
                    r"it turns out|turns out|the (?:news|thing|truth|point) is|good to know|i remember|i (?:realized|"
                    r"realised|noticed|see))(?: that)?,? ", re.IGNORECASE)
_TOLD = expression(r"(?:'s|'ve| has| have)?(?: (?:just|also|recently|once|always))* (?:told (?:me|us|everyone|him|"
                   r"her)|says|said|mentioned|wrote|texted(?: me)?|confirmed|"
                   r"announced|let (?:me|us) know|explained|replied|reports?|called to say)(?: (?:yesterday|today|"
                   r"last \w+|this \w+|to me|me|on \w+day))*,?(?: that)? ",
                   re.IGNORECASE)
_REPORTED = .85


def lead_in(text: str, start: int, end: int, cast: Cast) -> Lead:
    """Skips what leads into the clause at `start`; "I heard" and other people's "I" make it unreal."""
    at, corrects, certainty = start, False, 1.0
    for _ in range(6):
        turn = _TURN.match(text, at, end)
        found = turn or _FILLER.match(text, at, end) or _THINK.match(text, at, end)
        if found is None:
            timed = _time_lead(text, at, end)
            if timed is None:
                break
            at = timed
            continue
        corrects = corrects or (turn is not None
                                and not turn.group().lower().startswith(("sorry", "no", "oops", "actually")))
        corrects = corrects or (turn is not None and bool(_SURE_TURN.match(text, at, end)))
        at = found.end()
    return _told_lead(text, at, end, cast, corrects, certainty)


_SURE_TURN = expression(r"(?:no|sorry|oops|actually)[\s,.!:;–—-]+(?:wait|sorry|actually|i mean|it's|it is|that's|"
                        r"my \w+(?: \w+)? is|the \w+ is|not)", re.IGNORECASE)


def _time_lead(text: str, at: int, end: int) -> int | None:
    """ "Since 2019", "Last week," at the beginning of a clause."""
    times = time_phrases(text, at, min(end, at + 40))
    if not times or times[0].span[0] != at:
        return None
    gap = re.compile(r"(?: on)?,?\s+(?=(?:I|I'm|I've|we|he|she|my|our|[A-Z]\w+)\b)").match(text, times[0].span[1], end)
    return None if gap is None else gap.end()


def _told_lead(text: str, at: int, end: int, cast: Cast, corrects: bool, certainty: float) -> Lead:
    """ "Anna told me (that) she ...": what follows is hers; other people's "I" is left alone."""
    teller = person_at(text, at, end, cast)
    if teller is None or teller.kind == "first":
        return Lead(at, corrects, None, certainty)
    found = _TOLD.match(text, teller.span[1], end)
    if found is None:
        return Lead(at, corrects, None, certainty)
    unreal = bool(re.match(r"(?:I|I'm|I've|my|we|our|you)\b", text[found.end():found.end() + 5]))
    return Lead(found.end(), corrects, teller, certainty * _REPORTED, unreal)
