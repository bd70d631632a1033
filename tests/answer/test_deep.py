"""Deep questions: a plan without circles whatever the model wrote, run in order, capped, cancelled, with evidence."""

import json
import threading
from collections.abc import Callable, Sequence
from datetime import date

import pytest

from mneme.answer.deep import noting, planning, rewriting
from mneme.answer.deep.knowing import closed_book, is_personal, surer
from mneme.answer.deep.planning import MOST, WHOLE, Plan, filled, plan, planned
from mneme.answer.deep.rewriting import rewritten
from mneme.answer.deep.running import Explored, Graph, NodeAnswer, run
from mneme.answer.tools import schema as tools
from mneme.errors import Cancelled, ModelFailed, ModelTimedOut
from mneme.models.llama.worker import grammar_of
from mneme.ports import Generation, Spent, Turn
from mneme.recall.understanding.question import understood
from mneme.testing import NOON, ScriptedModel
from mneme.types import Moment, SubQuestion

TODAY = date(2025, 6, 15)
COMPOUND = "When is the birthday of my sister, and where does her boss live?"


def never() -> bool:
    return False


def writes(written: object) -> ScriptedModel:
    """A model that writes this, always; an error is raised."""
    def write(_prompt: Sequence[Turn], _wish: Generation) -> str:
        if isinstance(written, Exception):
            raise written
        return written if isinstance(written, str) else json.dumps(written)
    return ScriptedModel(write)


def part(name: str, text: str, *needs: str) -> dict[str, object]:
    return {"id": name, "text": text, "needs": list(needs)}


def node(name: str, *needs: str, text: str = "") -> SubQuestion:
    return SubQuestion(name, text or f"What is {name}?", needs, "waiting")


def of(*parts: dict[str, object]) -> Plan:
    return plan(writes({"questions": list(parts)}), COMPOUND, TODAY, cancelled=never)


def shape(made: Plan) -> dict[str, tuple[str, ...]]:
    return {one.id: one.needs for one in made.nodes}


# ------------------------------------------------------------------ the plan


SISTER = (part("q1", "Who is my sister?"), part("q2", "When is the birthday of {q1}?", "q1"),
          part("q3", "Who is the boss of {q1}?", "q1"), part("q4", "Where does {q3} live?", "q3"))


def test_a_compound_question_becomes_a_graph_that_ends_in_the_whole() -> None:
    made = of(*SISTER)
    assert shape(made) == {"q1": (), "q2": ("q1",), "q3": ("q1",), "q4": ("q3",), WHOLE: ("q2", "q4")}
    assert made.nodes[-1].text == COMPOUND
    assert made.cut == ()
    assert {one.state for one in made.nodes} == {"waiting"}


def test_a_graph_with_one_end_ends_there() -> None:
    assert shape(of(*SISTER[:2])) == {"q1": (), "q2": ("q1",)}


def test_a_question_that_stays_one_keeps_its_words() -> None:
    made = of(part("q1", "Something else?"))
    assert [(one.id, one.text) for one in made.nodes] == [(WHOLE, COMPOUND)]


@pytest.mark.parametrize(("parts", "expected"), [
    ((part("q1", "A?", "q2"), part("q2", "B?", "q1")), {"q2": (), "q1": ("q2",)}),
    ((part("q1", "A?", "q1"), part("q2", "B?", "q1")), {"q1": (), "q2": ("q1",)}),
    ((part("q1", "A?", "q2"), part("q2", "B?", "q3"), part("q3", "C {q1}?")),
     {"q3": (), "q2": ("q3",), "q1": ("q2",)}),
    ((part("q1", "A?", "q9"), part("q2", "B?", "q1")), {"q1": (), "q2": ("q1",)}),
    ((part("q1", "A?"), part("q1", "again?"), part("q2", "", "q1"), part("q3", "C?", "q1", "q2")),
     {"q1": (), "q3": ("q1",)})])
def test_circles_and_what_is_not_there_are_cut_with_the_reason(
        parts: Sequence[dict[str, object]], expected: dict[str, tuple[str, ...]]) -> None:
    made = of(*parts)
    assert shape(made) == expected
    assert made.cut


def test_a_place_is_a_need() -> None:
    assert shape(of(part("q1", "Who?"), part("q2", "When does {q1} come?"))) == {"q1": (), "q2": ("q1",)}


def test_there_are_at_most_six_nodes() -> None:
    made = of(*(part(f"q{n}", f"Question {n}?") for n in range(1, 20)))
    assert len(made.nodes) == MOST == 6
    assert made.nodes[-1].needs == ("q1", "q2", "q3", "q4", "q5")
    assert "There were too many parts; the last were left out." in made.cut


