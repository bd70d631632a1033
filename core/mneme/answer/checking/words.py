"""Words of sentences and evidence: stems, words that say little, words of like and of opposite meaning."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from mneme.answer.counting.tenses import BASES, gerund_of_participle, past
from mneme.expressions import expression

_TOKEN = expression(r"\d+(?:[.,:/-]\d+)*|[^\W\d_]+(?:[-.&][^\W\d_]+)*(?:['’][^\W\d_]+)?|[%€$£]")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text with its place; `stem` is the same for its common forms."""

    text: str
    low: str
    stem: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        return self.text[0].isdigit() or self.low in COUNTS


_TEENS = """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty"""
COUNTS = {word: number for number, word in enumerate(_TEENS.split(), start=2)} | {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100, "twice": 2, "half": -2, "dozen": 12,
    "second": 2, "third": 3, "fourth": 4}
ORDINALS = frozenset(("second", "third", "fourth"))
NEGATIONS = _set("""not never no none nobody nothing neither nor without cannot nowhere hardly barely n't isn't aren't
    wasn't weren't don't doesn't didn't won't wouldn't can't couldn't shouldn't haven't hasn't hadn't ain't lacks lack
    refuses refused nicht kein keine keinen keiner nie niemals ohne no nunca jamás sin""")

# words that carry grammar alone, or so little meaning that nobody lies with them
FUNCTION = _set("""a an the and or but so if of in on at to for from by with as into onto about over under up down out
    off than then that this these those there here it its it's he she they him her his hers them their theirs i me my
    mine we us our ours you your yours myself yourself himself herself itself themselves ourselves who whom whose
    which what where when why how is am are was were be been being has have had having do does did doing done will
    would shall should can could may might must also too very really just quite much many more most such own other
    another any some both each all while because since until during through between among after before against
    toward towards upon within along around across like per via s t m re ve ll d not no never none nor without
    etc one ones something anything everything thing things someone anyone way ways lot lots bit kind sort even still
    already yet again ever only once let yes yeah oh well ok okay get got gets getting go goes going went gone gonna
    wanna make makes made making take takes took taken taking give gives gave given giving put come comes came
    coming use uses used using them'em that's there's what's i'm you're he's she's we're they're i've we've they've
    you've i'd you'd he'd she'd we'd they'd i'll you'll he'll she'll we'll they'll who's let's however therefore
    though although whether every part despite oneself fully""")

# what a teller adds of his own: that somebody said, thinks or has something, that it was of late
TELLING = _set("""say tell mention share express state describe explain note report discuss talk speak chat believe
    think feel consider find see view recall remember know include involve seem be currently recently now
    today specific specifically especially particularly various several often usually able due
    include including additionally overall such located named called name time recent current together
    according memory note notes personal personally""")

_FAMILIES = """
    attend visit go join participate participation | kid child children son daughter | mom mother mum | dad father
    family fam relative | photo picture pic image photograph shot | buy purchase get acquire bought got
    begin start launch commence kick-off open | important crucial key vital essential matter significant significance
    great awesome amazing fantastic wonderful incredible good cool fun nice positive | tough hard difficult challenging
    challenge struggle | help support assist aid guide back | hope wish want desire aspire dream aim goal intend plan
    look-forward | work job career profession employment gig | house home place | trip journey travel vacation holiday
    roadtrip | talk chat speak conversation discuss discussion speech | show display exhibit present | make create
    build craft develop | say tell mention remark share | sad upset unhappy down | scare afraid frighten fear nervous
    nerve-wracking scary anxious | excite thrill stoke pump eager enthusiastic psych | thank grateful appreciate
    appreciation gratitude thankful bless lucky fortunate | big large huge massive great | small little tiny mini
    study learn course education | think believe feel consider view find opinion | movie film flick
    car vehicle auto | bike bicycle cycle | store shop boutique business biz | phone mobile smartphone
    try attempt | lose lost | keep continue stay remain maintain | finish complete end | receive get obtain
    need require must | choose pick select decide | relax calm unwind soothing peaceful soothe de-stress chill
    glad happy delighted pleased joy happiness joyful cheerful | beautiful gorgeous stunning pretty lovely
    inspire inspiration motivate motivation encourage encouragement | volunteer charity | strength strong resilience
    resilient | meet encounter run-into | group community gang team crew network | friend buddy pal mate bestie
    remind reminder | symbol symbolize represent stand-for mean reflect symbolise | event gathering
    doctor physician | sick ill | often frequently regularly | quick fast rapid | old aged | spouse wife husband
    grandma grandmother granny nana | grandpa grandfather granddad | fix repair | own have possess
    enjoy love like adore fan fond passion passionate favorite favourite fav fave cherish treasure dig
    determine determination commit commitment dedicate dedication | person people folk individual human guy
    tip advice suggestion recommend recommendation | live reside | hike hiking trek | paint painting art artwork
    different diverse diversity various | world globe | organise organize arrange plan set-up put-together
    increase grow growth improve expand boost raise | advert ad advertise advertisement campaign promote promotion
    win won first-place | lead led cause | succeed success successful | enlighten insight
    cat kitten kitty | dog puppy pup doggo | fail failure | recover recovery heal | worry concern
    study research investigate look-into | lgbtq lgbtq+ lgbt queer | trans transgender | uni university college
    """.replace("\n", " | ")

