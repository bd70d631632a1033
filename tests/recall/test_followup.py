"""Follow-ups completed by rule, and questions that stand alone left as they are."""

from datetime import UTC, datetime

import pytest

from mneme.recall.understanding.followup import completed
from mneme.types import Moment

NOW = Moment(datetime(2023, 7, 12, 15, 0, tzinfo=UTC), 0, "minute")
# the question before, its answer, the follow-up, and what is meant
FOLLOW = [
    ("Where does Maria work?", "at Equinor", "And Tom?", "Where does Tom work?"),
    ("Where does Maria work?", "at Equinor", "What about her sister?", "Where does Maria's sister work?"),
    ("Where does Maria work?", None, "and her sister?", "Where does Maria's sister work?"),
    ("Where did I go in 2021?", "Rome", "And in 2022?", "Where did I go in 2022?"),
    ("Where did Tom go last summer?", "Rome", "Why?", "Why did Tom go to Rome last summer?"),
    ("What did Maria buy last week?", "a red Volvo", "When was that?", "When did Maria buy a red Volvo last week?"),
    ("What did Maria buy last week?", "a red Volvo", "How much did it cost?", "How much did the red Volvo cost?"),
    ("Where did Tom go in May 2022?", "Rome", "Who did he go with?", "Who did Tom go with?"),
    ("Where did Tom go in May 2022?", "Rome", "Where did he stay there?", "Where did Tom stay in Rome?"),
    ("Where did Tom live in 2019?", "Bergen", "And where did he work then?", "Where did Tom work in 2019?"),
    ("What did Maria say about the trip?", "It was fun.", "And Ann?", "What did Ann say about the trip?"),
    ("When did I buy the piano?", "3 May 2021", "How much did it cost?", "How much did the piano cost?"),
    ("When did I buy the piano?", "3 May 2021", "And the guitar?", "When did I buy the guitar?"),
    ("What is the name of Maria's dog?", "Rex", "And her cat?", "What is the name of Maria's cat?"),
    ("What is Tom's favourite colour?", "blue", "And mine?", "What is my favourite colour?"),
    ("What is Tom's favourite colour?", "blue", "And Ann's?", "What is Ann's favourite colour?"),
    ("Where do I live?", "Oslo", "And Tom?", "Where does Tom live?"),
    ("Where do I live?", "Oslo", "And in 2020?", "Where did I live in 2020?"),
    ("Where do I live?", "Oslo", "And before that?", "Where did I live before Oslo?"),
    ("Where did I live in 2020?", "Bergen", "And now?", "Where do I live now?"),
    ("What did I eat for dinner yesterday?", "soup",
     "And for breakfast?", "What did I eat for breakfast yesterday?"),
    ("What did I do in Rome?", "swim", "And in Milan?", "What did I do in Milan?"),
    ("Who baked the cake?", "Tom", "When?", "When was it that Tom baked the cake?"),
    ("Who baked the cake?", "Tom", "Where does he live?", "Where does Tom live?"),
    ("Did Maria go to Rome?", "yes", "And did Tom?", "Did Tom go to Rome?"),
    ("Did Maria go to Rome?", "yes", "When?", "When did Maria go to Rome?"),
    ("Did Maria go to Rome?", "yes", "Who with?", "Who did Maria go to Rome with?"),
    ("Did Maria go to Rome?", "yes", "With whom?", "Who did Maria go to Rome with?"),
    ("What was the name of my first car?", "Betty", "And the second one?", "What was the name of my second car?"),
    ("When did Tom meet Ann?", "in 2019", "Where did she live then?", "Where did Ann live in 2019?"),
    ("When did Tom meet Ann?", "in 2019", "What did he do that year?", "What did Tom do in 2019?"),
    ("What is my sister's phone number?", "123", "And my brother's?", "What is my brother's phone number?"),
    ("Where does my sister work?", "the bank", "What does she earn?", "What does my sister earn?"),
    ("How old is Ann?", "31", "And Tom?", "How old is Tom?"),
    ("How many books did I read in 2021?", "12", "What about 2022?", "How many books did I read in 2022?"),
    ("How many books did I read in 2021?", "12",
     "and the year before?", "How many books did I read in the year before 2021?"),
    ("What did the doctor say in March?", "rest", "And in April?", "What did the doctor say in April?"),
    ("What did I do on Monday?", "swim", "And on Tuesday?", "What did I do on Tuesday?"),
    ("What did I do on Monday?", "swim", "Tuesday?", "What did I do on Tuesday?"),
    ("What does Tom like?", "tea", "And me?", "What do I like?"),
    ("When did Maria move to Milan?", "2020", "Where did she move from?", "Where did Maria move from?"),
    ("Where is my passport?", "in the drawer",
     "Why did I put it there?", "Why did I put my passport in the drawer?"),
    ("Did I read \"Dune\"?", "yes", "When did I read it?", "When did I read \"Dune\"?"),
    ("Who gave me the watch?", "my father",
     "When did he give it to me?", "When did my father give the watch to me?"),
    ("Where did my parents meet?", "Paris", "When did they marry?", "When did my parents marry?"),
    ("Where did Tom and Ann meet?", "Paris", "When did they marry?", "When did Tom and Ann marry?"),
    ("Which car did I sell?", "the old Saab", "Who bought it?", "Who bought the old Saab?"),
    ("What did Tom say?", "no", "How about Ann?", "What did Ann say?"),
    ("When is Tom's birthday?", "3 May", "And Ann's?", "When is Ann's birthday?"),
    ("When is Tom's birthday?", "3 May", "How old is he?", "How old is Tom?"),
    ("What did Maria cook on 5 May?", "pasta", "And on 6 May?", "What did Maria cook on 6 May?"),
    ("Where did we go the day after?", "Rome", "How long did we stay there?", "How long did we stay in Rome?"),
    ("Who called yesterday?", "Ann", "What did she want?", "What did Ann want?"),
    ("Who called yesterday?", "Ann", "And today?", "Who called today?"),
    ("What is my wife's shoe size?", "38", "And her dress size?", "What is my wife's dress size?"),
    ("How did Tom break his leg?", "skiing", "When was that?", "When did Tom break his leg?"),
    ("When was the concert?", "in May", "Where was it?", "Where was the concert?"),
    ("When was the concert?", "in May", "Where was that?", "Where was the concert?"),
    ("Where did Ann study?", "Oslo", "What did she study there?", "What did Ann study in Oslo?"),
    ("Where did Ann study?", "Oslo", "And before?", "Where did Ann study before Oslo?"),
    ("Which restaurant did we go to in May?", "Da Mario", "What did I eat there?", "What did I eat at Da Mario?"),
    ("What hobbies does Ann have?", "golf", "What about Ben?", "What hobbies does Ben have?"),
    ("How often do I swim?", "weekly", "And Tom?", "How often does Tom swim?"),
    ("What was my weight in January?", "80 kg", "And in February?", "What was my weight in February?"),
    ("What was my weight in January?", "80 kg", "Now?", "What is my weight now?"),
    ("Why did Tom quit?", "stress", "When?", "When did Tom quit?"),
    ("What time does the train leave?", "9", "And the bus?", "What time does the bus leave?"),
    ("Where did Maria go in June?", "Rome", "How long was she there?", "How long was Maria in Rome?"),
    ("Is Maria married?", "yes", "Who to?", "Who is Maria married to?"),
    ("What did I promise Tom?", "a book", "Did I give it to him?", "Did I give the book to Tom?"),
    ("What did I buy for Ann's birthday?", "a scarf", "And for Tom's?", "What did I buy for Tom's birthday?"),
    ("What did I buy for Ann's birthday?", "a scarf", "And for Christmas?", "What did I buy for Christmas?"),
    ("What did I buy for Ann's birthday?", "a scarf", "Where did I buy it?", "Where did I buy the scarf?"),
    ("Whom did I meet in Rome?", "Carla", "What's her job?", "What's Carla's job?"),
    ("What is the alarm code?", "4711", "And the wifi password?", "What is the wifi password?"),
    ("What is the alarm code of the cabin?", "4711", "And of the garage?", "What is the alarm code of the garage?"),
    ("Did I lend Tom the drill?", "yes", "Did he give it back?", "Did Tom give the drill back?"),
    ("Do I have a dentist appointment next week?", "yes",
     "When is it?", "When do I have a dentist appointment next week?"),
    ("What did we do on the first day in Rome?", "museum",
     "And on the second day?", "What did we do on the second day in Rome?"),
    ("What did we do on the first day in Rome?", "museum",
     "And the second?", "What did we do on the second day in Rome?"),
    ("Has Tom ever been to Japan?", "Yes, in 2018", "And Ann?", "Has Ann ever been to Japan?"),
    ("Has Tom ever been to Japan?", "Yes", "And China?", "Has Tom ever been to China?"),
    ("Has Tom ever been to Japan?", "Yes", "And to China?", "Has Tom ever been to China?"),
    ("Has Tom ever been to Japan?", "Yes", "Why?", "Why has Tom been to Japan?"),
    ("How did Tom and Ann meet?", "at work", "When?", "When did Tom and Ann meet?"),
    ("What books has Ann read?", "Dune", "And Ben?", "What books has Ben read?"),
    ("Is Ann vegan?", "yes", "Since when?", "Since when is Ann vegan?"),
    ("Is Ann vegan?", "yes", "Why?", "Why is Ann vegan?"),
    ("Is Ann vegan?", "yes", "Is her brother too?", "Is Ann's brother vegan?"),
    ("Where is Ann from?", "Oslo", "And her husband?", "Where is Ann's husband from?"),
    ("What do I owe Ann?", "50", "And Ben?", "What do I owe Ben?"),
    ("Why did I move?", "job", "Where to?", "Where did I move to?"),
    ("What film did we watch on Friday?", "Alien", "Did Ann like it?", "Did Ann like Alien?"),
    ("What film did we watch on Friday?", "Alien", "And on Saturday?", "What film did we watch on Saturday?"),
    ("Where did I put the red folder?", "in the attic", "And the blue one?", "Where did I put the blue folder?"),
    ("When did I start my job at Equinor?", "2019", "And at Statoil?", "When did I start my job at Statoil?"),
    ("What did the vet say about Rex?", "he is fine", "How old is he?", "How old is Rex?"),
    ("How long did the flight take?", "3 h", "And the train?", "How long did the train take?"),
    ("What did Maria tell Tom about the wedding?", "it is in May", "What did she wear?", "What did Maria wear?"),
    ("What did my mother cook?", "soup", "Does she still live in Oslo?", "Does my mother still live in Oslo?"),
    ("Where did Maria work in 2020?", "A", "And Tom in 2021?", "Where did Tom work in 2021?"),
    ("Where did we stay in Paris?", "Hotel Ritz", "How much did it cost?", "How much did Hotel Ritz cost?"),
    ("How much was the bike?", "300", "Where is it now?", "Where is the bike now?"),
    ("Who was at the party?", "Ann, Ben and Carl", "What did they bring?", "What did Ann, Ben and Carl bring?"),
    ("Remind me where Tom lives", "Oslo", "And Ann?", "Remind me where Ann lives?"),
    ("Can you tell me where Tom lives?", "Oslo", "And Ann?", "Can you tell me where Ann lives?"),
    ("What did Tom say last week?", "x", "And the week before?", "What did Tom say the week before last week?"),
    ("What did you recommend for Rome?", "x", "And for Milan?", "What did you recommend for Milan?"),
]
WHOLE = [
    ("What did I order at the cafe?", "a latte", "What time was it?"),
    ("Where did I park?", "P2", "Was it raining?"),
    ("Where does Maria work?", "Equinor", "And where does Tom live?"),
    ("Where does Maria work?", "Equinor", "What did Ann say about her job?"),
    ("Where does Maria work?", "Equinor", "When did my sister get her car?"),
    ("Where does Maria work?", "Equinor", "Who is Tom?"),
    ("Wo wohnt Maria?", "Bergen", "Und Tom?"),
    ("Where does Maria work?", "Equinor", "y Tom?"),
    ("Where does Maria work?", "Equinor", "Und ihre Schwester?"),
    ("Where does Maria work?", "Equinor", "Thanks!"),
    ("Where does Maria work?", "Equinor", "Tell me about Tom"),
    ("Where did I put the keys?", "in the box", "How many keys are there?"),
    ("Where did Tom go in May 2022?", "Rome", "And who paid for it?"),
    ("Where did Maria go?", "Rome", "What did Tom do while she was there?"),
    ("Who painted it?", None, "and why?"),
    ("I like tea.", None, "And Tom?"),
    ("What happened in May?", "x", "What happened next?"),
    ("What happened in May?", "x", "And then?"),
    ("Where does Ann work?", "at the bank", "What books has Ben read?"),
    ("Where does Ann work?", "at the bank", "And how many cousins do I have?"),
    ("Where does Ann work?", "at the bank", "It was fun."),
    ("Where does Ann work?", "at the bank", "Where did I leave it, the red folder?"),
    ("Where does Ann work?", "at the bank", "How is it going?"),
    ("Where does Ann work?", "at the bank", "What time is it?"),
    ("Where does Ann work?", "at the bank", "Is there a cinema in Oslo?"),
    ("Where does Ann work?", "at the bank", "So what did the doctor say when she called?"),
    ("Where does Ann work?", "at the bank", "What did my brother do on his birthday?"),
    ("Where does Ann work?", "at the bank", "Who said that?"),
    ("Where does Ann work?", "at the bank", "🙂"),
    ("Where does Ann work?", "at the bank", "?"),
    ("Where does Ann work?", "at the bank", ""),
    ("Where does Ann work?", "at the bank", "what is the name of the cat that Ben lost"),
]


