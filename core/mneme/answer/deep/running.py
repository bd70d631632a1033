"""Runs the graph of a deep question: each node when what it needs is answered, its answer filled into the next."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from mneme.answer.deep.planning import WHOLE, filled, in_order
from mneme.answer.tools.structured import IsCancelled
from mneme.errors import Cancelled, ModelError
from mneme.prompts.fencing import one_line
from mneme.types import SubQuestion

POLL = 0.02  # seconds between two looks at the cancel button while threads work

Graph = tuple[SubQuestion, ...]
OnChange = Callable[[Graph], None]


@dataclass(frozen=True, slots=True)
class NodeAnswer:
    """What came of one node: `evidence` are memories, `rounds` how often it was looked for."""

    state: Literal["answered", "not_found", "failed"]
    text: str = ""
    confidence: float = 0.0
    source: Literal["memories", "model"] = "memories"
    evidence: tuple[int, ...] = ()
    rounds: int = 1


AnswerOne = Callable[[str], NodeAnswer]


@dataclass(frozen=True, slots=True)
class Explored:
    """The graph with its answers; `root` is the node of the whole question, `evidence` all memories, each once."""

    graph: Graph
    root: SubQuestion
    evidence: tuple[int, ...]


def unwatched(_graph: Graph) -> None:
    """Where nobody looks on."""


def run(graph: Sequence[SubQuestion], answer_one: AnswerOne, *, cap: int, cancelled: IsCancelled,
        on_change: OnChange = unwatched, workers: int = 1) -> Explored:
    """Ask every node, each after those it needs, with their answers filled into its text (planning.py).

    At most `cap` (at least 1) are asked, the whole question always; the others stay "waiting". Where `workers` is more
    than 1, nodes that do not need each other are asked on so many threads; `on_change` is called on this thread alone.
    A node is as sure as the least sure of what it needs, and stands on their evidence, too.
    Raises: Cancelled at once; ModelError of `answer_one`, its node "failed"; ValueError for a graph with a circle.
    """
    order = in_order(graph)
    under_way = _UnderWay({node.id: node for node in order}, on_change)
    chosen = [*order[:-1][:max(cap - 1, 0)], order[-1]]
    on_change(tuple(order))
    if workers > 1:
        _on_threads(under_way, chosen, answer_one, cancelled, workers)
    else:
        for node in chosen:
            if cancelled():
                raise Cancelled
            under_way.settle(node.id, partial(answer_one, under_way.begun(node)))
    done = tuple(under_way.nodes.values())
    return Explored(done, done[-1], tuple(dict.fromkeys(memory for node in done for memory in node.evidence)))


class _UnderWay:
    """The nodes by their ids, in order, and who is told of each change."""

    def __init__(self, nodes: dict[str, SubQuestion], on_change: OnChange) -> None:
        self.nodes = nodes
        self._on_change = on_change

    def begun(self, node: SubQuestion) -> str:
        """The question with what it needs, now under way."""
        self._change(replace(node, state="running"))
        return filled(node, self.nodes)

    def settle(self, name: str, answer: Callable[[], NodeAnswer]) -> None:
        """Write down what came of a node. Raises: ModelError, the node failed."""
        node = self.nodes[name]
        try:
            made = answer()
        except ModelError:
            self._change(replace(node, state="failed"))
            raise
        self._change(self._with(node, made))

    def _with(self, node: SubQuestion, made: NodeAnswer) -> SubQuestion:
        needed = [self.nodes[need] for need in node.needs if self.nodes[need].state == "answered"]
        if node.id == WHOLE and made.state == "not_found" and needed:
            made = _joined(needed, len(node.needs), made)
        elif made.state == "answered":
            made = replace(made, confidence=min([made.confidence, *(one.confidence for one in needed)]))
        is_own = made.source == "model" or any(one.source == "model" for one in needed)
        evidence = dict.fromkeys([*made.evidence, *(memory for one in needed for memory in one.evidence)])
        answer = one_line(made.text) if made.state == "answered" else ""
        return replace(node, state=made.state, answer=answer, confidence=made.confidence, rounds=made.rounds,
                       source="model" if is_own else "memories", evidence=tuple(evidence))

    def _change(self, node: SubQuestion) -> None:
        self.nodes[node.id] = node
        self._on_change(tuple(self.nodes.values()))


def _joined(needed: Sequence[SubQuestion], parts: int, made: NodeAnswer) -> NodeAnswer:
    """The answers to the parts, one after the other, where nothing tells the whole; as sure as the parts answered."""
    sure = min(one.confidence for one in needed) * len(needed) / parts
    return replace(made, state="answered", text=" ".join(
        one.answer if one.answer.endswith((".", "!", "?")) else f"{one.answer}." for one in needed), confidence=sure)


def _on_threads(under_way: _UnderWay, chosen: Sequence[SubQuestion], answer_one: AnswerOne, cancelled: IsCancelled,
                workers: int) -> None:
    waiting = {node.id: node for node in chosen}
    running: dict[Future[NodeAnswer], str] = {}
    pool = ThreadPoolExecutor(workers, thread_name_prefix="deep")
    try:
        while waiting or running:
            for node in _ready(waiting, running, workers):
                del waiting[node.id]
                running[pool.submit(answer_one, under_way.begun(node))] = node.id
            done, _rest = wait(running, timeout=POLL, return_when=FIRST_COMPLETED)
            if cancelled():
                raise Cancelled
            for future in done:
                under_way.settle(running.pop(future), future.result)
    finally:
        # who was cancelled does not wait: the threads hear of it by themselves
        pool.shutdown(wait=not cancelled(), cancel_futures=True)


def _ready(waiting: dict[str, SubQuestion], running: dict[Future[NodeAnswer], str], workers: int) -> list[SubQuestion]:
    """The next nodes that need nothing that is still to come, as many as there are threads free."""
    open_ = {*waiting, *running.values()}
    ready = [node for node in waiting.values() if open_.isdisjoint(node.needs)]
    return ready[:workers - len(running)]
