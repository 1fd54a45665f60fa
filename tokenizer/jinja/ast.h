// A parsed Jinja template: statements and expressions as trees. Their depth is bounded by the
// parser, so that walking or destroying one never takes much of the stack.
#ifndef GRAM_TOKENIZER_JINJA_AST_H_
#define GRAM_TOKENIZER_JINJA_AST_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gram::tokenizer::jinja {

struct Expr;
using ExprPtr = std::unique_ptr<const Expr>;

struct Expr {
  enum class Kind {
    kText,       ///< 'name'
    kInteger,    ///< number
    kBool,       ///< number: 0 or 1
    kNone,       ///< none
    kName,       ///< name
    kList,       ///< [args...]
    kDict,       ///< {args[0]: args[1], ...}
    kAttribute,  ///< args[0].name
    kItem,       ///< args[0][args[1]]
    kSlice,      ///< args[0][args[1]:args[2]:args[3]]; null: left out
    kCall,       ///< args[0](args[1], ..., keywords[0]=..., ...), keywords last
    kFilter,     ///< args[0] | name(as for a call)
    kTest,       ///< args[0] is name(args[1], ...)
    kNot,        ///< not args[0]
    kNegative,   ///< -args[0]
    kAnd,        ///< args[0] and args[1]
    kOr,         ///< args[0] or args[1]
    kBinary,     ///< args[0] name args[1], name one of + - ~ * / // %
    kCompare,  ///< args[0] keywords[0] args[1] keywords[1] args[2] ...: == != < <= > >= in, not in
    kChoice,   ///< args[0] if args[1] else args[2]; null: no else
  };
  Kind kind;
  std::string name = {};
  int64_t number = 0;
  std::vector<ExprPtr> args = {};
  std::vector<std::string> keywords = {};  ///< of the last arguments; kCompare: operators
  int depth = 1;                           ///< of the tree below, this node included
};

struct Node;
using Block = std::vector<Node>;

struct Node {
  enum class Kind {
    kText,      ///< text
    kOutput,    ///< {{ exprs[0] }}
    kIf,        ///< blocks[i] if exprs[i], the last of them without condition if there is an else
    kFor,       ///< blocks[0] for names in exprs[0] if exprs[1] (may be null), else blocks[1]
    kSet,       ///< names[0], or its attribute `text` unless empty, = exprs[0]
    kCapture,   ///< names[0] = what blocks[0] writes
    kMacro,     ///< text(names...) is blocks[0]; exprs: defaults of the last names
    kBreak,     ///< of the innermost loop
    kContinue,  ///< of the innermost loop
    kScope,     ///< blocks[0], whose variables end with it
  };
  Kind kind;
  std::string text = {};
  std::vector<std::string> names = {};
  std::vector<ExprPtr> exprs = {};
  std::vector<Block> blocks = {};
};

}  // namespace gram::tokenizer::jinja

#endif  // GRAM_TOKENIZER_JINJA_AST_H_
