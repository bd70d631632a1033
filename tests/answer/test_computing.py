"""Answers counted from dated evidence, over a small table of events."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mneme.answer.counting.computing import Dated, computed, needs_computing
from mneme.types import Kind, Memory, Origin

NOW = datetime(2023, 6, 1, 12, 0, tzinfo=UTC)  # a Thursday

TABLE = """
2023-05-17 I bought the new guitar amp at Harmony Music.
2023-04-19 I started taking guitar lessons with Mr. Hale.
2023-04-06 I attended the Maundy Thursday service at the Episcopal Church.
2023-05-03 I went to Bergen by train and saw the fish market.
2023-03-12 Maria adopted a cat called Coco, adopting was her dream.
2023-03-26 Maria adopted a puppy called Shadow, adopting again.
2022-09-01 We moved to the flat in Oslo.
1990-08-14 I was born in Trondheim.
1998-02-20 My brother Jonas was born.
2018-08    I started working at NovaTech as a tester.
2023-01-27 I started reading 'Before and After' by Rosellen Brown.
2023-02-10 I finished reading 'Before and After', what a book.
2023-03-01 I started listening to 'The Power'.
2023-03-08 I finished listening to 'The Power'.
2023-05-12 I bought the washing machine online.
2023-05-22 The washing machine arrived at last.
2023-03-02 I planted the tomatoes on the balcony.
2023-03-15 I planted the marigolds on the balcony.
2021-06-10 Emma graduated in law.
2022-06-09 Rachel graduated in medicine.
2023-05-25 Alex graduated at last.
2023-01-05 I became a member of the chess club.
2022-11-10 I visited the dentist about a filling.
2023-05-20 I visited the dentist about a crown.
2023-07-15 Wedding of Jonas in the old church.
2015       I met Anna.
2023-04-22 I participated in the charity gala in the town hall.
2023-04-08 I participated in the charity bake sale at school.
2019-06-01 I got married to Tom.
2023-05-28 I used the bus to get home.
2023-05-30 I used the tram to get home.
2023-05-26 My sister visited us with the kids.
2023-02-04 I visited the Fram Museum.
2023-02-18 I visited the Munch Museum.
2023-03-04 I visited the Viking Museum.
2023-04    The roof was repaired after the storm.
2023-05-10 I fixed the fence, fixing took all day.
2023-05-14 I trimmed the hooves of the goats, trimming is hard.
2023-05-25 I booked the cabin for the summer.
2023-05-31 I painted the kitchen yellow.
2021-03-01 We got our dog Biscuit.
2023-05-07 I watered nothing and sat in the sun on 😀 Sunday.
2017-09-01 My daughter Ida started school.
2011-03-04 My daughter Ida was born.
2022-12-24 I burned the goose, Christmas dinner was ruined.
"""


def row(number, line):
    day, text = line[:10].strip(), line[11:]
    parts = [int(p) for p in day.split("-")]
    start = date(*parts, *(1,) * (3 - len(parts)))
    end = {3: start + timedelta(days=1), 2: (start + timedelta(days=31)).replace(day=1),
           1: date(start.year + 1, 1, 1)}[len(parts)]
    memory = Memory(number, Kind.PASSAGE, text, number, (0, len(text)), "chat", "chat", "Me", Origin.OWNER, None, NOW)
    return Dated(memory, (0, len(text)), start, end, 0.0, len(parts) == 3)


EVENTS = [row(n, line) for n, line in enumerate(TABLE.strip().splitlines())]
SMALL = frozenset(re.findall(r"\w+", "the a an my our of to in at on with for and i we was were by us it is that"))


def words(text):
    return {word for word in re.findall(r"\w+", text.lower()) if word not in SMALL}


def look(description):
    """Where an event is told: by the part of its description's words that stand there."""
    asked = words(description)
    scored = [replace(e, score=8 * len(asked & words(e.memory.text)) / max(len(asked), 1) - 5) for e in EVENTS]
    return sorted(scored, key=lambda e: -e.score)[:5]


def told(question):
    found = computed(question, look, NOW)
    return None if found is None else found.text


