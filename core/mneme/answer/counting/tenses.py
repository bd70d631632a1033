"""Forms of English verbs, so that what is asked ("did I buy") is looked up as it was told ("bought")."""

import re

from mneme.expressions import expression

# base, past, participle; the verbs with which people tell what happened
_IRREGULAR = """
be was been; become became become; begin began begun; bite bit bitten; blow blew blown; break broke broken;
bring brought brought; build built built; burn burned burnt; buy bought bought; catch caught caught;
choose chose chosen; come came come; cost cost cost; cut cut cut; deal dealt dealt; dig dug dug; do did done;
draw drew drawn; drink drank drunk; drive drove driven; eat ate eaten; fall fell fallen; feed fed fed; feel felt felt;
fight fought fought; find found found; fly flew flown; forget forgot forgotten; freeze froze frozen; get got gotten;
give gave given; go went gone; grow grew grown; hang hung hung; have had had; hear heard heard; hide hid hidden;
hit hit hit; hold held held; hurt hurt hurt; keep kept kept; know knew known; lay laid laid; lead led led;
leave left left; lend lent lent; let let let; lie lay lain; light lit lit; lose lost lost; make made made;
mean meant meant; meet met met; pay paid paid; put put put; quit quit quit; read read read; rebuild rebuilt rebuilt;
ride rode ridden; ring rang rung; rise rose risen; run ran run; say said said; see saw seen; sell sold sold;
send sent sent; set set set; sew sewed sewn; shake shook shaken; shoot shot shot; show showed shown; shut shut shut;
sing sang sung; sit sat sat; sleep slept slept; speak spoke spoken; spend spent spent; split split split;
stand stood stood; steal stole stolen; stick stuck stuck; swim swam swum; take took taken; teach taught taught;
tear tore torn; tell told told; think thought thought; throw threw thrown; understand understood understood;
wake woke woken; wear wore worn; win won won; write wrote written
"""
_REGULAR = """
accept add adopt apply arrange arrive ask assemble attend bake book borrow bury call cancel celebrate change clean
climb complete cook crash create decide deliver discover donate download finish fix graduate happen harvest help hike
host install invest invite join knit laugh launch learn like listen live look love marry mention move need notice
occur open order paint participate pass pick plan plant play post practice practise prepare publish purchase realise
realize receive recover register remodel renovate rent repair replace resign retire return review sail save service
sign start stay stop study submit switch talk travel trim try turn upgrade use visit volunteer wait walk want wash
watch work
"""
_DOUBLED = expression(r"[^aeiou]*[aeiou][bdgklmnprt]|[a-z]+(?:cur|fer|gin|mit)", re.IGNORECASE)

_TRIPLES = [tuple(one.split()) for one in _IRREGULAR.split(";")]
_PAST = {base: past for base, past, _ in _TRIPLES}
_BASE = {participle: base for base, _, participle in reversed(_TRIPLES)} | {"got": "get"}
_PASTS = frozenset(_PAST.values()) | {"were", "lit", "burnt"}
BASES = frozenset(_PAST) | frozenset(_REGULAR.split())


def past(verb: str) -> str:
    """The past tense of a base form; what is in the past already ("did I got") stays as it is."""
    low = verb.lower()
    if low in _PAST:
        return _PAST[low]
    if low in _PASTS or (low.endswith("ed") and low not in ("need", "seed", "weed", "speed", "embed", "proceed")):
        return verb
    if low.endswith("e"):
        return verb + "d"
    if re.search("[^aeiou]y$", low):
        return verb[:-1] + "ied"
    return verb + (verb[-1] if _DOUBLED.fullmatch(low) else "") + "ed"


def gerund(verb: str) -> str:
    """The form in -ing of a base form."""
    low = verb.lower()
    if low.endswith("ie"):
        return verb[:-2] + "ying"
    if low.endswith("e") and not low.endswith(("ee", "oe", "ye")) and low != "be":
        return verb[:-1] + "ing"
    return verb + (verb[-1] if _DOUBLED.fullmatch(low) else "") + "ing"


def gerund_of_participle(word: str) -> str | None:
    """"taken" to "taking", "studied" to "studying"; None where the word is no participle."""
    low = word.lower()
    if low in _BASE:
        return gerund(_BASE[low])
    if low.endswith("ied") and len(low) > 4:
        return word[:-3] + "ying"
    return word[:-2] + "ing" if low.endswith("ed") and (len(low) > 4 or low == "used") else None


def is_participle(word: str) -> bool:
    """Does `word` look like a participle of the past?"""
    return gerund_of_participle(word) is not None


def is_finite(word: str) -> bool:
    """Does `word` look like a verb in the past tense ("bought", "arrived")?"""
    low = word.lower()
    return low in _PASTS or (low.endswith("ed") and len(low) > 4)
