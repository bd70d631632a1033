"""What verbs tell of whom: "works at Acme", "moved to Oslo", "adopted a dog called Bo", "no longer likes coffee"."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from mneme.expressions import expression
from mneme.memory.facts.clauses import Clause, Draft, Stance, begins, ends, state
from mneme.memory.facts.fitting import (
    GOAL,
    has_capital,
    is_big_firm,
    is_car,
    is_course,
    is_decision,
    is_distaste,
    is_firm,
    is_goal,
    is_left,
    is_person,
    is_place,
    is_project,
    is_taste,
)
from mneme.memory.facts.objects import listed, trimmed
from mneme.memory.facts.people import Person
from mneme.memory.facts.predicates import VERBS, Predicate
from mneme.memory.facts.words import BRANDS, CALLINGS, CARS, DIETS, GROUPS, LANGUAGES, OWNED, PLAYED
from mneme.types import Span

Manner = Literal["state", "feeling", "begin", "end", "once", "doing"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A complement of a verb and what it tells: the object is the group "o", or begins where the match ends.

    `manner` is how it stands in time: what lasts, what is felt, what begins or ends, what is so once and for all, and
    what somebody is at just now.
    """

    relation: str
    complement: re.Pattern[str]
    kind: str
    manner: Manner
    check: Callable[[str], bool] | None = None
    fixed: str | None = None  # the object's words, where they do not stand there ("": the one of the slot)
    certainty: float = 1.0
    many: bool = False
    needs: re.Pattern[str] | None = None  # what must stand somewhere in the text for the rule to be sure
    closed: re.Pattern[str] | None = None  # of a list, only what is one of these


def _rule(relation: str, complement: str, kind: str = "thing", manner: Manner = "state", *,
          check: Callable[[str], bool] | None = None, fixed: str | None = None, certainty: float = 1.0,
          many: bool = False, closed: str = "", needs: re.Pattern[str] | None = None) -> Rule:
    known = expression(rf"(?:{closed})(?![\w-])", re.IGNORECASE) if closed else None
    return Rule(relation, expression(complement, re.IGNORECASE), kind, manner, check, fixed, certainty,
                many or bool(closed), needs, known)


# ------------------------------------------------------------------ the rules

_WORKPLACE = (r"(?=(?:an?|the) (?:[\w-]+ ){0,2}(?:bakery|hospital|school|library|restaurant|caf[ée]|shop|bank|hotel|"
              r"factory|lab|laboratory|clinic|"
              r"kindergarten|nursery|pharmacy|museum|bookshop|bookstore|warehouse|garage|studio|kitchen|bar|pub|"
              r"university|salon|archive|theatre|"
              r"theater|startup|start-up|company|firm|agency|ministry|call cent(?:er|re)|post office|supermarket|"
              r"store|brewery|zoo|farm)\b)")
_OWN_PLACE = (r"(?=(?:an? |the )?(?:[\w-]+ ){0,2}(?:bakery|restaurant|caf[ée]|shop|hotel|clinic|kindergarten|nursery|"
              r"pharmacy|bookshop|bookstore|garage|studio|bar|pub|salon|brewery|farm|workshop|practice|gallery|"
              r"guesthouse|food truck|bistro)\b)")
_A_JOB = (
    r"(?:(?:a|an|my|his|her|their|the|this|that|our|that new) )?(?:new |dream |first |great |part-time |full-time |"
    r"old |summer |student )*(?:job|role|position|post|gig|internship|apprenticeship)")
_GROUP = (
    rf"(?=(?:the |a |an |our |my |this )?(?:(?!(?:after|before|at|in|on|of|to|from|for|with|and|when|"
    rf"by)\b)[^\W\d_][\w'-]* ){{0,4}}(?:{GROUPS})\b)")
_IN_COURSE = (
    r"(?!hard\b|for\b|at\b|in\b|abroad|all\b|every|together|with\b|the\b|a\b|an\b|to\b|until|late|more|on\b|tonight|"
    r"today|here|there|my\b|as\b|and\b|a lot|too)")
_SCHOOL = (
    r"(?:University|Uni|College|Institute|School|Academy|Polytechnic|Conservatory|Universität|ETH|MIT|NTNU|UCL|LSE|"
    r"Oxford|Cambridge|Harvard|Stanford|Yale)")
_UNWED = r" (?P<o>single|divorced|widowed|engaged|separated)(?=[\s,.;!]|$)(?! (?:out|in|handed|digit|minded|for a))"
_MAKER = (  # a calling by its ending alone, where a firm follows
    r"(?!member|owner|customer|lover|beginner|sister|brother|mother|father|daughter|prisoner|newcomer|outsider|"
    r"passenger|visitor|neighbou?r|volunteer|player|number|user|swimmer|runner)"
    r"[a-z]{2,}(?:er|or|ist|ian|yst|man|woman|smith)")