BETWEEN = [
    ("How many days passed between the Maundy Thursday service and the charity bake sale?", "2 days"),
    ("How many days had passed between the Maundy Thursday service and the charity gala?", "16 days"),
    ("how many days were there between the charity bake sale and the charity gala", "14 days"),
    ("How many weeks are there between the charity gala and the charity bake sale?", "2 weeks"),
    ("How many weeks passed between Maria adopting Coco and Shadow?", "2 weeks"),
    ("How many days passed between the day I bought the washing machine and the day the washing machine arrived?",
     "10 days"),
    ("How long was it between the day I planted the tomatoes and the day I planted the marigolds?", "13 days"),
    ("What is the number of days between my visit to the Fram Museum and the Munch Museum?", "14 days"),
    ("How far apart were the charity bake sale and the charity gala?", "2 weeks"),
    ("How many days had passed since I started reading 'Before and After' when I finished reading 'Before and After'?",
     "14 days"),
    ("How many days had passed since I bought the washing machine when it arrived?", "10 days"),
    ("How many days had passed since I planted the tomatoes when I planted the marigolds?", "13 days"),
    ("How many months had passed since we moved to Oslo by the time I became a member of the chess club?", "4 months"),
    ("HOW MANY DAYS HAD PASSED SINCE I PLANTED THE TOMATOES WHEN I PLANTED THE MARIGOLDS", "13 days"),
    ("Can you tell me how many days before the charity gala I attended the Maundy Thursday service?", "16 days"),
    ("How many days before the charity gala did I attend the Maundy Thursday service?", "16 days"),
    ("How many days before I went to Bergen did I participate in the charity gala?", "11 days"),
    ("How many weeks after the charity bake sale did we participate in the charity gala?", "2 weeks"),
    ("How many days after I bought the washing machine did the washing machine arrive?", "10 days"),
    ("How long after Maria adopted Coco did Maria adopt Shadow?", "2 weeks"),
    ("How long after Maria adopted Coco did she adopt Shadow?", "2 weeks"),
    ("Do you remember how long before the charity gala did I participate in the charity bake sale?", "2 weeks"),
    ("How many days did it take for the washing machine to arrive after I bought it?", "10 days"),
    ("How long did it take the washing machine to arrive after I bought it?", "10 days"),
    ("How long did it take me from starting reading 'Before and After' to finishing 'Before and After'?", None),
    ("How long did it take from the charity bake sale to the charity gala?", "2 weeks"),
    ("How many days ago did I plant the tomatoes when I planted the marigolds?", "13 days"),
    ("How long did it take me to read 'Before and After'?", "2 weeks"),
    ("How many days did it take me to read 'Before and After'?", "14 days"),
    ("How many weeks in total did I spend reading 'Before and After' and listening to 'The Power'?", "3 weeks"),
    ("How many days did I spend on reading 'Before and After' and listening to 'The Power' combined?", "21 days"),
]
SINCE = [
    ("How long ago did I buy the guitar amp?", "2 weeks ago"),
    ("How many days ago did I buy the guitar amp?", "15 days ago"),
    ("how many weeks ago did i go to bergen", "4 weeks ago"),
    ("How many months ago did we move to Oslo?", "9 months ago"),
    ("How long ago did my sister visit us?", "6 days ago"),
    ("How long ago was the charity gala?", "6 weeks ago"),
    ("How long ago did Maria adopt Coco?", "3 months ago"),
    ("Do you remember how long ago I bought the guitar amp?", "2 weeks ago"),
    ("How many years ago did I get married to Tom?", "4 years ago"),
    ("How long ago did I meet Anna?", "about 8 years ago"),
    ("How long ago was the roof repaired?", "about 7 weeks ago"),
    ("How long ago did I last visit the dentist?", "12 days ago"),
    ("How many days has it been since I last visited the dentist?", "12 days"),
    ("How many days has it been since I first visited the dentist?", "203 days"),
    ("How long has it been since the last time I visited the dentist?", "12 days"),
    ("How long has it been since I planted the tomatoes?", "3 months"),
    ("How many days have passed since I booked the cabin?", "7 days"),
    ("How many days passed since I painted the kitchen?", "1 day"),
    ("How long has it been since Maria adopted Shadow?", "2 months"),
    ("Hey, could you tell me how many weeks it has been since we went to Bergen?", "4 weeks"),
    ("How long's it been since I painted the kitchen?", "1 day"),
    ("how long is it since I painted the kitchen", "1 day"),
    ("How long have I been taking guitar lessons?", "6 weeks"),
    ("How many weeks have I been taking guitar lessons?", "6 weeks"),
    ("How long have I been a member of the chess club?", "5 months"),
    ("How long have I been married to Tom?", "4 years"),
    ("How long have we lived in the flat in Oslo?", "9 months"),
    ("How long have we had our dog Biscuit?", "2 years and 3 months"),
    ("How long have I been working at NovaTech?", "about 4 years and 9 months"),
    ("How long have I known Anna?", "about 8 years"),
    ("How long had I been taking guitar lessons when I bought the guitar amp?", "4 weeks"),
    ("How many weeks had I been taking guitar lessons when I bought the guitar amp?", "4 weeks"),
    ("How many days had I been a member of the chess club when I visited the Fram Museum?", "30 days"),
    ("How long had we lived in the flat in Oslo before Maria adopted Coco?", "6 months"),
    ("How long had we had our dog Biscuit when we moved to the flat in Oslo?", "18 months"),
    ("How many days are there until the wedding of Jonas?", "44 days"),
    ("How many weeks until the wedding of Jonas?", "6 weeks"),
    ("How old was I when I got married to Tom?", "28"),
    ("How old was I when we moved to the flat in Oslo?", "32"),
    ("At what age did I get married to Tom?", "28"),
    ("Can you remind me how old I was when I got married to Tom?", "28"),
    ("How old was my brother Jonas when I got married to Tom?", "21"),
    ("How old was my daughter Ida when Ida started school?", "6"),
    ("What day of the week did I buy the guitar amp?", "Wednesday"),
    ("On which day of the week did Maria adopt Coco?", "Sunday"),
    ("Which weekday was the charity gala?", "Saturday"),
    ("What day of the week was the roof repaired?", None),
]
ORDER = [
    ("Which came first, the charity gala or the charity bake sale?", "the charity bake sale"),
    ("Which event did I participate in first, the charity gala or the charity bake sale?", "the charity bake sale"),
    ("Which event happened last: the charity gala or the charity bake sale", "the charity gala"),
    ("What happened earlier, the charity gala or the charity bake sale?", "the charity bake sale"),
    ("Which came first the charity gala or the charity bake sale", "the charity bake sale"),
    ("Which of the two events came later - the charity gala or the charity bake sale?", "the charity gala"),
    ("Which did I plant first, the tomatoes or the marigolds?", "the tomatoes"),
    ("Which plants did we plant last, the tomatoes or the marigolds?", "the marigolds"),
    ("Which task did I complete first, fixing the fence or trimming the goats' hooves?", "fixing the fence"),
    ("What did I do first, fixing the fence or trimming the goats' hooves?", "fixing the fence"),
    ("Which task did I complete first, fixing the fence or purchasing three cows from Peter?", None),
    ("Which mode of transport did I use most recently, the bus or the tram?", "the tram"),
    ("Which museum did I visit first, the Munch Museum, the Viking Museum or the Fram Museum?", "the Fram Museum"),
    ("Which museum did I visit last, the “Munch Museum”, or the “Fram Museum”?", 'the "Munch Museum"'),
    ("Who graduated first, Emma or Rachel?", "Emma"),
    ("Who graduated most recently, Emma, Rachel or Alex?", "Alex"),
    ("Did Emma or Rachel graduate first?", "Emma"),
    ("Which pet did Maria adopt first, Coco or Shadow?", "Coco"),
    ("Did the charity gala or the charity bake sale come first?", "the charity bake sale"),
    ("Did I visit the Fram Museum or the Viking Museum first?", "the Fram Museum"),
    ("Did I first visit the Viking Museum or the Fram Museum?", "the Fram Museum"),
    ("Did I plant the tomatoes or buy the guitar amp first?", "plant the tomatoes"),
    ("Between the charity gala and the charity bake sale, which did I participate in first?", "the charity bake sale"),
    ("Which did I finish first, reading 'Before and After' or listening to 'The Power'?", "reading 'Before and After'"),
    ("Who graduated first, second and third among Rachel, Alex and Emma?", "first Emma, then Rachel, then Alex"),
    ("What is the order of the three events: the charity gala, the charity bake sale, and the Maundy Thursday service?",
     "first the Maundy Thursday service, then the charity bake sale, then the charity gala"),
    ("In which order did I visit the Munch Museum, the Viking Museum and the Fram Museum?",
     "first the Fram Museum, then the Munch Museum, then the Viking Museum"),
    ("In what order did I visit the Munch Museum, the Viking Museum and the Fram Museum, from earliest to latest?",
     "first the Fram Museum, then the Munch Museum, then the Viking Museum"),
    ("In which order did I visit the Munch Museum and the Fram Museum (from latest to earliest)?",
     "last the Munch Museum, before that the Fram Museum"),
    ("Which three events happened in the order from first to last: the day I bought the guitar amp, the day I planted "
     "the tomatoes, and the day Maria adopted Coco?",
     "first the day I planted the tomatoes, then the day Maria adopted Coco, then the day I bought the guitar amp"),
    ("Put the charity gala, the Maundy Thursday service and the charity bake sale in chronological order",
     "first the Maundy Thursday service, then the charity bake sale, then the charity gala"),
    ("What's the chronological order of the charity gala, the Maundy Thursday service and the charity bake sale?",
     "first the Maundy Thursday service, then the charity bake sale, then the charity gala"),
    ("Did I buy the guitar amp before or after I booked the cabin?", "before"),
    ("Did Maria adopt Shadow before or after the charity gala?", "before"),
    ("Was the charity gala before or after the charity bake sale?", "after"),
    ("Did the charity gala happen before or after the Maundy Thursday service?", "after"),
    ("Did I buy the guitar amp before or after purchasing three cows?", None),
    ("Which came first, the roof repaired or the charity gala?", None),
    ("Which came first, the roof repaired or I bought the guitar amp?", "the roof repaired"),
]


