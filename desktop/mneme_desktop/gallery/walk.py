"""A long walk through the rooms for whoever wants to look them over: more states than the README shows."""

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from mneme.errors import KnownError
from mneme.messages import _
from mneme.paths import Profile
from mneme.types import Answer, AnswerState, Backend, Progress
from mneme_desktop.chat.turn import Turn
from mneme_desktop.gallery import staged
from mneme_desktop.gallery.life import RECALLED_QUESTION
from mneme_desktop.gallery.photographer import NARROW, WIDE, Photographer
from mneme_desktop.memories.facetbar import LISTS
from mneme_desktop.shell.window import ASK, HEALTH, MEMORIES, MODELS, PEOPLE, SETTINGS_ROOM, MainWindow

ASKED = ("Where did I leave the spare key of the cabin?", "How much was the boat sold for?",
         "What is the alarm code of the cabin?")  # two with an answer, one without
FOLLOWED = ("How much was the boat sold for?", "When was that?")
REFUSED = ("What is the alarm code of the cabin?", "What is the shoe size of Tomas?",
           "Who won the chess tournament in Lima?")  # the first of them that is refused is shown


class Walk(Photographer):
    """Walks through one window and keeps what it sees, each picture named after its scheme as well."""

    def _keep(self, seen: QWidget, name: str) -> None:
        self.keep(seen, f"walk-{name}-{self.scheme}")

    def life(self, profile: Profile) -> None:
        """Everything that the full profile shows."""
        with self.window(profile) as window:
            self._keep(window, "welcome")
            self._chat(window)
            self._memories(window)
            self._lists(window)
            self._about(window)
            self._upkeep(window)
            window.resize(WIDE)
            window.go(SETTINGS_ROOM)
            self.wait(window.settings_page.curve.isVisible)
            self._keep(window, "settings")
            card = window.settings_page.curve.parentWidget()
            assert card is not None
            self._keep(card, "curve")
            window.go(ASK)
            window.resize(NARROW)
            self.wait(lambda: True)
            self._keep(window, "narrow")
            self._reasons(window)
            self._written(window)
            self._language(window)

    def _chat(self, window: MainWindow) -> None:
        for place, question in enumerate(ASKED):
            self.ask(window, question)
            self._keep(window, f"chat-{place + 1}")

    def _reasons(self, window: MainWindow) -> None:
        """A question that leans on the one before, why there is no answer, and why there is one."""
        window.resize(WIDE)
        for questions in (FOLLOWED, *((question,) for question in REFUSED)):
            window.ask_page.begin_anew()
            window.close_panel()
            turns = [self.ask(window, question) for question in questions]
            if questions is FOLLOWED:
                self._keep(window, "follow-up")
            elif turns[0].answer is not None and turns[0].answer.state is AnswerState.NOT_FOUND:
                self._keep(window, "refusal")
                break
        window.ask_page.begin_anew()
        self._unfold(self.ask(window, FOLLOWED[0]), window, "why")
        window.close_panel()
        window.resize(NARROW)
        self.wait(lambda: True)
        self._keep(window, "why-narrow")

    def _unfold(self, turn: Turn, window: MainWindow, name: str) -> None:
        assert turn.why_chip is not None
        turn.why_chip.click()
        self.wait(lambda: turn.why is not None and turn.why.isVisible())
        self._keep(window, name)

    def _written(self, window: MainWindow) -> None:
        """Answers in a language model's words: as they come, finished, deep, and the model's own knowledge."""
        page = window.ask_page
        window.resize(WIDE)
        page.begin_anew()
        answer = self.ask(window, ASKED[0]).answer
        assert answer is not None
        page.composer.show_model(staged.MODEL, "")
        page.composer.deep.setChecked(False)
        turn = self._begin(window, ASKED[0])
        page.composer.set_running(True)
        turn.show_progress(Progress("writing", 0, 0))
        turn.show_streamed(staged.streamed(answer))
        self.wait(lambda: True)
        self._keep(window, "writing")
        page.composer.set_running(False)
        turn.show_answer(staged.written(answer))
        turn.open_citation(1)
        self.wait(lambda: window.panel.detail is not None)
        self._keep(window, "written")
        assert turn.writing is not None and turn.left_out_chip is not None
        turn.writing.prose.marks[-1].click()
        turn.left_out_chip.click()
        self.wait(lambda: True)
        self._keep(window, "marked")
        turn.left_out_chip.click()
        window.close_panel()
        window.resize(NARROW)
        self.wait(lambda: True)
        self._keep(window, "written-narrow")
        window.resize(WIDE)
        self._deep(window, answer)

    def _begin(self, window: MainWindow, question: str) -> Turn:
        """A conversation with a question that is being answered."""
        page = window.ask_page
        page.begin_anew()
        window.close_panel()
        return page.begin_turn(question)

    def _deep(self, window: MainWindow, answer: Answer) -> None:
        page = window.ask_page
        page.composer.deep.setChecked(True)
        turn = self._begin(window, staged.PARTS[-1].text)
        page.composer.set_running(True)
        turn.show_progress(Progress("searching", 0, 0))
        turn.show_streamed(staged.taken_apart())
        self.wait(lambda: True)
        self._keep(window, "deep")
        page.composer.set_running(False)
        turn.show_answer(staged.written(answer, deep=True, address="http://localhost:11434"))
        self._unfold(turn, window, "deep-why")
        assert turn.why is not None and turn.why.budget is not None
        self._keep(turn.why, "deep-why-whole")
        self._keep(turn.why.budget, "budget")
        page.composer.deep.setChecked(False)
        question = "What is the capital of Australia?"
        self._begin(window, question).show_answer(staged.own_knowledge(question))
        self.wait(lambda: True)
        self._keep(window, "own-knowledge")
        page.begin_anew()
        self.wait(lambda: page.recent is not None)
        self._keep(window, "earlier")
        page.show_conversations()
        self.wait(lambda: bool(page.conversations.list.lines))
        self._keep(window, "conversations")

    def _language(self, window: MainWindow) -> None:
        """The room of models: with one that was tried, being set up, and gone wrong; narrow, too."""
        page, part = window.models_page, window.models_page.language
        window.go(MODELS)
        self.wait(lambda: part.choices is not None and page.shelf.models is not None)
        self._keep(window, "models")
        assert part.choices is not None
        chosen = replace(part.choices, models=(staged.HERE,), writer=staged.MODEL, missing=None)
        part.show_choices(chosen)
        part.show_tried(staged.MODEL, staged.Tried())
        for size, name in ((WIDE, ""), (NARROW, "-narrow")):
            window.resize(size)
            self._part(window, part, f"language{name}")
        window.resize(WIDE)
        part.show_choices(replace(chosen, models=(), writer="", missing="llama.cpp is not installed here.",
                                  backends=(Backend("cpu", True),)))
        part.show_doing(Progress("building", 34, 100, "llama.cpp", 170.0))
        self._part(window, part, "setting-up")
        part.job.hide()
        part.show_wrong(KnownError(_("No C++ compiler was found."), _("Install one, then try again.")))
        self._part(window, part, "set-up-failed")
        part.show_wrong(None)
        self._part(window, page.offers, "offers")
        self._part(window, page.server, "server")

    def _part(self, window: MainWindow, part: QWidget, name: str) -> None:
        """A part of the room of models, once it has its place."""
        self.wait(lambda: True)
        window.models_page.show_part(part)
        self.wait(lambda: True)
        self._keep(window, name)

    def _memories(self, window: MainWindow) -> None:
        window.go(MEMORIES)
        page = window.memories_page
        self.wait(lambda: page.model.total > 0)
        page.table.selectRow(2)
        self.wait(lambda: window.panel.detail is not None)
        self._keep(window, "memories")
        page.search.setText("spare key")
        self.wait(lambda: page.model.what.query == "spare key", 0.6)
        page.table.selectRow(0)
        self.wait(lambda: True)
        self._keep(window, "search")
        page.search.setText("zeppelin factory")
        window.close_panel()
        self.wait(lambda: page.model.total == 0)
        self._keep(window, "nothing")
        page.search.clear()

    def _lists(self, window: MainWindow) -> None:
        """The lists of faded memories, facts and days, each with one of them opened; the curve of one that was used."""
        window.resize(WIDE)
        window.go(MEMORIES)
        page = window.memories_page
        for which in ("faded", "days", "facts"):
            self._list(window, which)
        page.show_only("all")
        self.ask(window, RECALLED_QUESTION)
        self.wait(lambda: window.panel.detail is not None, 0.8)
        self._keep(window, "used")
        window.resize(NARROW)
        self.wait(lambda: True)
        self._keep(window, "used-narrow")
        window.resize(WIDE)
        window.close_panel()
        window.ask_page.begin_anew()

    def _list(self, window: MainWindow, which: str) -> None:
        page = window.memories_page
        page.show_only(which)
        self.wait(lambda: page.model.what == LISTS[which], 0.8)
        page.table.selectRow(0)
        self.wait(lambda: page.model.total == 0 or window.panel.detail is not None, 0.8)
        self._keep(window, which)
        window.close_panel()

    def _about(self, window: MainWindow) -> None:
        window.go(PEOPLE)
        self.wait(lambda: window.about_page.known is not None, 0.6)
        self._keep(window, "about")
        known = window.about_page.known
        if known is not None and known.conflicts:
            window.about_page.opened.emit(known.conflicts[0].sides[0].memory.id)
            self.wait(lambda: window.panel.detail is not None, 0.8)
            self._keep(window, "contradicted")
            window.close_panel()
        window.resize(NARROW)
        self.wait(lambda: True)
        self._keep(window, "about-narrow")

    def _upkeep(self, window: MainWindow) -> None:
        """The settings of forgetting, and the room of health with its upkeep, narrow and wide."""
        page, health = window.settings_page, window.health_page
        for size, name in ((NARROW, "-narrow"), (WIDE, "")):
            window.resize(size)
            window.go(SETTINGS_ROOM)
            self.wait(lambda: True, 0.6)
            page.show_part(page.fading)
            self.wait(lambda: True)
            self._keep(window, f"forgetting{name}")
            window.go(HEALTH)
            self.wait(lambda: health.report is not None and health.looking is None)
            self._keep(window, f"health{name}")
            health.show_part(health.upkeep)
            self.wait(lambda: True)
            self._keep(window, f"upkeep{name}")
