// What a self-test runs on: something that opens engines, and pairs that they score.
#ifndef GRAM_ENGINE_API_SELFTEST_SUBJECT_H_
#define GRAM_ENGINE_API_SELFTEST_SUBJECT_H_

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/status.h"
#include "gram/judge.h"
#include "gram/options.h"
#include "gram/selftest.h"

namespace gram::api {

/// An open engine.
class SelfTestEngine {
 public:
  SelfTestEngine() = default;
  virtual ~SelfTestEngine() = default;
  SelfTestEngine(const SelfTestEngine&) = delete;
  SelfTestEngine& operator=(const SelfTestEngine&) = delete;

  virtual EngineInfo info() const = 0;
  /// Verdicts of the subject's pairs with these numbers, in this order and in one call; of a
  /// verdict, the logits and lengths count. Errors: the first pair's that could not be scored.
  virtual Result<std::vector<Verdict>> Score(std::span<const size_t> pairs) = 0;
};

class SelfTestSubject {
 public:
  SelfTestSubject() = default;
  virtual ~SelfTestSubject() = default;
  SelfTestSubject(const SelfTestSubject&) = delete;
  SelfTestSubject& operator=(const SelfTestSubject&) = delete;

  virtual std::string name() const = 0;
  virtual size_t pairs() const = 0;
  /// Tokens of a batch that takes a prompt or two.
  virtual int small_batch() const = 0;
  virtual Result<std::unique_ptr<SelfTestEngine>> Open(const JudgeOptions& options) = 0;
};

/// All checks on one subject, as RunSelfTest describes them.
Result<SelfTestReport> TestSubject(SelfTestSubject& subject, const JudgeOptions& options,
                                   const std::function<void(const SelfTestCheck&)>& done);

}  // namespace gram::api

#endif  // GRAM_ENGINE_API_SELFTEST_SUBJECT_H_