@pytest.mark.parametrize(("question", "answer"), BETWEEN + SINCE + ORDER)
def test_counts(question, answer):
    assert needs_computing(question)
    assert told(question) == answer


@pytest.mark.parametrize("question", [
    "", "?", "   ", "How many days?", "How long?", "Which?", "What is my cat's name?",
    "How many days a week do I swim?", "How many weeks of vacation do I have left?",
    "How long does it take to get from the hotel to work?",
    "How long did it take me to get to work?", "How long is the movie?", "How long before the party should I arrive?",
    "What did I eat last night, pizza or pasta?", "How many charity events did I participate in before the gala?",
    "What is the order of the concerts and musical events I attended this year, starting from the earliest?",
    "In which order did I visit the museums?", "Who was the first to arrive?", "When did I go to Bergen?",
    "How many hours passed between lunch and dinner?", "How old is Maria?", "Do I prefer tea or coffee?",
    "What was the name of my first boss?", "Wie lange ist es her, dass ich Maria traf?",
    "何日前にアンプを買いましたか？", "😀" * 40, "how many days " + "passed " * 140,
    "how many days passed " + "since " * 400, "'" * 999, "(" * 500])
def test_asks_for_nothing_to_be_counted(question):
    assert not needs_computing(question)
    assert computed(question, look, NOW) is None


