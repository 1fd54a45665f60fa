// What this Jinja makes of templates. The values are those of Jinja 3 with Hugging Face's settings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tokenizer/jinja/lexer.h"
#include "tokenizer/jinja/parser.h"
#include "tokenizer/jinja/render.h"

namespace gram::tokenizer::jinja {
namespace {

using ::testing::HasSubstr;

// The pieces, symbols in angle brackets.
std::string Shown(const Text& text) {
  std::string shown;
  for (const Piece& piece : text) shown += piece.symbol ? "<" + piece.text + ">" : piece.text;
  return shown;
}

Result<std::vector<Outcome>> Try(std::string_view source) {
  GRAM_ASSIGN_OR_RETURN(const Block block, Parse(source));
  GRAM_ASSIGN_OR_RETURN(Value list, Value::Of(List{Value(int64_t{1}), Value(int64_t{2})}));
  GRAM_ASSIGN_OR_RETURN(
      Value dict, Value::Of(Dict{{"role", Value(Known("user"))}, {"text", Value(Symbol("q"))}}));
  const Variables variables = {{"q", Value(Symbol("q"))},
                               {"r", Value(Symbol("r"))},
                               {"list", std::move(list)},
                               {"dict", std::move(dict)},
                               {"gone", Value(Unusable{"it uses what is gone"})}};
  return Render(block, variables, {{"r == ''", false}});
}

// What the template writes if that does not depend on symbols; else why not.
std::string Written(std::string_view source) {
  const auto outcomes = Try(source);
  if (!outcomes.ok()) return "error: " + outcomes.status().message();
  if (outcomes->size() != 1) return std::to_string(outcomes->size()) + " outcomes";
  const Outcome& outcome = outcomes->front();
  return outcome.refused ? "refused: " + outcome.refusal : Shown(outcome.text);
}

struct Case {
  const char* source;
  const char* written;
};

constexpr Case kExpressions[] = {
    {"{{ 'a' ~ 1 ~ none ~ true ~ nothing }}", "a1NoneTrue"},
    {"{{ 'a' 'b' + \"c\" }}", "abc"},
    {R"({{ 'a\'\"\\\x41\u20ac\t' }})", "a'\"\\A\xe2\x82\xac\t"},
    {"{{ 1 + 2 * 3 - 4 // 2 % 3 }}", "5"},
    {"{{ -7 + 2 }}", "-5"},
    {"{{ 'x' if false }}{{ 'y' if true else 'z' }}{{ 'a' if 0 else 'b' if '' else 'c' }}", "yc"},
    {"{{ nothing or 'x' }}{{ 'y' and 'z' }}{{ not nothing }}", "xzTrue"},
    {"{{ 1 < 2 < 3 }}{{ 1 < 2 > 3 }}{{ 1 == true }}{{ 'a' != 1 }}{{ none == nothing }}",
     "TrueFalseTrueTrueFalse"},
    {"{{ 'b' in 'abc' }}{{ 'x' not in 'abc' }}{{ 2 in list }}{{ 'role' in dict }}{{ 'b' in nothing "
     "}}",
     "TrueTrueTrueTrueFalse"},
    {"{{ not 'a' in 'abc' }}{{ not nothing is defined }}", "FalseTrue"},
    {"{{ list[0] }}{{ list[-1] }}{{ list[5] }}{{ list.1 }}{{ dict.role }}{{ dict['role'] }}{{ "
     "dict.x }}",
     "122useruser"},
    {"{% for x in list[::-1] + [3][1:] + [4, 5, 6][:-1] + [7, 8][9:] %}{{ x }}{% endfor %}",
     "2145"},
    {"{{ 'abcdef'[1:4] }}{{ 'abcdef'[::-2] }}{{ 'abcdef'[-2:] }}", "bcdfdbef"},
    {"{{ {'a': 1, 'b': 2, 'a': 3}.a }}{{ {'a': 1}.get('b', 'c') }}{{ {}.get('x') }}", "3cNone"},
    {"{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}{{ v }}{% endfor %}", "a1b2"},
    {"{{ '  a '|trim }}{{ 'xax'|trim('x') }}{{ 'ab'|upper|lower|capitalize }}", "aaAb"},
    {"{{ 'a b'.title() }}{{ 'xxaxx'.lstrip('x').rstrip('xa') }}.", "A B."},
    {"{{ 'a,b,c'.split(',')[-1] }}{{ 'a,b'.split(',')|length }}{{ 'a,b'.split(',')|join('-') }}",
     "c2a-b"},
    {"{{ 'aXbX'|replace('X', '--') }}{{ 'abc'.startswith('ab') }}{{ 'abc'.endswith('ab') }}",
     "a--b--TrueFalse"},
    {"{{ nothing|default('x') }}{{ ''|d('y', true) }}{{ ''|default('z') }}{{ list|first }}{{ "
     "list|last }}",
     "xy12"},
    {"{{ '\xc3\xa9'|length }}{{ list|count }}{{ nothing|length }}{{ 5|string + 'x' }}", "1205x"},
    {"{{ q is string }}{{ q is iterable }}{{ q is mapping }}{{ dict is mapping }}{{ list is "
     "sequence }}",
     "TrueTrueFalseTrueTrue"},
    {"{{ q is defined }}{{ nothing is undefined }}{{ none is none }}{{ nothing is none }}{{ 1 is "
     "number }}",
     "TrueTrueTrueFalseTrue"},
    {"{{ true is true }}{{ 1 is true }}{{ false is false }}{{ 1 is boolean }}{{ 1 is not integer "
     "}}",
     "TrueFalseTrueFalseFalse"},
    {"{{ 1 is eq 1 }}{{ 1 is ne(1) }}{{ 'a' is in ['a'] }}", "TrueFalseTrue"},
    {"{{ (1, 2) }}", "error: a ')' is missing in a tag"},
    {"{{ 'x' is defined is none }}", "error: it has one test behind another"},
};

constexpr Case kStatements[] = {
    {"{% if nothing %}a{% elif 1 %}b{% else %}c{% endif %}", "b"},
    {"{% set x = 'a' %}{% if true %}{% set x = 'b' %}{% endif %}{{ x }}", "b"},
    {"{% set x = 'a' %}{% for i in list %}{{ x }}{% set x = i %}{{ x }}{% endfor %}{{ x }}",
     "a1a2a"},
    {"{% set n = namespace(x=0) %}{% for i in list %}{% set n.x = n.x + i %}{% endfor %}{{ n.x "
     "}}{{ n.y }}",
     "3"},
    {"{% for i in list %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.first }}"
     "{{ loop.last }}{{ loop.length }}{{ loop.previtem }}{{ loop.nextitem }},{% endfor %}",
     "102TrueFalse22,211FalseTrue21,"},
    {"{% for i in list %}{% for j in list if j > i %}{{ i }}{{ j }}{{ loop.length }}{% else %}-"
     "{% endfor %}{{ loop.index }}{% endfor %}",
     "1211-2"},
    {"{% for i in range(1, 9) %}{% if i == 2 %}{% continue %}{% endif %}{% if i > 3 %}{% break %}"
     "{% endif %}{{ i }}{% endfor %}",
     "13"},
    {"{% for i in nothing %}x{% else %}none{% endfor %}", "none"},
    {"{% set x %}a{% set y = 1 %}{{ 'b' }}{% endset %}[{{ x }}{{ y }}]", "[ab]"},
    {"{% set x = 1 %}{% macro m(a, b='B', c=a) %}{{ a }}{{ b }}{{ c }}{{ x }}{{ y }}{% endmacro %}"
     "{% for y in list %}{{ m(y) }}{{ m('p', c='q') }},{% endfor %}{% set x = 2 %}{{ m(3, b=4) }}",
     "1B11pBq1,2B21pBq1,3432"},
    {"{% macro m(a) %}{% if a %}{{ a }}{{ m(a - 1) }}{% endif %}{% endmacro %}{{ m(3) }}", "321"},
    {"{% generation %}{{ q }}{% set x = 1 %}{% endgeneration %}{{ x }}", "<q>"},
    {"{{ raise_exception('no ' ~ list[0]) }}x", "refused: no 1"},
    {"{{ strftime_now('%d %b %Y') }}{{ strftime_now('%Y') }}", "<date><strftime_now('%Y')>"},
    {"{% if never %}{{ m(**a) }}{% endif %}",
     "error: an expression has the symbol '**' out of place"},
    {"{% if never %}{{ q|tojson(indent=4)|whatever }}{{ gone }}{{ 1.5 }}{% endif %}ok", "ok"},
};

constexpr Case kSymbols[] = {
    {"{{ q }}{{ 'a' + q + 'b' ~ r }}", "<q>a<q>b<r>"},
    {"{{ q|trim }}{{ (q|trim).strip() }}{{ q.strip().lstrip().rstrip() }}",
     "<q.strip()><q.strip()><q.strip()>"},
    {"{{ q.lstrip('\\n').strip('\\n') }}", "<q.strip('\\n')>"},
    {"{{ q.lstrip('\\n').strip() }}", "<q.lstrip('\\n').strip()>"},
    {"{{ q.split('</t>')[-1] }}{{ q.split('</t>')[0] }}",
     "<q.split('</t>')[-1]><q.split('</t>')[0]>"},
    {"{{ q.split('</t>')[1] }}", "error: it takes an item of a list in a way that is not known"},
    {"{{ q.replace('a', 'b')|upper }}", "<q.replace('a', 'b').upper()>"},
    {"{{ q|length }}", "error: it looks at the length of a message"},
    {"{{ q[0] }}", "error: it takes an item of a text in a way that is not known"},
    {"{{ q[1:] }}", "error: it takes a part of a text that is not known"},
    {"{{ (q + 'x')|trim }}", "error: it uses 'strip' on a text with a message in it"},
    {"{{ q + 'x' == 'y' }}", "error: it compares a text with a message in it"},
    {"{{ q == q }}{{ q + 'x' == q + 'x' }}", "TrueTrue"},
    {"{{ q + 'x' and 'y' }}{{ '' in q }}{{ q.startswith('') }}{{ 'x' in q + 'x' }}",
     "yTrueTrueTrue"},
    {"{{ 'a' if r else 'b' }}", "a"},
    {"{{ 'a' if q else 'b' }}", "2 outcomes"},
    {"{{ gone }}", "error: it uses what is gone"},
    {"{{ gone is defined }}", "error: it uses what is gone"},
};

class Templates : public ::testing::TestWithParam<Case> {};

TEST_P(Templates, AreWrittenAsByJinja) {
  EXPECT_EQ(Written(GetParam().source), GetParam().written) << GetParam().source;
}
INSTANTIATE_TEST_SUITE_P(Expressions, Templates, ::testing::ValuesIn(kExpressions));
INSTANTIATE_TEST_SUITE_P(Statements, Templates, ::testing::ValuesIn(kStatements));
INSTANTIATE_TEST_SUITE_P(Symbols, Templates, ::testing::ValuesIn(kSymbols));

TEST(Render, EveryOutcomeIsFound) {
  const auto outcomes =
      Try("{% if 'x' in q and q.endswith('y') %}a{% endif %}{% if 'x' in q %}b{% endif %}"
          "{% if not r or q == 'z' %}c{% endif %}");
  ASSERT_TRUE(outcomes.ok()) << outcomes.status().message();
  std::vector<std::string> shown;
  for (const Outcome& outcome : *outcomes) {
    std::string facts;
    for (const auto& [fact, holds] : outcome.facts) facts += (holds ? "" : "not ") + fact + ", ";
    shown.push_back(facts + Shown(outcome.text));
  }
  EXPECT_THAT(shown,
              ::testing::ElementsAre("not 'x' in q, not q == 'z', ", "not 'x' in q, q == 'z', c",
                                     "'x' in q, not q.endswith('y'), not q == 'z', b",
                                     "'x' in q, not q.endswith('y'), q == 'z', bc",
                                     "'x' in q, q.endswith('y'), not q == 'z', ab",
                                     "'x' in q, q.endswith('y'), q == 'z', abc"));
  EXPECT_EQ(Look((*outcomes)[0].facts, "'x' in q"), false);
  EXPECT_EQ(Look((*outcomes)[2].facts, "'x' in q"), true);
  EXPECT_EQ(Look((*outcomes)[0].facts, "q.endswith('y')"), std::nullopt);
}

TEST(Render, TooManyOutcomesAreRefused) {
  std::string source;
  for (int i = 0; i < 6; ++i) source += "{{ '" + std::to_string(i) + "' in q }}";
  EXPECT_EQ(Try(source)->size(), 64U);
  EXPECT_THAT(Try(source + "{{ 'x' in q }}").status().message(), HasSubstr("too many ways"));
}

TEST(Lexer, WhiteSpaceControl) {
  const auto items = Lex("a \n  {%- set x = 1 -%}  \n b {{ 'c\\n' }}\n  {% if y %}\nd\r\n");
  ASSERT_TRUE(items.ok());
  std::string shape;
  for (const Item& item : *items) {
    shape +=
        item.kind == Item::Kind::kText ? "[" + item.text + "]" : "<" + item.tokens[0].text + ">";
  }
  EXPECT_EQ(shape, "[a]<set>[b ]<c\n>[\n]<if>[d]");
}

constexpr Case kWhiteSpace[] = {
    {"a\n\n", "a\n"},
    {"a\r\nb\rc", "a\nb\nc"},
    {"  {% if 1 %}\n  x\n  {% endif %}\ny", "  x\ny"},
    {"  {%+ if 1 +%}\n  x{% endif %}", "  \n  x"},
    {"x  {% if 1 %}  y{% endif %}", "x    y"},
    {" {{ 1 }} \n {{- 2 -}} \n 3", " 123"},
    {"a\u00a0\u3000{{- 1 -}}\u2003\nb", "a1b"},
    {"  {# x #}\n  {#- y -#}  \n z", "z"},
    {"a {#-#} b", "a b"},
    {"{{ '}}' }}{{ {'a': {'b': 1}}.a.b }}{% if '%}' %}x{% endif %}", "}}1x"},
    {"{{+ 1 }}", "1"},
    {"{ {x} #} %} }}", "{ {x} #} %} }}"},
};
INSTANTIATE_TEST_SUITE_P(WhiteSpace, Templates, ::testing::ValuesIn(kWhiteSpace));

TEST(Parser, WhatIsNoJinjaIsRefused) {
  for (const char* source : {"{{",
                             "{%",
                             "{#",
                             "{% %}",
                             "{{ }}",
                             "{% if %}",
                             "{% endif %}",
                             "{% for %}",
                             "{{ 'a }}",
                             "{% set %}",
                             "{%-",
                             "{{-",
                             "{% else %}",
                             "{{ ( }}",
                             "{{ ) }}",
                             "{{ [ }}",
                             "{{ . }}",
                             "{{ 'a' + }}",
                             "{% if 1 %}",
                             "{% for x in y %}{% endif %}",
                             "{% if 1 %}{% else %}{% else %}"
                             "{% endif %}",
                             "{% if 1 %}{% else %}{% elif 1 %}{% endif %}",
                             "{% endfor %}",
                             "{{ a b }}",
                             "{% set a, b = 1, 2 %}",
                             "{% set true = 1 %}",
                             "{% for loop in x %}{% endfor %}",
                             "{% break %}",
                             "{% macro f() %}{% break %}{% endmacro %}",
                             "{% raw %}x{% endraw %}",
                             "{% include 'x' %}",
                             "{% call f() %}{% endcall %}",
                             "{% filter trim %}{% endfilter %}",
                             "{% for a in b recursive %}{% endfor %}",
                             "{% 'if' 1 %}",
                             "{% if 1 %}{% endif x %}",
                             "{{ '\\q' }}",
                             "{{ '\\ud800' }}",
                             "{{ 99999999999999999999 }}",
                             "{{ 1a }}",
                             "{{ f(a=1, 2) }}",
                             "{{ \u00e9 }}",
                             "{% macro f(a=1, b) %}{% endmacro %}",
                             "{{ 'a' | }}",
                             "{{ a is }}",
                             "{% for x in y %}{% macro f() %}{% endmacro %}{% endfor %}",
                             "\xff",
                             "{{ '\xc3' }}"}) {
    const auto block = Parse(source);
    ASSERT_FALSE(block.ok()) << source;
    EXPECT_EQ(block.status().code(), StatusCode::kUnsupported);
  }
}

TEST(Render, WhatJinjaRefusesIsRefused) {
  for (const char* source : {"{{ nothing.x }}",
                             "{{ nothing + 'a' }}",
                             "{{ 'a' + 1 }}",
                             "{{ nothing() }}",
                             "{{ list() }}",
                             "{{ 1 < 'a' }}",
                             "{{ none + 'a' }}",
                             "{{ 'a' in none }}",
                             "{{ list.x }}",
                             "{{ list }}",
                             "{% for x in 1 %}{% endfor %}",
                             "{% for a, b in list %}{% endfor %}",
                             "{{ 1 // 0 }}",
                             "{% set list.x = 1 %}",
                             "{{ 'a'|nosuch }}",
                             "{{ 'a' is nosuch }}",
                             "{{ 'a'.nosuch() }}",
                             "{% macro f(a) %}{% endmacro %}{{ f(1, 2) }}",
                             "{% macro f(a) %}{% endmacro %}{{ f(b=1) }}",
                             "{% macro f(a) %}{% endmacro %}{{ f(1, a=1) }}",
                             "{{ list[::0] }}",
                             "{{ namespace }}",
                             "{{ dict.items }}",
                             "{{ 2147483648 * 2147483648 }}",
                             "{{ 1 / 2 }}",
                             "{{ 'a'.split('') }}",
                             "{{ list.append(1) }}",
                             "{{ self }}",
                             "{{ '\u00e9'|upper }}"}) {
    EXPECT_THAT(Written(source), HasSubstr("error: ")) << source;
  }
}

}  // namespace
}  // namespace gram::tokenizer::jinja
