#include "engine/base/status.h"

#include <gtest/gtest.h>

namespace gram {
namespace {

TEST(StatusTest, AMessageIsOnePrintableLineWhateverIsInAName) {
  using namespace std::string_literals;
  const Status status = Corrupt("file: 'a\nb\r\t\0\x1b[31m\x7f \u00e9'"s);
  EXPECT_EQ(status.message(), "file: 'a?b????[31m? \u00e9'");
  EXPECT_EQ(Annotate(status, "row\n3").message(), "row?3: " + status.message());
  EXPECT_EQ(Status().message(), "");
}

}  // namespace
}  // namespace gram