_BE: tuple[Rule, ...] = (
    _rule("born_in", r" born (?:and (?:raised|bred|grew up) )?(?:on [\w ,]{4,24} )?in (?=(?-i:[A-Z]))", "place", "once",
          check=has_capital),
    _rule("from_place", r" (?:originally |actually |not |proudly )?from (?=(?:the )?(?-i:[A-Z]))", "place",
          check=has_capital),
    _rule("works_at", r" (?:currently |now |still )*employed (?:at|by|with) ", "firm", check=is_firm),
    _rule("lives_in", r" (?:still|back) in (?=(?-i:[A-Z]))(?!\w+ (?:and|for a|for the))", "place", check=is_place,
          certainty=.75),
    _rule("works_at", r" still at (?=(?-i:[A-Z]))", "firm", check=is_big_firm, certainty=.8),
    _rule("lives_in", r" (?:(?:now|currently|still|based|living|permanently) )*(?:based|living|settled) in ", "place",
          check=is_place),
    _rule("allergic_to", r" (?:\w+ )?allergic to (?!work\b|mondays|people|exercise|nonsense|fun\b|housework)", "taste",
          many=True),
    _rule("married_to", r" (?:happily |now )?married to (?=(?-i:[A-Z]))", "name", check=is_person),
    _rule("partner", r" (?:now )?(?:engaged to|dating|seeing|going out with|together with|"
                     r"in a relationship with) (?=(?-i:[A-Z]))(?!\w+ (?:at|on|for|tomorrow|today))",
          "name", check=is_person, certainty=.9),
    _rule("status", _UNWED, "thing"),
    _rule("status", r" (?:happily |now )?(?P<o>married)(?=[,.;!]|$| now| with| since| for)", "thing"),
    _rule("diet", rf" (?:a |an )?(?:strict |lifelong |mostly )?(?P<o>{DIETS})(?![\w-])", "thing"),
    _rule("age", r" (?:only |now |turning )*(?P<o>\d{1,3})(?= ?(?:years?[ -]old|yrs? old|yo\b|y/o|now\b|[,.!]|"
                 r"$))(?!,\d|\.\d)", "thing",
          check=lambda words: 0 < int(words) < 115),
    _rule("works_as", rf" (?P<o>(?:an? |the )?(?:(?:new|senior|junior|lead|chief|head|trained|qualified|freelance|"
                      rf"self-employed|part-time|retired|primary|secondary|"
          rf"school|staff|night|veterinary|registered|maths?|music|english|science|history|principal|mechanical|"
          rf"civil|electrical|chemical|ICU|paediatric|"
          rf"data|software|backend|frontend|full-stack|web|UX|marketing|sales|product|project|regional|general|"
          rf"marine|landscape|high|tax|patent|family|"
          rf"assistant|deputy|associate|office|warehouse|shift|sound|hotel|kindergarten|stage|film|travel|sports|"
          rf"medical|legal|technical|pastry) )*(?:{CALLINGS}))(?![\w']|-\w)"
          rf"(?! (?:of (?:mine|two)|too|at heart|with a))", "thing"),
    _rule("works_as", r" (?P<o>an? (?:stay-at-home|full-time) (?:dad|mum|mom|parent|mother|father))\b", "thing"),
    _rule("works_as", r" (?P<o>self[- ]employed|unemployed|out of work|retired|freelance|freelancing|between jobs|"
                      r"on parental leave|"
                      r"on maternity leave|on paternity leave)\b", "thing"),
    _rule("works_as", rf" (?P<o>an? (?:[\w-]+ ){{0,2}}{_MAKER})(?= (?:at|for) (?:the )?(?-i:[A-Z]))", "thing",
          certainty=.9),
    _rule("studies_at", r" an? (?:\w+ )?student at ", "firm", check=is_big_firm),
    _rule("studies", r" an? (?P<o>(?!phd|first|second|good|great|exchange|part|full|bad)\w+) student\b", "thing"),
    _rule("speaks", rf" (?:fluent|bilingual) in (?=(?:{LANGUAGES})\b)", "taste", closed=LANGUAGES),
    _rule("member_of", r" (?:a |an )?(?:\w+ )?member of ", "firm"),
    _rule("member_of", rf" (?:in|on) {_GROUP}(?!the same|a (?:good|bad))", "firm", certainty=.85, check=has_capital),
    _rule("member_of", r" in (?=an? (?:[\w-]+ ){0,2}(?:choir|band|orchestra|quartet|book club|brass band|"
                       r"theatre group)\b)", "firm",
          certainty=.9),
    _rule("likes", r" (?:a (?:huge |big |massive |great )?fan of|fond of|keen on|crazy about|passionate about|"
                   r"obsessed with|into(?! (?:my|the|our|this)\b)) ", "taste", "feeling",
          check=is_taste, many=True),
    _rule("works_at", r" (?:been )?(?:fired|laid off|sacked|let go|made redundant)(?: (?:from|"
                      r"by) (?P<o>(?-i:[A-Z])\w*(?: (?-i:[A-Z])\w*)*))?", "firm", "end", fixed=""),
)
_NO_OWN = r" (?!(?:my|our|your|his|her|their|this|that|these|those|its?)\b)"
_LIKES = _rule("likes", _NO_OWN, "taste", "feeling", check=is_taste, many=True)
_HATES = _rule("dislikes", _NO_OWN, "taste", "feeling", check=is_distaste, many=True)
_ADJECTIVES = r"(?:(?!of\b|for\b|to\b|from\b|at\b|in\b|with\b|ride\b|called\b)[^\W\d_][\w'-]* ){0,3}"
_GET_THING = (
    rf" (?=(?:an?|my|our|another|two|three|his|her|their) (?:{_ADJECTIVES})(?:{OWNED})(?![\w'-])(?! (?:ride|key|keys|"
    rf"payment|wash|service|repair|call|accident|crash|insurance|"
    r"boot|loan|park|tour|video|case|charger|number|book|conversation|interview|meeting|trip|lesson|lessons|project|"
    r"store|meal|food|party|warming|discussion|chat|talk|check|session|show|review|screen|line)))")
