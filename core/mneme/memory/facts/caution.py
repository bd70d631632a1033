"""What is not meant as a statement: questions, conditions, wishes, jokes, games, hearsay; and how sure the rest is."""

import re

from mneme.expressions import expression

_QUESTION = expression(
    r"(?:(?:and|so|but|hey|oh|well|ok|okay|um+|wait|please|sorry|also|then|now|btw|[A-Z]\w+,(?! who\b))[,\s]+)*"
    r"(?:(?:who|whom|whose|what|where|when|why|how|which|what's|where's|who's|when's|how's)\b(?! (?:i|we|my)\b)|"
    r"(?:do|does|did|"
    r"is|isn't|are|aren't|was|were|can|can't|could|couldn't|would|wouldn't|should|shouldn't|will|won't|have you|"
    r"has (?:he|she|it|anyone|[A-Z]\w+)|shall|may I|am I|any(?:one|body)|any idea|wanna|don't you|doesn't|didn't|"
    r"ever|do you|"
    r"remember when|guess (?:who|what|where|how))\b)", re.IGNORECASE)
_WHEN = expression(r"when(?:ever)? (?:i|we|he|she|they|my|the)\b", re.IGNORECASE)
_GAME = expression(
    r"\b(?:role[- ]?play|pretend(?:ing|s)?|imagine|imagining|hypothetical\w*|suppos(?:e|ing)\b|let's say|"
    r"say you(?:'re| are)|act as|"
    r"you are (?:now )?an? |play the (?:part|role)|in[- ]character|as a (?:pirate|wizard|knight|detective|vampire|"
    r"king|queen|robot|dragon|"
    r"elf)|my (?:character|avatar|persona|alter ego)|the narrator|protagonist|once upon a time|in (?:my|a|"
    r"the) (?:dream|novel|"
    r"story|book|film|movie|game|play|show|song)|dreamt|dreamed|had a dream|write (?:me )?(?:a|an|the) |for example|"
    r"e\.g\.|"
    r"example:|sample|translate|lorem|quote of|as the (?:song|saying|lyrics) goes?|sings?:|lyrics|in another life|"
    r"parallel universe|if only|the prompt|prompt:|dungeon|d&d|fan ?fiction|monologue|dialogue|"
    r"screenplay|let's play|i'm (?:dracula|batman|superman|spider-?man|santa|napoleon|elvis|cinderella|darth vader|"
    r"the (?:king|queen|pope|president|"
    r"emperor)\b|a (?:unicorn|vampire|wizard|ghost|witch|princess))|walks into a bar|knock,? knock|character sheet|"
    r"OOC|scene \d|would you rather|never have i ever|two truths)\b|(?:^|[\s.,])\*[a-z]+s\b[^*\n]{0,60}\*(?!\*)|"
    r"\[(?:IC|OOC)\b|\b(?-i:INT|EXT)\.\s"
    r"|(?-i:(?:^|[\s.])(?!NOTE|UPDATE|EDIT|FYI|TODO|IMPORTANT|INFO|NEWS|REMINDER|ADDRESS|PHONE|NAME|EMAIL|TEL|PLAN|"
    r"DATE|TIME|WARNING|DONE|CHANGE|MOVED|FACT|ABOUT)[A-Z]{3,}: [A-Z])", re.IGNORECASE)
