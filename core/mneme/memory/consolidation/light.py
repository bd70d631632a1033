"""Words that are said of everything, and so tell nothing as the name of a topic, beside the stop-words of search."""

from mneme.memory.consolidation.words import listed

LIGHT = listed("""
    one two three four five six seven eight nine ten first second third last next since until till like just even still
    yet already almost always never ever often sometimes usually back away around along across together apart within
    without upon among between whether while unless per etc via
    get gets got getting gotten go goes going gone went come comes came coming make makes made making take takes took
    taken taking give gives gave given giving put puts putting keep keeps kept keeping let lets letting set sets say
    says said saying tell tells told telling ask asks asked asking know knows knew known think thinks thought thinking
    want wants wanted need needs needed see sees saw seen seeing look looks looked looking find finds found finding use
    uses used using try tries tried trying feel feels felt seem seems seemed become becomes became leave leaves left
    start starts started begin began begun bring brings brought show shows showed shown turn turns turned happen happens
    happened mean means meant
    good better best great nice fine well bad new old big small little long short high low right wrong sure true real
    really quite rather pretty maybe perhaps probably actually basically anyway though although however instead
    otherwise therefore also much many lot lots bit several enough whole half every another others else anything
    something everything nothing anyone someone everyone nobody somebody anybody somewhere anywhere everywhere
    day days week weeks month months year years time times today yesterday tomorrow tonight morning afternoon evening
    night later soon ago early late monday tuesday wednesday thursday friday saturday sunday january february march
    april may june july august september october november december
    thing things way ways stuff kind sort part end side place person people man woman guy
    yes yeah okay hey hello hi thanks thank please sorry bye haha dear don't didn't can't won't isn't that's i'm i've
    question questions answer answers assistant user message messages note notes

    immer mehr schon mal gut gute guten neu neue heute morgen gestern jetzt wieder einfach etwas alles nichts viel viele
    ganz gar etwa bisschen machen macht gemacht gehen geht ging kommen kommt sagen sagt sagte wissen sehen finden geben
    gibt gab müssen muss können wollen will lassen jahr jahre tag tage woche monat zeit mal ding sache danke bitte
    montag dienstag mittwoch donnerstag freitag samstag sonntag

    bli blir ble blitt gjøre gjør gjorde går gikk komme kommer kom sier sa vet se ser så får fikk gir ga litt bare helt
    bra god godt ny nye alltid aldri idag dag dager uke måned år tid ting takk kanskje mange mer mest

    faire fait faites aller va vais allé venir vient dire dit voir vu prendre pris mettre mis tout tous toute toutes
    bien bon bonne très plus moins aussi encore toujours jamais déjà alors peu beaucoup jour jours semaine mois an ans
    année temps chose choses merci oui non hier demain aujourd'hui

    hacer hace hecho ir va voy venir decir dice ver visto poner todo todos toda todas bien bueno buena mucho mucha poco
    siempre nunca ahora entonces luego hoy ayer mañana día días semana mes año años tiempo cosa cosas gracias vez

    fare fatto andare va venire dire detto vedere visto mettere tutto tutti tutte bene buono molto poco sempre mai
    adesso ora allora oggi ieri domani giorno giorni settimana mese anno anni tempo cosa cose grazie volta

    doen doet gedaan gaan gaat ging komen komt zeggen zegt zei weten zien geven maken maakt goed goede nieuw altijd
    nooit nu dan alles iets niets heel erg weer vandaag gisteren morgen dag dagen week maand jaar tijd ding dingen
    bedankt maandag dinsdag woensdag donderdag vrijdag zaterdag zondag""")
