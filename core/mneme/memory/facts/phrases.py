"""Set phrases, a pattern each: "Kestrel hired me", "Porto is home now", "promoted to team lead", "still in Leeds"."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mneme.expressions import expression
from mneme.memory.facts.fitting import (
    is_big_firm,
    is_car,
    is_distaste,
    is_firm,
    is_left,
    is_person,
    is_place,
    is_taste,
)
from mneme.memory.facts.people import is_name
from mneme.memory.facts.statements import Mode
from mneme.memory.facts.values import EMAIL, PHONE
from mneme.memory.facts.words import BRANDS, CALLINGS, DIETS, LANGUAGES, PLAYED, TOWNS

_CAP = r"(?-i:[A-ZÀ-ÖØ-ÞŁŚŞŠŽČĆĐİ])"
NAMED = rf"(?:the )?{_CAP}[\w.'&-]*(?: (?:(?:of|and|&|de|del|da) )?{_CAP}[\w.'&-]*){{0,3}}"
_TOWN = rf"(?=(?:the )?{_CAP}|(?:{TOWNS})\b)"
HOUSE = r"(?:new |old |little |tiny |own |first |nice )*(?:flat|house|place|apartment|studio|room|cottage|home)"
_ENDS = r"(?=\s*(?:$|[.,;!:)…–—-]|\W\W)|\s+(?:now|today|yesterday|and|at|since|as of|last|this|on|in|for|again|with)\b)"
AUXILIARY = (r"(?:'(?:m|s|re|ve)\b|\s?\b(?:am|is|are|was|were|have|has|been|got|just|now|finally|officially|already|"
              r"also|currently|recently|actually|still|really|totally|absolutely)\b(?!'))*\s*")
_AGAIN = r"(?:now|again|for good|for now|these days|as ever|as always|permanently|since\b|after all|at last)"


_NO_RANK = expression(r"\b(?:division|league|status|class|tier|gold|silver|platinum|level|production|master|"
                      r"main)\b", re.IGNORECASE)


def _is_rank(words: str) -> bool:
    return not _NO_RANK.search(words)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase and what it tells: the object is the group "o", or begins where the phrase ends.

    `town`: which objects it has, in doubt: towns alone, none of them, or any (None).
    """

    relation: str
    words: re.Pattern[str]
    kind: str
    mode: Mode = "holds"
    check: Callable[[str], bool] | None = None
    fixed: str | None = None
    certainty: float = 1.0
    town: bool | None = None
    behind: re.Pattern[str] | None = None  # what must follow the object
    needs: re.Pattern[str] | None = None  # what must stand somewhere in the text
    beyond: int = 0  # code points behind the sentence that it may take in
    many: bool = False
    topic: str = ""
    lasting: bool = False  # the times of the clause are not when it began


def _phrase(relation: str, words: str, kind: str = "thing", mode: Mode = "holds", *,
            check: Callable[[str], bool] | None = None, fixed: str | None = None, certainty: float = 1.0,
            town: bool | None = None, behind: str = "", needs: re.Pattern[str] | None = None, beyond: int = 0,
            many: bool = False, topic: str = "", lasting: bool = False) -> Phrase:
    after = expression(behind, re.IGNORECASE) if behind else None
    return Phrase(relation, expression(words, re.IGNORECASE), kind, mode, check, fixed, certainty, town, after, needs,
                  beyond, many, topic, lasting)


# ------------------------------------------------------------------ what stands behind somebody, or behind nobody

_OF_WORK = expression(r"\b(?:jobs?|work(?:ed|ing|s)?|company|firm|role|office|boss|colleagues?|career|position|"
                      r"employer|hired|"
                      r"contract)\b", re.IGNORECASE)
_MOVED = expression(r"\b(?:mov(?:ed|ing)|flat|apartment|relocated)\b", re.IGNORECASE)
_OF_HOME = expression(rf"\b(?:flat|apartment|house|home|mov(?:e|ed|ing)|boxes|rent|packed|landlord|city|town|lease|"
                      rf"{TOWNS})\b", re.IGNORECASE)
_A_CALLING = (rf"(?P<o>(?:(?:an?|the) )?(?:(?!(?:of|for|to|with|at|by|in|and|now)\b)[\w-]+ ){{0,2}}(?:{CALLINGS}))"
              r"(?![\w'-])")