@pytest.mark.parametrize("written", [
    "", "A plan: first ...", "[]", '{"questions": []}', '{"questions": [{"id": 1, "text": "x", "needs": []}]}',
    '{"questions": [{"id": "q1", "text": ["x"], "needs": []}]}', '{"questions": {"q1": "x"}}',
    ModelFailed("it broke", "try again"), ModelTimedOut("no sign of life")])
def test_a_failed_plan_is_the_whole_question(written: object) -> None:
    made = plan(writes(written), COMPOUND, TODAY, cancelled=never)
    assert [(one.text, one.needs) for one in made.nodes] == [(COMPOUND, ())]
    assert made.cut
    assert all(made.cut)


def test_a_plan_is_asked_for_under_a_schema_and_can_be_cancelled() -> None:
    model = writes({"questions": list(SISTER)})
    spent: list[Spent] = []
    plan(model, COMPOUND, TODAY, cancelled=never, on_spent=spent.append)
    assert model.asked[0][1].schema is not None
    assert len(spent) == 1
    with pytest.raises(Cancelled):
        plan(model, COMPOUND, TODAY, cancelled=lambda: True)


# ------------------------------------------------------------------ running it


def answers(**known: NodeAnswer) -> tuple[list[str], Callable[[str], NodeAnswer]]:
    """What was asked, and an answerer that knows these by the first word of a question that it stands in."""
    asked: list[str] = []

    def answer_one(text: str) -> NodeAnswer:
        asked.append(text)
        return next((answer for word, answer in known.items() if text.startswith(word)), NodeAnswer("not_found"))
    return asked, answer_one


def test_answers_flow_into_what_needs_them_and_evidence_adds_up() -> None:
    asked, answer_one = answers(
        Who=NodeAnswer("answered", "Anna Berg", 0.9, evidence=(3, 4), rounds=2),
        When=NodeAnswer("answered", "4 May", 0.7, evidence=(5, 3)))
    pictures: list[Graph] = []
    made = of(*SISTER[:2])
    done = run(made.nodes, answer_one, cap=6, cancelled=never, on_change=pictures.append)
    assert asked == ["Who is my sister?", "When is the birthday of Anna Berg?"]
    assert done.evidence == (3, 4, 5)
    assert (done.root.id, done.root.answer, done.root.confidence, done.root.evidence) == ("q2", "4 May", 0.7, (5, 3, 4))
    assert [one.rounds for one in done.graph] == [2, 1]
    assert [[one.state for one in picture] for picture in pictures] == [
        ["waiting", "waiting"], ["running", "waiting"], ["answered", "waiting"], ["answered", "running"],
        ["answered", "answered"]]
    assert pictures[-1] == done.graph


def test_without_a_place_an_answer_is_told_at_the_end() -> None:
    asked, answer_one = answers(What=NodeAnswer("answered", "Oslo.\nNext", 0.5))
    run([node("a"), node("b", "a")], answer_one, cap=6, cancelled=never)
    assert asked[1] == "What is b, knowing that What is a: Oslo. Next?"


def test_what_was_not_found_is_not_told() -> None:
    asked, answer_one = answers()
    done = run([node("a"), node("b", "a", text="Where is {a}?")], answer_one, cap=6, cancelled=never)
    assert asked[1] == "Where is that?"
    assert done.root.state == "not_found"


def test_the_parts_stand_for_a_whole_that_nothing_tells() -> None:
    _asked, answer_one = answers(
        When=NodeAnswer("answered", "4 May", 0.8, evidence=(1,)), Where=NodeAnswer("answered", "Oslo.", 0.6, "model"))
    graph = [node("q1", text="When one?"), node("q2", text="Where two?"), node("q3", text="How three?"),
             node(WHOLE, "q1", "q2", "q3", text="All?")]
    root = run(graph, answer_one, cap=6, cancelled=never).root
    assert (root.state, root.answer, root.evidence, root.source) == ("answered", "4 May. Oslo.", (1,), "model")
    assert root.confidence == pytest.approx(0.6 * 2 / 3)


def test_a_parent_is_no_surer_than_what_it_needs() -> None:
    _asked, answer_one = answers(Unsure=NodeAnswer("answered", "x", 0.3), Sure=NodeAnswer("answered", "y", 0.9))
    graph = [node("a", text="Unsure a?"), node("b", "a", text="Sure b?")]
    assert run(graph, answer_one, cap=6, cancelled=never).root.confidence == 0.3


