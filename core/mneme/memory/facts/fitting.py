"""Which words may be the object of a relation, once they are cut: a place, a firm, a person, a taste, a goal."""

import re

from mneme.expressions import expression
from mneme.memory.facts.people import FULL_NAME, is_name
from mneme.memory.facts.words import TOWNS
from mneme.memory.times.words import words as word_set

_NO_PLACE = word_set("""
    the past moment future now sin fear peace hope denial luxury style harmony present bed accounting marketing sales
    management finance hr production next level team phase topic point stage plan front back left right side bottom
    top floor another different tears pieces silence poverty house flat apartment room world country bubble mess
    chaos car van shadow shadows darkness paradise hell heaven memory moments poor rich fast sync work school town
    hometown place area neighbourhood neighborhood home homeland roots""")
_PLACE_NOUN = expression(r"(?:a|an|the) (?:[\w-]+ ){0,2}(?:house|flat|apartment|village|town|city|suburbs?|"
                         r"countryside|studio|cottage|farm|"
                         r"island|houseboat|van|coast|mountains|hostel|dorm|centre|center|outskirts|north|south|east|"
                         r"west|woods|uk|us|usa|"
                         r"netherlands)\b", re.IGNORECASE)
_HAS_CAPITAL = expression(r"(?:^|[\s(\"'&-])(?:[A-ZÀ-ÖØ-ÞА-ЯΑ-Ω]|[^\x00-\u04ff])|^\d")
_SOCIAL = expression(r"(?:facebook|instagram|tiktok|twitter|x|linkedin|reddit|discord|slack|zoom|teams|whatsapp|"
                     r"telegram|signal|tinder|bumble|"
                     r"hinge|netflix|spotify|strava|youtube|snapchat|threads|mastodon|bluesky|duolingo)$",
                     re.IGNORECASE)


def has_capital(words: str) -> bool:
    """Whether a word of it begins with a capital, or it with a digit."""
    return bool(_HAS_CAPITAL.search(words))


def is_place(words: str) -> bool:
    """Whether somebody may live there: a name with a capital, a house or town, or a word as chats write places."""
    low = words.lower().split()
    if _PLACE_NOUN.match(words):
        return True
    if _HAS_CAPITAL.search(words):
        return not re.match(r"(?:the|a|an|this|that|our) [a-z]",
                            words) or bool(re.match(r"the (?:[a-z]+ )?[A-Z]", words))
    return len(low) <= 2 and low[0] not in _NO_PLACE and low[0] not in ("a", "an", "the", "this", "that", "one", "two",
                                                                        "with") \
        and not low[0].endswith("ing") and low[-1] not in _NO_PLACE


_NO_FIRM = expression(r"(?:home|heights?|sea|speed|a (?:desk|computer|distance|steady|fast|slow)|night|nights|all|"
                      r"least|work|weekends?|times?|the (?:moment|time|weekends?|office|end|same|minute|gym|desk)|"
                      r"full|free|fun|hours?|days?|ages|once|present|peace|a living|a while|pleasure|midnight|noon|"
                      r"school|uni|half|"
                      r"first|last|lunch|an? (?:hour|week|day|month|year)|\d+|me|us|myself|it|my best|the best|"
                      r"the better|christmas)\b",
                      re.IGNORECASE)


_ANY_FIRM = expression(r"(?:(?:an?|the|this|that|our|current|new|same|big|small|local|large|old|own|nice|different|"
                       r"another|great|good|private) )*"
                       r"(?:company|firm|place|job|business|corporation|employer|workplace|organi[sz]ation)",
                       re.IGNORECASE)


def is_firm(words: str) -> bool:
    """Whether somebody may work there: not a time, a manner, or a network that all join."""
    return not _NO_FIRM.match(words) and not _ANY_FIRM.fullmatch(words) and not _SOCIAL.match(words)


def is_big_firm(words: str) -> bool:
    """Whether it is a firm or school by its name."""
    return is_firm(words) and bool(_HAS_CAPITAL.search(words))


_TOWN = expression(rf"(?:{TOWNS})(?=\s*$|,| \()", re.IGNORECASE)


def is_town(words: str) -> bool:
    """Whether it is a well-known town or country, "Brno" but not "Brno Systems"."""
    return bool(_TOWN.match(words))


def is_left(words: str) -> bool:
    """Whether it is a firm that somebody may leave: one with a name, and no town."""
    return is_big_firm(words) and not is_town(words)


def is_course(words: str) -> bool:
    """Whether somebody may study it."""
    return len(words.split()) <= 4 and not re.match(r"(?:it|this|that|these|them|together|every|each|"
                                                    r"some)\b", words, re.IGNORECASE)


_NO_CAR = expression(r"\b(?:hire|rental|rented|toy|model|ride|ticket|key|keys|parts?|tour|tee|lesson|club)\b",
                     re.IGNORECASE)


def is_car(words: str) -> bool:
    """Whether somebody may drive it."""
    return not _NO_CAR.search(words)


def is_person(words: str) -> bool:
    """Whether it is the name of somebody."""
    return bool(re.fullmatch(FULL_NAME, words)) and is_name(words)