@pytest.mark.parametrize(("question", "descriptions"), [
    ("How many days passed since I attended the Maundy Thursday service at the Episcopal Church?",
     ["attended the Maundy Thursday service at the Episcopal Church"]),
    ("How many days before the 'Rack Fest' did I participate in the 'Turbocharged' event?",
     ["participated in the 'Turbocharged' event", "the 'Rack Fest'"]),
    ("How long did it take from the day we ordered the sofa until it was delivered?",
     ["ordered the sofa", "the sofa was delivered"]),
    ("How long ago did we fly to Oslo?", ["flew to Oslo"]),
    ("How long ago did my best friend Anna move to Rome?", ["my best friend Anna moved to Rome"]),
    ("How many days passed between my visit to the Museum of Art and History and the concert?",
     ["my visit to the Museum of Art and History", "the concert"]),
    ("How many days passed between finishing 'War and Peace' and 'Before and After'?",
     ["finishing 'War and Peace'", "finishing 'Before and After'"]),
    ("How long had my father worked at the mill before he retired?",
     ["my father started working at the mill", "my father retired"]),
    ("How long have Maria and Tom been together?", ["Maria and Tom got together"]),
    ("When I bought the car, how long had I been saving?", ["started saving", "bought the car"]),
    ("How long had I been bird watching when I saw the owl?", ["started bird watching", "saw the owl"]),
    ("How long have I studied French?", ["started studying French"]),
    ("Which seeds were started first, the tomatoes or the marigolds?",
     ["the tomatoes were started", "the marigolds were started"]),
    ("Which trip did I take first, the one to Europe with family or the solo trip to Thailand?",
     ["took the trip to Europe with family", "took the solo trip to Thailand"]),
    ("Which of these did I do first: visit Rome, meet Ann, or buy a car?", ["visited Rome", "met Ann", "bought a car"]),
    ("Who did I meet first, Mark and Sarah or Tom?", ["met Mark and Sarah", "met Tom"]),
    ("Which happened first, the day we moved to Oslo, Norway, or the day I met Tom?",
     ["moved to Oslo, Norway", "met Tom"]),
    ("What was the order in which I read 'Dune', 'It' and 'Emma'?", ["read 'Dune'", "read 'It'", "read 'Emma'"]),
    ("How long after Ann Lee's car broke down did she call?", ["Ann Lee's car broke down", "Ann Lee called"]),
    ("How old was Maria when she graduated?",
     ["Maria graduated", "Maria was born", "Maria's birthday", "Maria turned"])])
