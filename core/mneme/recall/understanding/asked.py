"""What kind of answer a question asks for, read from the clause that asks; English first, the rest where short."""

import re
from enum import StrEnum

from mneme.expressions import expression
from mneme.memory.sentences import sentences
from mneme.memory.times.words import words as word_set
from mneme.recall.understanding.plurals import is_many

MASK = "¤"  # stands for every character of a quoted title, so that its words mean nothing


class Wanted(StrEnum):
    """The kind of answer that a question asks for."""

    DATE = "date"
    DURATION = "duration"
    COUNT = "count"
    FREQUENCY = "frequency"
    QUANTITY = "quantity"
    YES_NO = "yes_no"
    CHOICE = "choice"
    PERSON = "person"
    PLACE = "place"
    LIST = "list"
    REASON = "reason"
    OPEN = "open"


_QUOTED = expression(
    r"“[^”\n]{1,160}”|„[^“”\n]{1,160}[“”]|«[^»\n]{1,160}»|\"[^\"\n]{1,160}\"|"
    r"(?:(?<=^)|(?<=[\s(\[]))(?:‘(?=\S)[^\n‘]{0,160}?\S’|"
    r"'(?!\d0s)(?=\S)[^\n]{0,160}?[^\s'](?:s'(?=\s[A-Z])[^\n']{0,80})?')"
    r"(?=[\s.,;:?!)\]]|$)")
_AUX = (r"(?:did|does|do|is|are|was|were|am|has|have|had|will|would|can|could|should|shall|may|might|"
        r"didn['’]t|doesn['’]t|don['’]t|isn['’]t|aren['’]t|wasn['’]t|weren['’]t|hasn['’]t|haven['’]t)")
_WH = (r"(?:(?:(?:since|on|in|during|to|until|till|from|by|for|with|at|about|around|of|after|before|under|near|into) )?"
       r"(?:what|which|who|whom|whose|where|when|why|how)(?:['’]?s|['’]re|['’]d)?)")
_LEAD = expression(
    r"(?:and|so|but|also|ok|okay|well|hey|hi|hello|please|now|then|or|actually|oh|mneme|remember|again)\b[\s,!.:–—-]+|"
    r"(?:can|could|would|will) you (?:please |kindly )?(?:remind|tell|show|give|help)\b(?: me)?(?: again|"
    r" please)?,?\s+|"
    r"(?:do|did) you (?:happen to )?(?:still )?(?:know|remember|recall)\s+|"
    r"(?:please )?(?:remind|tell) me(?: again| please)?,?\s+|"
    r"i(?:['’]m| am| was|['’]ve been)? (?:just )?wonder(?:ing)?(?: if you (?:know|remember(?:ed)?|"
    r"could tell me))?,?\s+|"
    r"i(?: just)? ?(?:wanted|want|need|would like|['’]d like) to (?:know|ask|confirm|check|remember)[\s,:–—-]+|"
    r"i (?:forgot|forget|don['’]t (?:know|remember)|can['’]t remember)\s+|"
    r"any idea\s+", re.IGNORECASE)
_INNER = expression(
    rf"(?:[,;:–—]\s*|\s-\s+|\b(?:remember(?:ed)?|remind me(?: of| about)?|tell me|wondering|confirm|know|recall)\s+)"
    rf"(?:and\s+)?(?={_WH}\b|(?:did|does|do|is|are|was|were|has|have|had|will) (?:i|we|you|he|she|it|they|the|my)\b)",
    re.IGNORECASE)
_BEGINS = expression(rf"\W*(?:{_WH}|{_AUX}|if|whether)\b", re.IGNORECASE)
_WHILE = expression(rf"\W*when (?!{_AUX}\b)[^,?]*,\s*(?={_WH}\b|{_AUX}\b)", re.IGNORECASE)
_ECHO = expression(r"\b(?=(?:when|where|who|why|what)\s*\?*\s*$)", re.IGNORECASE)
_SMALL = expression(r"\W*(?:any|what do you think|right|ok|okay|do you know|can you help)\b", re.IGNORECASE)


def masked(text: str) -> str:
    """`text` at the same length with the words of quoted titles made meaningless."""
    return _QUOTED.sub(lambda quote: quote[0][0] + MASK * (len(quote[0]) - 2) + quote[0][-1], text)


def quoted(text: str) -> list[tuple[int, int]]:
    """Where quoted titles stand in `text`, without their quotation marks."""
    return [(found.start() + 1, found.end() - 1) for found in _QUOTED.finditer(text)]