_NO_TASTE = expression(
    r"(?:(?:my|your|our|his|her|their|this|that|these|those|it|how|what|who|when|where|why|you|him|them|me|us|"
    r"being able|seeing (?:you|how|the|your)|hearing|to (?:hear|see|know|say|think|be|have|get|go|come|help|tell|talk|"
    r"share|thank|hang|meet|catch|chat|show)|each|every|all|some|any|one|another|both|an?|so|standing in|being stuck|"
    r"sitting in|getting (?:up|stuck|yelled|woken)|paying|mondays|traffic|rush hour|taxes|spending time|"
    r"having (?:you|such|a|this)|much|more|to death|i|we|she|he|they|things|stuff|no|nothing|everything|anything|"
    r"something|everyone|people|life|work|it's|doing (?:it|this|that)|too|waiting|here|there)\b(?!-)|queu|"
    r"the (?!sea\b|ocean|mountains?|outdoors|rain\b|snow\b|beach|cold\b|summer|winter|autumn|spring|smell of|sound of|"
    r"colou?r|taste of|forest|theatre|theater|opera|violin|piano|cinema|countryside|great outdoors|(?-i:[A-Z])))",
    re.IGNORECASE)


_SAID_OF_IT = expression(r"^(?:having|being|doing|making|getting|going|seeing|taking)$|\b(?:you|it|he|she|they|we|i|"
                         r"is|are|was|were|be|can|will)\b", re.IGNORECASE)


def is_taste(words: str) -> bool:
    """Whether somebody may like it: a thing or an activity, no person spoken to and no situation."""
    return not _NO_TASTE.match(words + " ") and not _SAID_OF_IT.search(words) and len(words.split()) <= 6


def is_distaste(words: str) -> bool:
    """Whether somebody may be averse to it: a thing or an activity, no person spoken to and no situation."""
    return is_taste(words) or bool(re.match(r"(?:mondays|traffic|queu\w+|rush hour|waiting)\b", words, re.IGNORECASE))


_NO_WANT = expression(r"to (?:know|say|ask|tell|hear|see (?:you|it|how|what|if|that|him|her|them)|go (?:home|out|"
                      r"to bed|now)|be (?:sure|clear|honest|"
                      r"there|here|able|with|home)|do (?:it|this|that)|talk|thank|make sure|give|get (?:it|this|that|"
                      r"back|out|up)|help|share|come|"
                      r"meet|catch|chat|check|have|add|point|apologi[sz]e|let|sleep|cry|eat|try|stay|keep|take|look|"
                      r"believe|think|use)\b",
                      re.IGNORECASE)
GOAL = (r" (?=to (?:learn|become|run|visit|travel|write (?!in\b|to\b|back|down|you|him|her|them|it)|buy|start|open|"
        r"climb|build|move|lose|study|finish|publish|"
         r"adopt|go (?:back )?to "
         r"(?-i:[A-Z])|be an? |get (?:a|my|into|fit|better|married)|play|speak|quit|retire|improve|master|save|swim|"
         r"cycle|hike|sail|see the|"
         r"teach|read|complete|earn|own|record|paint|volunteer|set up|apply|sell|plant|renovate|restore|sing|dive|"
         r"explore|train|cook|bake))")


_SOMEBODYS = expression(r"\b(?:it|them|him|you|this|that)\b", re.IGNORECASE)


def is_goal(words: str) -> bool:
    """Whether it is something to strive for, rather than to do or say now."""
    aimless = _NO_WANT.match(words) or _SOMEBODYS.search(words) or words.split()[-1].lower() == "there"
    return not aimless and len(words.split()) >= 3


def is_project(words: str) -> bool:
    """Whether somebody may be working on it."""
    return len(words.split()) <= 8 and not re.match(r"(?:that|this|it|getting|being|some|things|stuff|myself|"
        r"something|the (?:weekend|side)|"
                                                    r"weekends?|a (?:daily|regular) )", words, re.IGNORECASE)


_NO_DECISION = expression(r"to be \w+(?:ed|en|ld)$|\d|(?:next|last|this|mon|tues|wednes|thurs|fri|satur|sun)(?:day)?\b|"
                          r"(?:not )?to (?:find|hold|stay|adjust|cancel|reduce|postpone|skip|pass|rest|focus|"
                          r"continue|keep|leave it|just|relax|head|try|wait|share|write)\b|to (?:go|do|see|wait|say|"
                          r"stay in|sleep|call|be|ask|write|tell|try|make|have|take|give|get|come|check|share|talk|"
                          r"just|let|put|bring|go for|head|treat|eat|watch|order|surprise|join|meet) ?(?:it|this|"
                          r"that|you|home|out|bed|in|again|"
                          r"some|lunch|dinner|a walk|for)?$|(?:it|this|that|you|what|how|when|where|if|whether|yet)\b",
                          re.IGNORECASE)


def is_decision(words: str) -> bool:
    """Whether it is worth keeping that it was decided."""
    return not _NO_DECISION.match(words) and not _SOMEBODYS.search(words) and len(words.split()) > 1
