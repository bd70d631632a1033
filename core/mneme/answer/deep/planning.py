"""Takes a deep question apart into a graph of at most six smaller ones, without cycles, whatever the model wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mneme.answer.tools.structured import IsCancelled, OnSpent, structured, unheeded
from mneme.errors import ModelError
from mneme.expressions import expression
from mneme.messages import _
from mneme.ports import LanguageModel, Turn
from mneme.prompts import prompt
from mneme.prompts.fencing import fenced, one_line
from mneme.types import SubQuestion

MOST = 6  # nodes, the whole question among them
LONGEST = 300  # code points of a sub-question, and of an answer inside another question
TOKENS = 500
WHOLE = "whole"  # the node that puts the others together, where the model's graph has several ends
PLACE = expression(r"\{(\w{1,20})\}")  # stands in a text for the answer of another node
_QUESTION = 1000

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"questions": {
        "type": "array", "minItems": 1, "maxItems": MOST - 1,
        "items": {
            "type": "object",
            "properties": {"id": {"enum": [f"q{n}" for n in range(1, MOST)]},
                           "text": {"type": "string", "minLength": 1, "maxLength": 200},
                           "needs": {"type": "array", "maxItems": MOST - 2,
                                     "items": {"enum": [f"q{n}" for n in range(1, MOST)]}}},
            "required": ["id", "text", "needs"],
            "additionalProperties": False}}},
    "required": ["questions"],
    "additionalProperties": False,
}
_LOOSE: Mapping[str, Any] = {  # what is wrong in a part costs that part
    "type": "object", "required": ["questions"],
    "properties": {"questions": {"type": "array", "minItems": 1, "items": {
        "type": "object", "required": ["id", "text"],
        "properties": {"id": {"type": "string"}, "text": {"type": "string"},
                       "needs": {"type": "array", "items": {"type": "string"}}}}}}}


@dataclass(frozen=True, slots=True)
class Plan:
    """The nodes, each after those it needs, the last of them the whole question; `cut` are sentences on what went."""

    nodes: tuple[SubQuestion, ...]
    cut: tuple[str, ...] = ()


def plan(model: LanguageModel, question_text: str, today: date, *, cancelled: IsCancelled,
         on_spent: OnSpent = unheeded) -> Plan:
    """The graph of a question: 1 to MOST nodes without cycles. A failed plan is one node with the whole question.

    Its texts may hold places like {q1} for the answers they need. Raises: Cancelled.
    """
    asked = f"Today is {today.isoformat()}.\n{fenced(one_line(question_text)[:_QUESTION], 'question')}"
    turns = (Turn("system", prompt("plan").text), Turn("user", asked))
    try:
        made = structured(model, turns, SCHEMA, accepted=_LOOSE, max_tokens=TOKENS, longest=2 * LONGEST,
                          cancelled=cancelled, on_spent=on_spent)
    except ModelError as error:
        return Plan((whole(question_text),), (str(error),))
    if made.value is None:
        return Plan((whole(question_text),), (made.reason,))
    return planned(made.value["questions"], question_text)


def whole(question_text: str, needs: tuple[str, ...] = ()) -> SubQuestion:
    """The node of the whole question."""
    return SubQuestion(WHOLE, question_text, needs, "waiting")


def planned(questions: Sequence[Mapping[str, Any]], question_text: str) -> Plan:
    """The graph in what a model wrote; what is doubled, empty, unknown or goes in a circle is cut."""
    cut: list[str] = []
    texts: dict[str, str] = {}
    for one in questions:
        if not one["text"] or len(one["text"]) > LONGEST or one["id"] in texts or one["id"] == WHOLE:
            cut.append(_("A part without a text or a name of its own was left out."))
        elif len(texts) == MOST - 1:
            cut.append(_("There were too many parts; the last were left out."))
        else:
            texts[one["id"]] = one["text"]
    needs = _needs(questions, texts, cut)
    if len(texts) < 2:
        return Plan((whole(question_text),), tuple(dict.fromkeys(cut)))
    nodes = in_order([SubQuestion(name, text, tuple(needs[name]), "waiting") for name, text in texts.items()])
    ends = tuple(node.id for node in nodes if not any(node.id in other.needs for other in nodes))
    if len(ends) > 1:
        nodes = (*nodes, whole(question_text, ends))
    return Plan(nodes, tuple(dict.fromkeys(cut)))


def _needs(questions: Sequence[Mapping[str, Any]], texts: Mapping[str, str], cut: list[str]) -> dict[str, list[str]]:
    """What each part needs, its places included, without circles; what closes one is cut."""
    needs: dict[str, list[str]] = {name: [] for name in texts}
    for one in questions:
        if texts.get(one["id"]) != one["text"]:
            continue
        for need in dict.fromkeys([*one.get("needs", ()), *PLACE.findall(one["text"])]):
            if need not in texts:
                cut.append(_("A part needed another that there is not."))
            elif _reaches(need, one["id"], needs):
                cut.append(_("Parts needed each other in a circle."))
            elif need not in needs[one["id"]]:
                needs[one["id"]].append(need)
    return needs


def _reaches(start: str, end: str, needs: Mapping[str, Sequence[str]]) -> bool:
    """Whether `start` is `end`, or needs it through others."""
    return start == end or any(_reaches(need, end, needs) for need in needs[start])


def in_order(nodes: Sequence[SubQuestion]) -> tuple[SubQuestion, ...]:
    """The nodes with each after those it needs, else as they stand. Raises: ValueError for a circle or a lost need."""
    placed: dict[str, SubQuestion] = {}
    while len(placed) < len(nodes):
        ready = next((node for node in nodes if node.id not in placed and placed.keys() >= set(node.needs)), None)
        if ready is None:
            raise ValueError("the parts of a question need each other in a circle, or what is not there")
        placed[ready.id] = ready
    return tuple(placed.values())


def filled(node: SubQuestion, answers: Mapping[str, SubQuestion]) -> str:
    """The node's question with the answers it needs: in their places, else ", knowing that ..." at its end."""
    known = {name: one for name, one in answers.items() if name in node.needs and one.state == "answered"}
    text = PLACE.sub(lambda place: known[place[1]].answer[:LONGEST] if place[1] in known else "that", node.text)
    beside = [f"{one.text.rstrip('?. ')}: {one.answer[:LONGEST]}" for name, one in known.items()
              if f"{{{name}}}" not in node.text]
    return f"{text.rstrip('?. ')}, knowing that {'; '.join(beside)}?" if beside else text