_DRINKS = (r"(?:black |green |herbal |oat |soy |mint )*(?:coffee|tea|rooibos|decaf|matcha|cocoa|water|juice|milk|chai|"
           r"chicory|mate|beer|wine|cider|kombucha|tofu)(?![\w-])")
_FOODS = (r"(?:red |oat |soy |black |green |fizzy |white )?(?:coffee|tea|meat|fish|pork|beef|chicken|sugar|alcohol|"
          r"beer|wine|"
          r"chocolate|dairy|caffeine|cheese|smoking|cigarettes|bread|gluten|soda|coke|cola|milk|eggs?|nuts|seafood|"
          r"sweets|crisps|wheat|lactose|spirits|energy drinks|fast food|takeaways?)(?![\w-])")
_PASTIMES = (r"(?:knitting|climbing|bouldering|swimming|running|jogging|cycling|hiking|sewing|painting|drawing|"
             r"crocheting|"
             r"gardening|baking|birdwatching|sailing|rowing|surfing|skiing|skating|boxing|fencing|pottery|yoga|pilates|"
             r"dancing|salsa|karate|judo|fishing|kayaking|woodworking|photography|journaling|embroidery|archery)")
_AFTER_PAST = r"(?= (?:every|on|twice|once|three times|a lot|most|regularly|in my)\b)"
_NO_SITE = (r"(?!\w+'s\b|(?:\w+ )?(?:airport|station|park|street|road|hotel|beach|stadium|gate|terminal|school|"
            r"hospital|"
            r"heathrow|gatwick|wembley|ikea|starbucks|tesco|costa|glastonbury|lidl|aldi)\b)")
