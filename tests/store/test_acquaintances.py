"""People, topics and who is near: identities, counts against a slow reference, graphs, and taking a name out."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mneme.errors import NotFound
from mneme.store import acquaintances
from mneme.types import Graph, Person
from mneme.upkeep import sorting
from mneme.views.graph import laid_out
from mneme.views.identities import Identities

BEGAN = datetime(2024, 3, 1, 10, tzinfo=UTC)


def days(n: int) -> datetime:
    return BEGAN + timedelta(days=n)


@pytest.fixture
def village(diary: Any) -> Any:
    """A diary with a sister, a neighbour, a colleague who only writes, and a friend who is only spoken of."""
    diary.engine.set_setting("owner.name", "Maren")
    diary.note("about.md", "My sister is called Ines.\n\nInes lives in Bergen.\n\n"
                           "My sister works at the harbour office.")
    diary.note("town.md", "My friend Jonas plays the cello.\n\nI live in Oslo.\n\nJonas lives in Oslo.")
    diary.chat("Weekend", ("Ines Holt", "I am washing the dog, he rolled in something.", days(0)),
               ("Maren", "Again? Tomas will laugh.", days(1)), ("Tomas Aas", "He did laugh, loudly.", days(40)),
               ("Ines Holt", "My birthday is 3 March 1990.", days(75)), people=("Maren", "Ines Holt", "Tomas Aas"))
    diary.chat("Work", ("Priya", "The gauge at the third bollard is stuck again.", days(3)),
               ("Maren", "I have told Oddvar about the gauge.", days(4)), people=("Maren", "Priya"))
    return diary


def by_name(diary: Any) -> dict[str, Person]:
    return {person.name: person for person in diary.engine.people.all().people}


# ------------------------------------------------------------------ who there is


def test_who_there_is_and_what_they_are_to_the_owner(village: Any) -> None:
    people = by_name(village)
    assert set(people) == {"Ines Holt", "Tomas Aas", "Priya", "Jonas"}
    ines = people["Ines Holt"]
    assert ines.also == ("Ines",) and ines.relation == "your sister"
    assert people["Jonas"].relation == "your friend" and people["Priya"].relation == ""
    assert (ines.first, ines.last) == (days(0), days(75))
    assert (people["Priya"].first, people["Priya"].last) == (days(3), days(4))  # the answer to her is contact, too
    assert people["Jonas"].last is None and people["Jonas"].messages == 0


def test_counts_are_those_of_a_slow_reference(village: Any) -> None:
    names = {"Ines Holt": {"ines", "ines holt", "my sister"}, "Tomas Aas": {"tomas aas"}, "Priya": {"priya"},
             "Jonas": {"jonas"}}
    facts = village.life.facts()
    for person in village.engine.people.all().people:
        own = names[person.name]
        said = village.rows("SELECT i.id, m.id FROM memory m JOIN evidence e ON e.memory_id = m.id JOIN item i "
                            "ON i.id = e.item_id WHERE m.kind = 'passage' AND lower(i.speaker) = ? "
                            "AND m.retired_at IS NULL AND m.forgotten_at IS NULL", person.name.casefold())
        about = [one for one in facts if one.subject.casefold() in own or (
            one.object.casefold() in own and one.relation in ("sibling", "friend"))]
        assert person.facts == len(about), person.name
        assert person.messages == len({row[0] for row in said})
        assert person.memories == len(said) + len(about)
    assert by_name(village)["Ines Holt"].facts == 4  # a sister, in Bergen, at the harbour office, born


def test_what_is_in_the_bin_counts_no_more_and_comes_back(village: Any) -> None:
    memory = village.passage("stuck again")
    village.engine.forget([memory])
    assert by_name(village)["Priya"].messages == 0
    village.engine.restore([memory])
    assert by_name(village)["Priya"].messages == 1


def test_the_list_is_searched_ordered_and_cut(village: Any) -> None:
    people = village.engine.people

    def names(words: str = "", **how: Any) -> list[str]:
        return [person.name for person in people.all(words, **how).people]

    assert names("sist") == ["Ines Holt"] and names("hol in") == ["Ines Holt"] and names("nes") == []
    assert names(order="name") == ["Ines Holt", "Jonas", "Priya", "Tomas Aas"]
    assert names(order="latest") == ["Ines Holt", "Tomas Aas", "Priya", "Jonas"]
    assert names()[0] == "Ines Holt"
    cut = people.all(order="name", limit=2, offset=1)
    assert [one.name for one in cut.people] == ["Jonas", "Priya"] and cut.total == 4


def test_names_of_any_script_are_found(diary: Any) -> None:
    diary.engine.set_setting("owner.name", "Maren")
    written = ("森田健二", "ليلى حداد", "Søren Ægir", "🦊 Fox", "Zoë")
    diary.chat("All", *((name, f"Word number {n} is said here.", days(n)) for n, name in enumerate(written)),
               people=("Maren", *written))
    for name in written:
        assert diary.engine.people.person(name).person.name == name
    assert [one.name for one in diary.engine.people.all("zoe").people] == ["Zoë"]
    assert [one.name for one in diary.engine.people.all("soren").people] in (["Søren Ægir"], [])
    assert diary.engine.people.person("ليلى حداد").said[0].text == "Word number 1 is said here."


def test_a_beginning_of_several_names_is_of_none_of_them(diary: Any) -> None:
    diary.engine.set_setting("owner.name", "Maren")
    diary.note("anna.md", "Anna lives in Bergen.")
    diary.chat("One", ("Anna Berg", "Good morning to you.", days(0)), people=("Maren", "Anna Berg"))
    assert set(by_name(diary)) == {"Anna Berg"}
    diary.chat("Two", ("Anna Lund", "Good evening to you.", days(1)), people=("Maren", "Anna Lund"))
    assert set(by_name(diary)) == {"Anna Berg", "Anna Lund", "Anna"}


def test_an_address_is_of_whoever_alone_uses_it() -> None:
    def part(thread: int, name: str, key: str) -> acquaintances.TakesPart:
        return acquaintances.TakesPart(thread, key, name, "other")

    who = Identities([], [part(1, "Ines Holt", "Ines@Example.org"), part(2, "ines@example.org", "ines@example.org"),
                          part(3, "Arne", "family@example.org"), part(3, "Moira", "family@example.org"),
                          part(4, "Maren", "maren@example.org")], [], ["Maren", "maren@example.org"])
    assert who.find("ines@example.org") == who.find("INES HOLT")
    assert {one.name for one in who.people.values()} == {"Ines Holt", "Arne", "Moira"}
    assert who.find("Arne") != who.find("Moira") and who.find("family@example.org") is None
    assert who.find("Maren") is None and who.find("nobody") is None


# ------------------------------------------------------------------ one person, one topic


def test_the_page_of_a_person(village: Any) -> None:
    page = village.engine.people.person("ines")
    assert [group.section for group in page.groups] == ["self", "home", "work", "people"]
    assert {fact.memory.text for group in page.groups for fact in group.facts} == {
        "Ines Holt's birthday is 3 March 1990.", "Ines lives in Bergen.", "Your sister works at the harbour office.",
        "Your sister is Ines."}
    assert all(fact.evidence for group in page.groups for fact in group.facts)
    assert [memory.text for memory in page.said] == ["My birthday is 3 March 1990.",
                                                     "I am washing the dog, he rolled in something."]
    assert [memory.text.split("\n")[0] for memory in page.told] == ["My sister is called Ines."]
    assert page.memories == 3
    assert page.months == ((date(2024, 3, 1), 1), (date(2024, 4, 1), 0), (date(2024, 5, 1), 1))
    assert [near.person.name for near in page.near] == ["Tomas Aas"]
    assert page.near[0].lines == ("3 messages in the same conversations",)


def test_what_is_over_and_what_contradicts(diary: Any) -> None:
    diary.engine.set_setting("owner.name", "Maren")
    diary.chat("A", ("Maren", "Ines lives in Oslo.", days(0)), ("Maren", "Ines moved to Bergen.", days(300)),
               ("Maren", "Ines's birthday is 3 March 1990.", days(301)), people=("Maren", "Ines"))
    diary.chat("B", ("Maren", "Ines's birthday is 13 March 1990.", days(301)), people=("Maren", "Ines"))
    page = diary.engine.people.person("Ines")
    assert [fact.object for fact in page.over] == ["Oslo"] and page.over[0].valid_to is not None
    [conflict] = page.conflicts
    assert {side.object for side in conflict.sides} == {"1990-03-03", "1990-03-13"}
    assert [fact.object for group in page.groups for fact in group.facts] == ["Bergen"]


def test_nobody_is_an_error_with_a_remedy(village: Any) -> None:
    for name in ("Nobody", "", "Maren", "me"):
        with pytest.raises(NotFound):
            village.engine.people.person(name)
    with pytest.raises(NotFound):
        village.engine.people.topic(999)
    with pytest.raises(NotFound):
        village.engine.people.neighbourhood("Nobody")


def test_the_page_of_a_topic(village: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "ENOUGH", 2)
    village.upkeep()
    tree = village.engine.people.topics()
    assert tree == village.life.topics() and tree
    for topic in tree:
        page = village.engine.people.topic(topic.id)
        assert page.topic == topic and [one.parent for one in page.parts] == [topic.id] * len(page.parts)
        assert [one.id for one in page.path][-1:] == ([] if topic.parent is None else [topic.parent])
        assert page.first is None or page.last is None or page.first.utc <= page.last.utc
    root = village.engine.people.topic(tree[0].id)
    spoken = {person.name: count for person, count in root.people}
    assert spoken == {"Ines Holt": 2, "Tomas Aas": 1, "Priya": 1}
    assert root.latest
    village.life.rename_topic(tree[0].id, "The village")
    assert village.engine.people.topic(tree[0].id).topic.name == "The village"


# ------------------------------------------------------------------ who is near


def named_edges(graph: Graph) -> dict[frozenset[str], tuple[str, ...]]:
    return {frozenset((graph.nodes[edge.source].name, graph.nodes[edge.target].name)): edge.lines
            for edge in graph.edges}


def test_the_neighbourhood_says_what_connects_whom(village: Any) -> None:
    graph = village.engine.people.neighbourhood()
    assert graph.nodes[0].kind == "you"
    kinds = {node.name: node.kind for node in graph.nodes}
    assert kinds["Bergen"] == kinds["Oslo"] == "place" and kinds["Priya"] == "person"
    edges = named_edges(graph)
    assert edges[frozenset(("You", "Ines Holt"))] == ("Your sister is Ines.", "3 messages in the same conversations")
    assert edges[frozenset(("Jonas", "Oslo"))] == ("Jonas lives in Oslo.",)
    assert frozenset(("You", "Oslo")) in edges and frozenset(("Priya", "Tomas Aas")) not in edges
    told = next(edge for edge in graph.edges if edge.lines == ("Jonas lives in Oslo.",))
    assert [village.engine.show(memory).memory.text for memory in told.evidence] == ["Jonas lives in Oslo."]


def test_a_neighbourhood_has_at_most_so_many_nodes_the_closest_first(village: Any) -> None:
    whole = village.engine.people.neighbourhood("Priya")
    for limit in (1, 2, 3, len(whole.nodes)):
        some = village.engine.people.neighbourhood("Priya", limit)
        assert [node.key for node in some.nodes] == [node.key for node in whole.nodes[:limit]]
        assert all(edge.source < limit and edge.target < limit for edge in some.edges)
    assert [node.name for node in whole.nodes[:2]] == ["Priya", "You"]


def test_the_same_graph_lies_at_the_same_places(village: Any) -> None:
    graph = village.engine.people.neighbourhood()
    village.engine.people._tied = None
    assert village.engine.people.neighbourhood() == graph
    for places in ({node.x for node in graph.nodes}, {node.y for node in graph.nodes}):
        assert min(places) == 0 and max(places) == 1
    assert len({(node.x, node.y) for node in graph.nodes}) == len(graph.nodes)


def test_a_layout_of_nothing_and_of_pieces() -> None:
    assert laid_out(0, []) == [] and laid_out(1, []) == [(0.5, 0.5)]
    apart = laid_out(4, [(0, 1), (2, 3)])
    assert len(set(apart)) == 4 and apart == laid_out(4, [(0, 1), (2, 3)])


def test_a_crowd_is_no_company(diary: Any) -> None:
    diary.engine.set_setting("owner.name", "Maren")
    crowd = tuple(f"Person {chr(65 + n)}" for n in range(26))
    diary.chat("Crowd", *((name, f"{name} was here today.", days(n)) for n, name in enumerate(crowd)),
               people=("Maren", *crowd))
    assert len(by_name(diary)) == 26
    assert diary.engine.people.person("Person A").near == ()
    assert diary.engine.people.person("Person A").person.last == days(0)


# ------------------------------------------------------------------ a name goes


def everything(diary: Any) -> str:
    """Every value of every table, the full text too; blobs as text where they are."""
    tables = [row[0] for row in diary.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = []
    for table in tables:
        for row in diary.rows(f'SELECT * FROM "{table}"'):
            found += [value.decode("utf-8", "ignore") if isinstance(value, bytes) else str(value) for value in row]
    return "\n".join(found).casefold()


def forget(diary: Any, name: str) -> None:
    found = diary.engine.people.farewell(name)
    diary.engine.erase(found.first)
    for selection in found.selections:
        diary.life.erase_selected(selection)
    diary.engine.people.take_out(found)


def test_a_farewell_counts_what_is_by_and_about_somebody(village: Any) -> None:
    found = village.engine.people.farewell("Ines")
    assert found.names == ("Ines", "Ines Holt") and found.kinds["fact"] == 4
    assert "I am washing the dog, he rolled in something." in found.examples
    assert found.memories == sum(found.kinds.values()) == sum(found.places.values())
    with pytest.raises(NotFound):
        village.engine.people.farewell("me")


def test_after_a_farewell_the_name_is_in_no_table(village: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "ENOUGH", 2)
    village.note("with Ines/list.md", "---\nauthor: Ines Holt\n---\n# Packing\n\nTent, stove, the cello of Jonas.")
    village.engine.ask("Where does Ines live?")
    village.upkeep()
    assert "ines" in everything(village) and village.engine.people.topics()
    before = village.rows("SELECT count(*) FROM vector")
    forget(village, "Ines Holt")
    left = everything(village)
    assert "ines" not in left.replace("lines", "") and "holt" not in left, [
        line for line in left.split("\n") if "ines" in line.replace("lines", "") or "holt" in line]
    assert village.rows("SELECT count(*) FROM vector") < before
    assert set(by_name(village)) == {"Tomas Aas", "Priya", "Jonas"}
    assert village.engine.doctor().findings == ()
    village.engine.add([village.folder])
    assert set(by_name(village)) == {"Tomas Aas", "Priya", "Jonas"}
    assert "gauge" in left and "laugh, loudly" in left  # others' words stay


def test_a_name_goes_out_of_what_stands_beside_memories(diary: Any) -> None:
    diary.engine.set_setting("owner.name", "Maren")
    diary.chat("Trip", ("Maren", "The tent is dry and packed.", days(0)), people=("Maren", "Ines Holt", "Tomas"))
    forget(diary, "Ines Holt")
    [[participants]] = diary.rows("SELECT participants FROM thread")
    assert [one["name"] for one in json.loads(str(participants))] == ["Maren", "Tomas"]
    assert [row[0] for row in diary.rows("SELECT text FROM memory WHERE kind = 'passage'")] == [
        "The tent is dry and packed."]


def test_whole_words_are_found_where_they_stand() -> None:
    find: Callable[[str], list[tuple[int, int]]] = acquaintances.whole_words(["Ines Holt", "李"])
    text = "Aines Holt, INES  holt; Ines-Holt's and 李."
    assert [text[start:end] for start, end in find(text)] == ["INES  holt", "Ines-Holt", "李"]
    assert find("Ines") == [] and acquaintances.whole_words(["🦊"])("🦊") == []