_JOKE = expression(
    r"(?:^|\s)/s\b|(?:^|\s)/j\b|\b(?:just kidding|just joking|kidding!|i'm kidding|i kid|jk|j/k|joking|april fools?|"
    r"not really|lol not|"
    r"as if|yeah right|yeah,? sure|oh sure|sure,? (?:because|jan)|oh,? (?:great|brilliant|wonderful|fantastic|"
    r"perfect|lovely|excellent|goody)|oh joy|oh yay|oh yes,? (?:because|i)|just what i needed|"
    r"just my luck|lucky me|how lovely,|said no one|said nobody|in your dreams|a likely story|believe (?:that|"
    r"me)?,? you'll|sarcasm|"
    r"obviously i (?:just )?(?:love|adore|enjoy)|totally (?:love|loving|living the)|clearly i|living the dream|"
    r"gotta love|"
    r"don't you just love|who doesn't (?:just )?love|i just love it when|i love it when|because nothing says|"
    r"nothing says|"
    r"best day (?:ever|of my life)|just great\b|love it when|world's (?:best|worst|greatest)|my life is (?:a|over)|"
    r"psych|gotcha|had you there|pulling your leg|i wish|"
    r"(?:used to be|was) an? [\w -]{3,30},? (?:but|until|till|then) (?:i|he|she|it) (?:lost|couldn't|didn't|got|ran|"
    r"found it|kept|never)|"
    r"just (?:adore|love) \w+ing|adore (?:being|\w+ing)|love being (?:on hold|stuck|ignored|late|woken)|"
    r"pigs fly|hell freezes|what a (?:joy|treat|delight)|joke)\b|🙄|🤡|😒|🙃|😏|😜|🤪|"
    r"(?-i:\b(?:LOVE|ADORE|SO+|JUST|LOOVE+|"
    r"THRILLED|DELIGHTED|TOTALLY|FUN|ENJOY)\b)|\b(?:soo{2,}|lo{2,}ve|suu+re)\b|(?-i:\bsure, I\b)|\b(?:so|"
    r"how) (?:very )?(?:kind|"
    r"thoughtful|generous) of (?:them|him|her|you)\b", re.IGNORECASE)
_UNDOES = expression(r"(?:^|[.!?\s])(?:just kidding|kidding|jk|j/k|just joking|i'm joking|i'm kidding|april fools?|"
                     r"not really|/s|/j|not!|"
                     r"psych|gotcha|haha no|lol no|as if|yeah,? right|if only|i wish|joking|sarcasm|in my dreams|"
                     r"you wish|sure,? sure|dream on)\b"
    r"|^\W*(?:🙄|🤡|😏|😜|🤪|🙃)\W*$", re.IGNORECASE)
_UNREAL = expression(
    r"\b(?:i wish|wish(?:es|ed)?|if only|would(?:n't)?(?! (?:like|love) to)|could have|might have|should have|"
    r"would've|could've|"
    r"should've|had i|were i|even if|as though|as if|what if|(?<!.)in case|in theory|theoretically|hypothetical\w*|"
    r"unless|"
    r"rumou?r|they say|people say|word has it|i heard|i've heard|heard (?:that|from)|i read (?:that|somewhere)|"
    r"apparently|"
    r"supposedly|allegedly|not sure (?:if|whether|that)|don't know (?:if|whether|that)|no idea (?:if|whether)|"
    r"wonder(?:ing)? (?:if|"
    r"whether)|doubt|dream of|fantasi[sz]e|it's not (?:that|like|as if)|don't think|didn't say|never said|"
    r"not true that|isn't true "
    r"that|denies|claims?|claimed|lied|lying|thinks? (?:that )?i(?:'m| am| have| live| work)|thought (?:that )?(?:i|"
    r"he|she|they|you)|"
    r"assum(?:e|es|ed)|used to think|believed|asked (?:me )?(?:if|whether|where|what|how|why|when|who)|everyone|"
    r"someone|somebody|when you|if you|you know you|one (?:must|should|can)|tell (?:him|her|them|"
    r"people) (?:that )?(?:i|we))\b",
    re.IGNORECASE)
_HEDGES = (
    (expression(r"\b(?:or (?:something|so|whatever|other)|maybe|perhaps|possibly|might|not sure|no clue|who knows|"
                r"unsure)\b", re.IGNORECASE), .4),
    (expression(r"\b(?:i think|i guess|i believe|i suppose|i reckon|probably|presumably|i assume|if i remember|iirc|"
                r"afaik|"
                r"should be|as far as i know|seems?|pretty sure|likely|tentative\w*|hopefully|roughly)\b",
                re.IGNORECASE), .7))


def is_question(text: str, start: int, end: int) -> bool:
    """Whether the sentence text[start:end] asks; what is asked states nothing."""
    if _ANSWERED.match(text, start):
        return False
    if _WONDERS.fullmatch(text, start, end):
        return False
    words = text[start:end].rstrip(" )\"'*_")
    if words.endswith(("?", "？", "؟")) or "?" in words[-4:]:
        return True
    return bool(_QUESTION.match(text, start, end)) and not _WHEN.match(text, start, end)


