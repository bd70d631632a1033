"""Deep questions: taken apart, each part looked for in rounds and answered, and put together from their evidence."""

from contextlib import suppress
from dataclasses import dataclass, field, replace

from mneme.answer.deep import knowing, noting, planning
from mneme.answer.deep.running import Graph, NodeAnswer, run
from mneme.answer.extractive import Wish
from mneme.answer.writing.evidence import Bearing
from mneme.answer.writing.talk import Talk
from mneme.answer.writing.writer import OnStream, Writer, unheard
from mneme.errors import ModelError
from mneme.ports import Spent
from mneme.recall.understanding.question import Question, understood
from mneme.types import Answer, AnswerState, Memory, Moment, Progress, Streamed

CAP = 6  # questions that are asked for one


@dataclass(slots=True)
class Deeper:
    """One deep question under way: what was found for its parts stands ready for those that need it."""

    writer: Writer
    question: Question
    now: Moment
    wish: Wish
    talk: Talk
    stream: OnStream
    own_knowledge: bool = False
    found: dict[int, Bearing] = field(default_factory=dict)
    graph: Graph = ()
    root: Answer | None = None
    evaluated: int = 0
    generated: int = 0

    def answer(self) -> Answer:
        """The answer of the whole question, with its graph. Raises: Cancelled."""
        self.wish.progress(Progress("planning", 0, 0))
        today = self.now.local().date()
        plan = planning.plan(self.writer.model, self.question.text, today, cancelled=self.wish.cancelled,
                             on_spent=self._spent)
        with suppress(ModelError):  # what failed stands in the graph, and the floor answers below
            run(plan.nodes, self._node, cap=CAP, cancelled=self.wish.cancelled, on_change=self._changed)
        if self.root is None:
            self.root = self.writer.ask(self.question, self.now, self.wish, self.talk, self.stream)
        written = self.root.written
        if written is None:
            return self.root
        told = replace(written, graph=self.graph, evaluated=written.evaluated + self.evaluated,
                       generated=written.generated + self.generated,
                       message=" ".join(filter(None, (written.message, *plan.cut))))
        return replace(self.root, question=self.question.asked, written=told)

    def _node(self, text: str) -> NodeAnswer:
        is_root = all(node.state != "waiting" for node in self.graph)
        question = replace(self.question, text=text) if is_root else understood(text, self.now)
        gathered = noting.gathered(self.writer.model, text, self._look, self.now.local().date(),
                                   cancelled=self.wish.cancelled, on_spent=self._spent)
        given = [self.found[memory.id] for memory in gathered.memories]
        if is_root:
            given = [*self._cited(), *given]
        talk, stream = (self.talk, self._with_graph) if is_root else (Talk(), unheard)
        answer = self.writer.ask(question, self.now, self.wish, talk, stream, given=given)
        if is_root:
            self.root = answer
        made = _made(answer, gathered.rounds)
        if not self.own_knowledge or made.state == "answered":
            return made
        known = knowing.closed_book(self.writer.model, text, cancelled=self.wish.cancelled, on_spent=self._spent)
        return knowing.surer(made, known, personal=knowing.is_personal(question))

    def _look(self, query: str) -> list[Memory]:
        found = self.writer.looked(understood(query, self.now), self.now, self.wish)
        self.found |= {one.hit.memory.id: one for one in found}
        return [one.hit.memory for one in found]

    def _cited(self) -> list[Bearing]:
        """What the parts stand on, in their order."""
        ids = dict.fromkeys(memory for node in self.graph for memory in node.evidence)
        return [self.found[memory] for memory in ids if memory in self.found]

    def _changed(self, graph: Graph) -> None:
        self.graph = graph
        self.stream(Streamed((), graph=graph))

    def _with_graph(self, streamed: Streamed) -> None:
        self.stream(replace(streamed, graph=self.graph))

    def _spent(self, one: Spent) -> None:
        self.evaluated += one.evaluated
        self.generated += one.generated


def _made(answer: Answer, rounds: int) -> NodeAnswer:
    if answer.state is AnswerState.ANSWERED:
        said = answer.written.sentences if answer.written is not None else ()
        text = " ".join(one.text for one in said) or answer.text or ""
        return NodeAnswer("answered", text, answer.confidence, "memories",
                          tuple(dict.fromkeys(one.memory for one in answer.citations)), rounds)
    if answer.state is AnswerState.FROM_MODEL:
        return NodeAnswer("answered", answer.text or "", answer.confidence, "model", (), rounds)
    return NodeAnswer("not_found" if answer.state is AnswerState.NOT_FOUND else "failed", rounds=rounds)

