"""The room of people and topics over a real engine: its list, its pages, the graph, and forgetting somebody."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mneme import builtin
from mneme.engine import Engine
from mneme.paths import Profile
from mneme.registry import Plugins
from mneme.testing import HashEmbedder, ScriptedReader
from mneme.types import Edge, Graph, Node, PeopleFound, Person
from mneme_desktop.bridge import Bridge
from mneme_desktop.look.theme import Theme
from mneme_desktop.parts.lines import LineButton
from mneme_desktop.parts.widgets import Chip
from mneme_desktop.people.drawngraph import FARTHEST, NEAREST, GraphCanvas
from mneme_desktop.people.entries import YOU, EntryModel, Place, initials, person_entry
from mneme_desktop.people.listing import Listing
from mneme_desktop.people.page import PeoplePage
from mneme_desktop.people.sparkline import MOST, Sparkline
from mneme_desktop.shell.window import ASK, PEOPLE, MainWindow

CHATS = {
    "Weekend": (("Maren", "Ines Holt", "Tomas Aas"), (
        ("Ines Holt", "2024-03-01", "I am washing the dog, he rolled in something."),
        ("Maren", "2024-03-02", "Again? He will laugh about it."),
        ("Tomas Aas", "2024-04-10", "I did laugh, rather loudly."),
        ("Ines Holt", "2024-05-15", "Look at the ferry, it is late again."),
        ("Maren", "2024-09-02", "Ines's birthday is 3 March 1990."),
        ("Maren", "2024-05-16", "My sister is called Ines."),
        ("Maren", "2024-05-17", "Ines lives in Oslo."))),
    "Work": (("Maren", "Priya"), (
        ("Priya", "2024-03-04", "The gauge at the third bollard is stuck again."),
        ("Maren", "2024-09-01", "Ines moved to Bergen."),
        ("Maren", "2024-09-02", "Ines's birthday is 13 March 1990."))),
}


def write_chats(folder: Path) -> None:
    folder.mkdir()
    for title, (people, said) in CHATS.items():
        head = {"mneme": "conversation", "version": 1, "title": title, "participants": [
            {"id": name, "name": name, "role": "other" if n else "owner"} for n, name in enumerate(people)]}
        lines = [{"id": f"m{n}", "from": who, "at": f"{day}T10:00:00+00:00", "text": words}
                 for n, (who, day, words) in enumerate(said)]
        (folder / f"{title}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in (head, *lines)),
                                               encoding="utf-8")


@pytest.fixture
def engine(profile: Profile, tmp_path: Path) -> Iterator[Engine]:
    """A real engine with small plug-ins that has taken in two chats and put them in order."""
    write_chats(tmp_path / "life")
    plugins = Plugins(parsers=builtin.plugins().parsers, embedder=HashEmbedder(), reader=ScriptedReader())
    made = Engine.open(profile, use_keyring=False, plugins=plugins)
    made.set_setting("owner.name", "Maren")
    made.add([tmp_path / "life"])
    yield made
    made.close()


@pytest.fixture
def living(qtbot: QtBot, engine: Engine, open_window: Callable[[Engine], MainWindow]) -> MainWindow:
    window = open_window(engine)
    window.go(PEOPLE)
    qtbot.waitUntil(lambda: window.people_page.listing.listed and window.about_page.known is not None)
    return window


@pytest.fixture
def room(living: MainWindow) -> PeoplePage:
    return living.people_page


def visit(qtbot: QtBot, room: PeoplePage, name: str) -> PeoplePage:
    room.show_person(name)
    qtbot.waitUntil(lambda: room.person.page is not None and room.here.ref == room.person.page.person.key
                    and room.person.isVisible())
    return room


def words_of(within: QWidget) -> str:
    return "\n".join(found.text() for found in within.findChildren(QLabel) if found.isVisible())


def lines_of(within: QWidget) -> list[str]:
    return [line.words() for line in within.findChildren(LineButton) if line.isVisible()]


def click(qtbot: QtBot, within: QWidget, name: str) -> None:
    def found() -> list[QAbstractButton]:
        return [b for b in within.findChildren(QAbstractButton) if b.accessibleName() == name and b.isVisible()]

    qtbot.waitUntil(lambda: len(found()) == 1)
    qtbot.mouseClick(found()[0], Qt.MouseButton.LeftButton)


def names_in(room: PeoplePage) -> list[str]:
    return [entry.name for entry in room.listing.model.entries]


# ------------------------------------------------------------------ the list


def test_the_list_begins_with_the_owner_and_says_who_people_are(qtbot: QtBot, room: PeoplePage) -> None:
    assert names_in(room) == ["You", "Ines Holt", "Priya", "Tomas Aas"]
    assert room.about.isVisible() and room.here == YOU
    ines = room.listing.model.entries[1]
    assert ines.below == "Your sister · 2 Sep 2024"
    assert room.listing.people.text() == "People · 3"
    index = room.listing.model.index(1, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith("Ines Holt. Person. Your sister")


def test_searching_ordering_and_topics(qtbot: QtBot, room: PeoplePage) -> None:
    room.listing.search.setText("hol")
    qtbot.waitUntil(lambda: names_in(room) == ["Ines Holt"])
    room.listing.search.setText("zzz")
    qtbot.waitUntil(lambda: "Nothing is called “zzz”." in words_of(room.listing))
    qtbot.keyClick(room.listing.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(names_in(room)) == 4)
    room.listing.order_by("name")
    qtbot.waitUntil(lambda: names_in(room)[1:] == ["Ines Holt", "Priya", "Tomas Aas"])
    assert room.listing.sorting.accessibleName() == "By name"
    room.listing.show_what("topics")
    assert "There are no topics yet" in words_of(room.listing)


def test_the_keyboard_goes_through_the_list_and_the_page_follows(qtbot: QtBot, room: PeoplePage) -> None:
    room.listing.search.setFocus()
    qtbot.keyClick(room.listing.search, Qt.Key.Key_Down)
    assert room.listing.table.hasFocus()
    qtbot.keyClick(room.listing.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: room.person.isVisible() and room.person.page is not None)
    assert room.person.page is not None and room.person.page.person.name == "Ines Holt"
    assert room.listing.table.hasFocus()  # still: the next arrow goes on


def test_ten_thousand_people_are_no_ten_thousand_widgets(qtbot: QtBot, theme: Theme, bridge: Bridge) -> None:
    listing = Listing(theme, bridge)
    qtbot.addWidget(listing)
    listing.resize(320, 700)
    listing.show()
    qtbot.waitUntil(lambda: listing.isVisible())
    before = len(listing.findChildren(QWidget))
    people = tuple(Person(f"p{n}", f"Person {n}", messages=n) for n in range(10_000))
    listing._arrived((PeopleFound(people, len(people)), ()))
    assert listing.model.rowCount() == 10_001 and len(listing.findChildren(QWidget)) == before
    listing.table.scrollToBottom()
    assert listing.table.rowAt(listing.table.viewport().height() - 2) == 10_000
    assert not listing.grab().isNull()
    listing.light(Place("person", "p7000"))
    assert listing.table.currentIndex().row() == 7001


@pytest.mark.parametrize(("name", "letters"), [
    ("Ines Holt", "IH"), ("ines", "I"), ("森田健二", "森"), ("ليلى حداد", "ل"), ("Ines Maria van Holt", "IH"),
    ("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"), ("", "?"), ("🦊 Fox", "F"), ("+47 912", "4"), ("Łukasz Źródło", "ŁŹ")])
def test_initials_of_any_name(name: str, letters: str) -> None:
    assert initials(name) == letters


# ------------------------------------------------------------------ the page of a person


def test_the_page_says_what_is_known_with_its_evidence(qtbot: QtBot, room: PeoplePage) -> None:
    def over() -> list[tuple[str, str]]:
        return [(line.words(), line.below()) for line in room.person.findChildren(LineButton)
                if line.isVisible() and "to 1 Sep 2024" in line.below()]

    visit(qtbot, room, "Ines")
    qtbot.waitUntil(lambda: "Ines Holt" in words_of(room.person))
    said = words_of(room.person)
    assert "Your sister" in said and "Also known as Ines" in said
    assert "Two things that were said cannot both be true." in said
    assert {"Ines's birthday is 3 March 1990.", "Ines's birthday is 13 March 1990.",
            "Ines lives in Bergen.", "Your sister is Ines."} <= set(lines_of(room.person))
    assert not over()
    fold = next(chip for chip in room.person.findChildren(Chip) if chip.text() == "One thing that is over")
    fold.click()
    qtbot.waitUntil(lambda: [words for words, _below in over()] == ["Ines lives in Oslo."])
    home = next(line for line in room.person.findChildren(LineButton) if line.words() == "Ines lives in Bergen.")
    assert home.below().startswith("true since 1 Sep 2024")
    opened: list[int] = []
    room.opened.connect(opened.append)
    home.setFocus()
    qtbot.keyClick(home, Qt.Key.Key_Return)
    assert len(opened) == 1
    window = room.window()
    assert isinstance(window, MainWindow)
    qtbot.waitUntil(lambda: window.panel.detail is not None)
    assert window.panel.detail is not None and window.panel.detail.memory.text == "Ines lives in Bergen."


def test_asking_about_somebody_goes_to_the_chat(qtbot: QtBot, living: MainWindow, room: PeoplePage) -> None:
    visit(qtbot, room, "Priya")
    click(qtbot, room.person, "What do you know about Priya?")
    assert living.rooms.currentIndex() == ASK
    assert living.ask_page.turns[-1].question == "What do you know about Priya?"
    qtbot.waitUntil(lambda: living.ask_page.turns[-1].answer is not None, timeout=20_000)


def test_a_contradiction_leads_to_where_it_is_settled(qtbot: QtBot, room: PeoplePage) -> None:
    visit(qtbot, room, "Ines")
    with qtbot.waitSignal(room.review_wanted):
        click(qtbot, room.person, "Say which is right…")


def test_going_about_back_and_forward(qtbot: QtBot, room: PeoplePage) -> None:
    assert not room.back.isEnabled() and not room.forward.isEnabled()
    visit(qtbot, room, "Ines")
    click(qtbot, room.person, "Tomas Aas")
    qtbot.waitUntil(lambda: room.person.page is not None and room.person.page.person.name == "Tomas Aas")
    room.setFocus()
    qtbot.keyClick(room, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert room.here == Place("person", "ines holt")
    qtbot.keyClick(room, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert room.here == YOU and room.about.isVisible() and not room.back.isEnabled()
    qtbot.keyClick(room, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(room, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert room.here == Place("person", "tomas aas") and not room.forward.isEnabled()
    qtbot.waitUntil(lambda: room.listing.table.currentIndex().row() == 3)


def test_nobody_is_a_sentence(qtbot: QtBot, room: PeoplePage) -> None:
    room.show_person("Nobody At All")
    qtbot.waitUntil(lambda: "Nobody is known by the name Nobody At All." in words_of(room))


def test_what_is_forgotten_elsewhere_leaves_the_page(qtbot: QtBot, room: PeoplePage, engine: Engine) -> None:
    visit(qtbot, room, "Ines")
    home = next(fact for fact in engine.life.facts() if fact.memory.text == "Ines lives in Bergen.")
    engine.forget([home.memory.id])
    qtbot.waitUntil(lambda: "Ines lives in Bergen." not in lines_of(room.person))


def test_how_often_in_bars_and_in_words(qtbot: QtBot, theme: Theme) -> None:
    bars = Sparkline(theme)
    qtbot.addWidget(bars)
    bars.resize(400, 76)
    bars.show_months(((date(2024, 3, 1), 2), (date(2024, 4, 1), 0), (date(2024, 5, 1), 5)))
    assert bars.accessibleDescription() == "7 memories from March 2024 to May 2024, most in May 2024: 5."
    picture = bars.grab().toImage()
    inked = [any(picture.pixelColor(int(n * 26 + 13), y).name() == theme.colours.accent for y in range(50))
             for n in range(3)]
    assert inked == [True, False, True] and bars.at(30) == 1 and bars.at(399) == -1
    bars.show_months([(date(2000 + n // 12, n % 12 + 1, 1), 1) for n in range(300)])
    assert len(bars.bars) <= MOST and sum(count for _first, _last, count in bars.bars) == 300


# ------------------------------------------------------------------ topics


def test_a_topic_is_renamed_and_the_toast_takes_it_back(
        qtbot: QtBot, living: MainWindow, room: PeoplePage, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mneme.upkeep.sorting.ENOUGH", 2)
    engine.upkeep_now()
    topic = engine.people.topics()[0]
    room.listing.show_what("topics")
    qtbot.waitUntil(lambda: topic.name in names_in(room))
    room.show_topic(topic.id)
    qtbot.waitUntil(lambda: room.topic.page is not None and room.topic.isVisible())
    assert "Ines Holt" in {chip.text() for chip in room.topic.findChildren(Chip)}
    click(qtbot, room.topic, "Rename")
    assert room.topic.field is not None and room.topic.field.hasFocus()
    qtbot.keyClick(room.topic.field, Qt.Key.Key_Escape)
    assert not room.topic.writing and room.topic.isVisible() and room.here.kind == "topic"
    click(qtbot, room.topic, "Rename")
    room.topic.field.setText("  The   village ")
    qtbot.keyClick(room.topic.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "The village" in words_of(room.topic) and "The village" in names_in(room))
    assert living.toast.text.text() == "Renamed: The village"
    qtbot.mouseClick(living.toast.press, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: topic.name in words_of(room.topic) and topic.name in names_in(room))


# ------------------------------------------------------------------ the graph


def star(count: int = 5) -> Graph:
    """One in the middle with others to its right, left, above and below, and one tied to the right one."""
    places = ((0.5, 0.5), (1.0, 0.5), (0.0, 0.5), (0.5, 0.0), (0.5, 1.0))
    nodes = tuple(Node(f"person:p{n}", "person", f"Person {n}", 5.0 - n, x, y, f"p{n}")
                  for n, (x, y) in enumerate(places[:count]))
    return Graph(nodes, tuple(Edge(0, n, 5.0 - n, (f"Line {n}.",), (n,)) for n in range(1, count)))


@pytest.fixture
def canvas(qtbot: QtBot, theme: Theme) -> GraphCanvas:
    made = GraphCanvas(theme)
    theme.motion = False
    qtbot.addWidget(made)
    made.resize(600, 500)
    made.show()
    made.show_graph(star())
    return made


def test_arrows_go_from_neighbour_to_neighbour(qtbot: QtBot, canvas: GraphCanvas) -> None:
    picked: list[int] = []
    canvas.picked.connect(picked.append)
    for key, there in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Left, 0), (Qt.Key.Key_Left, 2), (Qt.Key.Key_Right, 0),
                       (Qt.Key.Key_Up, 3), (Qt.Key.Key_Down, 0), (Qt.Key.Key_Down, 4)):
        qtbot.keyClick(canvas, key)
        assert canvas.chosen == there
    assert picked == [1, 0, 2, 0, 3, 0, 4]
    assert canvas.accessibleDescription() == "Person 4. Person"
    with qtbot.waitSignal(canvas.entered) as entered:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert entered.args == [4]


def test_pointing_zooming_dragging_and_showing_all(qtbot: QtBot, canvas: GraphCanvas) -> None:
    assert [canvas.node_at(canvas.place(n)) for n in range(5)] == [0, 1, 2, 3, 4]
    between = (canvas.place(0) + canvas.place(1)) / 2
    edge = canvas.edge_at(between)
    assert edge is not None and "Line 1." in canvas.tip_at(between) and canvas.tip_at(QPointF(5, 5)) == ""
    held = canvas.place(1)
    canvas.zoom_by(2.0, held)
    assert (canvas.place(1) - held).manhattanLength() < 0.01 and canvas.zoom == 2.0
    for _n in range(20):
        qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.zoom == FARTHEST
    for _n in range(40):
        qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.zoom == NEAREST
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    at = canvas.place(0)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    qtbot.mouseMove(canvas, QPoint(60, 50))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 50))
    assert (canvas.place(0) - at - QPointF(20, 10)).manhattanLength() < 0.01
    canvas.fit()
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.place(2).toPoint())
    assert canvas.chosen == 2


def test_kinds_are_told_by_shape(qtbot: QtBot, canvas: GraphCanvas) -> None:
    """The corner of the box around a node is inked of a topic, and empty of a circle and a diamond."""
    kinds = ("person", "topic", "place", "thing")
    nodes = tuple(Node(f"{kind}:{n}", kind, "", 1.0, n / 3, 0.5) for n, kind in enumerate(kinds))  # type: ignore[arg-type]
    canvas.show_graph(Graph(nodes, ()))
    canvas.choose(-1)
    picture = canvas.grab().toImage()
    ground = picture.pixelColor(30, 30).name()
    shapes = []
    for n in range(4):
        at, size = canvas.place(n), canvas.radius(n)
        shapes.append(tuple(picture.pixelColor(round(at.x() + x * size), round(at.y() + y * size)).name() != ground
                            for x, y in ((0.8, 0.8), (0.65, 0.65), (0.45, 0.85))))
    assert len(set(shapes)) == 4, shapes


def test_a_large_graph_is_painted_with_names_that_do_not_overlap(qtbot: QtBot, theme: Theme) -> None:
    canvas = GraphCanvas(theme)
    theme.motion = False
    qtbot.addWidget(canvas)
    canvas.resize(900, 700)
    nodes = tuple(Node(f"person:{n}", "person", f"Person with a name {n}", float(n % 17), (n * 37 % 300) / 300,
                       (n * 91 % 300) / 300) for n in range(300))
    edges = tuple(Edge(n, (n * 7 + m) % 300, 1.0, ("x",)) for n in range(300) for m in range(1, 12)
                  if n != (n * 7 + m) % 300)
    canvas.show_graph(Graph(nodes, edges))
    drawn: list[object] = []
    canvas._draw_name = lambda _painter, box, *_more: drawn.append(box)  # type: ignore[method-assign]
    assert not canvas.grab().isNull()
    boxes = list(drawn[1:])  # the first is that of the chosen node, which is always named
    assert 5 < len(boxes) < 300
    assert not any(one.intersects(other) for n, one in enumerate(boxes) for other in boxes[:n])  # type: ignore[attr-defined]


def test_the_graph_of_somebody_its_list_and_back(qtbot: QtBot, room: PeoplePage) -> None:
    visit(qtbot, room, "Ines")
    click(qtbot, room, "Graph")
    qtbot.waitUntil(lambda: bool(room.graph.graph.nodes) and room.graph.isVisible())
    assert room.graph.graph.nodes[0].name == "Ines Holt" and room.graph.canvas.hasFocus()
    table = room.graph.table
    names = [entry.name for entry in room.graph.model.entries]
    assert "You" in names and "Bergen" in names
    table.setFocus()
    table.setCurrentIndex(room.graph.model.index(names.index("Bergen"), 0))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert room.graph.graph.nodes[room.graph.canvas.chosen].name == "Bergen"
    assert "Ines lives in Bergen." in words_of(room.graph)
    window = room.window()
    assert isinstance(window, MainWindow)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert room.person.isVisible() and room.here == Place("person", "ines holt")


def test_a_place_has_a_graph_alone(qtbot: QtBot, room: PeoplePage) -> None:
    room.go(Place("place", "place:bergen", graph=True))
    qtbot.waitUntil(lambda: bool(room.graph.graph.nodes) and room.graph.graph.nodes[0].name == "Bergen")
    assert not room.as_graph.isEnabled() and room.graph.isVisible()


# ------------------------------------------------------------------ forgetting somebody


def everything(engine: Engine) -> str:
    rows = engine._store.query
    tables = [row[0] for row in rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return "\n".join(value.decode("utf-8", "ignore") if isinstance(value, bytes) else str(value)
                     for table in tables for row in rows(f'SELECT * FROM "{table}"') for value in tuple(row)).casefold()


def test_somebody_is_forgotten_completely(
        qtbot: QtBot, living: MainWindow, room: PeoplePage, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mneme.upkeep.sorting.ENOUGH", 2)
    engine.upkeep_now()
    living.ask_page.ask("Where does Ines live?")
    qtbot.waitUntil(lambda: living.ask_page.turns[-1].answer is not None, timeout=20_000)
    living.go(PEOPLE)
    visit(qtbot, room, "Ines")
    assert "ines" in everything(engine).replace("lines", "")
    click(qtbot, room.person, "Forget everything about Ines Holt…")
    sheet = room.leaving.sheet
    assert sheet is not None and not sheet.go.isEnabled()
    qtbot.waitUntil(sheet.go.isEnabled)
    qtbot.waitUntil(lambda: "This cannot be undone." in words_of(sheet))
    said = words_of(sheet)
    assert "Forget everything about Ines Holt?" in said and "“Ines”" in said
    assert "“I am washing the dog, he rolled in something.”" in said
    click(qtbot, sheet, "Keep")
    assert "ines" in everything(engine).replace("lines", "")
    qtbot.waitUntil(lambda: room.leaving.sheet is None)
    click(qtbot, room.person, "Forget everything about Ines Holt…")
    sheet = room.leaving.sheet
    assert sheet is not None
    qtbot.waitUntil(sheet.go.isEnabled)
    click(qtbot, sheet, "Forget everything about Ines Holt")
    qtbot.waitUntil(lambda: "Nothing about Ines Holt is left in Mneme's store." in words_of(sheet), timeout=20_000)
    left = everything(engine)
    assert "ines" not in left.replace("lines", "") and "holt" not in left
    assert "gauge" in left and "rather loudly" in left
    assert room.here == YOU
    qtbot.waitUntil(lambda: "Ines Holt" not in names_in(room) and "Priya" in names_in(room))
    click(qtbot, sheet, "Close")
    assert engine.doctor().findings == ()


def test_the_sheet_stays_while_it_erases(qtbot: QtBot, room: PeoplePage) -> None:
    visit(qtbot, room, "Priya")
    click(qtbot, room.person, "Forget everything about Priya…")
    sheet = room.leaving.sheet
    assert sheet is not None
    qtbot.waitUntil(sheet.go.isEnabled)
    sheet.show_running()
    sheet.reject()
    assert sheet.isVisible()
    sheet.show_done(3)
    qtbot.waitUntil(lambda: "3 memories were erased." in words_of(sheet))
    sheet.reject()
    assert not sheet.isVisible()


# ------------------------------------------------------------------ every window


def test_narrow_the_list_and_the_page_take_turns(qtbot: QtBot, living: MainWindow, room: PeoplePage) -> None:
    living.resize(480, 700)
    qtbot.waitUntil(lambda: not room.listing.isVisible())
    click(qtbot, room, "The list of people and topics")
    assert room.listing.isVisible() and not room.about.isVisible() and room.listing.table.hasFocus()
    qtbot.keyClick(room.listing.table, Qt.Key.Key_Down)
    assert room.listing.isVisible()  # the arrow alone goes nowhere
    qtbot.keyClick(room.listing.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: room.person.isVisible() and not room.listing.isVisible())
    area = room.person.area
    inside = area.widget()
    qtbot.waitUntil(lambda: inside is not None and 0 < inside.width() <= area.viewport().width())
    qtbot.keyClick(living, Qt.Key.Key_Escape)
    assert room.listing.isVisible()


def test_right_to_left_the_list_stands_at_the_right(
        qtbot: QtBot, living: MainWindow, room: PeoplePage, qapp: QApplication) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        visit(qtbot, room, "Ines")
        qtbot.waitUntil(lambda: room.listing.mapTo(room, QPoint(0, 0)).x() > room.width() // 2)
        sign = room.person.findChildren(QLabel)[0]
        assert sign.mapTo(room, QPoint(0, 0)).x() >= 0
        assert not room.grab().isNull()
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_every_control_has_a_name_and_is_reached_by_keyboard(qtbot: QtBot, room: PeoplePage) -> None:
    for prepare in (lambda: None, lambda: visit(qtbot, room, "Ines"), lambda: click(qtbot, room, "Graph")):
        prepare()
        qtbot.wait(50)
        controls = [b for b in room.findChildren(QAbstractButton) if b.isVisible()]
        assert controls
        for control in controls:
            assert QAccessible.queryAccessibleInterface(control).text(QAccessible.Text.Name), control
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control.accessibleName()


def test_a_long_name_is_whole_in_the_tooltip_and_never_markup(qtbot: QtBot) -> None:
    long = Person("x", "<b>" + "Hohenstein" * 30, relation="your aunt")
    model = EntryModel()
    model.show_these([person_entry(long)])
    assert model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole).startswith("<qt>&lt;b&gt;Hohenstein")
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("Your aunt")


def test_an_empty_store_says_so(
        qtbot: QtBot, window: MainWindow) -> None:
    window.go(PEOPLE)
    room = window.people_page
    qtbot.waitUntil(lambda: room.listing.listed)
    assert names_in(room) == ["You"]
    room.listing.show_what("topics")
    assert "There are no topics yet" in words_of(room.listing)
    assert [b for b in room.findChildren(QPushButton) if b.isVisible()]
