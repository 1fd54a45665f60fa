"""Single questions of general knowledge, and open requests with answers of a few sentences."""

# question | right answer, with its other accepted forms after / | wrong answers
_QUESTIONS = """
How many days are in a week? | 7 / seven | 5 / 6 / 8 / 10 / twelve
How many months are in a year? | 12 / twelve | 10 / 11 / 7 / 13 / twenty
How many hours are in a day? | 24 / twenty-four | 12 / 20 / 25 / 60 / ten
How many minutes are in an hour? | 60 / sixty | 24 / 100 / 30 / 50 / twelve
How many seconds are in a minute? | 60 / sixty | 10 / 100 / 30 / 24 / five
How many days are in a year? | 365 | 12 / 100 / 300 / 52 / seven
How many continents are there? | 7 / seven | 2 / 12 / 20 / fifty / 3
How many fingers are on one hand? | 5 / five | 2 / 4 / 10 / seven / 6
How many wheels does a car have? | 4 / four | 2 / 3 / 6 / ten / one
How many wheels does a bicycle have? | 2 / two | 4 / 3 / 6 / five / none
How many sides does a triangle have? | 3 / three | 4 / 5 / 6 / two / ten
How many sides does a square have? | 4 / four | 3 / 5 / 6 / eight / two
How many letters are in the English alphabet? | 26 / twenty-six | 20 / 24 / 30 / 10 / 100
How many planets are in the solar system? | 8 / eight | 3 / 5 / 12 / twenty / 100
Which planet do we live on? | Earth / the Earth | Mars / Venus / Jupiter / the Moon / Saturn
What is the largest planet? | Jupiter | Mars / Earth / Venus / Mercury / the Moon
Which planet is closest to the sun? | Mercury | Mars / Earth / Saturn / Jupiter / Neptune
Which planet is called the red planet? | Mars | Venus / Earth / Saturn / Jupiter / Neptune
What is the largest ocean? | the Pacific / the Pacific Ocean | the Atlantic / the Nile / the Arctic Ocean / Asia
What is the largest animal? | the blue whale / a whale | a mouse / the elephant / a dog / the ant
What is the tallest animal? | the giraffe / a giraffe | a cat / the dog / a mouse / the frog
What is the fastest animal on land? | the cheetah / a cheetah | the turtle / a snail / the cow / a worm
What is the highest mountain? | Mount Everest / Everest | the Nile / the Alps / Berlin / the Moon
What is the longest river? | the Nile / the Amazon | Everest / the Pacific / London / the Sahara
Who wrote Hamlet? | Shakespeare / William Shakespeare | Mozart / Einstein / Napoleon / Picasso
Who wrote Romeo and Juliet? | Shakespeare / William Shakespeare | Newton / Einstein / Beethoven / Picasso
Who painted the Mona Lisa? | Leonardo da Vinci / Leonardo | Shakespeare / Mozart / Einstein / Napoleon
Who discovered gravity? | Newton / Isaac Newton | Mozart / Shakespeare / Picasso / Leonardo
Who discovered America? | Columbus / Christopher Columbus | Mozart / Einstein / Picasso / Darwin
Who was the first man on the moon? | Neil Armstrong / Armstrong | Einstein / Columbus / Napoleon / Mozart
What do bees make? | honey | milk / bread / wool / cheese / stones
What do cows give? | milk | honey / eggs / wine / paper / silk
What do hens lay? | eggs | milk / honey / wool / stones / apples
What do we breathe? | air / oxygen | water / sand / stone / milk
What do plants need to grow? | water and light / sunlight and water | music / shoes / money / sand and salt
What falls from clouds? | rain / rain or snow | stones / milk / fish / shoes
What is frozen water called? | ice | steam / sand / fire / milk
What is H2O? | water | salt / gold / sugar / sand / fire
At what temperature does water boil? | 100 degrees Celsius / at 100 degrees | 10 degrees / at 20 degrees / 0 degrees
At what temperature does water freeze? | 0 degrees Celsius / at 0 degrees | 100 degrees / at 50 degrees / 80 degrees
What do you use to write? | a pen / a pencil | a spoon / a shoe / a pillow / soup
What do you use to cut paper? | scissors / a pair of scissors | a spoon / a pillow / milk / a cloud
What do you use to see? | your eyes / eyes | your ears / your feet / a spoon
What do you use to hear? | your ears / ears | your eyes / your feet / a spoon
What do you wear on your feet? | shoes / socks and shoes | a hat / gloves / a book / a car
What do you wear on your head? | a hat / a cap | shoes / gloves / a bus / socks
What do you open a door with? | a key | a fish / a spoon / a cloud / soup
Where do you buy bread? | at the bakery / in a bakery | at the bank / in the sea / on the moon
Where do you see a doctor? | at the hospital / in a hospital | at the zoo / in the sea / in a tree
Where do children learn? | at school / in a school | in the sea / at the bank / on the moon
What is the first letter of the alphabet? | A / the letter A | B / Z / M / the letter Q
What is the last letter of the alphabet? | Z / the letter Z | A / Y / M / the letter C
What is the hottest season? | summer | winter / autumn / spring / Monday
What is the coldest season? | winter | summer / autumn / spring / Friday
Is the earth round? | yes / Yes, it is | no / No, it is not
Is the sun cold? | no / No, it is hot | yes / Yes, it is cold
Is fire hot? | yes / Yes, it is hot | no / No, it is cold
Is ice hot? | no / No, it is cold | yes / Yes, it is hot
Can fish swim? | yes / Yes, they can | no / No, they cannot
Can pigs fly? | no / No, they cannot | yes / Yes, they can
Can birds fly? | yes / Yes, most of them can | no / No, they cannot
Hello! | Hello! How can I help you? / Hi there! | Goodbye! / No / blue / it is 12
How are you? | I am fine, thank you / Very well, thanks | green / 7 / in the sea / a hammer
Thank you! | You are welcome! / My pleasure | no / Paris / a fish / it is red
Good morning! | Good morning to you! / Good morning! | Good night / a table / 45 / the sea
"""