_A_CAR = (rf" (?:myself |ourselves )?(?=(?:an?|another|"
          rf"our) (?:[\w-]+ ){{0,2}}(?:{BRANDS})\b)(?![^\n]{{0,60}}\b(?:rent(?:ed|al)?|"
          r"hire|for the (?:day|weekend|week|trip))\b)")
_OF_WORK = expression(r"\b(?:jobs?|work(?:ed|ing|s)?|company|firm|role|office|boss|colleagues?|manager|resign\w*|"
                      r"career|"
                      r"joined|position|employer|notice|hired|team|contract|"
                      r"started|starting|starts|freelanc\w+|start-?up|engineer|manager)\b|"
                      r"\bleft (?-i:[A-Z])\w+ (?:[\w ]{0,16} )?(?:for|to join) (?-i:[A-Z])", re.IGNORECASE)
_AS_WORK = expression(r"\bas an? \w+|\b(?:jobs?|company|employer|colleagues?|boss|team)\b", re.IGNORECASE)
_TO_NAME = r"(?=(?-i:[A-Z]))"
RULES: dict[str, tuple[Rule, ...]] = {
    "be": _BE,
    "work": (
        _rule("works_as", r" for (?:myself|himself|herself|ourselves)\b", fixed="self-employed"),
        _rule("works_as", rf"(?: (?:full[- ]time|part[- ]time|remotely|there|freelance))* as (?=(?:an? |the |"
                          rf"(?:{CALLINGS})\b))", "role"),
        _rule("works_at", r"(?: (?:over|part[- ]time|full[- ]time|again|remotely|here|freelance|nights|shifts|"
                          r"days))* at ", "firm", check=is_firm),
        _rule("works_at", r"(?: (?:part[- ]time|full[- ]time|remotely|freelance))* for (?=(?:the |an? |(?-i:[A-Z])))",
              "firm", check=is_firm),
        _rule("works_at", rf"(?: (?:part[- ]time|full[- ]time))* in {_WORKPLACE}", "place"),
        _rule("working_on", r" (?:hard )?on (?=(?:my |our |an? |the |(?-i:[A-Z])))", "aim", "doing",
              check=is_project)),
    "live": (
        _rule("address", r" (?:on (?=(?-i:[A-ZÀ-Þ])[\w'. -]{2,40} \d+)|(?=at ))(?:at )?(?=\d+\w? |"
                         r"[^\W\d_][\w'. -]{2,40} \d+)", "firm"),
        _rule("lives_in", r" (?:[\w ]{2,16} (?:minutes?|mins?|hours?|km|miles?) (?:away )?from|near|close to|"
                          r"right by|opposite|next to) [\w ]{2,24} in (?=(?-i:[A-Z]))",
              "place", check=is_place),
        _rule("lives_in", r" (?:on|above|over|with|next to|in) (?:an?|the|my|our|his|her|"
                          r"their) [\w ]{2,24} in (?=(?-i:[A-Z]))",
              "place",
              check=is_place),
        _rule("lives_in", r"(?: (?:up|down|over|out|right|now|back|together|alone|abroad|currently|just|all|here|"
                          r"happily|permanently))* in ", "place",
              check=is_place)),
    "relocate": (_rule("lives_in", r"(?: [\w ]{0,24})? to (?=(?-i:[A-Z]))", "place", "begin", check=is_place),),
    "rent": (_rule("lives_in", r" (?:an?|the|our|my) [\w ]{0,24}(?:flat|apartment|house|room|place|studio|"
                               r"cottage) in (?=(?-i:[A-Z]))",
                   "place", check=is_place, certainty=.85),),
    "reside": (_rule("lives_in", r" in ", "place", check=is_place),),
    "settle": (_rule("lives_in", r" (?:down )?in (?=(?-i:[A-Z]))", "place", "begin", check=is_place),),
    "move": (
        _rule("works_at", r" from (?=(?-i:[A-Z]))[\w .&-]{2,30}? to (?=(?-i:[A-Z]))", "firm", "begin", check=is_left,
              certainty=.85, needs=_AS_WORK),
        _rule("address", r" (?:back )?(?:in)?to (?=(?:\d+\w?(?: [^\W\d_][\w'.-]*){1,3}|"
                         r"[^\W\d_][\w'.-]{2,30} (?:[\w'.-]+ )?\d{1,4}\w?)(?:\s*(?:$|[.,!])| (?:last|in|on|yesterday|"
                         r"today)))", "firm", "begin"),
        _rule("lives_in", r"(?: (?:house|out of [\w .]{2,30}|away|back|over|down|up|here|home|away from [\w .]{2,30}|"
                          r"from [\w ,.-]{2,40}?|in with [\w ]{2,30}|all the way|together))* "
              r"(?:back |over |down |up )?(?:to|into) (?:a (?:\w+ )?(?:flat|apartment|house|place|studio|room) in )?",
              "place", "begin", check=is_place),
        _rule("lives_in", r" (?:out of|away from) (?=(?-i:[A-Z]))", "place", "end", check=is_place)),
    "study": (
        _rule("studies_at", r"(?: (?:full[- ]time|part[- ]time))* at ", "firm", check=is_big_firm),
        _rule("studies", rf" {_IN_COURSE}", "role", check=is_course)),
    "run": (_rule("works_at", rf" (?:my |our |his |her )?(?:own )?{_OWN_PLACE}", "firm", certainty=.9),),
    "open": (_rule("works_at", rf" (?:my|our|his|her) own {_OWN_PLACE}", "firm", "begin", certainty=.9),),
    "go": (
        _rule("studies_at", rf" to (?=(?:the )?(?:(?-i:[A-Z])[\w.&']* ){{0,4}}(?-i:{_SCHOOL})\b)", "firm",
              check=is_big_firm),
        _rule("diet", rf" (?P<o>{DIETS})\b", "thing", "begin"),
        _rule("status", r" through a (?P<o>divorce)\b", "thing", certainty=.9)),
    "graduate": (_rule("studies_at", r"(?: in [\w ]{2,30})? from ", "firm", "end", check=is_big_firm),),
    "major": (_rule("studies", r" in ", "role"),),
    "enrol": (_rule("studies_at", r" (?:in|at) (?=(?:the )?(?-i:[A-Z]))", "firm", "begin"),),
    "start": (
        _rule("works_at", rf" (?:{_A_JOB}(?: as [\w ]{{2,30}}?)?|working(?: as [\w ]{{2,30}}?)?|work) (?:at|with|for) ",
              "firm", "begin", check=is_firm),
        _rule("works_at", r"(?: (?:in|on|from|next) [\w ]{2,16}?)? (?:at|with) (?=(?:the )?(?-i:[A-Z])|"
                          r"the [\w ]{0,20}(?:library|hospital|school|museum|bakery|office|shop|caf[ée]|university))"
              r"(?!\w+ (?:Street|school))", "firm", "begin", check=is_firm),
        _rule("works_as", rf" (?:{_A_JOB}|working|work|out)?(?: (?:at|with|for) [\w ]{{2,30}}?)? as (?=an? |the |"
                          rf"(?:{CALLINGS})\b)", "role", "begin"),
        _rule("studies", rf" studying {_IN_COURSE}", "role", "begin"),
        _rule("plays", rf" (?:playing |learning |learning to play )(?:the )?(?=(?:{PLAYED})\b)", "taste", "begin",
              closed=PLAYED)),
    "join": (
        _rule("member_of", rf" {_GROUP}", "firm", "begin"),
        _rule("works_at", r" (?=(?-i:[A-Z]))", "firm", "begin", check=is_big_firm, certainty=.85)),
    "attend": (_rule("studies_at", rf" (?=(?:the )?(?:(?-i:[A-Z])[\w.&']* ){{0,4}}(?-i:{_SCHOOL})\b)", "firm",
                     check=is_big_firm),),
    "leave": (
        _rule("works_at", rf" (?:{_A_JOB} (?:at|with)|working (?:at|for)) ", "firm", "end", check=is_firm),
        _rule("works_at", rf" {_A_JOB}(?=[\s.,!]|$)", "firm", "end", fixed=""),
        _rule("member_of", rf" {_GROUP}", "firm", "end"),
        _rule("works_at", r" (?=(?-i:[A-Z]))(?!\w+ (?:for (?:good|the (?:day|week|weekend))|at (?:home|the)|alone|"
                          r"behind|early|late|a )|(?:my|our) )", "firm", "end",
              check=is_left, certainty=.9, needs=_OF_WORK)),
    "quit": (
        _rule("works_at", rf" (?:{_A_JOB} (?:at|with)|working (?:at|for)|from) ", "firm", "end", check=is_firm),
        _rule("works_at", rf" {_A_JOB}(?=[\s.,!]|$)|(?=\s*[.,!]|$| (?:today|yesterday|last|this|on)\b)", "firm", "end",
              fixed="", certainty=.9),
        _rule("member_of", rf" {_GROUP}", "firm", "end"),
        _rule("works_at", r" (?=(?-i:[A-Z]))", "firm", "end", check=is_big_firm)),
    "lose": (
        _rule("works_at", rf" {_A_JOB} (?:at|with) ", "firm", "end", check=is_firm),
        _rule("works_as", rf" {_A_JOB} as ", "role", "end"),
        _rule("works_at", rf" {_A_JOB}(?=\s*(?:[.,!]|$)| (?:yesterday|today|last|this|in|on|and|so|when|"
                          rf"because)\b)", "firm", "end",
              fixed="")),
    "resign": (
        _rule("works_at", r" (?:from|at) ", "firm", "end", check=is_firm),
        _rule("works_at", r"(?=[\s.,!]|$)", "firm", "end", fixed="", certainty=.9)),
    "turn": (_rule("age", r" (?P<o>\d{1,3})\b(?! ?(?:degrees|%|o'clock))", "thing", "begin"),),
    "retire": (
        _rule("works_at", r" from ", "firm", "end", check=is_firm),
        _rule("works_at", r"(?=\s*(?:[.,!]|$)| (?:in|last|on|this|since|after|at|early|now|two|three|years?|"
                          r"a)\b)", "firm", "end",
              fixed="")),
    "get": (
        _rule("drives", rf" rid of (?=(?:my|our|the|his|her) (?:old |blue |red |trusty )?(?:{BRANDS})\b)", "thing",
              "end"),
        _rule("owns", rf" rid of (?=(?:my|our|the|his|her) (?:{_ADJECTIVES})(?:{OWNED})\b)", "thing", "end"),
        _rule("works_at", r" (?:fired|laid off|sacked|let go)(?: (?:from|"
                          r"by) (?P<o>(?-i:[A-Z])\w*(?: (?-i:[A-Z])\w*)*))?", "firm", "end", fixed=""),
        _rule("married_to", rf" (?:re-?)?married to {_TO_NAME}", "name", "begin", check=is_person),
        _rule("status", r" (?P<o>married|engaged|divorced)(?=[\s.,!]|$)", "thing", "begin"),
        _rule("works_as", r" promoted to ", "role", "begin"),
        _rule("works_at", rf" {_A_JOB}(?: as [\w ]{{2,30}}?)? (?:at|with) ", "firm", "begin", check=is_firm),
        _rule("works_as", rf" {_A_JOB} as ", "role", "begin"),
        _rule("studies_at", rf" into (?=(?:the )?(?:(?-i:[A-Z])[\w.&']* ){{0,4}}(?-i:{_SCHOOL})\b)", "firm", "begin",
              check=is_big_firm),
        _rule("hobby", r" (?:really |back )?into (?=[a-z])(?!(?:trouble|debt|medical|law|art|drama|school|uni|"
                       r"college|touch|shape|"
                       r"bed|a|an|fights?|arguments?|my|it|work|town|gear)\b)", "taste", "begin", check=is_taste,
                       certainty=.9),
        _rule("drives", _A_CAR, "thing", "begin", check=is_car),
        _rule("owns", _GET_THING, "thing", "begin", check=lambda words: len(words.split()) > 1)),
    "become": (
        _rule("works_as", rf" (?P<o>(?:an? |the )?(?:[\w-]+ ){{0,2}}(?:{CALLINGS}))(?![\w'-])", "thing", "begin"),
        _rule("diet", rf" (?:an? )?(?P<o>{DIETS})\b", "thing", "begin"),
        _rule("member_of", r" (?:a |an )?member of ", "firm", "begin")),
    "have": (
        _rule("allergic_to", r" (?:an? )?(?:\w+ )?(?:allergy to|allergies to|allergic reaction to) ", "taste",
              many=True),
        _rule("allergic_to", r" an? (?:severe |bad |mild |serious )?(?P<o>\w+) allergy\b", "thing"),
        _rule("works_at", rf" {_A_JOB}(?: as [\w ]{{2,30}}?)? (?:at|with) ", "firm", check=is_firm),
        _rule("owns", _GET_THING, "thing", check=lambda words: len(words.split()) > 1)),
    "own": (_rule("owns", r" (?=(?:an?|the|two|three|four|our) )", "thing"),),
    "buy": (_rule("drives", _A_CAR, "thing", "begin", check=is_car),
            _rule("owns", _GET_THING, "thing", "begin")),
    "trade": (_rule("drives", rf" (?:in )?(?:my|our|"
                              rf"the) [\w ]{{2,24}} for (?=an? (?:[\w-]+ ){{0,2}}(?:{BRANDS})\b)", "thing",
                    "begin"),),
    "sell": (_rule("drives", rf" (?=(?:my|our|the) (?:old |blue |red |trusty )?(?:{BRANDS})\b)", "thing", "end"),
             _rule("owns", rf" (?=(?:my|our|the|his|her) )(?=\w+ (?:{_ADJECTIVES})"
                           rf"(?:{OWNED}|(?-i:[A-Z])\w+)(?![\w'-]))", "thing", "end"),),
    "give": (_rule("owns", rf" away (?=(?:my|our|the) (?:{_ADJECTIVES})(?:{OWNED}|(?-i:[A-Z])\w+)\b)", "thing", "end"),
             ),
    "drive": (_rule("drives", rf" (?=(?:an?|my|the|our) (?:[\w-]+ ){{0,3}}(?:{CARS})\b|"
                              rf"an? (?:[\w-]+ ){{0,2}}(?-i:[A-Z])\w)", "thing"),),
    "like": (_LIKES,), "love": (_LIKES,), "enjoy": (_LIKES,), "adore": (_LIKES,),
    "hate": (_HATES,), "dislike": (_HATES,), "detest": (_HATES,), "loathe": (_HATES,), "despise": (_HATES,),
    "prefer": (_rule("likes", r" (?=[^\n]{2,60} (?:to|over) )", "thing", "feeling", check=is_taste),
               _rule("likes", r" (?=[a-z]+(?: [a-z]+)?(?:\s*$|[.,!]| now| these days))(?!to\b|not\b)", "taste",
                     "feeling",
                     check=is_taste, certainty=.85)),
    "play": (_rule("member_of", rf" (?:\w+ )?(?:in|with) {_GROUP}", "firm", certainty=.9), _rule("plays",
             rf" (?:the |some )?(?=(?:{PLAYED})(?![\w-]))", "taste", "doing", closed=PLAYED),),
    "sing": (_rule("member_of", rf" (?:\w+ )?(?:in|with) {_GROUP}", "firm"),),
    "write": (_rule("working_on", r" (?=(?:an?|my|our) (?:[\w-]+ )?(?:novel|book|thesis|memoir|dissertation|"
                                  r"screenplay|cookbook|"
                                  r"blog|musical)\b)", "aim", "doing"),),
    "build": (_rule("working_on", r" (?=(?:an?|my|our) (?:[\w-]+ )?(?:boat|house|shed|cabin|treehouse|kayak|guitar|"
                                  r"greenhouse|"
                                  r"robot|canoe|sauna|harpsichord)\b)", "aim", "doing"),),
    "speak": (_rule("speaks", rf" (?:(?:fluent|a little|a bit of|some|good|basic|both|native|only|decent|broken|"
                              rf"perfect) )*(?=(?-i:{LANGUAGES})\b)", "taste",
                    closed=LANGUAGES),),
    "learn": (_rule("plays", rf"(?<=learning)(?: to play)? (?:the )?(?=(?:{PLAYED})\b)", "taste", closed=PLAYED,
                    certainty=.8),),
    "sign": (_rule("works_at", r" (?:on )?(?:with|for) (?=(?-i:[A-Z]))", "firm", "begin", check=is_big_firm,
                   certainty=.9),),
    "take": (_rule("works_at", rf" {_A_JOB}(?: as [\w ]{{2,30}}?)? (?:at|with) ", "firm", "begin", check=is_firm),
             _rule("works_as", rf" {_A_JOB} as ", "role", "begin"),
             _rule("hobby", r" up (?!with|the|a |my|this|that|residence|space|arms|too|so|most|much)", "thing", "begin",
                   check=is_taste),),
    "drink": (_rule("likes", r" (?=\w+(?: \w+)? (?:any ?more|any longer)\b)", "taste", check=is_taste),),
    "eat": (_rule("likes", r" (?=\w+(?: \w+)? (?:any ?more|any longer)\b)", "taste", check=is_taste),
            _rule("diet", rf" (?:only )?(?P<o>{DIETS})\b", "thing"),),
    "want": (_rule("wants", GOAL, "aim", "feeling", check=is_goal),),
    "decide": (_rule("decided", r" (?=to |not to |against )", "aim", "begin", check=is_decision),
               _rule("decided", r" (?:on|for|in favou?r of) ", "aim", "begin", check=is_decision)),
    "agree": (_rule("decided", r" (?=to )", "aim", "begin", check=is_decision),
              _rule("decided", r" on (?=the |an? )", "aim", "begin", check=is_decision)),
    "break": (_rule("partner", r" up with (?=(?-i:[A-Z]))", "name", "end", check=is_person),
              _rule("partner", r" up(?=[\s.,!]|$)(?! (?:the|my|into|with))", "thing", "end", fixed="")),
    "split": (_rule("partner", r" (?:up )?(?:with|from) (?=(?-i:[A-Z]))", "name", "end", check=is_person),
              _rule("partner", r" up(?=[\s.,!]|$)(?! (?:the|my|into|with))", "thing", "end", fixed="")),
    "marry": (_rule("married_to", rf" {_TO_NAME}", "name", "begin", check=is_person),),
    "grow": (_rule("from_place", r" up in (?=(?-i:[A-Z]))", "place", "once", certainty=.9),),
    "come": (_rule("from_place", r" (?:originally )?from (?=(?-i:[A-Z]))(?!\w+ (?:to|with|today))", "place"),),
    "date": (_rule("partner", rf" {_TO_NAME}", "name", "doing", check=is_person),),
    "teach": (_rule("works_at", r" (?:\w+ ){0,2}at (?=(?:the )?(?-i:[A-Z]))", "firm", check=is_big_firm),
              _rule("works_as", r"(?!)", "thing")),
    "manage": (_rule("works_at", r" (?=the (?-i:[A-Z]))", "firm", check=is_big_firm, certainty=.85),),
    "use": (_rule("uses", r" (?=(?-i:[A-Z])\w+(?: (?-i:[A-Z])\w+)*(?:[.,!]| (?:for|as|on|now|every|instead)\b|$))",
                  "thing", certainty=.9),),
}
_AFTER_ROLE = expression(r"\s+(?:over |here )?(?:at|for|with|of(?= (?-i:[A-Z]))) (?=(?:the |"
                         r"an? )?(?:\w+ ){0,2}(?-i:[A-Z])|(?:the|"
                         r"an?) \w+)", re.IGNORECASE)
