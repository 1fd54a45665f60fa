// The words by which options are chosen: the same on the command line, in C, in Python, and in what
// a run records of itself.
//
//   const std::optional<gram::Protocol> protocol = gram::ValueCalled(gram::kProtocolNames, "eval");
#ifndef GRAM_OPTION_NAMES_H_
#define GRAM_OPTION_NAMES_H_

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "gram/export.h"
#include "gram/named.h"
#include "gram/options.h"
#include "gram/rank.h"

namespace gram {

inline constexpr Named<Protocol> kProtocolNames[] = {{"auto", Protocol::kAuto},
                                                     {"card", Protocol::kCard},
                                                     {"eval", Protocol::kEval},
                                                     {"reward", Protocol::kReward}};

inline constexpr Named<Scoring> kScoringNames[] = {{"average", Scoring::kAverage},
                                                   {"card-snippet", Scoring::kCardSnippet}};

inline constexpr Named<Bos> kBosNames[] = {{"one", Bos::kOne}, {"two", Bos::kTwo}};

inline constexpr Named<Truncate> kTruncateNames[] = {{"never", Truncate::kNever},
                                                     {"fair", Truncate::kFair}};

inline constexpr Named<RankMethod> kRankMethodNames[] = {{"auto", RankMethod::kAuto},
                                                         {"round_robin", RankMethod::kRoundRobin},
                                                         {"knockout", RankMethod::kKnockout},
                                                         {"linear", RankMethod::kLinear},
                                                         {"reward", RankMethod::kReward}};

/// The two labels of "A,B" (ScoreOptions::labels): neither empty, not the same. Nothing otherwise.
GRAM_API std::optional<std::array<std::string, 2>> ParseLabels(std::string_view text);

}  // namespace gram

#endif  // GRAM_OPTION_NAMES_H_
