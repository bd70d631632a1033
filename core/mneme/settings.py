"""Settings declared once, as data: the command line, the dialog, the docs and the checks are made from this."""

from collections.abc import Mapping
from dataclasses import dataclass

from mneme.errors import KnownError
from mneme.messages import _

Value = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing the owner can decide. The words are English; they are translated when shown."""

    key: str
    default: Value
    title: str
    help: str
    group: str
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    unit: str = ""  # that stands behind the number
    lowest: str = ""  # what the lowest number means, where it is more than a number
    keys: bool = False  # a combination of keys, as "Ctrl+Alt+Space"


SETTINGS: tuple[Setting, ...] = (
    Setting("appearance.theme", "system", "Theme", "Light, dark, or as the system has it.", "Appearance",
            choices=("system", "light", "dark")),
    Setting("appearance.contrast", "system", "Contrast", "High contrast: black, white, and lines that are easily seen.",
            "Appearance", choices=("system", "normal", "high")),
    Setting("appearance.motion", True, "Motion", "Words appear one by one, and what opens slides a little.",
            "Appearance"),
    Setting("appearance.rows", "comfortable", "Rows of the memories", "How high each of them is: 66 pixels, or 44.",
            "Appearance", choices=("comfortable", "compact")),
    Setting("appearance.scale", 0, "Size of everything",
            "In percent; 0: as the system has it. From the next start on.", "Appearance", low=0, high=300, unit="%",
            lowest="as the system"),
    Setting("appearance.language", "system", "Language", "The language of the window; from the next start on.",
            "Appearance", choices=("system", "english", "deutsch")),
    Setting("window.hotkey", "Ctrl+Alt+Space", "Key for a quick question",
            "Heard while another program has the keyboard; it opens a line to ask in. Empty: none.", "Window",
            keys=True),
    Setting("window.notify", "important", "Notifications",
            "Important: a question has found its answer, a place cannot be watched. All: also the end of a pause and "
            "of a download, with words of your memories, which others may read on a locked screen.", "Window",
            choices=("important", "all", "none")),
    Setting("answer.caution", 0.5, "Caution",
            "How sure Mneme must be before it answers: 0 answers boldly, 1 rather says it does not know.",
            "Answers", low=0.0, high=1.0),
    Setting("answer.passages", 12, "Passages to read", "How many passages are read for an answer.",
            "Answers", low=1, high=64),
    Setting("ingest.max_megabytes", 200, "Largest file",
            "Files larger than this many megabytes are left out.", "Taking in", low=1, high=2000, unit="MB"),
    Setting("ingest.parse_seconds", 60, "Time for one file",
            "Reading one PDF or Office file is given up after this many seconds.", "Taking in", low=5, high=3600,
            unit="seconds"),
    Setting("ingest.threads", 0, "Threads for background work", "0: all cores but one.", "Taking in",
            low=0, high=256, lowest="all but one"),
    Setting("llm.model", "", "Language model",
            "Which language model writes answers; empty: none, answers are read out as they stand.", "Language model"),
    Setting("llm.context", 0, "Context", "Tokens that it holds at once, prompt and answer; 0: as the memory allows.",
            "Language model", low=0, high=1_000_000, unit="tokens", lowest="as memory allows"),
    Setting("llm.threads", 0, "Threads for the language model", "0: as many as there are cores.", "Language model",
            low=0, high=256, lowest="all cores"),
    Setting("llm.gpu_layers", -1, "Layers on the graphics card", "-1: as many as there is room for; 0: none.",
            "Language model", low=-1, high=1000, lowest="as many as fit"),
    Setting("llm.adapters", "", "LoRA adapters", "Files, with semicolons between them.", "Language model"),
    Setting("llm.own_knowledge", False, "The model's own knowledge",
            "Where nothing is remembered, say what the model itself holds to be so, marked as such.", "Language model"),
    Setting("llm.background", True, "Let it learn in the background",
            "While the computer is idle the language model finds facts, questions and summaries in what is new.",
            "Language model"),
    Setting("llm.expectations", False, "Learn from surprises",
            "Before it reads what you say it states what it expects; where it was wrong it notes what is new of you.",
            "Language model"),
    Setting("server.url", "", "Your own server",
            "Address of an OpenAI-compatible server, such as http://localhost:11434/v1; empty: none. Questions and the "
            "memories that bear on them are sent there, except those marked private.", "Your own server"),
    Setting("server.model", "", "Model of the server", "Its name there; empty: the first it offers.",
            "Your own server"),
    Setting("server.context", 0, "Context of the server", "Tokens that its model holds; 0: as it says, or else 4096.",
            "Your own server", low=0, high=10_000_000, unit="tokens", lowest="as it says"),
    Setting("models.paused", False, "Pause the change of model",
            "The texts that a newly chosen model has not read yet wait.", "Models"),
    Setting("bin.days", 30, "Days in the bin", "Forgotten memories can be restored for this long.", "Memories",
            low=1, high=3650, unit="days"),
    Setting("forgetting.curve", "power", "Curve of forgetting",
            "Power: steep at first, then ever flatter, as people forget. Exponential: the same share every day.",
            "Forgetting", choices=("power", "exponential")),
    Setting("forgetting.working_days", 7.0, "Passing things", "Days after which half of a passing thing has faded.",
            "Forgetting", low=0.1, high=3650.0, unit="days"),
    Setting("forgetting.short_days", 60.0, "Ordinary memories",
            "Days after which half of an ordinary memory that nobody uses has faded.",
            "Forgetting", low=0.1, high=3650.0, unit="days"),
    Setting("forgetting.long_days", 730.0, "Lasting memories",
            "Days after which half of a memory that was used again and again has faded.",
            "Forgetting", low=0.1, high=36500.0, unit="days"),
    Setting("forgetting.faded_below", 0.25, "Faded below",
            "Memories retained less than this leave the list for the faded ones; they still answer.",
            "Forgetting", low=0.01, high=0.9),
    Setting("upkeep.hour", 3, "Hour of nightly upkeep",
            "From this hour on, memories are put in order once a day, when the computer is idle.",
            "Upkeep", low=0, high=23),
    Setting("capture.mask_secrets", True, "Hide secrets",
            "Passwords, keys, card numbers and one-time codes are blotted out before anything is kept.", "Capture"),
    Setting("capture.clipboard", False, "Clipboard",
            "Text that you copy is taken in, except what a password manager marks as secret.", "Capture"),
    Setting("capture.on_battery", True, "On battery",
            "New and changed files are taken in on battery, too, while it is not low.", "Capture"),
    Setting("capture.cpu_share", 50, "Share of a processor",
            "How much of one core taking in may use in the background, in percent.", "Capture", low=5, high=100,
            unit="%"),
    Setting("capture.at_login", False, "Start at login", "Mneme's icon is there when you log in.", "Capture"),
    Setting("lock.minutes", 0, "Lock after",
            "Minutes without a key or the mouse in Mneme's window, after which your passphrase is asked for; 0: never. "
            "It needs a passphrase.", "Privacy", low=0, high=1440, unit="minutes", lowest="never"),
    Setting("owner.name", "", "Your name", "The name under which you write in chats and documents.", "You"),
    Setting("owner.also", "", "Your other names",
            "Other names, addresses and numbers under which you write, with semicolons between them.", "You"),
)

BY_KEY: Mapping[str, Setting] = {s.key: s for s in SETTINGS}


def parse(key: str, text: str) -> Value:
    """The value that `text` means for the setting `key`. Raises: KnownError for an unknown key or a bad value."""
    setting = BY_KEY.get(key)
    if setting is None:
        raise KnownError(_("There is no setting called {key}.").format(key=key),
                         _("`mneme settings` lists them all."))
    return check(setting, _convert(setting, text.strip()))


def check(setting: Setting, value: Value) -> Value:
    """`value` if it is allowed. Raises: KnownError with what is."""
    if setting.choices and value not in setting.choices:
        raise KnownError(_("{key} cannot be {value}.").format(key=setting.key, value=value),
                         _("It is one of: {choices}.").format(choices=", ".join(setting.choices)))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = setting.low, setting.high
        if (low is not None and value < low) or (high is not None and value > high) or value != value:
            raise KnownError(_("{key} cannot be {value}.").format(key=setting.key, value=value),
                             _("It lies between {low} and {high}.").format(low=low, high=high))
    return value


def _convert(setting: Setting, text: str) -> Value:
    kind = type(setting.default)
    try:
        if kind is bool:
            return {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}[text.lower()]
        return kind(text)
    except (ValueError, KeyError):
        raise KnownError(_("{key} cannot be {value}.").format(key=setting.key, value=text),
                         _("It is a {kind}.").format(kind=kind.__name__)) from None
