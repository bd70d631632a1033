"""The owner's rules of what may come in: the list, a new one checked while it is typed, and a question to the gate."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import Changes, Field, Judged, Rule, Verdict
from mneme_desktop.bridge import Bridge
from mneme_desktop.capture.adder import choose_folder
from mneme_desktop.look.theme import Theme, give_role
from mneme_desktop.parts import texts
from mneme_desktop.parts.choicebox import ChoiceBox
from mneme_desktop.parts.widgets import (
    Chip,
    Flow,
    IconButton,
    Picture,
    Turning,
    announce,
    button,
    clear,
    column,
    frame,
    label,
    row,
    say,
)

TYPING_MS = 200
BESIDE_FROM = 560  # pixels
FIELD_WIDTH = 168


class RulesPart(QWidget):
    """`said` carries a sentence, the name of a button and what it does."""

    said = Signal(str, str, object)

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._theme, self._bridge = theme, bridge
        self.rules: tuple[Rule, ...] | None = None
        self.shown: list[RuleRow] = []
        outer = column(self, 8)
        outer.addWidget(label(_("Would this be taken in?"), "section"))
        self.tester = Tester(theme, bridge)
        outer.addWidget(self.tester)
        outer.addSpacing(8)
        outer.addWidget(label(_("Your rules"), "section"))
        card = frame("card")
        inner = column(card, 0, (20, 16, 16, 16))
        self._none = label(_("There are no rules of yours. What no rule speaks of may be taken in; keys, passwords, "
                             "caches and other programs' files stay out in any case."), "muted", wrap=True)
        inner.addWidget(self._none)
        self._rows = column(spacing=0)
        inner.addLayout(self._rows)
        inner.addSpacing(8)
        self.maker = RuleMaker(theme, bridge)
        self.maker.kept.connect(self._kept)
        inner.addWidget(self.maker)
        outer.addWidget(card)
        outer.addWidget(label(_("What was taken in before stays when a rule is added. Of two rules about the same kind "
                                "of thing the more particular decides, else the newer."), "small", wrap=True))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.read()

    def read(self) -> None:
        """Read the rules, and whether what is asked about would come in by them."""
        self._bridge.query(self, lambda engine: engine.capture.rules()).named("rules").success(self._show).run()

    def changed(self, changes: Changes) -> None:
        """Something was committed."""
        if self.isVisible() and (changes.entries or changes.everything):
            self.read()

    def _show(self, rules: tuple[Rule, ...]) -> None:
        if rules == self.rules:
            return
        self.rules = rules
        clear(self._rows)
        self.shown = [RuleRow(self._theme, rule, partial(self._remove, rule)) for rule in reversed(rules)]
        for one in self.shown:
            self._rows.addWidget(one)
        self._none.setVisible(not rules)
        self.tester.ask()

    def _kept(self, rule: Rule) -> None:
        announce(self, rule_words(rule))
        self.read()

    def _remove(self, rule: Rule) -> None:
        sentence = _("The rule is gone: {rule}").format(rule=rule_words(rule))
        (self._bridge.operation(self, lambda engine, _op: engine.capture.remove_rule(rule.id))
            .success(lambda _done: self.said.emit(sentence, _("Undo"), lambda: self._bring_back(rule))).run())

    def _bring_back(self, rule: Rule) -> None:
        """In its old place among the others: which rule is newer decides."""
        (self._bridge.operation(self, lambda engine, _op: engine.capture.add_rule(rule))
            .success(lambda _done: self.read()).run())


class RuleRow(QWidget):
    """One rule in words, and the button that takes it away."""

    def __init__(self, theme: Theme, rule: Rule, remove: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        outer = column(self, 8, (0, 0, 0, 8))
        line = row(spacing=12)
        deny = rule.verdict == "deny"
        line.addWidget(Picture(theme, "skip" if deny else "check", "warm" if deny else "accent"))
        self.words = label(rule_words(rule), wrap=True, selectable=True)
        line.addWidget(self.words, 1)
        self.remove = IconButton(theme, "close", _("Remove: {rule}").format(rule=rule_words(rule)), remove, size=16)
        line.addWidget(self.remove)
        outer.addLayout(line)
        outer.addWidget(frame("line"))


class RuleMaker(QWidget):
    """A new rule, checked while it is typed. `kept` carries it."""

    kept = Signal(object)

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self._bridge = bridge
        self._checked: Rule | None = None
        self._build(theme)
        self._typed = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._typed.timeout.connect(self._check)
        self.value.textChanged.connect(lambda _text: self._changed())
        self.value.returnPressed.connect(self._entered)
        for box in (self.verdict, self.field):
            box.activated.connect(lambda _n: self._changed())
        self._changed()

    def _build(self, theme: Theme) -> None:
        outer = column(self, 8)
        self.verdict, self.field = ChoiceBox(theme), ChoiceBox(theme)
        for value, title in (("deny", _("Leave out")), ("allow", _("Let in"))):
            self.verdict.addItem(title, value)
        for name, title in fields():
            self.field.addItem(title, name)
        self.verdict.setAccessibleName(_("What the rule does"))
        self.field.setAccessibleName(_("What the rule is about"))
        self.value = QLineEdit()
        self.value.setAccessibleName(_("Value of the rule"))
        self.choose = Chip(_("Choose…"), self._choose_folder)
        self.add = button(_("Add the rule"), self._add, "primary")
        kinds = row()
        self.verdict.setMinimumWidth(120)
        self.field.setMinimumWidth(FIELD_WIDTH)
        kinds.addWidget(self.verdict)
        kinds.addWidget(self.field, 1)
        line = Turning(BESIDE_FROM)
        line.line.addLayout(kinds)
        values = row()
        values.addWidget(self.value, 1)
        values.addWidget(self.choose)
        line.line.addLayout(values, 1)
        outer.addWidget(line)
        self.told = label("", "muted", wrap=True)
        end = row(spacing=12)
        end.addWidget(self.told, 1)
        end.addWidget(self.add)
        outer.addLayout(end)

    def _choose_folder(self) -> None:
        choose_folder(self, lambda paths: self.value.setText(str(paths[0])), _("Choose a folder"))

    def rule(self) -> Rule:
        """The rule as it stands in the fields."""
        value, field = self.value.text().strip(), cast(Field, self.field.currentData())
        if field == "folder" and value.startswith("~"):
            value = str(Path(value).expanduser())
        return Rule(cast(Verdict, self.verdict.currentData()), field, value)

    def _changed(self) -> None:
        self._checked = None
        self.add.setEnabled(False)
        self.value.setPlaceholderText(examples()[self.field.currentData()])
        self.choose.setVisible(self.field.currentData() == "folder")
        if self.value.text().strip():
            self._typed.start()
        else:
            self._typed.stop()
            self._tell(hints()[self.field.currentData()], "muted")

    def _check(self) -> None:
        rule = self.rule()
        (self._bridge.query(self, lambda engine: engine.capture.check_rule(rule)).named("check")
            .success(lambda found: self._fits(rule, found[0])).failure(
                lambda error: self._does_not_fit(rule, error)).run())

    def _fits(self, asked: Rule, kept: Rule) -> None:
        if asked == self.rule():
            self._checked = kept
            self.add.setEnabled(True)
            self._tell(rule_words(kept), "muted")

    def _does_not_fit(self, asked: Rule, error: KnownError) -> None:
        if asked == self.rule():
            self._tell(str(error), "warm")

    def _tell(self, words: str, role: str) -> None:
        give_role(self.told, role)
        say(self.told, words)

    def _entered(self) -> None:
        if self.add.isEnabled():
            self._add()

    def _add(self) -> None:
        rule = self._checked
        if rule is None:
            return
        self.add.setEnabled(False)
        typed = self.rule()
        (self._bridge.operation(self, lambda engine, _op: engine.capture.add_rule(rule))
            .success(lambda _done: self._added(typed, rule)).failure(
                lambda error: self._does_not_fit(typed, error)).run())

    def _added(self, typed: Rule, rule: Rule) -> None:
        if typed == self.rule():  # else the next one is being typed already
            self.value.clear()
        self.kept.emit(rule)


class Tester(QFrame):
    """Asks the gate about a path, a site or a sender while it is typed; answered at once, nothing is opened."""

    def __init__(self, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._bridge = bridge
        self.judged: Judged | None = None
        inner = column(self, 8, (20, 16, 16, 16))
        self.words = QLineEdit()
        self.words.setPlaceholderText(_("A path, a site, a sender or a program"))
        self.words.setAccessibleName(_("Would this be taken in?"))
        self.words.setClearButtonEnabled(True)
        inner.addWidget(self.words)
        line = row(spacing=12)
        self._icons = {name: Picture(theme, name, colour) for name, colour in (("check", "accent"), ("skip", "warm"))}
        for picture in self._icons.values():
            line.addWidget(picture)
        self.answer = label("", wrap=True, selectable=True)
        line.addWidget(self.answer, 1)
        inner.addLayout(line)
        self.chips = Flow()
        self.allow = Chip(_("Let this in all the same"), self._allow)
        self.chips.add(self.allow)
        inner.addWidget(self.chips)
        self._typed = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._typed.timeout.connect(self.ask)
        self.words.textChanged.connect(lambda _text: self._typed.start())
        self._show(None)

    def ask(self) -> None:
        """Ask about what stands in the field."""
        words = self.words.text().strip()
        if not words:
            self._show(None)
            return
        (self._bridge.query(self, lambda engine: engine.capture.judge(words)).named("judge")
            .success(self._show).failure(self._failed).run())

    def _show(self, judged: Judged | None) -> None:
        self.judged = judged
        self._icons["check"].setVisible(judged is not None and judged.why is None)
        self._icons["skip"].setVisible(judged is not None and judged.why is not None)
        self.chips.setVisible(judged is not None and judged.exception is not None and not judged.never)
        say(self.answer, _("Answered by the names alone; nothing is opened.") if judged is None else
            judged_words(judged))
        give_role(self.answer, "muted" if judged is None else "")

    def _failed(self, error: KnownError) -> None:
        self._show(None)
        say(self.answer, str(error))

    def _allow(self) -> None:
        exception = self.judged.exception if self.judged is not None else None
        if exception is not None:
            self._bridge.operation(self, lambda engine, _op: engine.capture.add_rule(exception)).success(
                lambda _done: self.ask()).run()


def judged_words(judged: Judged) -> str:
    """Whether it would be taken in, and why not."""
    if judged.why is not None:
        return _("No: {what} {why}.").format(what=judged.what, why=judged.why)
    if judged.nature == "place":
        return (_("Yes: it lies in {folder}, which is watched.").format(folder=judged.watched) if judged.watched else
                _("Yes, when you add it. It lies in nothing that is watched."))
    return {"domain": _("Yes: pages of {what} are let in."), "sender": _("Yes: what {what} sends is let in."),
            "app": _("Yes: no rule of yours keeps {what} out.")}[judged.nature].format(what=judged.what)


def fields() -> Sequence[tuple[str, str]]:
    """What a rule can be about."""
    return (("folder", _("Folder or file")), ("domain", _("Site")), ("sender", _("Sender")), ("app", _("Program")),
            ("pattern", _("Pattern of names")), ("size", _("Size above")), ("age", _("Older than")))


def examples() -> dict[str, str]:
    """What the value of a rule looks like, by what it is about."""
    return {"folder": "~/Private", "domain": "example.com", "sender": "anna@example.com", "app": "KeePassXC",
            "pattern": "*.log", "size": "50 MB", "age": _("2 years")}


def hints() -> dict[str, str]:
    """What a rule of each kind means, before anything is typed."""
    return {
        "folder": _("A folder with all that is in it, or one file, by its whole path."),
        "domain": _("A site with all below it, in histories of browsers and bookmarks."),
        "sender": _("Somebody's name, address or number, in mails and chats; “@example.com” is everybody there."),
        "app": _("A program, for text that is copied in it."),
        "pattern": _("Names as in a .gitignore file; or “title:” and words of a title."),
        "size": _("Files that are larger."), "age": _("Files that were not changed for longer."),
    }


def rule_words(rule: Rule) -> str:
    """A rule as a sentence: "Leave out the folder /home/me/private"."""
    deny = {
        "folder": _("Leave out the folder {value}"), "domain": _("Leave out the site {value}"),
        "sender": _("Leave out what {value} sends"), "app": _("Leave out what is copied in {value}"),
        "pattern": _("Leave out names like {value}"), "size": _("Leave out what is larger than {value}"),
        "age": _("Leave out what is older than {value}"),
    }
    allow = {
        "folder": _("Let in {value}"), "domain": _("Let in the site {value}"),
        "sender": _("Let in what {value} sends"), "app": _("Let in what is copied in {value}"),
        "pattern": _("Let in names like {value}"), "size": _("Let in what is no larger than {value}"),
        "age": _("Let in what is no older than {value}"),
    }
    return (deny if rule.verdict == "deny" else allow)[rule.field].format(value=_value_words(rule))


def _value_words(rule: Rule) -> str:
    if rule.field == "size" and rule.value.isdigit():
        return texts.size(int(rule.value))
    if rule.field == "age":
        try:
            days = round(float(rule.value))
        except ValueError:
            return rule.value
        return ngettext("one day", "{n} days", days).format(n=texts.number(days))
    return rule.value