def test_the_cap_holds_and_the_whole_is_always_asked() -> None:
    asked, answer_one = answers(What=NodeAnswer("answered", "x", 0.5))
    graph = [*(node(f"q{n}") for n in range(1, 6)), node(WHOLE, *(f"q{n}" for n in range(1, 6)))]
    done = run(graph, answer_one, cap=3, cancelled=never)
    assert len(asked) == 3
    assert [one.state for one in done.graph] == ["answered", "answered", "waiting", "waiting", "waiting", "answered"]
    asked.clear()
    assert run(graph, answer_one, cap=1, cancelled=never).root.state == "answered"
    assert len(asked) == 1


def test_a_graph_with_a_circle_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="circle"):
        run([node("a", "b"), node("b", "a")], answers()[1], cap=6, cancelled=never)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_model_that_dies_fails_its_node_and_passes_up(workers: int) -> None:
    pictures: list[Graph] = []

    def answer_one(text: str) -> NodeAnswer:
        if text.startswith("Bad"):
            raise ModelFailed("it broke")
        return NodeAnswer("answered", "x", 0.5)
    with pytest.raises(ModelFailed):
        run([node("a"), node("b", "a", text="Bad?"), node("c", "b")], answer_one, cap=6, cancelled=never,
            on_change=pictures.append, workers=workers)
    assert [one.state for one in pictures[-1]] == ["answered", "failed", "waiting"]


def test_cancelled_between_two_nodes_nothing_more_is_asked() -> None:
    asked: list[str] = []

    def answer_one(text: str) -> NodeAnswer:
        asked.append(text)
        return NodeAnswer("answered", "x", 0.5)
    with pytest.raises(Cancelled):
        run([node("a"), node("b"), node("c")], answer_one, cap=6, cancelled=lambda: len(asked) == 1)
    assert len(asked) == 1


def test_cancelled_while_threads_are_at_work_it_does_not_wait_for_them() -> None:
    cancel, let_go = threading.Event(), threading.Event()
    at_work: list[threading.Thread] = []

    def answer_one(_text: str) -> NodeAnswer:
        at_work.append(threading.current_thread())
        cancel.set()
        assert let_go.wait(60)
        raise Cancelled
    try:
        with pytest.raises(Cancelled):
            run([node("a"), node("b"), node("c", "a", "b")], answer_one, cap=6, cancelled=cancel.is_set, workers=2)
        assert not let_go.is_set()
    finally:
        let_go.set()
        for thread in at_work:
            thread.join(60)
    assert len(at_work) <= 2


def test_what_does_not_need_each_other_is_asked_side_by_side() -> None:
    """Two threads meet: neither goes on before both are there. Changes are told on the thread that runs it."""
    meeting = threading.Barrier(2, timeout=60)
    told_on: set[threading.Thread] = set()

    def answer_one(text: str) -> NodeAnswer:
        if text in ("What is a?", "What is b?"):
            meeting.wait()
        return NodeAnswer("answered", text[-2], 0.5, evidence=(ord(text[8]),))
    done: Explored = run([node("a"), node("b"), node("c", "a", "b")], answer_one, cap=6, cancelled=never, workers=2,
                         on_change=lambda _graph: told_on.add(threading.current_thread()))
    assert [one.state for one in done.graph] == ["answered"] * 3
    assert done.root.evidence == (ord("c"), ord("a"), ord("b"))
    assert told_on == {threading.current_thread()}


def test_an_answer_is_no_question_of_its_own() -> None:
    """A place inside an answer is left as it stands."""
    one = SubQuestion("q1", "Who?", (), "answered", "the {q2} of\x00 all")
    assert filled(SubQuestion("q3", "When did {q1} come?", ("q1",), "waiting"), {"q1": one}).count("{q2}") == 1


@pytest.mark.parametrize("schema", [planning.SCHEMA, noting.SCHEMA, rewriting.SCHEMA, tools.SCHEMA],
                         ids=["plan", "note", "rewrite", "tools"])
def test_each_schema_is_a_grammar_for_llama(schema: dict[str, object]) -> None:
    pytest.importorskip("llama_cpp", reason="llama-cpp-python, which makes grammars, is not installed")
    assert isinstance(schema, dict), "a schema goes to another process as a dict"
    assert "root ::=" in grammar_of(schema)


def test_planned_takes_what_is_there() -> None:
    assert shape(planned([{"id": "q1", "text": "A?"}, {"id": "q2", "text": "B?", "needs": ["q1"]}], COMPOUND)) == {
        "q1": (), "q2": ("q1",)}


# ------------------------------------------------------------------ what is searched for


TALK = (("Who is my sister?", "Your sister is Anna Berg."), ("And her boss?", None))


def test_a_question_is_rewritten_with_names() -> None:
    model = writes({"searches": ["Anna Berg birthday", "when was Anna born", "Anna Berg birthday"]})
    made = rewritten(model, "When is her birthday?", TALK, TODAY, cancelled=never)
    assert made.searches == ("Anna Berg birthday", "when was Anna born")
    assert made.reason == ""
    turns, wish = model.asked[0]
    assert wish.schema is not None
    assert turns[1].text.index("Anna Berg") < turns[1].text.index("her birthday")


