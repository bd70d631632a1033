"""What the owner has decided in the first steps, and how far they have come; kept in the store until they are done."""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

STEPS = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """A place that may be taken in: a source that is watched from then on, or (kind "") files, taken in once."""

    place: str
    title: str
    kind: str = "folder"


@dataclass(frozen=True, slots=True)
class Plan:
    """`step` counts from 0. `written`: the recovery key was written down. `sample`: the invented life is wanted.

    The passphrase is in no plan: it is kept nowhere.
    """

    step: int = 0
    written: bool = False
    sample: bool = False
    choices: tuple[Choice, ...] = ()
    offered: tuple[Choice, ...] = field(default=())  # added by hand, ticked or not
    name: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is to be taken in."""
        return not (self.choices or self.sample)

    def at(self, step: int) -> "Plan":
        """The same at another step."""
        return replace(self, step=min(max(step, 0), STEPS - 1))

    def encoded(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self))

    @classmethod
    def decoded(cls, text: str) -> "Plan":
        """What was kept; a plan from the beginning where that is not understood."""
        try:
            kept: dict[str, Any] = json.loads(text)
            plan = cls(int(kept.get("step", 0)), bool(kept.get("written")), bool(kept.get("sample")),
                       tuple(Choice(**one) for one in kept.get("choices", ())),
                       tuple(Choice(**one) for one in kept.get("offered", ())), str(kept.get("name", "")))
        except (ValueError, TypeError, AttributeError):
            return cls()
        return plan.at(plan.step)