# liking and good feeling: a teller names it with any of these, where what was told is good
_GOOD = _set("""love like enjoy adore fan fond passion passionate favorite favourite cherish treasure great awesome
    amazing fantastic wonderful incredible good cool fun nice joy happy glad delighted pleased bless lucky thank
    grateful appreciate thankful excite thrill stoke blast special beautiful stunning perfect sweet inspire proud
    fulfill reward satisfy comfort important value admire happiness gratitude appreciation helpful calm relax peace
    essential passion fan best better enjoy hope glad sweet gorgeous vital key power powerful worth""")
_GOOD_TOLD = _set("""love like enjoy value appreciate cherish treasure admire happy joy happiness enjoyment positive
    appreciation gratitude grateful thankful great good special excite""")
_BAD = _set("""hate dislike loathe detest awful terrible horrible bad worst sad upset angry miserable boring tedious
    dull hurt pain fear scare regret sorry disappoint frustrate""")

_OPPOSITES = """love:hate,dislike,loathe,detest,despise like:dislike,hate enjoy:hate,dread,dislike,loathe
    happy:sad,unhappy,miserable glad:sad excite:bore proud:ashamed start:stop,quit,end,finish begin:stop,end,finish
    buy:sell win:lose lose:find accept:reject,refuse,decline,deny join:leave,quit open:close,shut
    increase:decrease,drop,fall,reduce easy:hard,difficult,tough,challenging old:new,young before:after best:worst
    good:bad,awful,terrible,poor great:awful,terrible,bad amazing:awful,terrible fun:boring,tedious
    relax:stress calm:stress,upset success:failure successful:unsuccessful confident:insecure positive:negative
    more:less strong:weak help:harm,hinder hope:despair,fear arrive:leave,depart come:leave borrow:lend
    hire:fire pass:fail agree:disagree,refuse remember:forget keep:lose,sell,quit allow:forbid,ban early:late
    first:last big:small,little,tiny hot:cold warm:cold fast:slow marry:divorce above:below
    cheap:expensive rich:poor full:empty clean:dirty light:dark,heavy safe:dangerous healthy:sick,ill
    push:pull  trust:distrust,doubt believe:doubt,disbelieve
    support:oppose,hinder value:despise,disdain appreciate:resent grateful:resentful love:fear praise:criticize
    important:pointless,unimportant alive:dead married:single,divorced always:never plan:refuse want:refuse
    adopt:abandon include:exclude gain:lose improve:worsen inside:outside indoors:outdoors interest:bore
    morning:evening,night day:night public:private local:foreign older:younger"""


# what makes of a thing seen or told once a rule, or the only one
ABSOLUTES = _set("""always never every constantly only all everyone nobody everybody forever ever daily completely
    entirely none solely exclusively immer nie jeden siempre nunca cada""")


@lru_cache(maxsize=1)
def _pasts() -> dict[str, str]:
    """Irregular and regular past tenses of common verbs, to their base."""
    return {past(base): base for base in BASES} | {"were": "be", "is": "be", "are": "be", "am": "be", "ate": "eat"}