def asking(text: str) -> tuple[int, int]:
    """Where the clause that asks stands in `text`: the last question in it, without "Can you remind me ..."."""
    hidden = masked(text)
    start, end = _asking_sentence(hidden)
    start = _without_leads(hidden, start, end)
    while_ = _WHILE.match(hidden, start, end)
    if while_ is not None:
        return while_.end(), end
    if not _BEGINS.match(hidden, start, end):
        inner = _INNER.search(hidden, start, end) or _ECHO.search(hidden, start, end)
        start = _without_leads(hidden, inner.end(), end) if inner is not None else start
    return start, end


def _asking_sentence(hidden: str) -> tuple[int, int]:
    spans = sentences(hidden)
    asked = [span for span in spans if hidden[:span[1]].rstrip("\"'”’)").endswith("?")]
    whole = [span for span in asked if not _SMALL.match(hidden, *span)]
    begun = [span for span in spans if _BEGINS.match(hidden, *span) or _LEAD.match(hidden, *span)]
    best = whole or asked or begun or spans
    return best[-1] if best else (0, len(hidden))


def _without_leads(hidden: str, start: int, end: int) -> int:
    at = start
    while at < end and not hidden[at].isalnum() and hidden[at] != MASK:
        at += 1
    while (lead := _LEAD.match(hidden, at, end)) is not None:
        at = lead.end()
    return at if at < end else start


# ------------------------------------------------------------------ which kind


def _compiled(*table: tuple[Wanted, str]) -> tuple[tuple[Wanted, re.Pattern[str]], ...]:
    """The first pattern that matches where the clause begins tells the kind."""
    return tuple((kind, expression(pattern, re.IGNORECASE)) for kind, pattern in table)


_UNIT = r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|weekends?|months?|years?|decades?)"
_NP = r"(?:[^\s,?]+ ){0,6}?"  # the words between an article and the head of its phrase
_IS = r"(?:['’]?s| is| was|['’]re| are| were)"
_MEASURES = (
    r"(?:code|pin|number|price|cost|size|weight|height|age|temperature|amount|percentage|percent|score|speed|"
    r"distance|salary|income|wage|rent|budget|ratio|average|minimum|maximum|total|sum|fee|balance|bill|length|width|"
    r"depth|mileage|value|discount|rate|count|capacity|worth|dose|dosage|volume|time)")
