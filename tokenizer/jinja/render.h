// What a template writes, whatever the texts are that are not known: it is run once for each way
// in which its conditions on them may come out.
#ifndef GRAM_TOKENIZER_JINJA_RENDER_H_
#define GRAM_TOKENIZER_JINJA_RENDER_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/status.h"
#include "tokenizer/jinja/ast.h"
#include "tokenizer/jinja/text.h"
#include "tokenizer/jinja/value.h"

namespace gram::tokenizer::jinja {

/// Conditions on symbols and whether they hold, in the order in which they were asked for, spelled
/// as Jinja expressions: "'</think>' in response", "question.startswith('x')", "response == ''".
using Facts = std::vector<std::pair<std::string, bool>>;

/// Whether `fact` holds; nothing if it was not asked for.
std::optional<bool> Look(const Facts& facts, std::string_view fact);

struct Outcome {
  Facts facts;          ///< what led to it, without those that were given
  Text text;            ///< what is written
  std::string refusal;  ///< of raise_exception; the text is then not complete
  bool refused = false;
};

/// Every outcome there may be: at most 64, and one if nothing depends on a symbol. `variables` are
/// the template's, beside Jinja's own (namespace, range) and Hugging Face's (raise_exception,
/// strftime_now, whose "%d %b %Y" is the symbol "date"); `given` are facts known beforehand.
/// Errors: kUnsupported with the reason alone, where the template does what this Jinja does not
/// have, what Jinja would refuse, or too much.
Result<std::vector<Outcome>> Render(const Block& block, const Variables& variables,
                                    const Facts& given);

}  // namespace gram::tokenizer::jinja

#endif  // GRAM_TOKENIZER_JINJA_RENDER_H_