_ODD = {"children": "child", "men": "man", "women": "woman", "people": "person", "feet": "foot", "wives": "wife",
        "lives": "live", "life": "live", "better": "good", "best": "good", "worse": "bad", "worst": "bad",
        "has": "have", "had": "have", "does": "do", "did": "do", "done": "do", "goes": "go", "gone": "go",
        "dying": "die", "felt": "feel", "left": "leave", "taught": "teach", "fed": "feed", "met": "meet"}


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """`word` (lower case) without the endings of its common forms: "painted", "paints" and "painting" are one."""
    word = re.sub(r"['’]s?$", "", word)
    if word in _ODD:
        return _ODD[word]
    if word in _pasts():
        return _cut(_pasts()[word])
    base = gerund_of_participle(word)
    return _cut(base if base is not None else word)


def _cut(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 4 and re.search("(?:[sxz]|ch|sh)es$", word):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and re.search("[aeiouy]", word[:-len(ending)]) and len(word) - len(ending) >= 2:
            word = word[:-len(ending)]
            if re.search(r"([bdgmnprt])\1$", word):
                word = word[:-1]
            break
    if len(word) > 5 and word.endswith("ly"):
        word = word[:-2]
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 3 and word.endswith("y") and word[-2] not in "aeiou" else word


def tokens(text: str) -> list[Token]:
    """The words and numbers of `text` in their order."""
    return [Token(at.group(), low := at.group().lower().replace("’", "'"), stem(low), at.start(), at.end())
            for at in _TOKEN.finditer(text)]


def is_content(token: Token) -> bool:
    """Does the word say something that must be told somewhere?"""
    if token.text == "May" and token.start > 0:
        return True
    return token.low not in FUNCTION and token.low not in NEGATIONS and not token.low.endswith("n't")


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in words)


TELLING_STEMS = _stems(TELLING)
# what somebody does by saying "you can do it", "well done", "I'd try that"
SPEECH_STEMS = _stems(_set("""encourage support advise compliment admire congratulate acknowledge agree suggest reassure
    assure praise root cheer respect appreciate thank believe remind wish"""))
GOOD_STEMS, GOOD_TOLD_STEMS, BAD_STEMS = _stems(_GOOD), _stems(_GOOD_TOLD), _stems(_BAD)
_FAMILY: dict[str, set[int]] = {}
for _number, _row in enumerate(_FAMILIES.split("|")):
    for _word in _row.split():
        _FAMILY.setdefault(stem(_word), set()).add(_number)
OPPOSED: dict[str, frozenset[str]] = {}
for _pair in _OPPOSITES.split():
    _one, _others = _pair.split(":")
    for _other in _others.split(","):
        OPPOSED[stem(_one)] = OPPOSED.get(stem(_one), frozenset()) | {stem(_other)}
        OPPOSED[stem(_other)] = OPPOSED.get(stem(_other), frozenset()) | {stem(_one)}


def are_akin(one: str, other: str) -> bool:
    """Do two stems mean about the same: one family of words, or one word with another ending?"""
    if _FAMILY.get(one, _NONE) & _FAMILY.get(other, _NONE):
        return True
    return are_derived(one, other)


_NONE: set[int] = set()
# what stems end in besides: accept-anc, creat-iv, organis-ation, happi-nes
_ENDINGS = expression(r"(?:|e|i|y|a|er|or|r|ist|ion|at|ation|ition|ing|ed|ment|ful|fully|al|ial|able|ible|ic|anc|enc|"
                      r"ent|ant|iv|iti|ity|ou|ious|nes|ness|iness|ship|hood|en|ish|s|th|ur|ure|tur|ally|ator|atory|ati|ness|ism)")


def are_derived(one: str, other: str) -> bool:
    """accept and acceptance, creat and creativ."""
    short, long = sorted((one, other), key=len)
    common = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if common < 4 or common < len(short) - 2:
        return False
    return bool(_ENDINGS.fullmatch(short[common:]) and _ENDINGS.fullmatch(long[common:])) and (
        common >= 5 or len(long) - common >= 3)


def is_past(word: Token) -> bool:
    """An irregular past tense: "went", "bought"."""
    return word.low in _PASTS and word.low not in ("put", "cut", "let", "read", "set", "hit", "hurt", "quit", "cost")


_PASTS = _set("""went bought sold left quit spoke drove gave lost began kept hid became ran ate drank saw met flew
    taught brought broke took found swam sang wrote built learnt came grew held made got said told felt thought knew won
    wore sent spent chose rode fell caught paid stood understood woke threw slept sat read cut put hit hurt let set cost
    had did was were""")