_KINDS = _compiled(
    (Wanted.LIST, r"what(?:['’]s| is| was) the (?:\w+ )?order (?:of|in)\b|(?:in )?(?:what|which) (?:\w+ )?ways\b|"
                  r"(?:please )?(?:list|name|enumerate) (?:all|every|each|the|my|some|both)\b|what all\b|who all\b"),
    (Wanted.DATE, r"(?:since |until |till |by |from )?when\b(?!ever)|(?:exactly )?when(?:['’]?s)?\b|"
                  r"(?:(?:on|in|during|to|until|till|from|since|by|for|of) )?(?:what|which) (?:exact |calendar )?"
                  r"(?:date|day|week|weekend|weekday|month|year|season|decade)\b|"
                  rf"what{_IS} (?:the |my |your |our |his |her |their |{_NP})(?:exact )?"
                  r"(?:date|birth ?date|birthday|deadline|due date|anniversary|wedding day)(?: (?:of|for|when|"
                  r"on which|that)\b|\s*\?*\s*$)|"
                  rf"what{_IS} (?:the )?(?:day|month|year) (?:when|that|on which|in which|i|we|he|she|they)\b|"
                  r"what day\b"),
    (Wanted.FREQUENCY, r"how (?:often|frequently|regularly)\b|how many (?:times|days|nights|evenings) "
                       r"(?:a|per|each|every|in a) (?:day|week|month|year|weekend)\b"),
    (Wanted.COUNT, r"how many times\b|how many different\b"),
    (Wanted.QUANTITY, rf"(?:by )?how many {_UNIT} (?:older|younger|old)\b|how much (?:older|younger)\b"),
    (Wanted.DURATION, rf"(?:for |since )?how (?:much )?long(?:er)?\b|how (?:much|many) (?:\w+ )?(?:time|seconds|"
                      rf"minutes|hours)\b(?! of the)|"
                      r"how (?:many|much) (?:more |other |full |whole |total )?(?:days|nights|weeks|weekends|months|"
                      r"years|decades)\b"
                      r"(?=.*\b(?:ago|pass(?:ed)?|between|since|before|after|until|till|elapsed?|take|took|spend|spent|"
                      r"stay(?:ed)?|been|last(?:ed)?\s*\?|away|left|ahead|long|remain(?:ing)?|lie|lay|apart)\b)|"
                      rf"what{_IS} the (?:duration|length of time)\b"),
    (Wanted.COUNT, rf"(?:in |on |to |with |for |of |from |at )?how many\b|what(?:['’]s| is| was) {_NP}(?:total |"
                   rf"exact )?number of\b"),
    (Wanted.QUANTITY, r"(?:at |for |by )?how (?:much|old|tall|far|big|small|high|large|wide|heavy|deep|fast|late|"
                      r"early|soon|thick|hot|"
                      r"cold|expensive|strong|steep|warm|close|near)\b|(?:at |by |to )?(?:what|which) time\b|"
                      r"what age\b|"
                      rf"(?:what|which)(?:['’]s| is| was) (?:the |my |our |his |her |their |"
                      rf"[^\s,?]+['’]s? )?(?:[^\s,?]+ ){{0,3}}?"
                      rf"(?<!name )(?:{_MEASURES}|average \w+|total \w+)(?= (?:of|for|in|on|at|to|i|we|he|she|they|"
                      rf"that|when|per|from|with|after|before|between|[A-Z]\w*)\b|\s*\?*\s*$)|"
                      rf"(?:at |by |for |in )?(?:what|which) (?:[^\s,?]+ ){{0,2}}?{_MEASURES}(?= (?:of|{_AUX})\b|"
                      rf"\s*\?*\s*$)"),
    (Wanted.REASON, rf"why\b|how come\b|(?:for )?what(?:['’]s| is| was|['’]re| are| were)? {_NP}(?:reasons?|"
                    rf"motivations?|motives?) (?:for|why|that|behind|to|did|does|do|i|we|he|she)\b|"
                    r"what (?:made|motivated|prompted|caused|inspired|drove|led|convinced|persuaded|pushed)\b"),
    (Wanted.PLACE, r"(?:from |to |near )?where(?!as)\b(?!['’]?ver)|where['’]?s\b|"
                   r"(?:(?:in|to|from|at|on|near|into) )?(?:what|which) (?:\w+ )?(?:city|country|place|town|village|"
                   r"state|province|"
                   r"region|island|continent|street|venue|location|neighbou?rhood|suburb|district|county)\b|"
                   rf"what{_IS} (?:the |my |our |his |her |their |[^\s,?]+['’]s? )?(?:\w+ )?(?:address|hometown|"
                   rf"home town|birthplace|location)\b"),
    (Wanted.PERSON, r"(?:(?:with|to|from|for|by|about|of|at) )?(?:who|whom|whose)(?:['’]?s|['’]d|['’]re)?\b|"
                    r"(?:(?:with|to|from|for|by|of) )?(?:what|which) (?:\w+ )?(?:person|friend|colleague|co-?worker|"
                    r"relative|sibling|cousin|"
                    r"neighbou?r|classmate|teacher|doctor|dentist|man|woman|child)\b"),
)
_FOREIGN = _compiled(
    (Wanted.DATE, r"(?:seit |bis |ab )?wann\b|an welchem (?:tag|datum)\b|in welche[mr] (?:jahr|monat|woche)\b|"
                  r"(?:depuis )?quand\b|quel jour\b|(?:à )?quelle date\b|en quelle année\b|en quel mois\b|"
                  r"(?:desde |hasta )?cu[áa]ndo\b|(?:en )?qu[ée] (?:día|fecha|año|mes)\b|"
                  r"(?:siden )?når\b|hvilken (?:dag|dato)\b|hvilket år\b|(?:da )?quando\b|in che anno\b|che giorno\b|"
                  r"(?:sinds )?wanneer\b|(?:in )?welk jaar\b|(?:op )?welke (?:dag|datum)\b"),
    (Wanted.DURATION, r"(?:wie|seit wie) lange\b|(?:depuis |pendant )?combien de temps\b|(?:durante )?cuánto tiempo\b|"
                      r"hvor lenge\b|(?:da )?quanto tempo\b|hoe lang\b"),
    (Wanted.FREQUENCY, r"wie (?:oft|häufig)\b|à quelle fréquence\b|con qué frecuencia\b|hvor ofte\b|quanto spesso\b|"
                       r"hoe vaak\b"),
    (Wanted.COUNT, r"wie ?viele\b|combien de\b|cuánt[oa]s\b|hvor mange\b|quant[ei]\b|hoeveel(?= \w+en\b)"),
    (Wanted.QUANTITY, r"wie (?:viel|alt|hoch|groß|weit|schwer|teuer)\b|combien\b|cuánt[oa]\b|hvor (?:mye|gammel|stor|"
                      r"langt|høy)\b|"
                      r"quant[oa]\b|hoeveel\b|hoe (?:oud|groot|ver|hoog)\b|quel âge\b"),
    (Wanted.REASON, r"(?:warum|wieso|weshalb|pourquoi|hvorfor|waarom)\b|por qué\b|perch[éè]\b"),
    (Wanted.PLACE, r"(?:wo|wohin|woher|waar|où|d['’]où|dónde|adónde|hvor|dove)\b|(?:en|a|de) dónde\b|dov['’]"),
    (Wanted.PERSON, r"(?:wer|wem|wen|wessen|qui|quién(?:es)?|hvem|chi)\b|(?:à|avec|chez|pour|mit|von|bei|für|zu|med|"
                    r"con|de|di|met) "
                    r"(?:wem|wen|qui|quién|hvem|chi|wie)\b|wie(?= (?:is|was|heeft|had|zijn|waren|gaf|kwam)\b)"),
)
_ANYWHERE = expression(r"\b(?:when (?:did|was|were|is|are|does|do|will|has|have|had)|what (?:date|"
                       r"year))\b", re.IGNORECASE)