TAILS = (
    _phrase("works_as", r"promoted to (?:be )?(?!the )", "role", check=_is_rank),
    _phrase("works_as", r"made (?P<o>partner|team lead|manager|head of \w+|director|foreman|supervisor)" + _ENDS),
    _phrase("works_as", r"(?:went|gone|going|turned) (?P<o>freelance|self-employed)\b"),
    _phrase("works_as", r"(?:working )?(?P<o>freelancing|freelance|self-employed)(?=\s+(?:now|since|these days|again|"
                        r"full[- ]time|"
                        r"for)\b)"),
    _phrase("works_as", r"(?P<o>retired|unemployed|between jobs|out of work)(?= (?:now|since|these days|at last|for)\b|"
                        r"\s*(?:$|[.,!]))"),
    _phrase("works_as", rf"(?:going to be|training to be(?:come)?|training as|retraining as|retraining to be(?:come)?|"
                        rf"studying to be(?:come)?|learning to be(?:come)?) {_A_CALLING}", mode="planned"),
    _phrase("works_as", rf"(?:retrained as|makes? (?:a|my|his|her) living as|earns? (?:a|my|his|her) living as) "
                        rf"{_A_CALLING}"),
    _phrase("boss", rf"reports? to (?={_CAP})", "name", check=is_person),
    _phrase("works_at", rf"(?:accepted|took) (?P<o>{NAMED})'s (?:job )?offer\b", check=is_big_firm),
    _phrase("works_at", rf"(?<=been )(?:at|with) (?={_CAP}){_NO_SITE}", "firm", check=is_big_firm, town=False,
            certainty=.85, behind=r" (?:for (?:\w+ )?(?:\w+ )?(?:years?|months?)|since)\b"),
    _phrase("works_at", r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twenty) (?:yrs?|years?) (?:at|with) "
                        rf"(?=the |{_CAP}){_NO_SITE}", "firm", check=is_firm, town=False, certainty=.85,
            behind=r"(?: today| now| already| this \w+)?\s*(?:$|[.,!])", lasting=True),
    _phrase("lives_in", rf"in {_TOWN}", "place", check=is_place, certainty=.8,
            behind=r",? (?:for good|permanently|full[- ]time)\b"),
    _phrase("lives_in", rf"(?:not|no longer) living in {_TOWN}", "place", "ended", check=is_place),
    _phrase("lives_in", rf"no longer in (?=(?:{TOWNS})\b)", "place", "ended", check=is_place, town=True),
    _phrase("studies", r"doing (?:an?|my|his|her) (?:phd|ph\.d|master'?s?|bachelor'?s?|degree|doctorate)(?: degree)? "
                       r"in (?=[^\W\d_])", "role"),
    _phrase("speaks", rf"can (?:also )?speak (?:fluent |some |a little |a bit of )?(?P<o>(?-i:{LANGUAGES}))\b"),
    _phrase("plays", rf"(?:gave up|given up|quit|dropped|stopped playing) (?:the )?(?P<o>{PLAYED})(?![\w-])",
            mode="ended"),
    _phrase("hobby", rf"(?:started|taken up|took up|begun)(?: doing)? (?P<o>{_PASTIMES})\b"),
    _phrase("hobby", rf"goe?s? (?P<o>{_PASTIMES}){_AFTER_PAST}"),
    _phrase("likes", rf"(?:eats?|drinks?|eating|drinking) (?P<o>{_FOODS})(?= again\b)"),
    _phrase("likes", rf"back (?:to|on) (?:eating |drinking )?(?P<o>{_FOODS})"),
    _phrase("likes", rf"(?:only )?drinks? (?P<o>{_DRINKS})(?= (?:now|these days|nowadays|from now on|instead)\b)"),
    _phrase("likes", rf"only drinks? (?P<o>{_DRINKS})"),
    _phrase("works_at", r"do(?:es)? (?:accounting|the accounts|the books|marketing|admin|sales|support|design|research|"
                        rf"payroll|translations|nights|shifts) (?:at|for|with) (?={_CAP}|the {_CAP})", "firm",
            check=is_big_firm),
    _phrase("lives_in", rf"(?:unpacked|back home) in {_TOWN}", "place", check=is_place, certainty=.85),
    _phrase("lives_in", rf"got the keys in {_TOWN}", "place", check=is_place, certainty=.85),
    _phrase("likes", rf"(?:do not|don't|doesn't|does not|never) (?:eat|drink|have|touch) (?:any )?(?P<o>{_FOODS})"
                     r"(?! (?:for|after|before|in|at|with|on|during|when|until|today|tonight|much|often|every|a lot))",
            mode="ended", certainty=.9),
    _phrase("likes", rf"(?:off|done with|quit|stopped) (?P<o>{_FOODS})", mode="ended"),
    _phrase("likes", r"(?:started (?:to like|to love|liking|loving|enjoying)|come to (?:like|enjoy)|grown to like|"
                     r"learned to like|learnt to like|fallen in love with|developed a taste for|warming (?:up )?to|"
                     r"got a taste for) ", "taste", check=is_taste),
    _phrase("partner", rf"(?:dating|seeing|going out with) (?:someone|somebody|an? (?:\w+ )?(?:girl|guy|woman|man)) "
                       rf"(?:called|named) (?={_CAP})", "name", check=is_person),
    _phrase("status", r"an? (?P<o>widow(?:er)?)(?=\s*(?:$|[.,!])| now)"),
    _phrase("works_as", r"my own boss\b", fixed="self-employed"),
    _phrase("works_as", rf"(?:(?<=\bnow )|(?<=\bstill )|(?<=\bofficially )|(?:qualified|"
                        rf"hired) as ){_A_CALLING}(?! (?:of (?:mine|two)|too))", certainty=.95),
    _phrase("works_at", rf"(?:hired|taken on|employed|recruited|headhunted|poached) (?:at|by|from) (?={NAMED})", "firm",
            check=is_firm),
    _phrase("works_at", r"(?:an? |the |their |that )?(?:job |work )?(?:offer|job|contract|position) (?:offer )?"
                        rf"(?:from|at|with|by) (?={_CAP})", "firm", check=is_big_firm, town=False,
            behind=r".{0,40}\b(?:took it|accepted|said yes|signed)\b"),
    _phrase("works_at", r"(?:accepted|took|signed) (?:an? |the |their |my )?(?:\w+ )?(?:offer|job|contract|position|"
                        r"role) "
                        rf"(?:from|at|with|by) (?={_CAP}|the )", "firm", check=is_firm, town=False),
    _phrase("works_at", rf"(?:signed|sign) (?:up )?(?:with|for) (?={_CAP})", "firm", check=is_big_firm, town=False,
            certainty=.9),
    _phrase("works_at", rf"at (?={_CAP}){_NO_SITE}", "firm", check=is_big_firm, town=False, certainty=.85,
            behind=rf"\s*,?\s*{_AGAIN}"),
    _phrase("works_at", rf"with (?={_CAP})", "firm", check=is_big_firm, town=False, certainty=.85,
            behind=rf"\s*,?\s*{_AGAIN}", needs=_OF_WORK),
    _phrase("works_at", rf"(?<=\bnow )at (?={_CAP}){_NO_SITE}", "firm", check=is_big_firm, town=False,
            certainty=.8, behind=r"\s*(?:$|[.,!])"),
    _phrase("works_at", r"at (?=(?:the|a) (?:[\w-]+ ){0,2}(?:museum|library|bakery|bank|council|agency|archive|"
                        r"university|factory|nursery|co-op|planetarium|hospital|pharmacy|town hall|brewery|"
                        r"salon))", "firm",
            certainty=.85, behind=r"(?: in \w+)?,? (?:also )?(?:as ever|nothing (?:changes|new)|these days|as always|"
                                  r"since \d|for good|"
                                  r"full[- ]time|part[- ]time)"),
    _phrase("works_at", rf"(?:no longer|not) (?:at|with|working (?:at|for)) (?={_CAP})(?=[^.!?]{{2,40}}\b(?:any ?more|"
                        rf"any longer)\b)|no longer (?:at|with) (?={_CAP})", "firm", "ended", check=is_big_firm,
            town=False, behind=r"(?! in spirit)"),
    _phrase("works_at", rf"done (?:with|at) (?={_CAP})", "firm", "ended", check=is_big_firm, town=False, certainty=.75,
            behind=r"\s*(?:$|[.!]| for good)"),
    _phrase("lives_in", rf"(?<=\bstill )in {_TOWN}{_NO_SITE}(?!\w+ (?:and|for|with)\b)", "place", check=is_place,
            certainty=.8),
    _phrase("lives_in", rf"(?<=been )in {_TOWN}", "place", check=is_place,
            behind=r" (?:for (?:\w+ )?(?:\w+ )?(?:years?|months?)|since)\b"),
    _phrase("lives_in", rf"(?<=now )in {_TOWN}", "place", check=is_place, town=True, certainty=.8, needs=_MOVED),
    _phrase("works_at", rf"left (?={_CAP})", "firm", "ended", check=is_left, certainty=.9,
            behind=r" after (?:\w+ ){0,3}(?:years?|months?)\b"),
    _phrase("likes", r"no longer (?:into|a fan of|keen on) ", "taste", "ended", check=is_taste),
    _phrase("lives_in", rf"back in {_TOWN}", "place", check=is_place, certainty=.8,
            behind=rf"\s*,?\s*{_AGAIN}"),
    _phrase("lives_in", rf"(?:relocated|moved(?: back| over| house| home)?) to {_TOWN}", "place", check=is_place),
    _phrase("lives_in", rf"(?:living|based|settled|settled down|settled in|at home) in {_TOWN}", "place",
            check=is_place),
    _phrase("lives_in", rf"(?<='re )(?P<o>(?:{TOWNS})) (?:people|folks|residents|dwellers)\b(?= now|[.!]|$)"),
    _phrase("lives_in", rf"(?:moved (?:away|out) (?:from|of)|(?:packed up|packed everything|"
                        rf"upped sticks)(?: and left)?)"
                        rf" {_TOWN}", "place", "ended", check=is_place),
    _phrase("lives_in", rf"(?:leaving|left) (?={_CAP})", "place", "ended", check=is_place,
            behind=r" for good\b", needs=_OF_HOME),
    _phrase("lives_in", rf"leaving (?=(?:{TOWNS})\b)", "place", "ended", town=True,
            behind=r" (?:for good|in (?:\w+|\d+ \w+)|next (?:week|month|year)|after \d+ years|behind)\b"),
    _phrase("lives_in", rf"(?:signed (?:the|a|my|our) (?:lease|contract|tenancy)(?: (?:for|on) (?:an?|the|my|our) "
                        rf"{HOUSE})?|(?:have |picked up |collected )?(?:the )?keys (?:to|for|of) (?:the|my|our|a) "
                        rf"{HOUSE}|(?:(?<=\bgot )|(?:found|rented|renting|took) )(?:an?|the|our|"
                        rf"my) {HOUSE}) in {_TOWN}",
            "place", check=is_place, certainty=.8),
    _phrase("lives_in", rf"(?:new|same|still the same) (?:old |little )?{HOUSE} in {_TOWN}", "place", check=is_place,
            certainty=.8),
    _phrase("lives_in", rf"(?:staying|stay) (?:put )?in {_TOWN}", "place", check=is_place, certainty=.85,
            behind=r",? (?:after all|for good|for now|forever)"),
    _phrase("studies_at", rf"(?:doing|starting|started|writing) (?:an?|my|his|her) (?:phd|ph\.d|master'?s?|"
                          rf"bachelor'?s?|degree|mba|"
                          rf"doctorate)(?: in [\w ]{{2,30}}?)? at (?={_CAP})", "firm", check=is_big_firm),
    _phrase("studies_at", rf"(?:finished|completed|got|done with) (?:an?|my|his|her) (?:phd|master'?s?|bachelor'?s?|"
                          rf"degree|mba|"
                          rf"doctorate|studies)(?: in [\w ]{{2,30}}?)? at (?={_CAP})", "firm", "ended",
                          check=is_big_firm),
    _phrase("is", r"(?P<o>\d(?:[.,]\d+)? ?(?:m|cm|metres?|feet|ft|foot|')(?: ?\d{1,2})?(?: ?in(?:ches)?)?|"
                  r"\d{3} ?cm) tall\b",
            topic="height"),
    _phrase("from_place", rf"(?:raised|brought up|originally from|grew up|growing up) in {_TOWN}|originally from "
                          rf"{_TOWN}", "place", check=is_place),
    _phrase("born_in", rf"born (?:and raised |and bred )?in {_TOWN}", "place", check=is_place),
    _phrase("diet", rf"(?:went|gone|going|turned|back to being|converted to|become|became) (?:a |fully |totally |"
                    rf"mostly )?"
                    rf"(?P<o>{DIETS})(?![\w-])"),
    _phrase("diet", rf"(?P<o>{DIETS})(?= (?:now|since|for \w+ (?:years|months)|again|these days|at last)\b)"),
    _phrase("allergic_to", r"(?:\w+ly )?allergic to (?!work\b|mondays|people|exercise|nonsense|fun\b|"
                           r"housework)", "taste",
            many=True),
    _phrase("likes", r"(?:(?:stopped|quit) (?:drinking|eating|having)|no longer (?:drinks?|eats?)|(?:do not|don't|"
                     r"doesn't) "
                     r"(?:drink|eat)(?= \w+(?: \w+)? (?:any ?more|any longer))) ", "taste", "ended", check=is_taste),
    _phrase("likes", r"(?:very |so |really )?(?:(?<=really )into|keen on|fond of|obsessed with) ", "taste",
            check=is_taste,
            certainty=.9, many=True),
    _phrase("hobby", r"do(?:es|ing)? (?P<o>yoga|pilates|karate|judo|crossfit|ballet|gymnastics|athletics|taekwondo|"
                     r"tai chi|aikido|pottery|ceramics|improv)\b"),
    _phrase("working_on", rf"(?:started )?(?P<o>learning (?:to speak |some )?(?-i:{LANGUAGES}))\b"),
    _phrase("partner", rf"engaged to (?={_CAP})", "name", check=is_person),
    _phrase("likes", r"(?:gone|went|going) (?:right |completely |totally |a bit )?off (?!(?:to|the rails|topic|with|on|"
                     r"for|script|grid|sick|work|radar|piste)\b)", "taste", "ended", check=is_taste),
    _phrase("likes", r"(?:given up|gave up|cut out|sworn off|swore off)(?: on)?(?: all)? (?=(?:coffee|tea|meat|fish|"
                     r"sugar|alcohol|beer|wine|chocolate|dairy|caffeine|cheese|smoking|cigarettes|bread|gluten|soda|"
                     r"coke|cola|milk|eggs)\b)", "taste", "ended"),
    _phrase("likes", r"(?:an? )?(?:big|huge|massive|great|lifelong|total) fan of ", "taste", check=is_taste),
    _phrase("likes", r"(?:more of )?an? (?P<o>(?:tea|coffee|beer|wine|dog|cat|morning|night|winter|summer|beach|"
                     r"mountain|city|chocolate)) (?:person|guy|girl|man|woman|drinker)(?! (?:who|that))", certainty=.9),
    _phrase("likes", r"(?:hooked on|mad about|mad for|nuts about|a sucker for|addicted to|can't get enough of|"
                     r"cannot get enough of|couldn't live without|can't live without|come to love|grown to love|"
                     r"learned to love|learnt to love|live for) ", "taste", check=is_taste),
    _phrase("dislikes", r"(?:no |not (?:really |exactly )?(?:an? )?|n't (?:really )?(?:an? )?)(?:big |huge |great )?"
                        r"(?:fan of|keen on|into|fond of) ", "taste", check=is_distaste),
    _phrase("dislikes", r"(?:not (?:that |really )?(?:in)?to(?= )|(?:do not|don't|doesn't|does not) (?:really )?care "
                        r"for|never (?:liked|cared for)|sick of|fed up with) (?=(?:[a-z]+(?:ing)?|the smell of "
                        r"\w+)(?:\s*$|[.,!]))", "taste", check=is_distaste, certainty=.7),
    _phrase("status", r"(?:tied the knot(?! in my)|got hitched|wed(?=\s*(?:$|[.,!]| on| in| last)))", fixed="married"),
    _phrase("status", r"(?P<o>engaged|married|divorced|widowed|separated|single)(?=\s*(?:$|[.;!)…]|\W\W)|"
                      r"\s+(?:now|today|yesterday|since|last|again|at last)\b)"),
    _phrase("partner", rf"(?:separated from|broke up with|split (?:up )?(?:with|from)|"
                       rf"broken up with) (?={_CAP})", "name",
            "ended", check=is_person),
    _phrase("contact_for", rf"(?:go to|see|use|registered with|switched to|changed to|with) (?P<o>Dr\.? {_CAP}\w+"
                           rf"(?: {_CAP}\w+)?)(?= (?:now|from now on|instead|these days|for my|on )|\s*(?:$|[.,!]))",
            certainty=.85),
)


