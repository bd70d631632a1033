"""Words too common to search for, by language: English, German, French, Spanish, Norwegian, Italian, Dutch."""

from collections.abc import Mapping, Sequence

STOP_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split()) for language, words in {
        "en": """a about after again all also am an and any are as at be because been before being both but by can
            could d did do does doing don down during each ever few for from further had has have having he her
            here hers herself him himself his how i if in into is it its itself just ll m may me might more most
            must my myself no nor not now of off on once only or other our ours ourselves out over own re s same
            shall she should so some such t than that the their theirs them themselves then there these they this
            those through to too up ve very was we were what when where which while who whom whose why will with
            would you your yours yourself yourselves""",
        "de": """aber als am an auch auf aus bei bin bis bist da damit dann das dass dein deine dem den der des die
            dies diese dieser dieses doch dort du durch ein eine einem einen einer eines er es euch euer für habe
            haben hast hat hatte hatten ich ihm ihn ihnen ihr ihre im in ins ist ja jede jeder kann kein keine mein
            meine meinem meinen meiner mich mir mit nach nicht noch nun nur ob oder ohne sehr sein seine seinen sich
            sie sind so soll über um und uns unser unter vom von vor wann war waren warum was welche welcher welches
            wem wen wenn wer werden wie wieder wir wird wo woher wohin zu zum zur""",
        "fr": """ai as au aux avait avec avez avons c ce ces cet cette combien comment d dans de des du elle elles en
            es est et eu eux il ils j je l la le les leur leurs lui m ma mais me mes moi mon n ne nos notre nous on
            ont ou où par pas pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa se ses si son sont
            suis sur t ta te tes toi ton tu un une vos votre vous y à était été être""",
        "es": """a al como con cual cuando cuál cuándo cuánto cómo de del desde donde dónde e el ella ellas ellos en
            era eran es esa ese eso esta estaba este esto está están fue fueron ha haber han has hasta hay he la las
            le les lo los me mi mis muy más ni no nos nosotros o os para pero por porque que qué quien quién se ser
            si sido sin sobre son soy su sus sí también te tengo ti tiene tu tus tú un una unas uno unos y ya yo él""",
        "no": """at av da de deg dem den denne der dere deres det dette din disse du eller en er et etter for fra før
            ha hadde han hans har hennes her hun hva hvem hvilken hvilket hvor hvordan hvorfor i ikke ja jeg kan kunne
            man med meg men min mine mitt mot mye må ned noe noen når og også om opp oss over på sa seg sin skal
            skulle som så til ut var ved vi vil ville vår være vært å""",
        "it": """a ad agli ai al alla alle anche che chi ci come con cosa da dal dalla dei del della delle di dove e è
            era erano fu gli ha hai hanno ho i il in io la le lei lo loro ma mi mia mie miei mio ne nei nel nella non
            noi o per perché più qual quale quali quando quanto quella quello questa questo se si sono sta su sua sul
            suo ti tra tu tuo un una uno vi voi""",
        "nl": """aan als bij dan dat de deze die dit door een en er had hadden heb hebben heeft hem het hij hoe hun ik
            in is je jij kan me met mij mijn na naar niet nog nu of om onder ons onze ook op over te toen tot u uit
            van veel voor waar waarom wanneer waren was wat we welke werd wie wij worden wordt ze zich zij zijn zo
            zou""",
    }.items()
}

_FIRST_PERSON_WORDS = """i me my mine myself ich mich mir mein meine meinen meinem meiner je moi mon ma mes yo mi mis
    jeg meg min mitt mine io mio mia ik mij mijn"""
_SECOND_PERSON_WORDS = """you your yours yourself du dich dir dein deine deinen tu toi ton ta tes vous votre tú tus ti
    usted deg din ditt dine tuo tua je jij jou jouw"""
FIRST_PERSON = frozenset(_FIRST_PERSON_WORDS.split())
SECOND_PERSON = frozenset(_SECOND_PERSON_WORDS.split())


def meaningful(words: Sequence[str]) -> list[str]:
    """`words` (lower case) without the stop-words of the language most of them speak for; all, if none remains.

    One language at a time: the German stop-words `war`, `hat` and `die` carry meaning in an English question.
    """
    best = max(STOP_WORDS, key=lambda language: sum(word in STOP_WORDS[language] for word in words))
    return [word for word in words if word not in STOP_WORDS[best]] or list(words)