_AFTER_FIRM = expression(rf"(?:,? [\w -]{{0,24}}?)? as (?=an? |the (?:new |head |lead )|(?:{CALLINGS})\b)",
                         re.IGNORECASE)
_BEGINNERS = {"start": "begin", "begin": "begin", "stop": "end", "quit": "end", "finish": "end"}
_GERUND = expression(r" (?:(?:to|up) )?([^\W\d_]+ing)\b")


def told_by_verb(clause: Clause, person: Person, predicate: Predicate) -> list[Draft]:
    """What the clause tells of `person` by its verb; empty where no rule knows it."""
    if predicate.says("modal"):
        return []
    manner = _BEGINNERS.get(predicate.lemma)
    gerund = _GERUND.match(clause.text, predicate.at, clause.end) if manner else None
    if gerund is not None and gerund[1].lower() in VERBS and not (predicate.lemma == "start"
                                                                  and _by_rules(clause, person, predicate)):
        inner = Predicate(VERBS[gerund[1].lower()][0], "ing", predicate.flags, gerund.end())
        return _by_rules(clause, person, inner, begins if manner == "begin" else ends)
    return _by_rules(clause, person, predicate)


def _by_rules(clause: Clause, person: Person, predicate: Predicate,
              stance: Callable[[Clause, Predicate], Stance | None] | None = None) -> list[Draft]:
    for rule in RULES.get(predicate.lemma, ()):
        found = rule.complement.match(clause.text, predicate.at, clause.end)
        if found is not None and (rule.needs is None or rule.needs.search(clause.text)):
            drafts = list(_drafts(rule, found, clause, person, predicate, stance))
            if drafts:
                return drafts + besides(clause, drafts[0])
    return []


