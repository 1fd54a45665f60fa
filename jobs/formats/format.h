// The formats that preference data comes in, as data: what a row of each looks like and which of
// its fields hold what.
#ifndef GRAM_JOBS_FORMATS_FORMAT_H_
#define GRAM_JOBS_FORMATS_FORMAT_H_

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "jobs/io/json_line.h"
#include "jobs/io/row_reader.h"

namespace gram::jobs {

/// What a field has to hold in a row of a format.
enum class Holds {
  kAnything,    ///< the field is there, be it null; only tells the format, not needed to map a row
  kText,        ///< a string
  kTexts,       ///< a list that begins with a string
  kMessages,    ///< a message, or a list that begins with one
  kDialogue,    ///< a string or messages
  kTranscript,  ///< a string that begins with "\n\nHuman:"
  kPrompt,      ///< a string that is a judging prompt
  kJsonList,    ///< a string that begins with '[': a list, written as JSON
  kList,        ///< a list
  kObjects,     ///< a list that begins with an object
  kBool,
  kInput,  ///< an object whose field "messages" holds messages
  kObject,
  kNothing,  ///< the field is absent, or null
  kAbsent    ///< the field is absent
};

/// A condition on a row. `field` may be several names, "a|b": one of them is enough.
struct Mark {
  std::string_view field;
  Holds holds = Holds::kAnything;
};

/// What the values of a label field mean.
enum class LabelRule {
  kNone,           ///< by the names of label fields, where they are certain
  kUnlabelled,     ///< there is no label
  kFirstIsBetter,  ///< chosen / rejected: the answers' names are the label
  kWords,          ///< "A", "A>B", "model_a", "tie" and the like; 1 and 2
  kWordsOnly,      ///< the same words; a number could mean either answer
  kZeroIsFirst,    ///< 0 and 1: the answers are counted from 0
  kOneIsFirst,     ///< 1 and 0, true and false: whether the first is the better one
  kStrength,       ///< a number below 0 for the first, above 0 for the second, 0 for a tie
  kOneToTwo,       ///< a number from 1 to 2: nearer to the first or to the second
  kOneHot,         ///< three fields, for the first, the second and a tie; one of them is 1
  kHigherScore     ///< two fields, a number for each answer: the higher, the better
};

/// How a row of a format is taken apart.
enum class Shape {
  kPair,             ///< a question and two answers, each text or messages
  kSharedBeginning,  ///< two texts with the same question at their beginning
  kJudgePrompt,      ///< a rendered judging prompt that holds all three
  kTurnLists,  ///< three lists of texts, written as JSON strings: a dialogue with each answerer
  kBetterAndWorse,  ///< two lists of answers, one better than the other
  kNumbered,        ///< a question and answers in fields that are counted from 1
  kList,            ///< a question and a list of answers
  kUseless          ///< nothing to compare; `note` says why
};

/// Whether rows of that shape hold a list of answers; else two.
bool IsList(Shape shape);

/// What a system prompt's field is called.
inline constexpr std::string_view kSystemNames = "system|system_prompt|system_message";

/// One format. Fields that it does not use are empty.
struct Format {
  std::string_view name;   ///< for --format
  std::string_view title;  ///< for people
  Shape shape = Shape::kPair;
  std::string_view question = {};  ///< field of the question; "a|b": exactly one of these
  std::string_view first = {};   ///< field of the first answer, of the better answers, of the list;
                                 ///< of numbered fields what stands before the number
  std::string_view second = {};  ///< field of the second answer, of the worse answers
  LabelRule label_rule = LabelRule::kNone;
  std::string_view label = {};     ///< field of a pair's label
  bool label_is_named = false;     ///< by the user, so that other labels do not count
  bool question_is_named = false;  ///< the same of other questions
  bool answers_are_named = false;  ///< and of other answers
  std::string_view quality = {};  ///< of a list, field of a list of numbers, one an answer; a field
                                  ///< of each element where `element` is set
  std::string_view element = {};  ///< field of each element that holds the answer
  std::string_view system =
      kSystemNames;                ///< field of a system prompt; "a|b": at most one of these
  std::string_view history = {};   ///< field of earlier rounds: a list of [user, assistant]
  std::string_view addition = {};  ///< fields of text that go behind the question on lines of their
                                   ///< own: "a+b"
  std::string_view prefix = {};    ///< field of text that both answers begin with
  std::string_view rounds = {};   ///< field of a number: conversations end after so many user turns
  std::string_view correct = {};  ///< field of the number of better answers, to be checked
  bool transcript_question = false;  ///< the question may be a transcript
  bool transcript_answers = false;   ///< the answers are transcripts
  std::string_view spare = {};       ///< "a|b": fields that the data set has and no judge needs
  std::string_view note = {};        ///< what a user should know
  std::array<Mark, 8> marks = {};
  Layout layout = Layout::kEmpty;  ///< that the file must have; kEmpty: any
};

/// Whether `name` is one of "a|b|c".
bool HasName(std::string_view names, std::string_view name);

/// All formats, the more particular before the more general: the first that fits is a row's. The
/// last is the generic one, which no marks describe.
std::span<const Format> Formats();

/// The format of that name, or null.
const Format* FindFormat(std::string_view name);

/// The last format.
const Format& GenericFormat();

/// Whether the row has all marks of `format`, and the file its layout.
bool Fits(JsonLineParser& parser, const JsonLine& line, const Format& format, Layout layout);

/// Why a row of a file in `format` cannot be mapped, or nothing: the first mark that it needs and
/// does not have. Error codes: missing_field, wrong_type, other_format.
std::optional<RowError> Misfit(JsonLineParser& parser, const JsonLine& line, const Format& format);

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FORMATS_FORMAT_H_