@pytest.mark.parametrize(("searches", "kept"), [
    (["Anna birthday", "Quentin birthday"], ("Anna birthday",)), (["Peter's birthday"], ()),
    (["the boss Vera Holm"], ()), (["", "  ", "?!", "birthday"], ("birthday",)),
    (["b" * 201, "birthday"], ("birthday",)), (["a1", "b1", "c1", "d1"], ("a1", "b1", "c1"))])
def test_names_that_nobody_said_and_empty_or_long_searches_are_dropped(
        searches: Sequence[str], kept: tuple[str, ...]) -> None:
    made = rewritten(writes({"searches": searches}), "When is her birthday?", TALK, TODAY, cancelled=never)
    assert made.searches == kept
    assert kept or made.reason


@pytest.mark.parametrize("written", ["", "Anna", '{"searches": "Anna"}', '{"searches": []}', '{"queries": ["x"]}',
                                     ModelFailed("it broke"), ModelTimedOut("no sign of life")])
def test_a_failure_of_rewriting_is_a_reason(written: object) -> None:
    made = rewritten(writes(written), "When is her birthday?", TALK, TODAY, cancelled=never)
    assert made.searches == ()
    assert made.reason


def test_rewriting_can_be_cancelled_and_needs_no_conversation() -> None:
    with pytest.raises(Cancelled):
        rewritten(writes({"searches": ["x"]}), "Where?", (), TODAY, cancelled=lambda: True)
    model = writes({"searches": ["the boat"]})
    assert rewritten(model, "Where is the boat?", (), TODAY, cancelled=never).searches == ("the boat",)
    assert "earlier" not in model.asked[0][0][1].text


# ------------------------------------------------------------------ the surer of two sources


def asked(text: str):
    return understood(text, Moment(NOON, 0, "minute"))


OPEN = NodeAnswer("answered", "Oslo", 0.5, evidence=(7,), rounds=2)
CLOSED = NodeAnswer("answered", "Bergen", 0.8, "model")


def test_the_surer_answer_is_taken() -> None:
    assert surer(OPEN, CLOSED, personal=False) == NodeAnswer("answered", "Bergen", 0.8, "model", rounds=2)
    assert surer(OPEN, NodeAnswer("answered", "Bergen", 0.5, "model"), personal=False) == OPEN
    assert surer(NodeAnswer("not_found", confidence=0.9), CLOSED, personal=False).source == "model"


def test_the_memories_answer_what_is_personal_whatever_the_model_holds() -> None:
    assert surer(OPEN, CLOSED, personal=True) == OPEN
    assert surer(NodeAnswer("not_found"), CLOSED, personal=True) == NodeAnswer("not_found")
    assert surer(OPEN, None, personal=False) == OPEN


def test_a_failure_is_not_dressed_as_the_models_knowledge() -> None:
    assert surer(NodeAnswer("failed"), CLOSED, personal=False).state == "failed"
    assert surer(OPEN, NodeAnswer("failed", source="model", confidence=1.0), personal=False) == OPEN


@pytest.mark.parametrize(("question", "personal"), [
    ("Where do I live?", True), ("When is Anna's birthday?", True), ("Where does she work?", True),
    ("where does nora work?", True), ("When is mum's birthday?", True), ("What did you suggest?", True),
    ("What is the capital of Peru?", False), ("How many legs does a spider have?", False),
    ("Who wrote Hamlet?", False)])
def test_what_is_about_the_owner_or_somebody_known_is_personal(question: str, personal: bool) -> None:
    assert is_personal(asked(question), unknown=("Peru", "Hamlet"), people=("Nora Holm", "Anna")) is personal


def test_the_models_own_answer_is_as_sure_as_its_tokens() -> None:
    model = writes("Lima is the capital of Peru.")
    made = closed_book(model, "What is the capital of Peru?", cancelled=never)
    assert (made.state, made.text, made.source) == ("answered", "Lima is the capital of Peru.", "model")
    assert made.confidence == pytest.approx(0.9048374)  # e**-0.1, what the script says of every token
    assert model.asked[0][1].logprob


@pytest.mark.parametrize(("written", "state"), [
    ("unknown", "not_found"), ("Unknown.", "not_found"), ("I do not know.", "not_found"), ("", "not_found"),
    ("word " * 200, "failed"), ("x" * 400, "not_found")])
def test_the_model_may_not_know(written: str, state: str) -> None:
    made = closed_book(writes(written), "What is the capital of Peru?", cancelled=never)
    assert (made.state, made.confidence, made.text) == (state, 0.0, "")
