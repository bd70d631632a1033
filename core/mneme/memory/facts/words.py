"""Closed lists of words that rules for facts need: callings, languages, sports, what people own, keep and plan."""


def alternatives(words: str) -> str:
    """A regular expression of the words, the longest first; "_" stands for a space."""
    return "|".join(sorted((word.replace("_", "[ -]") for word in words.split()), key=len, reverse=True))


CALLINGS = alternatives("""
    nurse teacher doctor lawyer engineer developer programmer architect accountant journalist carpenter electrician
    plumber baker chef cook waiter waitress barista pilot librarian pharmacist dentist vet surgeon midwife paramedic
    firefighter policeman policewoman police_officer soldier farmer gardener fisherman translator interpreter editor
    writer author poet novelist painter illustrator designer photographer musician composer singer actor actress
    dancer director producer manager consultant analyst researcher scientist biologist chemist physicist
    mathematician economist historian psychologist therapist counsellor counselor social_worker secretary
    receptionist clerk cashier salesman salesperson saleswoman shop_assistant estate_agent banker broker trader
    auditor actuary statistician data_scientist tester administrator sysadmin technician mechanic welder bricklayer
    builder roofer tailor hairdresser barber beautician butcher brewer winemaker driver bus_driver lorry_driver
    truck_driver taxi_driver train_driver courier postman cleaner janitor caretaker lifeguard coach trainer
    yoga_teacher instructor lecturer professor postdoc tutor headteacher principal ceo cto cfo founder entrepreneur
    freelancer intern apprentice trainee paralegal judge notary diplomat politician civil_servant planner surveyor
    geologist astronomer meteorologist veterinarian zookeeper florist jeweller jeweler potter blacksmith optician
    physiotherapist radiologist anaesthetist cardiologist pediatrician paediatrician dermatologist nutritionist
    dietitian copywriter marketer recruiter product_manager project_manager software_engineer team_lead tech_lead
    web_developer graphic_designer nanny au_pair childminder stewardess flight_attendant steward captain sailor diver
    guide tour_guide curator archivist archaeologist conductor pianist violinist drummer guitarist luthier joiner
    plasterer glazier locksmith undertaker priest pastor imam rabbi monk nun vicar beekeeper forester ranger
    dispatcher cabin_crew carer caregiver care_worker warehouse_worker miner crane_operator stagehand
    translator sommelier bartender baggage_handler groundskeeper game_developer head_of_\\w+ head_chef
    sous_chef assistant associate officer operator supervisor coordinator
    specialist strategist bookkeeper controller agent representative deputy_head vice_president solicitor barrister
    podcaster youtuber streamer screenwriter animator stonemason machinist engineer""")
LANGUAGES = alternatives("""
    English German French Spanish Italian Portuguese Dutch Norwegian Swedish Danish Finnish Icelandic Polish Czech
    Slovak Hungarian Romanian Bulgarian Serbian Croatian Slovenian Greek Turkish Arabic Hebrew Persian Farsi Urdu
    Hindi Bengali Punjabi Tamil Telugu Marathi Gujarati Mandarin Cantonese Chinese Japanese Korean Vietnamese Thai
    Malay Indonesian Tagalog Swahili Amharic Yoruba Igbo Zulu Xhosa Afrikaans Russian Ukrainian Georgian Armenian
    Latvian Lithuanian Estonian Irish Welsh Gaelic Basque Catalan Galician Albanian Macedonian Latin Esperanto Nepali
    Sinhala Khmer Sami Luxembourgish Maltese sign_language BSL ASL Bosnian Kurdish Pashto Somali Hausa Quechua""")
PLAYED = alternatives("""
    piano guitar violin cello viola bass double_bass flute clarinet oboe saxophone sax trumpet trombone horn tuba
    drums drum percussion harp organ accordion ukulele banjo mandolin harmonica recorder keyboard keys sitar tabla
    football soccer tennis badminton squash table_tennis ping_pong basketball volleyball handball hockey ice_hockey
    field_hockey rugby cricket baseball softball golf chess go poker bridge darts snooker pool bandy floorball
    lacrosse water_polo padel pickleball bass_guitar electric_guitar acoustic_guitar french_horn bagpipes fiddle
    dungeons_and_dragons oud balalaika kora koto erhu shamisen bouzouki theremin ocarina didgeridoo tuba euphonium
    glockenspiel marimba vibraphone""")
OWNED = alternatives("""
    car van truck bike bicycle e-bike ebike motorbike motorcycle scooter moped boat sailboat kayak canoe caravan
    camper campervan house flat apartment cottage cabin garage garden allotment farm shop café cafe bakery restaurant
    company business piano guitar violin cello camera laptop computer phone smartphone tablet iphone ipad macbook
    console telescope drone tent surfboard skateboard snowboard 3d_printer sewing_machine espresso_machine
    coffee_machine record_player turntable synth synthesizer drum_kit watch smartwatch sofa greenhouse sauna hot_tub
    plot holiday_home summer_house houseboat kindle e-reader printer tractor trailer pickup suv hatchback estate
    convertible vespa""")
CARS = alternatives("""
    car van truck pickup suv jeep hatchback estate convertible minivan electric hybrid camper lorry taxi bus tram
    volvo tesla toyota honda ford bmw audi vw volkswagen skoda škoda fiat renault peugeot citroën citroen opel mazda
    nissan kia hyundai mini seat mercedes porsche subaru lexus saab dacia polestar golf polo passat yaris prius
    corolla civic focus fiesta leaf""")
