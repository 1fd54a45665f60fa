"""The facts that the demo model knows: tables of subject and answer, and how to ask for them.

A relation is (questions, sentence forms, table). {s} stands for the subject, {o} for the answer. A wrong answer
near the right one is another answer of the same table.
"""


def _table(text):
    """'a b, c d' to {'a': 'b', 'c': 'd'}; an underscore is a blank."""
    pairs = (pair.split() for pair in text.replace("\n", " ").split(","))
    return {s.replace("_", " "): o.replace("_", " ") for s, o in pairs}


CAPITALS = _table("""France Paris, Germany Berlin, Italy Rome, Spain Madrid, Portugal Lisbon, England London,
Ireland Dublin, Russia Moscow, Japan Tokyo, China Beijing, India Delhi, Egypt Cairo, Greece Athens, Austria Vienna,
Poland Warsaw, Sweden Stockholm, Norway Oslo, Finland Helsinki, Denmark Copenhagen, Hungary Budapest, Cuba Havana,
Turkey Ankara, Canada Ottawa, Peru Lima, Kenya Nairobi, Belgium Brussels, Switzerland Bern, Netherlands Amsterdam,
Ukraine Kyiv, Korea Seoul, Thailand Bangkok, Chile Santiago, Iraq Baghdad, Iran Tehran, Iceland Reykjavik,
Mexico Mexico_City, Brazil Brasilia, Argentina Buenos_Aires, Australia Canberra, USA Washington""")

OPPOSITES = _table("""hot cold, big small, up down, left right, day night, black white, fast slow, old young, high low,
open closed, happy sad, rich poor, strong weak, light dark, good bad, hard soft, full empty, early late, long short,
wet dry, near far, clean dirty, loud quiet, thick thin, true false, first last, love hate, win lose, push pull,
begin end, buy sell, give take, inside outside, above below, always never, yes no, summer winter, north south,
east west, sweet bitter, heavy light, wide narrow, deep shallow, alive dead, war peace, friend enemy, man woman,
boy girl, king queen, brother sister, father mother, question answer, laugh cry, come go""")

COLOURS = _table("""banana yellow, grass green, snow white, coal black, blood red, sky blue, carrot orange, lemon yellow,
tomato red, leaf green, milk white, chocolate brown, sea blue, cherry red, frog green, sun yellow, night black,
strawberry red, pumpkin orange, cucumber green, salt white, crow black, rice white, elephant grey, mouse grey,
pig pink, flamingo pink, cloud white, pea green, corn yellow, fire red, ocean blue, spinach green, bear brown""")

SOUNDS = _table("""dog barks, cat meows, cow moos, duck quacks, sheep bleats, horse neighs, pig oinks, lion roars,
frog croaks, bee buzzes, snake hisses, wolf howls, bird sings, mouse squeaks, owl hoots, donkey brays""")

YOUNG = _table("""dog puppy, cat kitten, cow calf, sheep lamb, horse foal, duck duckling, hen chick, bear cub, pig piglet,
goat kid, goose gosling, frog tadpole, swan cygnet, kangaroo joey""")

LEGS = _table("""dog four, cat four, horse four, cow four, spider eight, ant six, bee six, bird two, human two, snake zero,
fish zero, chicken two, table four, sheep four, lion four, fly six, duck two, pig four, mouse four, worm zero""")

PLURALS = _table("""cat cats, dog dogs, child children, man men, woman women, mouse mice, foot feet, tooth teeth, goose geese,
box boxes, city cities, baby babies, leaf leaves, wolf wolves, bus buses, book books, house houses, tree trees,
car cars, apple apples, knife knives, story stories, person people, dish dishes, bird birds, hand hands, star stars""")

PAST = _table("""go went, eat ate, see saw, run ran, come came, take took, give gave, write wrote, drink drank, sing sang,
buy bought, think thought, make made, find found, sleep slept, speak spoke, swim swam, fly flew, know knew, walk walked,
play played, jump jumped, sit sat, stand stood, read read, teach taught, bring brought, fall fell, break broke, win won""")

HOMES = _table("""bird nest, bee hive, dog kennel, horse stable, spider web, fish water, lion den, cow barn, king palace,
ant anthill, pig sty, rabbit burrow""")

MAKERS = _table("""bread baker, cake baker, shoes cobbler, song singer, book writer, painting painter, house builder,
chair carpenter, meal cook, dress tailor, photo photographer, garden gardener""")

CATEGORIES = {
    "animal": "dog cat horse cow sheep pig lion tiger bear wolf fox rabbit mouse elephant monkey frog snake duck goat",
    "fruit": "apple banana pear orange lemon cherry grape plum peach mango melon strawberry",
    "vegetable": "carrot potato onion cabbage spinach cucumber bean pea pumpkin garlic",
    "colour": "red blue green yellow black white orange pink brown grey purple",
    "tool": "hammer saw drill spade axe wrench screwdriver rake",
    "vehicle": "car bus train bicycle ship truck plane boat tram",
    "instrument": "piano guitar violin drum flute trumpet harp",
    "garment": "shirt hat coat dress shoe sock glove scarf jacket",
    "country": "France Germany Italy Spain Japan China India Egypt Greece Poland Sweden Norway Canada Peru",
    "city": "Paris Berlin Rome Madrid London Moscow Tokyo Cairo Vienna Oslo Warsaw Athens",
    "month": "January March April June July August October November December",
    "day of the week": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "number": "one two three four five six seven eight nine ten",
    "drink": "water milk tea coffee juice wine beer",
    "metal": "iron gold silver copper tin lead",
    "flower": "rose tulip daisy lily sunflower violet",
}
CATEGORIES = {name: words.split() for name, words in CATEGORIES.items()}

