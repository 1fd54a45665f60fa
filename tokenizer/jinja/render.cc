#include "tokenizer/jinja/render.h"

#include "tokenizer/jinja/interpreter.h"

namespace gram::tokenizer::jinja {
namespace {

constexpr size_t kMaxOutcomes = 64;

// The next way in which the facts may come out, counted in binary; false behind the last.
bool Advance(Facts* facts) {
  while (!facts->empty() && facts->back().second) facts->pop_back();
  if (facts->empty()) return false;
  facts->back().second = true;
  return true;
}

}  // namespace

std::optional<bool> Look(const Facts& facts, std::string_view fact) {
  for (const auto& [name, holds] : facts) {
    if (name == fact) return holds;
  }
  return std::nullopt;
}

Result<std::vector<Outcome>> Render(const Block& block, const Variables& variables,
                                    const Facts& given) {
  std::vector<Outcome> outcomes;
  Budget budget;
  Facts facts;
  do {
    if (outcomes.size() == kMaxOutcomes) {
      return Unsupported("what it writes depends on the messages in too many ways");
    }
    GRAM_ASSIGN_OR_RETURN(Outcome outcome,
                          Interpreter(variables, given, &facts, &budget).Run(block));
    outcome.facts = facts;
    outcomes.push_back(std::move(outcome));
  } while (Advance(&facts));
  return outcomes;
}

}  // namespace gram::tokenizer::jinja
