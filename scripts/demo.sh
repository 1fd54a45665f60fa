#!/usr/bin/env bash
# demo.sh: installs what is missing, builds gram-cpu and judges one pair of answers.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-deps.sh build
cmake --preset release >/dev/null
cmake --build --preset release --target gram-cpu

gram=build/release/gram-cpu
model=build/demo.gram
"$gram" convert tests/golden/tiny-tied "$model" --force

question='What is the Russian word for frog?'
response1='The Russian word for frog is "лягушка" (pronounced "lyagushka").'
response2='The Russian word for frog is "жаба" (pronounced as "zhaba"). This word can also be written in '\
'Cyrillic as жа́ба. If you'\''re learning Russian, here'\''s a sentence with the word: Меня зовут Иван, и я '\
'люблю лезечку на спину жабы, which translates to "My name is Ivan, and I like sitting on the back of a '\
'frog." (Keep in mind that in real life, it is best not to disturb or harm frogs.)'

cat <<END

Question:   $question
Response 1: $response1
Response 2: $response2

END
"$gram" score --model "$model" --quiet \
  --query "$question" --response1 "$response1" --response2 "$response2"
cat <<END

This verdict is meaningless: the demo's model is a tiny one with random weights. To judge with a trained
model, download a GRAM checkpoint such as NiuTrans/GRAM-Qwen3-1.7B-RewardModel and convert it:

  $gram convert GRAM-Qwen3-1.7B-RewardModel gram-1.7b.gram
  $gram score --model gram-1.7b.gram --query "..." --response1 "..." --response2 "..."
END