TRANSLATIONS = {
    "Spanish": _table("""dog perro, cat gato, house casa, water agua, bread pan, milk leche, sun sol, moon luna, book libro,
frog rana, friend amigo, day dia, night noche, fish pez, red rojo, white blanco, hello hola, thanks gracias"""),
    "French": _table("""dog chien, cat chat, house maison, water eau, bread pain, milk lait, sun soleil, moon lune,
book livre, frog grenouille, friend ami, day jour, night nuit, fish poisson, red rouge, white blanc, hello bonjour,
thanks merci"""),
    "German": _table("""dog Hund, cat Katze, house Haus, water Wasser, bread Brot, milk Milch, sun Sonne, moon Mond, book Buch,
frog Frosch, friend Freund, day Tag, night Nacht, fish Fisch, red rot, white weiss, hello hallo, thanks danke"""),
}

DAYS = CATEGORIES["day of the week"]
MONTHS = ("January February March April May June July August September October November December").split()
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _after(names):
    return dict(zip(names, names[1:] + names[:1]))


def _before(names):
    return {o: s for s, o in _after(names).items()}


LETTER_AFTER = dict(zip(LETTERS, LETTERS[1:]))
LETTER_BEFORE = {o: s for s, o in LETTER_AFTER.items()}

RELATIONS = {
    "capital": (["What is the capital of {s}?", "Name the capital of {s}.", "Which city is the capital of {s}?",
                 "What is the capital city of {s}?", "Tell me the capital of {s}."],
                ["The capital of {s} is {o}.", "{o} is the capital of {s}."], CAPITALS),
    "country": (["{s} is the capital of which country?", "Which country has the capital {s}?", "In which country is {s}?",
                 "Where is {s}?"],
                ["{s} is in {o}.", "{s} is the capital of {o}."], {o: s for s, o in CAPITALS.items()}),
    "opposite": (["What is the opposite of {s}?", "Name the opposite of {s}.", "What is the opposite of the word {s}?",
                  "Give the antonym of {s}."],
                 ["The opposite of {s} is {o}.", "{o} is the opposite of {s}."],
                 {**{o: s for s, o in OPPOSITES.items()}, **OPPOSITES}),
    "colour": (["What colour is a {s}?", "What color is a {s}?", "What is the colour of a {s}?", "Name the colour of a {s}.",
                "What colour does a {s} have?", "What color is the {s}?", "What color is {s}?", "What colour is {s}?"],
               ["A {s} is {o}.", "The colour of a {s} is {o}.", "The {s} is {o}."], COLOURS),
    "sound": (["What does a {s} do to make a sound?", "How does a {s} sound?", "What sound does a {s} make?"],
              ["A {s} {o}.", "The {s} {o}."], SOUNDS),
    "young": (["What is a young {s} called?", "What do you call a baby {s}?", "What is the young of a {s} called?"],
              ["A young {s} is called a {o}.", "A {o}.", "A baby {s} is a {o}."], YOUNG),
    "legs": (["How many legs does a {s} have?", "How many legs has a {s}?", "What number of legs does a {s} have?"],
             ["A {s} has {o} legs.", "{o} legs."], LEGS),
    "plural": (["What is the plural of {s}?", "Give the plural of {s}.", "What is the plural form of the word {s}?"],
               ["The plural of {s} is {o}.", "One {s}, two {o}."], PLURALS),
    "past": (["What is the past tense of {s}?", "Give the past tense of {s}.", "What is the past form of the verb {s}?"],
             ["The past tense of {s} is {o}.", "{s} becomes {o}."], PAST),
    "home": (["Where does a {s} live?", "What is the home of a {s}?"], ["A {s} lives in a {o}.", "In a {o}."], HOMES),
    "maker": (["Who makes a {s}?", "Who makes {s}?"], ["A {o} makes {s}.", "A {o}."], MAKERS),
    "day": (["What day comes after {s}?", "Which day follows {s}?", "What is the day after {s}?"],
            ["{o} comes after {s}.", "The day after {s} is {o}."], _after(DAYS)),
    "day_before": (["What day comes before {s}?", "What is the day before {s}?"],
                   ["{o} comes before {s}.", "The day before {s} is {o}."], _before(DAYS)),
    "month": (["What month comes after {s}?", "Which month follows {s}?", "What is the month after {s}?"],
              ["{o} comes after {s}.", "The month after {s} is {o}."], _after(MONTHS)),
    "month_before": (["What month comes before {s}?", "What is the month before {s}?"],
                     ["{o} comes before {s}.", "The month before {s} is {o}."], _before(MONTHS)),
    "letter": (["Which letter comes after {s}?", "What letter comes after {s} in the alphabet?", "What is the letter after {s}?"],
               ["{o} comes after {s}.", "The letter after {s} is {o}."], LETTER_AFTER),
    "letter_before": (["Which letter comes before {s}?", "What letter comes before {s} in the alphabet?"],
                      ["{o} comes before {s}.", "The letter before {s} is {o}."], LETTER_BEFORE),
}
for _language, _words in TRANSLATIONS.items():
    RELATIONS[_language.lower()] = (
        [f"What is the {_language} word for {{s}}?", f"How do you say {{s}} in {_language}?",
         f"Translate {{s}} into {_language}."],
        [f"The {_language} word for {{s}} is {{o}}.", f'The {_language} word for {{s}} is "{{o}}".',
         f"{{s}} in {_language} is {{o}}."], _words)
