"""The words of time: units, weekdays, months, feasts, tenses, and the commonest forms of four more languages."""

def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MONTHS = {name: number + 1 for number, names in enumerate((
    "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
    "september sept sep", "october oct", "november nov", "december dec")) for name in names.split()}
SHORT_MONTHS = words("jan feb mar apr jun jul aug sept sep oct nov dec")
NAMELIKE_MONTHS = words("may march april june august")  # people, verbs, and the month
WEEKDAYS = {name: number for number, names in enumerate((
    "monday mon", "tuesday tues tue", "wednesday weds wed", "thursday thurs thur thu", "friday fri", "saturday sat",
    "sunday sun")) for name in names.split()}
SHORT_WEEKDAYS = frozenset(name for name in WEEKDAYS if not name.endswith("day"))
RECURRING_DAYS = frozenset(name + "s" for name in WEEKDAYS if name.endswith("day")) | {"weekends", "weekdays"}
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # first month, north of the equator
NUMBERS = {name: number + 1 for number, name in enumerate((
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"))} | {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1, "1st": 1, "2nd": 2, "3rd": 3,
            "4th": 4, "5th": 5}
DECADES = {"twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70,
           "eighties": 80, "nineties": 90}
VAGUE = {"few": (2, 5), "some": (2, 5), "couple": (2, 3), "several": (3, 7)}  # how many they may stand for
UNITS = {name: unit for unit, names in {
    "minute": "minute minutes min mins", "hour": "hour hours hr hrs", "day": "day days", "night": "night nights",
    "week": "week weeks wk wks", "fortnight": "fortnight fortnights", "weekend": "weekend weekends",
    "month": "month months mth mths", "year": "year years yr yrs", "decade": "decade decades",
}.items() for name in names.split()}
SIDES = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1, "coming": 1}
# word: days from the day of speaking, and the part of the day it names
DAY_WORDS = {
    "yesterday": (-1, ""), "yday": (-1, ""), "today": (0, ""), "tomorrow": (1, ""), "tmrw": (1, ""), "tmr": (1, ""),
    "tomorow": (1, ""), "tonight": (0, "night"), "tonite": (0, "night")}
# part of a day: its first hour and the one after its last
DAY_PARTS = {"morning": (6, 12), "afternoon": (12, 18), "evening": (18, 24), "night": (18, 30), "noon": (12, 13),
             "midday": (12, 13), "lunchtime": (12, 14)}
PARTS = {"early": 0, "mid": 1, "late": 2, "beginning": 0, "start": 0, "middle": 1, "end": 2}
PART_NAMES = ("early", "mid", "late")
# the words that make a bare month, year or season a time
IN_TIME = words(
    "in since until till during last next this early mid late beginning start middle end throughout every before "
    "after by from around between through back")
SURELY_TIME = words("in since until till during throughout")  # also before what may be a name
LEADS = words("since until till til from between")  # they begin a range
# after a feast these make it a thing, not a day
FEAST_THINGS = words(
    "tree trees party present presents gift gifts card cards dinner lights song songs carol carols movie movies "
    "market markets shopping decorations egg eggs bunny costume costumes candy cookies spirit jumper sweater "
    "turkey music island")
# feast: (month, day), or days from Easter Sunday, or (month, weekday, which of the month)
FEASTS: dict[tuple[str, ...], tuple[int, ...]] = {
    ("christmas", "eve"): (12, 24), ("christmas", "day"): (12, 25), ("christmas",): (12, 25), ("xmas",): (12, 25),
    ("boxing", "day"): (12, 26), ("new", "year", "'", "s", "eve"): (12, 31), ("new", "years", "eve"): (12, 31),
    ("new", "year", "s", "eve"): (12, 31), ("nye",): (12, 31),
    ("new", "year", "'", "s", "day"): (1, 1), ("new", "years", "day"): (1, 1), ("new", "year", "'", "s"): (1, 1),
    ("halloween",): (10, 31), ("valentine", "'", "s", "day"): (2, 14), ("valentines", "day"): (2, 14),
    ("valentine", "'", "s"): (2, 14), ("st", "patrick", "'", "s", "day"): (3, 17), ("juneteenth",): (6, 19),
    ("april", "fools", "day"): (4, 1), ("april", "fool", "'", "s", "day"): (4, 1), ("april", "fools"): (4, 1),
    ("fourth", "of", "july"): (7, 4), ("independence", "day"): (7, 4), ("bastille", "day"): (7, 14),
    ("guy", "fawkes", "night"): (11, 5), ("bonfire", "night"): (11, 5), ("cinco", "de", "mayo"): (5, 5),
    ("easter", "sunday"): (0,), ("easter", "monday"): (1,), ("easter",): (0,), ("good", "friday"): (-2,),
    ("ash", "wednesday"): (-46,), ("palm", "sunday"): (-7,), ("maundy", "thursday"): (-3,), ("whit", "monday"): (50,),
    ("thanksgiving", "day"): (11, 3, 4), ("thanksgiving",): (11, 3, 4), ("labor", "day"): (9, 0, 1),
    ("memorial", "day"): (5, 0, -1),
}

PAST = words(
    "was were had did went took saw got came made said told met gave found thought left felt kept held brought "
    "bought began ran sat stood lost paid spoke spent grew built sent fell won caught taught broke drove rode "
    "wrote ate drank slept swam flew sang wore chose forgot hid threw shot sold led heard read became knew "
    "understood dreamt learnt woke bit blew drew hung laid lay lent lit rang rose shook shone sank stole struck "
    "swore tore wound hit hurt cut put quit been done gone seen ago since war hatte habe hat wurde ging kam waren "
    "fui fue fuimos estuve hice étais était var hadde har gikk kom")
FUTURE = words(
    "will ll gonna shall wanna tomorrow hope hoping plan plans planning upcoming should must due might leaves "
    "starts ends begins opens closes expires retires flies arrives runs turns moves returns happens comes leave "
    "soon till until werde wird werden wollen vamos voy será iremos skal vil sees ses ses kommer")
NOT_PAST = words("need indeed hundred speed breed exceed proceed succeed embed naked sacred wicked hatred")

# ------------------------------------------------------------------ four more languages: their commonest forms
# said: phrase -> (unit, steps, part of the day); ago/ahead: the words around a number and a unit

LANGUAGES: dict[str, dict[str, object]] = {
    "de": {
        "alone": "gestern vorgestern heute übermorgen",
        "hints": "ich wir habe haben ist und der das dem nicht mit uns im wird sie er gestern letzte letzten "
                 "nächste nächsten vor heute seit woche monat jahr",
        "said": {
            "gestern": ("day", -1, ""), "gestern abend": ("day", -1, "evening"), "gestern morgen": ("day", -1,
            "morning"),
            "gestern nacht": ("day", -1, "night"), "vorgestern": ("day", -2, ""), "heute": ("day", 0, ""),
            "heute morgen": ("day", 0, "morning"), "heute früh": ("day", 0, "morning"),
            "heute abend": ("day", 0, "evening"), "heute nacht": ("day", 0, "night"), "morgen": ("day", 1, ""),
            "morgen früh": ("day", 1, "morning"), "morgen abend": ("day", 1, "evening"), "übermorgen": ("day", 2, ""),
            "letzte woche": ("week", -1, ""), "vorige woche": ("week", -1, ""), "diese woche": ("week", 0, ""),
            "nächste woche": ("week", 1, ""), "letzten monat": ("month", -1, ""), "diesen monat": ("month", 0, ""),
            "nächsten monat": ("month", 1, ""), "letztes jahr": ("year", -1, ""), "voriges jahr": ("year", -1, ""),
            "dieses jahr": ("year", 0, ""), "nächstes jahr": ("year", 1, ""), "letztes wochenende": ("weekend", -1, ""),
            "dieses wochenende": ("weekend", 0, ""), "nächstes wochenende": ("weekend", 1, "")},
        "ago": ("vor", ""), "ahead": ("in", ""),
        "units": {"day": "tag tage tagen", "week": "woche wochen", "month": "monat monate monaten",
                  "year": "jahr jahre jahren", "hour": "stunde stunden"},
        "numbers": "einem|einer|ein|eine zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        "weekdays": "montag dienstag mittwoch donnerstag freitag samstag|sonnabend sonntag",
        "last": "letzten vorigen", "next": "nächsten kommenden", "on": "am",
        "months": "januar februar märz april mai juni juli august september oktober november dezember", "joint": ""},
    "es": {
        "alone": "ayer anteayer anoche",
        "hints": "yo el la los las que de en un una con estuve fui fue fuimos nos vemos ayer hace pasado pasada "
                 "año hoy mañana "
                 "semana anoche",
        "said": {
            "ayer": ("day", -1, ""), "anteayer": ("day", -2, ""), "anoche": ("day", -1, "night"), "hoy": ("day", 0, ""),
            "esta mañana": ("day", 0, "morning"), "esta noche": ("day", 0, "night"), "mañana": ("day", 1, ""),
            "pasado mañana": ("day", 2, ""), "la semana pasada": ("week", -1, ""), "esta semana": ("week", 0, ""),
            "la semana que viene": ("week", 1, ""), "la próxima semana": ("week", 1, ""),
            "el mes pasado": ("month", -1, ""), "este mes": ("month", 0, ""), "el próximo mes": ("month", 1, ""),
            "el mes que viene": ("month", 1, ""), "el año pasado": ("year", -1, ""), "este año": ("year", 0, ""),
            "el próximo año": ("year", 1, ""), "el año que viene": ("year", 1, ""),
            "el fin de semana pasado": ("weekend", -1, ""), "este fin de semana": ("weekend", 0, ""),
            "el próximo fin de semana": ("weekend", 1, "")},
        "ago": ("hace", ""), "ahead": ("dentro de", ""),
        "units": {"day": "día días dia dias", "week": "semana semanas", "month": "mes meses", "year": "año años",
                  "hour": "hora horas"},
        "numbers": "un|una|uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
        "weekdays": "lunes martes miércoles jueves viernes sábado domingo",
        "last": "pasado", "next": "próximo", "on": "el",
        "months": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "joint": "de"},
    "fr": {
        "alone": "demain aujourd",
        "hints": "je j nous vous le les des est était étais avons ai ont une et dans pour hier demain dernière "
                 "dernier prochaine "
                 "prochain mois jours aujourd elle il",
        "said": {
            "hier": ("day", -1, ""), "hier soir": ("day", -1, "evening"), "hier matin": ("day", -1, "morning"),
            "avant - hier": ("day", -2, ""), "aujourd ' hui": ("day", 0, ""), "aujourd ’ hui": ("day", 0, ""),
            "ce matin": ("day", 0, "morning"), "ce soir": ("day", 0, "evening"), "cette nuit": ("day", 0, "night"),
            "demain": ("day", 1, ""), "demain matin": ("day", 1, "morning"), "demain soir": ("day", 1, "evening"),
            "après - demain": ("day", 2, ""), "la semaine dernière": ("week", -1, ""), "cette semaine": ("week", 0, ""),
            "la semaine prochaine": ("week", 1, ""), "le mois dernier": ("month", -1, ""), "ce mois - ci": ("month",
            0, ""),
            "le mois prochain": ("month", 1, ""), "l ' année dernière": ("year", -1, ""),
            "l ’ année dernière": ("year", -1, ""), "l ' an dernier": ("year", -1, ""), "l ’ an dernier": ("year",
            -1, ""),
            "cette année": ("year", 0, ""), "l ' année prochaine": ("year", 1, ""), "l ’ année prochaine": ("year",
            1, ""),
            "le week - end dernier": ("weekend", -1, ""), "ce week - end": ("weekend", 0, ""),
            "le week - end prochain": ("weekend", 1, "")},
        "ago": ("il y a", ""), "ahead": ("dans", ""),
        "units": {"day": "jour jours", "week": "semaine semaines", "month": "mois", "year": "an ans année années",
                  "hour": "heure heures"},
        "numbers": "un|une deux trois quatre cinq six sept huit neuf dix onze douze",
        "weekdays": "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "last": "dernier", "next": "prochain", "on": "",
        "months": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre", "joint": ""},
    "no": {
        "alone": "overmorgen forgårs",
        "hints": "jeg vi og på som ikke hadde ble hun det skal var meg deg siden forrige neste går uke flyttet han "
                 "født",
        "said": {
            "i går": ("day", -1, ""), "i går kveld": ("day", -1, "evening"), "i forgårs": ("day", -2, ""),
            "i dag": ("day", 0, ""), "i morges": ("day", 0, "morning"), "i kveld": ("day", 0, "evening"),
            "i natt": ("day", 0, "night"), "i morgen": ("day", 1, ""), "i morgen tidlig": ("day", 1, "morning"),
            "i morgen kveld": ("day", 1, "evening"), "i overmorgen": ("day", 2, ""), "forrige uke": ("week", -1, ""),
            "denne uken": ("week", 0, ""), "denne uka": ("week", 0, ""), "neste uke": ("week", 1, ""),
            "forrige måned": ("month", -1, ""), "denne måneden": ("month", 0, ""), "neste måned": ("month", 1, ""),
            "i fjor": ("year", -1, ""), "i år": ("year", 0, ""), "neste år": ("year", 1, ""),
            "forrige helg": ("weekend", -1, ""), "i helgen": ("weekend", 0, ""), "i helga": ("weekend", 0, ""),
            "neste helg": ("weekend", 1, "")},
        "ago": ("for", "siden"), "ahead": ("om", ""),
        "units": {"day": "dag dager", "week": "uke uker", "month": "måned måneder", "year": "år", "hour": "time timer"},
        "numbers": "en|et|ei|ett to tre fire fem seks sju|syv åtte ni ti elleve tolv",
        "weekdays": "mandag tirsdag onsdag torsdag fredag lørdag søndag",
        "last": "forrige", "next": "neste", "on": "på",
        "months": "januar februar mars april mai juni juli august september oktober november desember", "joint": ""},
}
FOREIGN_COUNTED = frozenset(("de",)).union(*(words(str(table["months"])) for table in LANGUAGES.values()))