# ------------------------------------------------------------------ what is told of the first person in other ways



def _is_employer(words: str) -> bool:
    return is_big_firm(words) and is_name(re.sub(r"^the ", "", words, flags=re.IGNORECASE))


_OPENS = r"(?:^|(?<=[.!?\n] )|(?<=\n))"
_JOINED = r"(?:hired|employed|recruited|head-?hunted|poached|took|signed|picked|chose|wanted|accepted)"
OF_FIRST = (
    _phrase("works_at", rf"(?P<o>{NAMED}) (?:has |have |just |finally |actually )*{_JOINED} (?:me|us)(?: on)?"
                        r"(?= as| in| from| for|\s*(?:$|[.,!]))", check=_is_employer),
    _phrase("works_at", rf"(?P<o>{NAMED}) (?:has |have |just |finally |actually )*(?:(?:let me go(?= from| in| last|"
                        rf" today| yesterday| after|\s*$|[.,!])|laid me off|fired me|"
                        r"sacked me|made me redundant|kicked me out|terminated my contract)|let us all go)",
            mode="ended", check=_is_employer),
    _phrase("works_at", rf"(?:they (?:have |just |actually |'ve )*(?:hired|took|picked|chose) me(?: on)?|(?:i |"
                        rf"we )?(?:'ve )?"
                        rf"got the job)\s?[!,.:–—-]*\s*(?:i'm (?:joining|going to|"
                        rf"off to) )?(?P<o>{NAMED})(?=\s*[.,!]|$)",
            check=is_name, certainty=.9, beyond=40),
    _phrase("works_at", rf"they (?:have |just |'ve )*(?:let me go|laid me off|fired me|sacked me) (?:at|"
                        rf"from) (?={_CAP})",
            "firm", "ended", check=is_big_firm),
    _phrase("works_at", rf"(?P<o>{NAMED}) (?:is|are|'s) (?:now )?my (?:new |current |next )*(?:employer|company|"
                        rf"workplace|"
                        r"firm)" + _ENDS, check=is_big_firm),
    _phrase("works_at", rf"(?:my|the) contract (?:with|at) (?P<o>{NAMED}) (?:has |is )?(?:ended|ran out|runs out|"
                        r"expired|wasn't renewed|was not renewed|over|ends|done)\b", mode="ended", check=is_big_firm),
    _phrase("works_at", rf"(?:my |a |the )?new (?:job|gig|position|role) (?:at|with) (?P<o>{NAMED})(?= (?:starts|"
                        rf"begins|"
                        r"will start)\b)", mode="planned", check=is_big_firm),
    _phrase("works_at", rf"(?:my |a )?new (?:job|employer|gig|office|workplace)(?: is)?(?: at|"
                        rf" with)?\s*:?\s*(?={_CAP})",
            "firm", check=is_big_firm, town=False),
    _phrase("works_at", r"(?:the )?(?:first|1st|second|third) (?:day|week|month) (?:at|in) (?:the|my) new (?:office|"
                        r"job|"
                        rf"place|company|firm|workplace)\s*(?:[:,–—-]|at)\s*(?={_CAP})", "firm", check=is_big_firm,
            town=False),
    _phrase("works_at", r"(?:day|week|month|year) (?:one|two|three|four|1|2|3|4) (?:at|in|of) (?:the|my) new (?:office|"
                        rf"job|place|company|firm|workplace)\s*(?:[:,–—-]|at)\s*(?={_CAP})", "firm", check=is_big_firm,
            town=False),
    _phrase("works_as", r"(?:(?:my )?(?:first|second|third) (?:day|week|month|year)|(?:day|week|month|year) (?:one|two|"
                        rf"three|1|2|3)) as (?={_A_CALLING})"),
    _phrase("works_as", rf"(?:my |a )?new (?:job|role|position|title)(?: is)?\s*:?\s*(?={_A_CALLING})"),
    _phrase("works_as", rf"(?:they(?:'ve| have)?|{NAMED}(?: has)?)(?: just)? made me (?:the )?(?:new )?{_A_CALLING}"),
    _phrase("works_at", rf"(?P<o>{NAMED}) (?:has |just |have )*offered me (?:the|a) (?:\w+ )?(?:job|position|role|"
                        rf"contract)", check=is_big_firm,
            behind=r".{0,30}\b(?:took it|accepted|said yes|signed)\b"),
    _phrase("works_at", rf"(?P<o>{NAMED}) is where i(?: now)? work\b", check=is_big_firm),
    _phrase("lives_in", rf"(?P<o>{NAMED}|(?:{TOWNS})) is where (?:i|we)(?: now)? live\b", check=is_place),
    _phrase("phone", rf"(?P<o>{PHONE.pattern})(?:,)? (?:is|that's|it's)(?: now)? my (?:new |work |mobile |private )*"
                     r"(?:phone number|number|phone|mobile|cell)\b"),
    _phrase("email", rf"(?P<o>{EMAIL.pattern})(?:,)? (?:is|that's|it's)(?: now)? my (?:new |work |private )*"
                     r"(?:e-?mail|mail|address)"),
    _phrase("likes", rf"no more (?P<o>{_FOODS}) for (?:me|us)\b", mode="ended"),
    _phrase("partner", rf"(?P<o>{_CAP}\w+) (?:has |just )*(?:left|dumped) me(?=\s*(?:$|[.,!])| (?:last|yesterday|for|"
                       rf"in|"
                       r"after))", mode="ended", check=is_person),
    _phrase("lives_in", r"(?:i'm|we're|i am|we are) not moving (?:after all|any ?more)\b", mode="cancelled", fixed=""),
    _phrase("works_as", rf"(?:am now|now|am) {_A_CALLING}", certainty=.95),
    _phrase("address", r"(?P<o>\d{1,4}\w? (?:[^\W\d_][\w'-]* ){1,3})(?:is|'s) (?:now )?(?:my |"
                       r"our )?(?:new )?home(?: now|"
                       r"[!.]|$)"),
    _phrase("address", r"(?:my |our )?home is (?:now )?(?P<o>\d{1,4}\w? "
                       r"[^\W\d_][\w'-]*(?: (?!now)[^\W\d_][\w'-]*){0,2})"),
    _phrase("lives_in", rf"(?P<o>{NAMED}|(?:{TOWNS})) (?:is|'s) (?:now )?(?:my |our )?(?:new )?home(?: now| these days|"
                        r" for now| from now on|\s*[!.]|$)", check=is_place),
    _phrase("lives_in", rf"(?:my |our )?home is (?:now |still )?{_TOWN}", "place", check=is_place,
            behind=r" (?:now|these days|for now|from now on)|\s*[.!]|$"),
    _phrase("lives_in", rf"(?:the|our|my) move (?:from \w+ )?to (?P<o>{NAMED}|(?:{TOWNS}))", check=is_place,
            behind=r" (?:is|was|has been|'s) (?:\w+ )?(?:done|complete|completed|finished|over|behind us|behind me)"),
    _phrase("lives_in", rf"(?:it's )?off to (?P<o>{NAMED}|(?:{TOWNS})) (?:we|i) go\b", mode="planned",
            check=is_place, certainty=.9),
    _phrase("lives_in", rf"(?:i'd|i would) never leave (?=(?:{TOWNS})\b)", "place", check=is_place, town=True,
            certainty=.75, behind=r"\s*(?:$|[.,!])"),
    _phrase("lives_in", rf"(?:(?:i|we) )?(?:'ve )?got the (?:flat|house|place|apartment|room)[^.!?\n]{{0,30}}[!.]+\s+"
                        rf"(?P<o>(?:{NAMED}, )?(?:{TOWNS}))(?=\s*[.!]|$)", check=is_place, certainty=.9, beyond=60),
    _phrase("diet", rf"(?:(?:new year's |january |my )?resolution(?: #?\d|"
                    rf" number \w+)?(?: is)?: (?:go(?:ing)? )?(?P<o>{DIETS})"
                    rf"(?=\s*(?:$|[.,!])))"),
    _phrase("diet", rf"(?P<o>{DIETS}) (?:it is|is the word|again)(?=\s*(?:$|[.,!])| i guess)"),
    _phrase("lives_in", rf"hello from {_TOWN}", "place", check=is_place, behind=r",? (?:our|my) new home"),
    _phrase("lives_in", rf"(?P<o>{NAMED}|(?:{TOWNS})) it is\s*(?:$|[.!])", check=is_place, town=True, certainty=.8),
    _phrase("hobby", r"(?P<o>[^\W\d_]+ing|yoga|chess|pottery|judo) (?:is|'s) (?:really |totally )?my (?:new )?(?:thing|"
                     r"passion|hobby|escape|sport)(?: now| these days|\s*[.!]|$)"),
    _phrase("likes", rf"(?:these days )?it's (?:now |all )?(?P<o>{_DRINKS}) for me(?: now| these days| from now on|"
                     rf"\s*[.!]|$)",
            certainty=.9),
    _phrase("likes", rf"{_OPENS}(?:really |absolutely |totally )?(?-i:[Ll]ove|adore) (?=[a-z]+(?: [a-z]+)?\s*(?:$|"
                     rf"[.!,]))", "taste",
            check=is_taste, certainty=.75),
    _phrase("dislikes", rf"{_OPENS}(?:really |absolutely |totally )?(?:hate|can't stand|cannot stand|"
                        rf"can't bear) (?=[a-z]+(?: [a-z]+)?"
                        r"\s*(?:$|[.!,]))", "taste", check=is_taste, certainty=.8),
    _phrase("drives", rf"new car:? (?:is )?(?=an? (?:[\w-]+ ){{0,2}}(?:{BRANDS}))", check=is_car),
    _phrase("works_at", rf"(?:the|my) (?:new )?(?:job|position|contract|offer|role) (?:at|with|"
                        rf"from) (?P<o>{NAMED}) (?:fell|has "
                        r"fallen) through", mode="cancelled", check=is_big_firm),
    _phrase("lives_in", rf"(?:the|our|my) (?:move to|moving to|(?:flat|house|apartment|place) in) (?P<o>{NAMED}|"
                        rf"(?:{TOWNS})) "
                        r"(?:fell through|has fallen through|is off|isn't happening)", mode="cancelled",
                        check=is_place),
    _phrase("status", r"(?:we're|we are|i'm|i am) not (?P<o>engaged|married)\b", mode="cancelled"),
    _phrase("status", r"my divorce (?:is|'s|came|has come|went|has gone) (?:\w+ )?(?:final|through|done|official)",
            fixed="divorced"),
    _phrase("status", r"(?:she|he) said yes(?=\s*(?:$|[.!,]))", fixed="engaged", certainty=.6),
)
OF_OWNER = (
    _phrase("works_at", rf"(?:shifts?|desk|boss|manager|colleagues|team|coworkers|co-workers|contract|salary|"
                        rf"probation|shift "
                        rf"manager) (?:at|with|says|is with) (?=(?:the )?{_CAP})", "firm", check=is_big_firm,
                        town=False,
            certainty=.75),
    _phrase("lives_in", rf"{HOUSE} in {_TOWN}", "place", check=is_place, certainty=.8,
            behind=r"(?! (?:was|sold|is for sale|used to))"),
    _phrase("works_at", rf"(?:new |current )*(?:job|office|workplace|employer)(?:'s| is)(?: now)? (?:at |"
                        rf"with )?(?={_CAP})",
            "firm", check=is_big_firm, town=False),
    _phrase("lives_in", rf"{HOUSE}(?:'s| is)(?: now)? in {_TOWN}", "place", check=is_place),
)
