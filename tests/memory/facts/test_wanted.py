"""Which fact a question asks for; and that what is no clear question for a fact asks for none."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.memory.facts.relations import RELATIONS
from mneme.memory.facts.wanted import FactQuery, asked_facts
from mneme.recall.understanding.question import understood
from mneme.types import Moment

NOW = Moment(datetime(2025, 6, 15, 12, tzinfo=UTC), 0, "minute")


def asked(text: str) -> FactQuery | None:
    question = understood(text, NOW)
    return asked_facts(question.text, names=question.names, of_owner=question.of_owner)


# question | subject | relations | topic | wants | object
ROWS = """
Where do I work? | me | works_at | | object |
Where do I work now? | me | works_at | | object |
where do i work these days | me | works_at | | object |
Where am I working at the moment? | me | works_at | | object |
Where did I work before? | me | works_at | | object |
Where did I work in March 2024? | me | works_at | | object |
Where did I work as of 1 April 2024? | me | works_at | | object |
Where did I use to work? | me | works_at | | object |
Where did I work last year? | me | works_at | | object |
Who do I work for? | me | works_at | | object |
What company do I work for? | me | works_at | | object |
For which company does Anna work? | Anna | works_at | | object |
Which firm is Leo working for? | Leo | works_at | | object |
Who is my employer? | me | works_at | | object |
Who was my previous employer? | me | works_at | | object |
Can you remind me where I work? | me | works_at | | object |
Do you know where Anna works? | Anna | works_at | | object |
Hey Mneme, where does my sister work? | my sister | works_at | | object |
Where does Anna's brother work? | Anna's brother | works_at | | object |
What do I do for a living? | me | works_as | | object |
What is my job? | me | works_as | | object |
What was my first job? | me | works_as | | object |
What's Tom's job title? | Tom | works_as | | object |
What does Maria do for work? | Maria | works_as | | object |
Where do I live? | me | lives_in | | object |
Where does Leo live? | Leo | lives_in | | object |
where does leo live | leo | lives_in | | object |
Where is Anna living now? | Anna | lives_in | | object |
In which city do I live? | me | lives_in | | object |
What town does Anna Berg live in? | Anna Berg | lives_in | | object |
Where was I living back in 2019? | me | lives_in | | object |
Where did Anna live on 3 May 2023? | Anna | lives_in | | object |
Where do we live? | me | lives_in | | object |
Remind me where Leo lives. | Leo | lives_in | | object |
I forgot where my brother lives | my brother | lives_in | | object |
Where does mum live? | my mother | lives_in | | object |
Where does my sister Eva live? | Eva | lives_in | | object |
In May 2022, where did I live? | me | lives_in | | object |
What is my address? | me | address | | object |
What's Anna's address? | Anna | address | | object |
What was my old address? | me | address | | object |
What is the address of Leo? | Leo | address | | object |
Where do I study? | me | studies_at | | object |
Which university does Anna go to? | Anna | studies_at | | object |
Where does Leo go to school? | Leo | studies_at | | object |
What do I study? | me | studies | | object |
What is Anna studying? | Anna | studies | | object |
What's my major? | me | studies | | object |
What's Anna's phone number? | Anna | phone | | object |
What is my phone number? | me | phone | | object |
whats my number | me | phone | | object |
What was my previous phone number? | me | phone | | object |
What's my sister's phone number? | my sister | phone | | object |
What is the phone number of Tom? | Tom | phone | | object |
Do you know what Anna's phone number is? | Anna | phone | | object |
What’s Anna’s mobile number? | Anna | phone | | object |
What is my email address? | me | email | | object |
What's Tom's e-mail? | Tom | email | | object |
When is Anna's birthday? | Anna | birthday | | object |
When's my birthday? | me | birthday | | object |
What is Leo's date of birth? | Leo | birthday | | object |
When was Anna born? | Anna | birthday | | object |
When is my sister's birthday? | my sister | birthday | | object |
What day is my mother's birthday? | my mother | birthday | | object |
Where was I born? | me | born_in | | object |
Where is Anna from? | Anna | from_place | | object |
Where do I come from? | me | from_place | | object |
When was the wedding supposed to be at first? | me | plan | wedding | time |
When is the review scheduled for? | me | plan | review | time |
What is my hobby? | me | hobby | | list |
What is my hometown? | me | from_place | | object |
Who is my boss? | me | boss | | object |
Who's my manager these days? | me | boss | | object |
Who was my last boss? | me | boss | | object |
What is my boss's name? | me | boss | | object |
Who is Anna's boss? | Anna | boss | | object |
Who is my husband? | me | married_to partner | | object |
What's my wife's name? | me | married_to partner | | object |
Who is Tom married to? | Tom | married_to | | object |
Who is Anna's boyfriend? | Anna | partner | | object |
What's my sister's name? | me | sibling | sister | object |
What is my sister called? | me | sibling | sister | object |
Who is my brother? | me | sibling | brother | object |
What's the name of my sister? | me | sibling | sister | object |
What is Anna's brother's name? | Anna | sibling | brother | object |
Who are my siblings? | me | sibling | | list |
What are my brothers' names? | me | sibling | brother | list |
What are the names of my children? | me | child | | list |
Who is my daughter? | me | child | daughter | object |
What is my mum's name? | me | parent | mother | object |
Who is Leo's father? | Leo | parent | father | object |
Who is my aunt? | me | relative | aunt | object |
Who are Anna's friends? | Anna | friend | | list |
Who is my dentist? | me | contact_for | dentist | object |
What's my doctor's name? | me | contact_for | doctor | object |
Who's my GP? | me | contact_for | doctor | object |
What is my dog's name? | me | pet | dog | object |
What's my cat called? | me | pet | cat | object |
What is the name of Anna's dog? | Anna | pet | dog | object |
What pets do I have? | me | pet | | list |
Which car do I drive? | me | drives | | object |
What car does Tom have? | Tom | drives | | object |
What kind of car do I drive? | me | drives | | object |
What is my favourite colour? | me | favourite | colour | object |
What's Anna's favorite food? | Anna | favourite | food | object |
Who is my favourite author? | me | favourite | author | object |
What was my favourite band back then? | me | favourite | band | object |
Which colour is my favourite? | me | favourite | colour | object |
What am I allergic to? | me | allergic_to | | list |
What allergies does Leo have? | Leo | allergic_to | | list |
What are my hobbies? | me | hobby | | list |
What languages do I speak? | me | speaks | | list |
Which languages does Anna speak? | Anna | speaks | | list |
What am I working on? | me | working_on | | list |
What projects is Anna working on? | Anna | working_on | | list |
Which clubs am I a member of? | me | member_of | | list |
What are my goals? | me | wants | | list |
Where is the spare key? | me | kept_at | spare key | object |
Where's my passport? | me | kept_at | passport | object |
Where do I keep the passports? | me | kept_at | passports | object |
Where did I put the spare key? | me | kept_at | spare key | object |
Where are the winter tyres kept? | me | kept_at | winter tyres | object |
Where is Anna's passport? | Anna | kept_at | passport | object |
What is the wifi password? | me | is | wifi password | object |
What's my blood type? | me | is | blood type | object |
What is Leo's shoe size? | Leo | is | shoe size | object |
When is my dentist appointment? | me | plan | dentist | time |
When's the dentist? | me | plan | dentist | time |
When is the review next week? | me | plan | review | time |
When was my dentist appointment? | me | plan | dentist | time |
What time is my haircut? | me | plan | haircut | time |
On what day is the team meeting? | me | plan | team | time |
When do I have my dentist appointment? | me | plan | dentist | time |
When am I seeing the dentist? | me | plan | dentist | time |
When is my next dentist appointment? | me | plan | dentist | time |
Do you remember when the review is? | me | plan | review | time |
When is Anna's recital? | Anna | plan | recital | time |
Am I still at Acme? | me | works_at studies_at | | yes_no | Acme
Do I still work at Acme? | me | works_at | | yes_no | Acme
Does Anna work for Initech? | Anna | works_at | | yes_no | Initech
Is Leo still in Oslo? | Leo | lives_in | | yes_no | Oslo
Do I live in New York? | me | lives_in | | yes_no | New York
do i live in new york | me | lives_in | | yes_no | new york
Who is my new boss? | me | boss | | object |
Do I live in Bergen? | me | lives_in | | yes_no | Bergen
Did Anna live in Rome? | Anna | lives_in | | yes_no | Rome
Do I like coffee? | me | likes dislikes | | yes_no | coffee
Do I still like coffee? | me | likes dislikes | | yes_no | coffee
Does Anna like jazz music? | Anna | likes dislikes | | yes_no | jazz music
Do I hate olives? | me | dislikes likes | | yes_no | olives
Does Leo speak Spanish? | Leo | speaks | | yes_no | Spanish
Can Anna play the violin? | Anna | plays | | yes_no | violin
Am I allergic to nuts? | me | allergic_to | | yes_no | nuts
Is Anna vegetarian? | Anna | diet | | yes_no | vegetarian
Do I drive a Volvo? | me | drives | | yes_no | Volvo
Do I have a dog? | me | owns pet drives | | yes_no | dog
Is Anna my boss? | me | boss | | yes_no | Anna
Is Tom Anna's brother? | Anna | sibling | brother | yes_no | Tom
Is Anna still married to Tom? | Anna | married_to | | yes_no | Tom
Is my number 555 0133? | me | phone | | yes_no | 555 0133
Is the pottery class still on? | me | plan | pottery class | yes_no |
Is my dentist appointment still happening? | me | plan | dentist | yes_no |
How many siblings do I have? | me | sibling | | count |
How many brothers does Anna have? | Anna | sibling | brother | count |
How many children do I have? | me | child | | count |
How many languages do I speak? | me | speaks | | count |
How many pets do I have? | me | pet | | count |
Who lives in Oslo? | | lives_in | | subject | Oslo
Who works at Acme? | | works_at | | subject | Acme
Who still works at Acme? | | works_at | | subject | Acme
Who speaks Spanish? | | speaks | | subject | Spanish
Who is allergic to nuts? | | allergic_to | | subject | nuts
Who likes sushi? | | likes | | subject | sushi
Whose number is 555 0199? | | phone | | subject | 555 0199
Do I drink coffee? | me | likes dislikes diet | | yes_no | coffee
Does Tom eat fish? | Tom | likes dislikes diet | | yes_no | fish
Is Kim vegetarian or vegan? | Kim | diet | | object |
Am I lactose intolerant? | me | diet | | yes_no | lactose intolerant
Who is vegan? | | diet | | subject | vegan
Which diet am I on? | me | diet | | object |
What is my extension? | me | is | extension | object |
What's my mobile? | me | phone | | object |
What's the name of my landlord? | me | contact_for | landlord | object |
What is the landlord's name? | me | contact_for | landlord | object |
Who is the dentist? | me | contact_for | dentist | object |
What is the plumber's number? | my plumber | phone | | object |
Which dentist do I go to? | me | contact_for | dentist | object |
Who is my brother married to? | my brother | married_to | | object |
Who is Anna dating? | Anna | partner married_to | | object |
Am I married? | me | status married_to partner | | yes_no | married
Is my sister engaged? | my sister | status married_to partner | | yes_no | engaged
Is my boss married or single? | my boss | status | | object |
Do I live in Oslo or Bergen? | me | lives_in | | object |
Is the review cancelled? | me | plan | review | time |
Has the dentist been moved? | me | plan | dentist | time |
What time does the review start? | me | plan | review | time |
For which day was the review planned at first? | me | plan | review | time |
When was the book club supposed to meet originally? | me | plan | book club | time |
When is book club? | me | plan | book club | time |
When is the parents' evening? | me | plan | parents evening | time |
When do I fly to Rome? | me | plan | rome | time |
When am I moving to Oslo? | me | lives_in | | time | Oslo
When do I start at Acme? | me | works_at | | time | Acme
How do I reach Tom? | Tom | phone email | | object |
How can I contact my landlord? | my landlord | phone email | | object |
Where can I find my passport? | me | kept_at | passport | object |
In which drawer is the passport? | me | kept_at | passport | object |
Which school does my son go to? | my son | studies_at | | object |
Where did I graduate from? | me | studies_at | | object |
Where does Anna's husband work? | Anna's husband | works_at | | object |
Where does my sister's husband work? | my sister's husband | works_at | | object |
Which restaurant do I work at? | me | works_at | | object |
Which company am I employed by? | me | works_at | | object |
Who employs Anna? | Anna | works_at | | object |
What kind of job do I have? | me | works_as | | object |
Who do I report to? | me | boss | | object |
How tall am I? | me | is | height | object |
What size shoes do I take? | me | is | shoe size | object |
Which blood type do I have? | me | is | blood type | object |
Which bank am I with? | me | is | bank | object |
What is our wifi called? | me | is | wifi | object |
Which colour do I like best? | me | favourite | colour | object |
What was my favorite color? | me | favourite | colour | object |
Where is my flat? | me | lives_in | | object |
Which street do I live on? | me | address | | object |
What does Anna hate? | Anna | dislikes | | list |
What can't I stand? | me | dislikes | | list |
What do I do in my spare time? | me | hobby | | list |
Am I in the choir? | me | member_of | | yes_no | the choir
Am I still in the garden club? | me | member_of | | yes_no | the garden club
Do I still have the boat? | me | owns pet drives | | yes_no | boat
Does Otto do pilates? | Otto | hobby plays likes | | yes_no | pilates
Whose dog is Pickles? | | pet | | subject | Pickles
Whose sister is Eva? | | sibling | sister | subject | Eva
I am filling in a form. What's my phone number? | me | phone | | object |
""".strip().splitlines()


@pytest.mark.parametrize("row", ROWS)
def test_the_fact_that_a_question_asks_for(row: str) -> None:
    question, subject, relations, topic, wants, thing = (cell.strip() for cell in row.split("|"))
    assert asked(question) == FactQuery(subject or None, tuple(relations.split()), topic or None, wants,
                                        thing or None)  # type: ignore[arg-type]
    assert set(relations.split()) <= set(RELATIONS)


OTHERS = """
What did Anna say about Oslo?
Why did I move?
What happened on 3 May?
Why do I work at Acme?
How do I get to work?
How long have I worked at Acme?
How old is Anna?
How far is it to Oslo?
How was the dentist?
Where did I meet Anna?
Where did we go last summer?
Where is Anna?
Where is Oslo?
Where is he?
Where does she live?
Where does he work?
Where do they live?
Where do people live in Norway?
Where did I buy the lamp?
Where did Anna and Tom get married?
Where should I live?
Where would I like to live?
Where does the money go?
Where did I work before I joined Acme?
Where did I live before we met?
Where is my sister?
When did I move to Oslo?
When did I start at Acme?
When did Anna call?
When did I last see the dentist?
When is it?
When will Anna be here?
When is Christmas?
When are we going?
When do I have to go?
When should I call the dentist?
Who is Anna?
Who is coming to the party?
Who said that?
Who called yesterday?
Who did I meet in Oslo?
Who won?
Who is he?
Who works there?
Who was at the dinner?
Who told me about Acme?
Who is the king of Norway?
What do I like to drink?
What do I like?
What does Anna think of Tom?
What did I do yesterday?
What did I eat for lunch?
What is the plan?
What is the meaning of life?
What is the weather like?
What is this?
What is it about?
What should I cook?
What would Anna like?
What did I decide about the flat?
What did the dentist say?
What did I write about my boss?
What is Anna doing?
What is Anna like?
What are my options?
What did I buy?
What is my boss angry about?
What is wrong with my car?
What happened to my car?
What has Anna told me about her job?
What is new?
What's up?
Which book did I read?
Which of them lives in Oslo?
Which is better, Oslo or Bergen?
Do I like coffee or tea?
Do I have to work tomorrow?
Do I have time?
Do you like coffee?
Did I call the dentist?
Did I tell Anna?
Did Anna like it?
Does it work?
Does anyone live in Oslo?
Is it raining?
Is Anna in Oslo?
Is Anna happy?
Is my boss angry?
Is the review on Friday?
Is the light on the desk?
Am I late?
Am I in trouble?
Can I work from home?
Can you help me?
Should I move to Oslo?
Would Anna like coffee?
How many people came?
How many times did I move?
How many books do I have?
How many hours do I work?
How much is the rent?
Tell me about Anna.
Summarise my week.
Oslo
I work at Acme.
My boss is Tom.
Is "Where do I work" a song?
Where do I work if I lose my job?
Do I not live in Oslo?
Doesn't Anna live in Oslo?
What do you recommend?
Where do you live?
What is your name?
What's his phone number?
What is her favourite colour?
What is the best restaurant in Oslo?
What is the capital of France?
Hello
?
""".strip().splitlines()


OTHERS += """
What did I drink yesterday?
What did I drink at the party?
What did Anna do for Christmas?
What music did I hear?
Which music festival did I go to?
Which team won?
How do I call a function in Python?
How do I reach my goals?
How do I get to Tom?
Where can I find a good dentist?
Who has the keys?
When did I fly to Rome?
When does the shop open?
When is a good time for a meeting?
Do I eat too much?
Do I drink enough water?
Do I do enough?
Did I stop by?
Is Tom off?
Is Anna in the kitchen?
What is the meaning of the code?
What do I do on Mondays?
What is the plan for the review?
Is it Anna or Tom?
""".strip().splitlines()


@pytest.mark.parametrize("question", OTHERS)
def test_what_is_no_clear_question_for_a_fact_asks_for_none(question: str) -> None:
    assert asked(question) is None


@pytest.mark.parametrize(("question", "relation", "before"), [
    ("Where did I work before Acme?", "works_at", "Acme"), ("Where did Anna live before Oslo?", "lives_in", "Oslo"),
    ("Which city did I live in before New York?", "lives_in", "New York"),
    ("Who was my boss before Tom?", "boss", "Tom")])
def test_another_object_may_tell_the_time(question: str, relation: str, before: str) -> None:
    query = asked(question)
    assert query is not None and (query.relations, query.wants, query.before) == ((relation,), "object", before)


WORK = ("work", "office", "business", "company", "job", "firm")


@pytest.mark.parametrize(("question", "query"), [
    ("Which instrument do I play?", FactQuery("me", ("plays",), None, "list", kind="instrument")),
    ("What sports does my brother do?", FactQuery("my brother", ("plays", "hobby", "likes"), None, "list",
                                                  kind="sport")),
    ("What sport can't I stand?", FactQuery("me", ("dislikes",), None, "list", kind="sport")),
    ("What kind of music do I like?", FactQuery("me", ("likes",), None, "list", kind="music")),
    ("What does Mei drink?", FactQuery("Mei", ("likes",), None, "list", kind="drink")),
    ("What is my work number?", FactQuery("me", ("is", "phone"), "work number", "object", said_with=WORK)),
    ("What is my private number?", FactQuery("me", ("phone",), None, "object", said_without=WORK)),
    ("What's my work email?", FactQuery("me", ("email",), None, "object", said_with=WORK)),
    ("Which choir do I sing in?", FactQuery("me", ("member_of",), None, "list", said_with=("choir",))),
    ("What was my role at the restaurant?", FactQuery("me", ("works_as",), None, "object",
                                                      said_with=("restaurant",))),
    ("What is the alarm code for the cottage?", FactQuery("me", ("is",), "alarm code", "object",
                                                          said_with=("cottage",))),
    ("Where did I move from?", FactQuery("me", ("lives_in",), None, "object", former=True)),
    ("Which company did I leave?", FactQuery("me", ("works_at",), None, "object", former=True))])
def test_what_else_must_be_told_is_asked_for(question: str, query: FactQuery) -> None:
    assert asked(question) == query


@pytest.mark.parametrize("question", ["Did I quit Acme?", "Have I left Acme?", "Did I stop working at Acme?"])
def test_whether_something_is_over_is_asked_of_the_owner_alone(question: str) -> None:
    query = asked(question)
    assert query is not None and (query.subject, query.wants, query.object, query.former) == ("me", "yes_no", "Acme",
                                                                                              True)
    assert asked(question.replace(" I ", " Anna ")) is None


def test_the_tables_are_long_enough_to_mean_something() -> None:
    assert len(set(ROWS)) == len(ROWS) >= 120
    assert len(set(OTHERS)) == len(OTHERS) >= 80


def test_the_owner_is_meant_only_where_the_first_person_is_the_owners() -> None:
    assert asked_facts("Where do I work?", names=(), of_owner=False) is None
    assert asked_facts("What is my phone number?", names=(), of_owner=False) is None


@given(st.text() | st.text(alphabet="what is my's where do i 🙂\ud800\u202e?.") | st.sampled_from(
    ["a" * 1_000_000, "'s " * 300, "what is " * 60, "where do " + "a " * 60, "who " + "'s" * 70, "\ud800" * 50]))
def test_any_text_is_understood_or_left_alone(text: str) -> None:
    asked_facts(text, names=("a",), of_owner=True)