def test_describes_events_as_they_are_told(question, descriptions):
    asked = []

    def noted(description):
        asked.append(description)
        return []

    assert computed(question, noted, NOW) is None
    assert asked == descriptions


def dated(number, day, score=3.0, *, span=(0, 10), days=1, exact=True, text="something happened"):
    start = date.fromisoformat(day)
    memory = Memory(number, Kind.PASSAGE, text, number, (0, len(text)), "chat", "chat", "Me", Origin.OWNER, None, NOW)
    return Dated(memory, span, start, start + timedelta(days=days), score, exact)


def answer(question, told):
    return computed(question, lambda description: told.get(description, []), NOW)


GAP = "How many days passed since I bought A when I sold B?"


def test_an_answer_says_what_it_was_counted_from():
    first, second = dated(1, "2023-05-03", 2.5), dated(2, "2023-05-17", 4.0)
    found = answer(GAP, {"bought A": [first], "sold B": [second]})
    assert (found.text, found.score, found.evidence) == ("14 days", 2.5, (first, second))
    assert found.how == "counted from 3 May 2023 to 17 May 2023"


def test_what_is_not_known_to_the_day_is_about_and_less_sure():
    told = {"bought A": [dated(1, "2023-03-01", days=31, exact=False)], "sold B": [dated(2, "2023-05-17")]}
    found = answer(GAP, told)
    assert found.text == "about 62 days"
    assert found.score < 3.0
    assert found.how == "counted from March 2023 to 17 May 2023"
    assert answer(GAP.replace("days", "weeks"), told).text == "about 9 weeks"


def test_what_is_too_vague_is_not_counted():
    told = {"bought A": [dated(1, "2023-05-01", days=31, exact=False)], "sold B": [dated(2, "2023-05-28")]}
    assert answer(GAP, told) is None
    assert answer("Which came first, A or B?", {"A": told["bought A"], "B": told["sold B"]}) is None


def test_a_year_gives_no_days():
    told = {"bought A": [dated(1, "2019-01-01", days=365, exact=False)], "sold B": [dated(2, "2023-06-30")]}
    assert answer(GAP, told).text == "about 48 months"
    assert answer(GAP.replace("days", "years"), told).text == "about 4 years"
    assert answer(GAP, told).how == "counted from 2019 to 30 June 2023"


@pytest.mark.parametrize("first", [[], [dated(1, "2023-05-03", -2.5)]])
def test_what_is_not_found_is_not_counted(first):
    assert answer(GAP, {"bought A": first, "sold B": [dated(2, "2023-05-17")]}) is None


def test_one_evidence_is_not_two_events():
    one = dated(1, "2023-05-03")
    assert answer(GAP, {"bought A": [one], "sold B": [one]}) is None
    assert answer(GAP, {"bought A": [one], "sold B": [replace(one, span=(5, 15), score=2.0)]}) is None
    assert answer("Which came first, A or B?", {"A": [one], "B": [one]}) is None


def test_one_memory_may_tell_two_events():
    told = {"bought A": [dated(1, "2023-05-03")], "sold B": [dated(1, "2023-05-17", span=(20, 30))]}
    assert answer(GAP, told).text == "14 days"


