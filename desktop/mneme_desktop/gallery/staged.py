"""For the pictures: what a language model might write of the sample life, since pictures are made without one."""

from dataclasses import dataclass, field, replace

from mneme.types import (
    Answer,
    AnswerState,
    ModelInfo,
    ReadingNote,
    Segment,
    Sentence,
    Streamed,
    SubQuestion,
    Support,
    ToolCall,
    Written,
)

MODEL = "qwen3-8b-instruct-q4_k_m"
HERE = ModelInfo(MODEL, MODEL, "chat", "own", "in use", f"/models/{MODEL}.gguf", 5_030_000_000)
SEGMENTS = tuple(Segment(name, tokens) for name, tokens in (
    ("system", 412), ("portrait", 236), ("summary", 180), ("chat", 640), ("evidence", 1830), ("question", 96),
    ("answer", 700)))
KEY = (
    Sentence("The spare key hangs behind the blue rain barrel.", (0,), Support.SUPPORTED),
    Sentence("You moved it there yourself; before that it hung in the boat shed.", (0,), Support.SUPPORTED),
    Sentence("Ines has had the other one since 2019.", (0,), Support.UNSURE, ((27, 37),),
             "The memories that it names say nothing of that year."),
)
LIES = (Sentence("The alarm code of the cabin is 4711.", (), Support.UNSUPPORTED, (), "No memory says so."),
        Sentence("Tomas hid a third key in the sauna.", (), Support.UNSUPPORTED, (),
                 "The memories tell of no third key."))
DRAFT = "Ines has had the other one since"
PARTS = (
    SubQuestion("q1", "Where does the sister of Maren live?", (), "answered", "Hallevik", 0.9),
    SubQuestion("q2", "Who has the spare key of the cabin?", (), "answered", "Ines, since the autumn.", 0.8, rounds=2),
    SubQuestion("q3", "Which ferry goes to {q1} on Sundays?", ("q1",), "running", rounds=1),
    SubQuestion("q4", "What is the alarm code of the cabin?", (), "not_found", rounds=3),
    SubQuestion("whole", "Can my sister bring me the spare key of the cabin on Sunday?", ("q2", "q3", "q4"), "waiting"),
)
OWN = "Canberra is the capital of Australia; it was chosen in 1908, between Sydney and Melbourne."


def streamed(answer: Answer) -> Streamed:
    """Halfway through the writing."""
    return Streamed(KEY[:2], DRAFT, answer.citations)


def taken_apart() -> Streamed:
    """A deep question while its parts are looked for."""
    return Streamed((), graph=PARTS)


def written(answer: Answer, *, deep: bool = False, address: str = "") -> Answer:
    """The answer with the same places, in a language model's words."""
    hits = answer.trace.hits if answer.trace is not None else ()
    kinds = ("relevant", "partly", "not", "not")
    notes = tuple(ReadingNote(hit.memory.id, "relevant" if n == 0 else "partly" if n == 1 else "not",
                              " ".join(hit.memory.text.split())[:90]) for n, hit in enumerate(hits[:len(kinds)]))
    graph = tuple(replace(node, state="answered", answer=node.answer or "On Sundays at ten.") if node.state in
                  ("running", "waiting") else node for node in PARTS) if deep else ()
    call = ToolCall("days_between", {"start": "2024-10-14", "end": "2025-06-15"}, "244 days")
    return replace(answer, text=" ".join(one.text for one in KEY), written=Written(
        MODEL, "answer.v1", KEY, LIES, notes, SEGMENTS, (call,), graph,
        ("spare key cabin place", "where does the cabin key hang now"), address, 8192, 1240, 96, 410.0))


def own_knowledge(question: str) -> Answer:
    """What a model says of itself, where nothing is remembered."""
    return Answer(question, AnswerState.FROM_MODEL, OWN, 0.9, (), 900.0,
                  "Nothing is remembered of that. This is what the language model itself holds to be so.",
                  written=Written(MODEL, "answer.v1", (Sentence(OWN, (), Support.OWN),), context=8192))


@dataclass(frozen=True, slots=True)
class Facts:
    """What a model runs on."""

    context: int = 8192
    place: str = "here"
    address: str = ""
    backend: str = "CPU"
    threads: int = 8
    gpu_layers: int = 0
    notes: tuple[str, ...] = ("The context is shorter than the model's own 32,768 tokens: so much memory is free.",)


@dataclass(frozen=True, slots=True)
class Tried:
    """What a trial came to."""

    facts: Facts = field(default_factory=Facts)
    tokens_per_s: float = 11.4
    first_ms: float = 640.0
    asked: int = 5
    valid: int = 5
    true: int = 5
    outcomes: tuple[int, ...] = tuple(range(10))
    own: int = 9
    grade: str = "A"
