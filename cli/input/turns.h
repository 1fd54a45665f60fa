// What becomes of a conversation of several turns where the judge takes one question.
#ifndef GRAM_CLI_INPUT_TURNS_H_
#define GRAM_CLI_INPUT_TURNS_H_

#include <string_view>

namespace gram::cli {

enum class Turns {
  kJoin,  ///< all of it, each turn after its speaker's name: nothing is lost
  kLast   ///< the last user turn alone
};

/// "join" or "last": for the manifest of a run.
std::string_view TurnsName(Turns turns);

}  // namespace gram::cli

#endif  // GRAM_CLI_INPUT_TURNS_H_