def wanted(text: str) -> Wanted:
    """The kind of answer that `text` asks for."""
    start, end = asking(text)
    clause = " ".join(masked(text)[start:end].split())
    if choices(text):
        return Wanted.CHOICE
    if is_many(clause):
        return Wanted.LIST
    kind = _kind(clause.lstrip("¿¡\"'“ "))
    if kind is not Wanted.OPEN:
        return kind
    if re.match(rf"\W*(?:{_AUX}|if|whether)\b", clause, re.IGNORECASE):
        return Wanted.YES_NO
    return Wanted.DATE if not _BEGINS.match(clause) and _ANYWHERE.search(clause) else Wanted.OPEN


def _kind(clause: str) -> Wanted:
    for table in (_KINDS, _FOREIGN):
        for kind, pattern in table:
            if pattern.match(clause):
                return kind
    return Wanted.OPEN


# ------------------------------------------------------------------ alternatives

_COMPARES = expression(
    r"\b(?:first|last|earlier|later|sooner|earliest|latest|more|less|fewer|better|worse|best|worst|rather|"
    r"prefer(?:red)?|"
    r"most|least|older|younger|bigger|smaller|larger|longer|shorter|taller|cheaper|faster|slower|closer|nearer|farther|"
    r"further|heavier|lighter|newer|warmer|colder|happier|recently)\b|^\W*(?:which|who)\b", re.IGNORECASE)
_BETWEEN = expression(r"\b(?:between|out of|of|among)\s+(?P<all>[^?]+?),\s*(?:which|who|what)\b", re.IGNORECASE)
_NO_ALTERNATIVE = expression(
    r"\bor (?:not|so|something|anything|anyone|anybody|someone|somebody|whatever|less than|more than|thereabouts|else|"
    r"near|around|other|another|no longer|even)\b|\b(?:one|two|three|four|five|six|\d+) or (?:two|three|four|five|six|"
    r"seven|more|\d+)\b|\b(?:any|ever|either|no|neither)\b[^,?]*\bor\b", re.IGNORECASE)
_TAIL_STARTS = expression(r"\s*(?:and|when|after|before|who|that|if|including|excluding|such|like|because|while|where|"
                          r"or|with|without|so)\b", re.IGNORECASE)
_BREAK = expression(r"\s*[?,;:.!]|\s+(?:who|that|which|when|where|while|because|for (?:dinner|lunch|breakfast|my|the|"
                    r"our)|"
                    r"in (?:the|my|\d+|[A-Z]\w*)|on (?:the|my|[A-Z]\w*)|at (?:the|my)|to (?:work|school|the|my|go)|"
                    r"from|with|"
                    r"last|this|next|yesterday|today|first|after|before|since|during|ago|as)\b")
_PREPOSITIONS = word_set("""
    in on at by to for from with about before after during of near under over into via""")
_OWNERS = word_set("the a an my your our his her their its this that")
_LESS = word_set("more less fewer increase decrease increased decreased")


def choices(text: str) -> tuple[str, ...]:
    """The alternatives between which `text` asks to choose, as they stand there; () where it does not."""
    start, end = asking(text)
    clause = masked(text)[start:end]
    spans = _alternatives(clause)
    if not spans:
        before = _BETWEEN.match(masked(text)[:end])
        spans = _listed(before["all"], before.start("all")) if before is not None else []
        start = 0
    found = tuple(dict.fromkeys(_plain(text[start + a:start + b]) for a, b in spans))
    return found if len(found) > 1 and all(found) else ()


