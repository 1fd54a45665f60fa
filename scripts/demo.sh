#!/usr/bin/env bash
# demo.sh: installs what is missing, builds gram-cpu and judges a few pairs of answers with the demo model.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-deps.sh build
cmake --preset release >/dev/null
cmake --build --preset release --target product

gram=build/release/gram-cpu
model=build/release/share/gram-cpu/demo.gram  # which score takes without --model, too

judge() {  # QUESTION RESPONSE1 RESPONSE2
  printf '\nQuestion:   %s\nResponse 1: %s\nResponse 2: %s\n\n' "$@"
  "$gram" score --model "$model" --quiet --query "$1" --response1 "$2" --response2 "$3"
}

judge 'What is the capital of France?' 'The capital of France is Berlin.' 'Paris.'
judge 'How do I boil an egg?' 'Put the egg in boiling water and wait for eight minutes.' \
  'In winter it is cold and dark, and snow often falls.'
judge 'Write these words in reverse order: red apple car' 'car apple red' 'red apple car'
judge 'What is the Russian word for frog?' \
  'The Russian word for frog is "лягушка" (pronounced "lyagushka").' \
  'The Russian word for frog is "жаба" (pronounced as "zhaba"). This word can also be written in '\
'Cyrillic as жа́ба. If you'\''re learning Russian, here'\''s a sentence with the word: Меня зовут Иван, и я '\
'люблю лезечку на спину жабы, which translates to "My name is Ivan, and I like sitting on the back of a '\
'frog." (Keep in mind that in real life, it is best not to disturb or harm frogs.)'

cat <<END

The judge was the demo model, a toy of 2.7 million weights that comes with gram-cpu. It knows questions like the first
three; the last one, about Russian, is beyond it, and its verdict there is a guess. For real verdicts, download a GRAM
checkpoint such as NiuTrans/GRAM-Qwen3-1.7B-RewardModel and convert it:

  $gram convert GRAM-Qwen3-1.7B-RewardModel gram-1.7b.gram
  $gram score --model gram-1.7b.gram --query "..." --response1 "..." --response2 "..."
END
