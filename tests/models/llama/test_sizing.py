"""How much of the computer a model gets, without a model."""

from pathlib import Path

import pytest

from mneme.errors import ModelTooBig
from mneme.models.gguf import Layers
from mneme.models.llama.sizing import WORK, Room, planned
from mneme.registry import Workshop

LAYERS = Layers(count=32, context=32768, kv=2048)  # as a model of 8 thousand million weights
A_TOKEN = 32 * 2048 * 2
WEIGHTS = 5 << 30
HOME = Workshop(Path("logs"))


def room(tokens: int, **more: bool) -> Room:
    """Memory for a context of exactly so many tokens."""
    return Room(WEIGHTS + WORK + tokens * A_TOKEN, 4, **more)


def test_with_enough_memory_the_usual_context_is_taken() -> None:
    plan = planned(LAYERS, WEIGHTS, room(8192), HOME)
    assert (plan.context, plan.threads, plan.gpu_layers, plan.notes) == (8192, 4, 0, [])


@pytest.mark.parametrize(("tokens", "context"), [(8191, 4096), (4096, 4096), (4095, 2048), (2048, 2048)])
def test_with_less_memory_the_context_is_shorter_and_it_is_said(tokens: int, context: int) -> None:
    plan = planned(LAYERS, WEIGHTS, room(tokens), HOME)
    assert plan.context == context
    assert plan.notes == [f"The context is {context} tokens instead of 8192: there is no free memory for more."]


def test_what_does_not_fit_is_refused_with_figures() -> None:
    with pytest.raises(ModelTooBig, match=r"needs 5\.4 GiB of memory, and 2\.0 GiB are free"):
        planned(LAYERS, WEIGHTS, Room(2 << 30, 4), HOME)


def test_a_small_model_keeps_its_own_context() -> None:
    plan = planned(Layers(2, 1024, 128), 1000, room(8192), HOME)
    assert (plan.context, plan.notes) == (1024, [])


def test_the_owners_wishes_win() -> None:
    wishes = Workshop(Path("logs"), context=16384, threads=3, gpu_layers=7)
    plan = planned(LAYERS, WEIGHTS, room(16384, gpu=True), wishes)
    assert (plan.context, plan.threads, plan.gpu_layers) == (16384, 3, 7)
    with pytest.raises(ModelTooBig):
        planned(LAYERS, WEIGHTS, room(16383), wishes)


def test_no_context_is_longer_than_the_models_own() -> None:
    plan = planned(Layers(2, 1024, 128), 1000, room(8192), Workshop(Path("logs"), context=4096))
    assert plan.context == 1024
    assert plan.notes == ["The context is 1024 tokens: the model was made for no more."]


def test_layers_go_to_a_graphics_card_only_where_one_computes() -> None:
    assert planned(LAYERS, WEIGHTS, room(8192), HOME).gpu_layers == 0
    assert planned(LAYERS, WEIGHTS, room(8192, gpu=True), HOME).gpu_layers == -1