def test_evidence_belongs_to_the_event_it_fits_best():
    shared = dated(1, "2023-05-03", 4.0)
    told = {"bought A": [shared], "sold B": [replace(shared, score=2.0), dated(2, "2023-05-17", 1.5)]}
    assert answer(GAP, told).text == "14 days"


def test_dates_that_contradict_the_question_are_left():
    late, early = dated(1, "2023-05-20", 3.0), dated(2, "2023-05-17", 3.0)
    assert answer(GAP, {"bought A": [late], "sold B": [early]}) is None
    near = {"bought A": [late, dated(3, "2023-05-10", 2.5)], "sold B": [early]}
    assert answer(GAP, near).text == "7 days"
    far = {"bought A": [late, dated(3, "2023-05-10", 1.0)], "sold B": [early]}
    assert answer(GAP, far) is None


def test_between_counts_either_way():
    told = {"the fair": [dated(1, "2023-05-20")], "the ball": [dated(2, "2023-05-17")]}
    assert answer("How many days passed between the fair and the ball?", told).text == "3 days"


def test_a_long_event_is_counted_from_its_end_but_a_beginning_from_its_start():
    told = {"the trip": [dated(1, "2023-05-01", days=7)], "started saving": [dated(3, "2023-05-01", days=7)],
            "bought A": [dated(2, "2023-05-17")]}
    assert answer("How many days after the trip did I buy A?", told).text == "10 days"
    assert answer("How many days had I been saving when I bought A?", told).text == "16 days"


def test_first_is_the_earliest_and_last_the_latest_of_what_is_near():
    told = {"visited Rome": [dated(1, "2023-05-10", 3.0), dated(2, "2023-01-10", 2.5), dated(3, "2020-01-01", 1.0)],
            "visited Bonn": [dated(4, "2023-03-10", 3.0)]}
    assert answer("Which city did I visit first, Rome or Bonn?", told).text == "Rome"
    assert answer("Which city did I visit last, Rome or Bonn?", told).text == "Rome"
    assert answer("How many days ago did I first visit Rome?", told).text == "142 days ago"
    assert answer("How many days ago did I last visit Rome?", told).text == "22 days ago"
    assert answer("How many days ago did I visit Rome?", told).text == "22 days ago"


def test_the_future_is_not_long_ago():
    told = {"bought A": [dated(1, "2023-07-01")]}
    assert answer("How long ago did I buy A?", told) is None
    assert answer("How many days until I bought A?", told).text == "30 days"
    assert answer("How long ago did I buy A?", {"bought A": [dated(1, "2023-06-01")]}).text == "today"


@pytest.mark.parametrize(("text", "age"), [
    ("I turned 30 today", "35"), ("my 30th birthday party", "35"), ("my birthday party", None), ("Ann turned 30", None),
    ("my sister's 30th birthday", None), ("I turned 999", None)])
def test_a_birthday_with_its_number_tells_the_birth(text, age):
    told = {"my birthday": [dated(1, "2018-03-03", text=text)], "married Tom": [dated(2, "2023-05-01")]}
    found = answer("How old was I when I married Tom?", told)
    assert (None if found is None else found.text) == age


def test_a_date_is_no_event():
    told = {"Christmas": [dated(1, "2022-12-25")], "bought A": [dated(2, "2023-01-04")]}
    assert answer("How many days after Christmas did I buy A?", told) is None


@pytest.mark.parametrize(("day", "said"), [
    ("2023-05-19", "13 days ago"), ("2023-05-18", "2 weeks ago"), ("2023-04-01", "2 months ago"),
    ("2023-04-06", "8 weeks ago"), ("2021-07-01", "23 months ago"), ("2021-06-01", "2 years ago"),
    ("2018-09-01", "4 years and 9 months ago"), ("2023-05-31", "1 day ago"), ("2021-06-10", "2 years ago"),
    ("0001-01-01", "2022 years and 5 months ago")])
def test_how_long_without_a_unit_takes_the_natural_one(day, said):
    assert answer("How long ago did I buy A?", {"bought A": [dated(1, day)]}).text == said


def test_a_unit_that_would_give_nought_gives_way():
    told = {"bought A": [dated(1, "2023-05-30")]}
    assert answer("How many weeks ago did I buy A?", told).text == "2 days ago"
