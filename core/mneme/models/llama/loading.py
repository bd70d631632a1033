"""From a file to a child that has the model in memory; whoever stops waiting leaves the loading to go on."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mneme.errors import (
    Cancelled,
    KnownError,
    ModelDamaged,
    ModelError,
    ModelFailed,
    ModelMissing,
    ModelTimedOut,
    ModelTooBig,
)
from mneme.messages import _
from mneme.models.llama import sizing
from mneme.models.llama.child import Child, Exchange
from mneme.models.llama.files import Weights
from mneme.models.llama.log import ChildLog
from mneme.models.llama.turns import POLL
from mneme.ports import ModelFacts
from mneme.registry import Workshop

PATIENCE: Final = 180.0  # seconds without a sign of life

Frame = dict[str, Any]


@dataclass(slots=True)
class Loading:
    """A child on its way: it is asked what it can do, then told to load. `facts` are there when it has."""

    child: Child
    weights: Weights
    workshop: Workshop
    available: Callable[[], int]
    log: ChildLog
    greeting: Exchange
    plan: sizing.Plan | None = None
    order: Exchange | None = None
    facts: ModelFacts | None = None

    def loaded(self, cancelled: Callable[[], bool]) -> ModelFacts:
        """Wait until the model is in memory.

        Raises: Cancelled (the loading goes on); Ended when the child fell; ModelMissing, ModelDamaged, ModelTooBig,
        ModelError, ModelTimedOut.
        """
        if self.facts is None:
            if self.plan is None or self.order is None:
                self.plan = self._planned(self._answer(self.greeting, cancelled))
                self.order = self.child.ask("load", self._wishes(self.plan))
            self.facts = self._told(self.plan, self._answer(self.order, cancelled))
        return self.facts

    def _answer(self, exchange: Exchange, cancelled: Callable[[], bool]) -> Frame:
        """The last frame. Raises: as `loaded`."""
        heard = time.monotonic()
        while True:
            frame = exchange.take(POLL)
            if frame is not None:
                heard = time.monotonic()
                if "refused" in frame:
                    raise self._refusal(*frame["refused"])
                if "end" in frame:
                    end: Frame = frame["end"]
                    return end
            if cancelled():
                raise Cancelled
            if time.monotonic() > heard + PATIENCE:
                raise ModelTimedOut(_("The language model did not load within {seconds} seconds.").format(
                    seconds=round(PATIENCE)), _("Close other programs, and try again."))

    def _planned(self, able: Frame) -> sizing.Plan:
        room = sizing.Room(self.available(), sizing.cores(), bool(able["gpu"]))
        plan = sizing.planned(self.weights.head.layers, self.weights.size, room, self.workshop)
        self.log.line(f"loading {self.weights.path.name}, llama_cpp {able['version']}: {plan.context} tokens, "
                      f"{plan.threads} threads, {plan.gpu_layers} layers on the graphics card")
        return plan

    def _wishes(self, plan: sizing.Plan) -> Frame:
        return {"path": str(self.weights.path), "context": plan.context, "threads": plan.threads,
                "gpu_layers": plan.gpu_layers, "adapters": [str(path) for path in self.workshop.adapters]}

    def _told(self, plan: sizing.Plan, said: Frame) -> ModelFacts:
        notes = list(plan.notes)
        if said["plainly"]:
            notes.append(_("The model has no usable chat template: it is asked in plain words, and may ramble."))
        if plan.gpu_layers and not said["gpu_layers"]:
            notes.append(_("The graphics card has too little room: the model runs on the processor."))
        layers = said["gpu_layers"] if said["gpu_layers"] >= 0 else self.weights.head.layers.count + 1
        return ModelFacts(context=plan.context, per_turn=said["per_turn"], backend=said["backend"],
                          threads=plan.threads, gpu_layers=layers, notes=tuple(notes), recurrent=said["recurrent"])

    def _refusal(self, kind: str, detail: Any) -> KnownError:
        """What the child's refusal to load means."""
        name = self.weights.path.name
        if kind == "missing":
            return missing()
        if kind == "damaged":
            return ModelDamaged(_("llama.cpp cannot load {name}: it is damaged, or too new for it.").format(name=name),
                                _("Download it again, or update Mneme."))
        if kind == "unfit":
            return ModelError(_("{name} is a model of a kind that holds no conversation.").format(name=name),
                              _("Choose another language model."))
        if kind == "memory":
            return ModelTooBig(_("There is not enough memory for the context of {name}.").format(name=name),
                               _("Close other programs, or ask for a smaller context."))
        if kind == "adapter":
            return ModelError(_("The LoRA adapter {name} does not fit this model.").format(
                name=Path(self.workshop.adapters[detail]).name), _("Take it off the list of LoRA adapters."))
        return ModelFailed(_("The language model could not be loaded."),
                           _("What it said is in {log}.").format(log=self.log.path))


def missing() -> ModelMissing:
    """llama.cpp is not installed, or what is installed does not run."""
    return ModelMissing(_("Language models need llama.cpp, which is not installed."),
                        _("`bash installer/run --llm` builds it, or Settings, Language model, Set up."))