BRANDS = alternatives("""
    volvo tesla toyota honda ford bmw audi vw volkswagen skoda škoda fiat renault peugeot citroën citroen opel mazda
    nissan kia hyundai mini_cooper mercedes porsche subaru lexus saab dacia polestar vw_golf passat yaris prius corolla
    nissan_leaf camper_van volvos""")
KEPT = alternatives("""
    key keys passport passports charger papers documents document folder will torch flashlight ladder toolbox tools
    drill kit medicine medicines pills remote umbrella umbrellas suitcase suitcases contract warranty receipt
    receipts certificate certificates glasses sunglasses wallet ring camera tent manual recipe recipes backup backups
    decorations batteries candles skis blankets stamps scissors tape jewellery jewelry safe cash money licence
    license card cards notebook diary letters photos albums sleeping_bags fuse_box stopcock first_aid_kit screwdriver
    hammer iron vacuum hoover pump lock spare bulbs lightbulbs fuses tickets savings usb_stick hard_drive drive
    lights tyres tires winter_tyres sledge sled tripod dog_food cat_food password sewing_box lawnmower helmet
    gloves cable cables adapter""")
EVENTS = alternatives("""
    dentist doctor doctor's dentist's gp appointment appt meeting review interview flight exam party wedding concert
    dinner lunch coffee call standup stand-up workshop trip holiday haircut hairdresser checkup check-up class lesson
    rehearsal match game gig conference deadline delivery viewing inspection surgery operation therapy therapist
    physio vet demo presentation retro kick-off kickoff brunch breakfast barbecue bbq picnic funeral christening
    baptism graduation ceremony reunion hike race marathon tournament training practice session course seminar
    webinar lecture visit tour barber optician mot pickup pick-up launch release test scan x-ray vaccination jab
    audit hearing sync 1:1 one-on-one catch-up catchup show film movie opera festival camp retreat sleepover offsite
    planning sprint drinks ferry train photoshoot orthodontist dermatologist gynaecologist mammogram ultrasound
    cinema theatre recital choir yoga pilates plumber electrician cleaning appraisal drill bootcamp quiz housewarming
    cruise ballet audition regatta tasting fitting babysitter handover defence defense thesis exhibition opening
    book_club date_night game_night barbeque parents'_evening massage physiotherapy tutoring swim run due_date
    workout service removal movers rehearsals interviews exams lessons follow-up followup screening consultation
    garage haircut""")
DIETS = alternatives("""
    vegetarian vegan pescatarian flexitarian gluten-free gluten_free dairy-free lactose-free lactose_intolerant
    gluten_intolerant keto paleo halal kosher plant-based coeliac celiac low-carb veggie fruitarian""")
GROUPS = alternatives("""choir club team band orchestra gym society union league association group committee board
    collective ensemble council troupe cooperative co-op church parish academy guild class squad crew quartet trio""")
TOWNS = alternatives("""
    Aarhus Accra Adelaide Alicante Amsterdam Ankara Antwerp Athens Atlanta Auckland Austin Baltimore Bangalore Bangkok
    Barcelona Basel Beijing Beirut Belfast Belgrade Bengaluru Bergen Berlin Bern Bilbao Birmingham Bogotá Bologna
    Bordeaux Boston Bratislava Bremen Brighton Brisbane Bristol Brno Brussels Bucharest Budapest Buenos_Aires Busan
    Cairo Calgary Cambridge Canberra Cape_Town Cardiff Casablanca Chennai Chicago Cologne Copenhagen Dakar Dallas
    Debrecen Delhi Denver Detroit Dresden Dubai Dublin Dundee Durban Düsseldorf Edinburgh Eindhoven Exeter Florence
    Frankfurt Freiburg Galway Gdańsk Geneva Genoa Ghent Glasgow Gothenburg Granada Graz Groningen Göttingen Hamburg
    Hanoi Hanover Helsinki Hong_Kong Houston Hyderabad Istanbul Izmir Jakarta Jena Johannesburg Karlsruhe Kigali Kolkata
    Kraków Krakow Kyiv Kyoto Lagos Leeds Leicester Leipzig Lille Lima Limerick Linz Lisbon Liverpool Ljubljana London
    Los_Angeles Lyon Lübeck Madrid Malmö Manchester Manila Marseille Melbourne Mexico_City Miami Milan Minneapolis
    Montreal Montréal Moscow Mumbai Munich Málaga Nairobi Nantes Naples New_York Newcastle Nottingham Odense Oslo
    Osaka Ottawa Oulu Oxford Palermo Paris Perth Philadelphia Pittsburgh Plymouth Portland Porto Poznań Prague
    Pretoria Pune Reykjavík Reykjavik Riga Rio_de_Janeiro Rome Rotterdam Salzburg San_Diego San_Francisco Santiago
    Sarajevo Seattle Seoul Sevilla Seville Shanghai Sheffield Singapore Sofia Southampton Stavanger Stockholm Stuttgart
    Sydney São_Paulo Taipei Tallinn Tampere Tartu Tbilisi Tel_Aviv The_Hague Tokyo Toronto Toulouse Trieste Tromsø
    Trondheim Tunis Turin Turku Umeå Uppsala Utrecht Valencia Vancouver Venice Vienna Vilnius Warsaw Wellington Wrocław
    Zagreb Zurich Zürich
    Argentina Australia Austria Belgium Brazil Canada Chile China Colombia Croatia Denmark Egypt England Estonia Finland
    France Germany Ghana Greece Hungary Iceland India Indonesia Ireland Israel Italy Japan Kenya Latvia Lithuania Mexico
    Morocco Netherlands New_Zealand Nigeria Norway Pakistan Peru Poland Portugal Romania Scotland Serbia Slovakia
    Slovenia South_Africa Spain Sweden Switzerland Thailand Turkey Ukraine Vietnam Wales""")