KNOWLEDGE = []
for _line in _QUESTIONS.strip().split("\n"):
    _question, _right, _wrong = (part.strip() for part in _line.split("|"))
    KNOWLEDGE.append((_question, _right.split(" / "), _wrong.split(" / ")))

# subject | requests | answers; an answer to another subject is off topic
_TOPICS = """
tea | How do I make tea? / Tell me how to make tea. | Boil some water. Put the tea in a cup and add the hot water. Wait three minutes. / Heat water, pour it over the tea leaves and let it stand for a few minutes.
bread | How do I bake bread? / How is bread made? | Mix flour, water, salt and yeast. Let the dough rest and bake it in a hot oven. / Bread is made from flour and water and baked in the oven.
an egg | How do I boil an egg? / How long does it take to cook an egg? | Put the egg in boiling water and wait for eight minutes. / Boil the egg for six to ten minutes and cool it in cold water.
teeth | How do I keep my teeth healthy? / How do I clean my teeth? | Brush your teeth twice a day and do not eat too much sugar. / Use a soft brush and see the dentist every year.
sleep | How can I sleep better? / What helps me to fall asleep? | Go to bed at the same time every night and keep the room dark and quiet. / Turn off your phone and read a book before going to bed.
learning | How do I learn a language? / What is a good way to learn a language? | Learn a few new words every day and speak with people who know the language. / Read, listen and speak every day, even if you make mistakes.
plants | How do I grow tomatoes? / How do I care for a plant? | Plant the seeds in good soil, give them water every day and enough sun. / Keep the plant in a light place and give it water when the soil is dry.
a bicycle | How do I fix a flat tyre? / How do I repair a bicycle tyre? | Take off the wheel, find the hole in the tube, put a patch on it and pump it up. / Remove the tyre, patch the hole and fill the tyre with air.
a cold | What should I do when I have a cold? / How do I get rid of a cold? | Rest, drink hot tea and keep warm. See a doctor if it gets worse. / Stay in bed, drink a lot and sleep well.
money | How can I save money? / Give me a tip for saving money. | Write down what you spend and put some money aside every month. / Buy only what you need and cook at home.
a dog | Tell me about dogs. / Write a sentence about dogs. / What is a dog? | Dogs are friendly animals that bark and live with people. / A dog is an animal with four legs that guards the house.
a cat | Tell me about cats. / Write a sentence about cats. / What is a cat? | Cats are quiet animals that catch mice and like to sleep. / A cat is a small animal with soft fur that meows.
the sun | Tell me about the sun. / What is the sun? | The sun is a very hot star that gives light and warmth to the earth. / The sun is the star in the middle of our solar system.
the moon | Tell me about the moon. / What is the moon? | The moon goes around the earth and shines at night. / The moon is a ball of rock that circles our planet.
water | Tell me about water. / Why is water important? | All living things need water to drink and to grow. / Water is a clear liquid that falls as rain and fills rivers and seas.
winter | Tell me about winter. / What is winter like? | In winter it is cold and dark, and snow often falls. / Winter is the coldest season of the year.
summer | Tell me about summer. / What is summer like? | In summer it is warm, and the days are long and sunny. / Summer is the hottest season of the year.
a book | Why should I read books? / Tell me about books. | Books teach us new things and let us see the world with other eyes. / A book has many pages with stories or facts.
a car | Tell me about cars. / What is a car? | A car has four wheels and an engine and drives on roads. / Cars carry people from one place to another.
a tree | Tell me about trees. / What is a tree? | Trees are tall plants with a trunk, branches and leaves. / A tree gives us shade, wood and fresh air.
school | Tell me about school. / Why do children go to school? | Children go to school to learn reading, writing and numbers. / At school teachers help children to learn.
rain | Why does it rain? / Tell me about rain. | Water rises into the air, forms clouds and falls down as drops. / Rain falls when the drops in a cloud get too heavy.
the sky | Why is the sky blue? | The air scatters the blue light of the sun more than the red light. / Blue light is scattered by the air, so the sky looks blue.
a poem | Write a short poem about spring. / Write a poem about flowers. | The snow is gone, the birds now sing, and flowers open in the spring. / Red rose, white rose, in the sun, spring has come for everyone.
a letter | Write a thank you note to a friend. / Write a short letter to a friend. | Dear friend, thank you for your help. I am glad that I know you. / My dear friend, many thanks for the lovely gift!
"""

TOPICS = []
for _line in _TOPICS.strip().split("\n"):
    _, _requests, _answers = (part.strip() for part in _line.split("|"))
    TOPICS.append((_requests.split(" / "), _answers.split(" / ")))