def _drafts(rule: Rule, found: re.Match[str], clause: Clause, person: Person, predicate: Predicate,
            stance: Callable[[Clause, Predicate], Stance | None] | None) -> Iterator[Draft]:
    turned = _felt(rule, clause, predicate) if rule.manner == "feeling" and stance is None else (
        rule.relation, (stance or _STANCES[rule.manner])(clause, predicate))
    relation, stands = turned
    if stands is None and rule.relation in ("diet", "allergic_to") and predicate.form == "be" and predicate.says(
            "not") and not predicate.says("modal", "past", "perfect", "future"):
        stands = Stance("cancelled", certainty=.95) if _TURNED_OUT.search(clause.text, *clause.sentence) else None
    if stands is None:
        return
    for one in _objects(rule, found, clause):
        words = one if isinstance(one, str) else clause.text[slice(*one)]
        if not words and person.kind == "name":
            continue
        if rule.check is not None and words and not rule.check(words):
            return  # what follows in a list is no better: "making sure that people are safe and valued"
        yield Draft(person.name, relation, one, stands.mode, "", stands.valid_from, stands.valid_to,
                    stands.certainty * rule.certainty * predicate.certainty)


_TURNED_OUT = expression(r"\b(?:turns out|turned out|actually|after all|in the end)\b", re.IGNORECASE)