_WONDERS = expression(r"i (?:actually|really|honestly|kind of|somehow|genuinely) (?:now )?(?:love|like|hate|"
                      r"enjoy) [^?\n]{2,40}"
                      r"\?\?+\s*", re.IGNORECASE)  # "I actually love running now??" is no question
_ANSWERED = expression(r"(?:my |[\w ]{2,20}: )?favou?rite [\w -]{2,20}\? (?=\w+(?: \w+){0,2}[.!])", re.IGNORECASE)
_SHORT = 600  # code points of a text that is one piece; a longer one plays a part paragraph by paragraph
_PARAGRAPH = expression(r"(?:[^\n]+\n?)+")


def without_games(text: str) -> str:
    """The text with everything blanked that plays a part, tells a tale or gives an example: its "I" is nobody."""
    if not _GAME.search(text):
        return text
    if len(text) <= _SHORT:
        return _blank(text)
    return _PARAGRAPH.sub(lambda found: _blank(found.group()) if _GAME.search(found.group()) else found.group(), text)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def is_joke(text: str, start: int, end: int) -> bool:
    """Whether the sentence is meant to be heard the other way round, or not at all."""
    return bool(_JOKE.search(text, start, end)) and not _DENIES.match(text, start, end)


_DENIES = expression(r"(?:we're|we are|i'm|i am) not (?:engaged|married|pregnant|moving|leaving)\b", re.IGNORECASE)


def undoes(text: str, start: int, end: int) -> bool:
    """Whether the sentence takes back as a joke what was said right before it: "Just kidding!"."""
    return end - start < 60 and bool(_UNDOES.search(text[start:end]))


def is_unreal(text: str, start: int, end: int) -> bool:
    """Whether the clause tells a wish, a thought, a rumour or what others believe, and not what is so."""
    return bool(_UNREAL.search(text, start, end) or _UNREAL_THAT.search(text[max(start - 48, 0):start]))


_UNREAL_THAT = expression(  # right before the clause: "it's not true that I live in Rome"
    r"\b(?:(?:not|isn't|wasn't|never) true|untrue|doubts?|heard|claims?|claimed|rumou?rs?|not sure|dream(?:t|ed|s)?|"
    r"imagin\w+|"
    r"pretend\w*|suppos\w+|wish\w*|lied|lie|denie[sd]|deny|no idea|don't know|wonder\w*|assum\w+|nonsense|as if|"
    r"if only|"
    r"convinced|believes?|thinks?|thought|hop(?:e|es|ing)|afraid|worried|fear|bet|joked?)(?: (?:me|us|to me|"
    r"everyone))? that\s+$",
    re.IGNORECASE)


_HEARSAY = expression(r"\bheard (?:it|this|that)?\s*from\b|\bapparently\b|\brumou?r|\bthey say\b|\bor so (?:i|they|"
                      r"he|she)\b|"
                      r"\bso (?:i'm|i was|i've been) told\b|\bgossip\b|\bof course not\b", re.IGNORECASE)
_AGREES = expression(r"\W*(?:sure|right|yeah|yes|of course|obviously|totally|absolutely)\W*", re.IGNORECASE)
_ADDS = expression(r"\W*(?:and|plus|next|also)\b", re.IGNORECASE)
_BIG_NEWS = expression(r"big news|announce|!!|you won't believe|guess what", re.IGNORECASE)


def is_hearsay(text: str, start: int, end: int) -> bool:
    """Whether the sentence passes on what others say."""
    return bool(_HEARSAY.search(text, start, end))


def mocks(text: str, before: tuple[int, int] | None, start: int) -> bool:
    """Whether the sentence at `start` mocks by agreeing: "Sure. And I live in the Bahamas." """
    return before is not None and bool(_AGREES.fullmatch(text, *before)) and bool(_ADDS.match(text, start))


def is_april_fool(text: str, month_and_day: tuple[int, int] | None) -> bool:
    """Whether big news come on the first of April."""
    return month_and_day == (4, 1) and bool(_BIG_NEWS.search(text))


def certainty(text: str, start: int, end: int) -> float:
    """How sure the speaker is of the clause, as a factor 0..1."""
    return min((factor for hedge, factor in _HEDGES if hedge.search(text, start, end)), default=1.0)
