"""Importance rises with what is at stake, felt, named and dated; nature tells errands, preferences and constants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.memory.retention import IMPORTANT
from mneme.memory.significance import LEAST, MOST, importance, nature
from mneme.types import Kind, Origin

origins = st.sampled_from(list(Origin))
texts = st.one_of(st.text(), st.lists(st.sampled_from([
    "I", "we", "died", "wedding", "cancer", "fired", "mortgage", "love", "hate", "!!", "ok", "lol", "Anna", "\ud800",
    "😭", "my", "birthday", "is", "buy", "milk", "favourite", "born", "in", "إنه", "生日", "\n",
    "- [ ]"])).map(" ".join))


def of(text: str, origin: Origin = Origin.OWNER, *, people: int = 0, dated: bool = False, thread: int = 0) -> float:
    return importance(text, origin, people=people, dated=dated, thread_length=thread)


# ------------------------------------------------------------------ importance


@pytest.mark.parametrize("text", ["I had lunch at the office.", "The weather is grey today.", "the report is done",
                                  "Der Zug kam pünktlich an.", "会議は三時に始まります"])
def test_an_ordinary_sentence_of_the_owners_is_one_half(text: str) -> None:
    assert of(text) == 0.5


@pytest.mark.parametrize("text", ["ok", "OK!!", "lol thanks", "haha 😂", "Good morning!", "np, see you later", "Yes.",
                                  "", "👍", "thank you so much", "how are you?", "...", "what’s up"])
def test_small_talk_is_worth_little(text: str) -> None:
    assert LEAST < of(text) < 0.2


def test_small_talk_with_a_name_is_still_small_talk_and_with_a_date_it_is_a_plan() -> None:
    assert of("thanks Anna", people=1) < 0.2
    assert of("see you tomorrow", dated=True) > 0.5
    assert of("ok Anna died", people=1) > 0.5
    assert of("They came for dinner", people=5) > 0.5


@pytest.mark.parametrize("text", [
    "My father died this morning.", "I was diagnosed with diabetes last week.", "We're getting married in June",
    "I got fired", "my sister gave birth to a boy", "They laid off half of us, I am unemployed now",
    "our house was burgled", "I’ve inherited my aunt's flat", "we broke up", "I had a heart attack"])
def test_what_is_at_stake_for_the_owner_leaves_the_working_layer_at_once(text: str) -> None:
    assert of(text) >= IMPORTANT
    assert of("It is done.", Origin.ASSISTANT) < of(text, Origin.ASSISTANT) < 0.6


def test_what_is_at_stake_for_others_is_worth_less_and_several_stakes_more() -> None:
    assert 0.5 < of("Anna had surgery") < of("I had surgery") < of("I had surgery after the accident")
    assert of("I had surgery after the accident") < of("I had surgery after the accident at my wedding")


@pytest.mark.parametrize("text", ["I'm dying to see that film", "My phone died", "I died laughing", "we are fired up",
                                  "I was bored to death", "We engaged with users"])
def test_idioms_of_life_and_death_put_nothing_at_stake(text: str) -> None:
    assert of(text) < 0.6


@pytest.mark.parametrize(("plain", "felt"), [
    ("The concert is over", "The concert was wonderful"), ("We lost", "We lost!!"), ("We lost", "We lost 😭"),
    ("No", "Nooooo"), ("nous avons perdu", "nous avons perdu !!!"), ("負けました", "負けました！！"),
    ("I was sad", "I was sad and lonely"), ("I was sad", "I was sad?!")])
def test_feelings_count_in_words_and_in_marks(plain: str, felt: str) -> None:
    assert of(plain) < of(felt)


@given(texts, st.integers(0, 9), st.booleans(), st.integers(0, 500))
def test_the_owner_counts_more_than_others_and_they_more_than_an_assistant(text: str, people: int, dated: bool,
                                                                           thread: int) -> None:
    owner, other, assistant = (of(text, origin, people=people, dated=dated, thread=thread)
                               for origin in (Origin.OWNER, Origin.OTHER, Origin.ASSISTANT))
    assert owner > other > assistant


@given(texts, origins, st.integers(-5, 10**6), st.booleans(), st.integers(-5, 10**6))
def test_it_is_never_nothing_and_never_all(text: str, origin: Origin, people: int, dated: bool, thread: int) -> None:
    assert LEAST < of(text, origin, people=people, dated=dated, thread=thread) < MOST


@given(texts, origins, st.integers(0, 9), st.integers(0, 500))
def test_a_date_and_a_longer_thread_never_lower_it(text: str, origin: Origin, people: int, thread: int) -> None:
    plain = of(text, origin, people=people, thread=thread)
    assert of(text, origin, people=people, thread=thread, dated=True) > plain
    assert of(text, origin, people=people, thread=thread + 1) >= plain


def test_people_count_up_to_three_and_long_conversations_up_to_fifty_messages() -> None:
    by_people = [of("They came for dinner", people=n) for n in range(6)]
    assert by_people[0] < by_people[1] < by_people[2] < by_people[3] == by_people[5]
    by_thread = [of("They came for dinner", thread=n) for n in (0, 3, 20, 50, 5000)]
    assert by_thread[0] < by_thread[1] < by_thread[2] < by_thread[3] == by_thread[4]


# ------------------------------------------------------------------ nature

ERRANDS = ["Buy milk", "buy milk, eggs and bread", "- [ ] call the plumber", "[x] taxes",
           "Shopping list: milk, eggs", "TODO fix the tap", "To-do: passport", "Your verification code is 123456",
           "Your OTP is 4711", "Your parcel will be delivered tomorrow", "The package was left with a neighbour",
           "remind me to water the plants", "Don't forget to pay the rent", "don’t forget to pick up Leo",
           "I need to buy a present for Anna's birthday", "Can you pick up the parcel?",
           "Pick up the dry cleaning", "please water the plants", "get milk",
           "* return the library books is done? no: return the books", "We have to renew the passports",
           "Reminder: dentist at 3", "groceries: rice, beans", "Tracking number 1Z999"]
PREFERENCES = ["I love coffee", "I really don't like olives", "My favourite colour is green",
               "my all-time favorite film", "I can't stand the smell of fish", "I’m a big fan of pottery",
               "I'm vegetarian", "I never eat meat", "I prefer tea to coffee", "honestly I hate Mondays",
               "I'd rather walk than drive", "I'm not fond of cats", "I hate it when it rains",
               "Anna asked, and I do prefer the window seat."]
CONSTANTS = ["My blood type is O negative", "Anna's birthday is 4 May", "I was born in Leeds",
             "Birthday: 4 May 1987", "My sister's birthday is 12 June", "My mother's maiden name was Smith",
             "Leo was born on 3 March 1990", "our wedding anniversary is 7 August",
             "Note\n- Date of birth: 1987-05-04", "my brother was born in 1990"]
ORDINARY = ["We went to the beach", "I love you", "I'd like to order a pizza", "Do I like tea?",
            "I hate to say it but no", "What is my favourite colour?", "Her birthday is coming up",
            "The idea was born in Paris", "", "When is Anna's birthday?",
            "So her birthday is 4 May?",
            "Order in the court was restored by the judge", "Remember to breathe",
            "These walks remind me to enjoy life", "He got something I love and sold it.", "I love it!",
            "I loved the film", "book club was fun", "Post office hours are nine to five", "The order of the day",
            "She likes tea", "Cleaning took all day", "This was born in the sixties", "we like to hike",
            "Its birthday is today", "my " * 80 + "blood type is A"]


@pytest.mark.parametrize(("text", "expected"), [
    *((text, "errand") for text in ERRANDS), *((text, "preference") for text in PREFERENCES),
    *((text, "constant") for text in CONSTANTS), *((text, "ordinary") for text in ORDINARY)])
def test_the_nature_of_a_passage_is_told_by_its_words(text: str, expected: str) -> None:
    assert nature(text, Kind.PASSAGE) == expected


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.PASSAGE])
def test_only_passages_have_a_nature_of_their_own(kind: Kind) -> None:
    assert {nature(text, kind) for text in (*ERRANDS, *PREFERENCES, *CONSTANTS)} == {"ordinary"}


def test_a_long_passage_tells_of_many_things_and_is_ordinary() -> None:
    assert nature("I love coffee. " + "We sat there and talked. " * 3, Kind.PASSAGE) == "preference"
    assert nature("I love coffee. " + "We sat there and talked. " * 30, Kind.PASSAGE) == "ordinary"


# ------------------------------------------------------------------ any text


@given(texts, st.sampled_from(list(Kind)))
def test_no_text_makes_them_raise(text: str, kind: Kind) -> None:
    assert nature(text, kind) in {"constant", "preference", "ordinary", "errand"}
    assert LEAST < of(text) < MOST


@pytest.mark.parametrize("piece", ["a", " ", "!", "I ", "i really ", "my ", "'", "\ud800", "🎉", "parcel ", "א",
                                   "\n- "])
def test_a_megabyte_of_one_thing_is_no_burden(piece: str) -> None:
    long = piece * (10**6 // len(piece))
    assert LEAST < of(long) < MOST
    assert nature(long, Kind.PASSAGE) == "ordinary"
    assert nature(long[:240], Kind.PASSAGE) in {"ordinary", "errand"}