def _plain(text: str) -> str:
    return re.sub(r"^(?:either|between)\s+", "", text.strip(" \t\n,;:?!."), flags=re.IGNORECASE).strip("\"'“”‘’«»„ ")


def _alternatives(clause: str) -> list[tuple[int, int]]:
    if not re.search(r"\bor\b", clause, re.IGNORECASE) or _NO_ALTERNATIVE.search(clause):
        return []
    if re.match(rf"\W*{_AUX}\b", clause, re.IGNORECASE):
        return _pair(clause)
    if not re.match(rf"\W*{_WH}\b", clause, re.IGNORECASE) or re.match(r"\W*how (?:many|much|often|long|old)\b", clause,
                                                                       re.IGNORECASE):
        return []
    return _after_comma(clause) or _after_order(clause)


def _after_comma(clause: str) -> list[tuple[int, int]]:
    """Which came first, A or B? What did I buy last: A, B or C?"""
    comma = re.search(r"[,:;–—]\s|\s-\s", clause)
    if comma is None or _TAIL_STARTS.match(clause, comma.end()) or not re.search(r"\bor\b", clause[comma.end():]):
        return []
    tail = clause[comma.end():]
    prepositional = tail.split(maxsplit=1)[0].lower() in _PREPOSITIONS
    if not (prepositional or _COMPARES.search(clause[:comma.start()])):
        return []
    return _listed(tail, comma.end())


def _after_order(clause: str) -> list[tuple[int, int]]:
    """Which did I read first A or B? Who is older A or B?"""
    order = re.search(r"^\W*(?:which|who)\b[^,]*?\b(?:first|last|earlier|later|older|younger|better|bigger|more|"
                      r"taller)\s+(?!or\b)",
                      clause, re.IGNORECASE)
    tail = clause[order.end():] if order is not None else ""
    if order is None or len(tail.split()) > 12 or not re.search(r"\bor\b", tail):
        return []
    return _listed(tail, order.end())


def _listed(tail: str, at: int) -> list[tuple[int, int]]:
    """The parts of "A, B, or C" that begins at `at`."""
    spans, start = [], 0
    for cut in re.finditer(r"\s*,\s*(?:or|and)\s+|\s*,\s*|\s+(?:or|and)\s+(?=.*$)|$", tail, re.IGNORECASE):
        if cut.group().strip().lower() == "and" and re.search(r"\bor\b", tail, re.IGNORECASE):
            continue  # "bread and butter or cheese"
        if tail[start:cut.start()].strip(" ?.!"):
            spans.append((at + start, at + cut.start()))
        start = cut.end()
    return spans


def _pair(clause: str) -> list[tuple[int, int]]:
    """The two sides of "Is it A or B?", "Did I take the A or the B to work?"."""
    found = re.search(r",?\s+or\s+", clause, re.IGNORECASE)
    if found is None:
        return []
    stop = _BREAK.search(clause, found.end() + 1)
    end = stop.start() if stop is not None else len(clause)
    right = clause[found.end():end].split()
    if not right:
        return []
    left = _left_of(clause[:found.start()], right)
    return [(left, found.start()), (found.end(), end)]


def _left_of(before: str, right: list[str]) -> int:
    """Where the alternative begins that ends where `before` ends, shaped like the words after "or"."""
    words = [(m.group(), m.start()) for m in re.finditer(r"\S+", before)]
    first = right[0].lower()
    same = next((kind for kind in (_PREPOSITIONS, _OWNERS, _LESS) if first in kind), None)
    if same is not None:
        for word, start in reversed(words[1:]):
            if word.lower() in same or (same is _OWNERS and word.endswith(("'s", "’s"))):
                return start
    if right[0][0].isupper() or right[0][0] in "\"'“‘«„":
        at = len(words) - 1
        while at > 1 and _goes_on(words[at - 1][0], words[at][0]):
            at -= 1
        return words[at][1]
    at = max(len(words) - len(right), 2)
    while at < len(words) - 1 and words[at][0].lower() in _OWNERS | _PREPOSITIONS:
        at += 1
    return words[min(at, len(words) - 1)][1]


def _goes_on(word: str, following: str) -> bool:
    """Does a name or title go on to the left with `word`?"""
    if word.endswith((",", ";", ":")) or word.lower() in {"did", "does", "is", "was", "i"}:
        return False
    inside = MASK in following and following[0] == MASK
    return inside or word[0].isupper() or word in {"of", "de", "the", "la", "van", "von"}