@pytest.mark.parametrize(("question", "answer", "followup", "meant"), FOLLOW)
def test_a_followup_becomes_a_whole_question(question: str, answer: str | None, followup: str, meant: str) -> None:
    assert completed(followup, [(question, answer)], NOW) == meant


@pytest.mark.parametrize(("question", "answer", "whole"), WHOLE)
def test_what_stands_alone_or_cannot_be_completed_is_left(question: str, answer: str | None, whole: str) -> None:
    assert completed(whole, [(question, answer)], NOW) == whole


@pytest.mark.parametrize("text", ["And Tom?", "When was that?", "Where did she go?", ""])
def test_without_a_conversation_nothing_is_changed(text: str) -> None:
    assert completed(text, [], NOW) == text


def test_the_tables_are_long_enough() -> None:
    assert len(FOLLOW) >= 60
    assert len(WHOLE) >= 20


CAR = [("When did Maria buy the car?", "in 2020"), ("What colour was it?", "red"),
       ("And where did she buy it?", "Oslo")]


@pytest.mark.parametrize(("followup", "meant"), [
    ("When did she sell it?", "When did Maria sell the car?"), ("And Tom?", "Where did Tom buy the car?"),
    ("Who did she go there with?", "Who did Maria go to Oslo with?")])
def test_followups_follow_followups(followup: str, meant: str) -> None:
    assert completed(followup, CAR, NOW) == meant


def test_what_was_asked_long_ago_is_no_longer_meant() -> None:
    between: list[tuple[str, str | None]] = [("What is the alarm code?", "4711")] * 8
    assert completed("Where does she live?", [("When did Maria call?", None), *between], NOW) == "Where does she live?"


def test_a_question_in_between_in_another_language_ends_what_was_spoken_of() -> None:
    before = [("Where does Maria work?", "Equinor"), ("Wo wohnt der Zahnarzt?", None)]
    assert completed("And Tom?", before, NOW) == "And Tom?"