def _once(clause: Clause, predicate: Predicate) -> Stance | None:
    """What is so for ever after: "was born in"."""
    return None if predicate.says("modal", "not", "no longer", "used to", "future") else Stance("holds")


def _doing(clause: Clause, predicate: Predicate) -> Stance | None:
    """What somebody is at now: that it is over says too little to be kept."""
    return state(clause, predicate, of_past=False)


_STANCES: dict[str, Callable[[Clause, Predicate], Stance | None]] = {"state": state, "begin": begins, "end": ends,
                                                                     "once": _once, "doing": _doing}


def _objects(rule: Rule, found: re.Match[str], clause: Clause) -> list[Span | str]:
    if "o" in rule.complement.groupindex and found["o"] is not None:
        return [found.span("o")]
    if rule.fixed is not None:
        return [rule.fixed]
    if rule.many:
        spans = listed(clause.text, found.end(), clause.end, rule.kind, clause.times)
        if rule.closed is None:
            return list(spans)
        return [known.span() for span in spans if (known := rule.closed.search(clause.text, *span)) is not None]
    one = trimmed(clause.text, found.end(), clause.end, rule.kind, clause.times)
    return [] if one is None else [one]


def _felt(rule: Rule, clause: Clause, predicate: Predicate) -> tuple[str, Stance | None]:
    """Likes and dislikes: "don't like" is a dislike, "not any more" ends one, "loved the film" is none of either."""
    stands = state(clause, predicate, of_past=False)
    if predicate.says("progressive") and predicate.lemma != "be":
        return rule.relation, None
    if stands is None and predicate.says("not") and not predicate.says("modal", "past", "perfect", "future"):
        return ("dislikes", Stance("holds", certainty=.95)) if rule.relation == "likes" else (rule.relation, None)
    if stands is None and predicate.says("perfect") and re.search(r"\balways\b",
                                                                  clause.text[clause.start:predicate.at]):
        return rule.relation, Stance("holds")
    return rule.relation, None if stands is not None and stands.mode == "planned" else stands


def besides(clause: Clause, first: Draft) -> list[Draft]:
    """ "as a nurse at Acme", "at Acme as a nurse": the second half has the time and mode of the first."""
    if isinstance(first.object, str):
        return []
    end = first.object[1]
    after = {"works_as": (_AFTER_ROLE, "works_at", "firm"), "works_at": (_AFTER_FIRM, "works_as", "role"),
             "studies": (_AFTER_ROLE, "studies_at", "firm")}.get(first.relation)
    if after is None or (first.mode == "ended" and first.relation == "works_at"):
        return []
    found = after[0].match(clause.text, end, clause.end)
    if found is None:
        return []
    one = trimmed(clause.text, found.end(), clause.end, after[2], clause.times)
    if one is None or (after[1] != "works_as" and not is_firm(clause.text[slice(*one)])):
        return []
    return [replace(first, relation=after[1], object=one)]
