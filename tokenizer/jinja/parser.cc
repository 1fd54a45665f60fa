#include "tokenizer/jinja/parser.h"

#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tokenizer/jinja/expression_parser.h"
#include "tokenizer/jinja/lexer.h"

namespace gram::tokenizer::jinja {
namespace {

constexpr int kMaxBlockDepth = 32;  // nested blocks

class Parser {
 public:
  explicit Parser(std::vector<Item> items) : items_(std::move(items)) {}

  Result<Block> Run() {
    GRAM_ASSIGN_OR_RETURN(Block block, ParseBlock());
    if (next_ != items_.size()) return Unsupported("its blocks do not match");
    return block;
  }

 private:
  // What surrounds a tag: break needs a loop, a macro the outermost level.
  struct Place {
    int depth = 0;
    bool in_loop = false;
    bool local = false;  // in a loop, macro or capture, whose variables end with it
  };

  std::span<const Token> Tokens() const { return items_[next_].tokens; }

  // The name of the tag that comes next; empty where none does, or it has no name.
  std::string_view TagName() const {
    if (next_ == items_.size() || items_[next_].kind != Item::Kind::kTag) return "";
    if (Tokens().empty() || Tokens()[0].kind != Token::Kind::kName) return "";
    return Tokens()[0].text;
  }

  // Up to the tag that ends or continues the enclosing block, or to the end.
  Result<Block> ParseBlock() {
    Block block;
    if (place_.depth > kMaxBlockDepth) return Unsupported("its blocks are nested too deeply");
    for (; next_ < items_.size(); ++next_) {
      const std::string_view name = TagName();
      if (name.starts_with("end") || name == "else") {
        if (Tokens().size() != 1) return Unsupported("a tag goes on behind its name");
        break;
      }
      if (name == "elif") break;
      GRAM_ASSIGN_OR_RETURN(Node node, ParseItem());
      block.push_back(std::move(node));
    }
    return block;
  }

  // The blocks that end on `end` leave `next_` there.
  Result<Block> ParseInner(Place place, std::initializer_list<std::string_view> ends) {
    const Place outer = std::exchange(place_, place);
    place_.depth = outer.depth + 1;
    ++next_;
    GRAM_ASSIGN_OR_RETURN(Block block, ParseBlock());
    place_ = outer;
    for (const std::string_view end : ends) {
      if (TagName() == end) return block;
    }
    if (next_ == items_.size()) return Unsupported("a block is not closed");
    return Unsupported("its blocks do not match");
  }

  Result<Node> ParseItem() {
    Item& item = items_[next_];
    if (item.kind == Item::Kind::kText) {
      return Node{.kind = Node::Kind::kText, .text = std::move(item.text)};
    }
    if (item.kind == Item::Kind::kOutput) return ParseOutput();
    const std::string_view name = TagName();
    if (name == "if") return ParseIf();
    if (name == "for") return ParseFor();
    if (name == "set") return ParseSet();
    if (name == "macro") return ParseMacro();
    if (name == "break" || name == "continue") return ParseJump();
    if (name == "generation" && Tokens().size() == 1) {
      return ParseWhole({.kind = Node::Kind::kScope}, {.in_loop = false, .local = true},
                        "endgeneration");
    }
    return Unsupported(name.empty() ? "it has a tag without a name"
                                    : "it uses the tag '" + std::string(name) + "'");
  }

  Result<Node> ParseOutput() {
    ExpressionParser parser(Tokens());
    Node node{.kind = Node::Kind::kOutput};
    GRAM_ASSIGN_OR_RETURN(ExprPtr value, parser.Expression());
    GRAM_RETURN_IF_ERROR(parser.ExpectEnd());
    node.exprs.push_back(std::move(value));
    return node;
  }

  // `node` with the block up to `end`, on whose tag it stops.
  Result<Node> ParseWhole(Node node, Place place, std::string_view end) {
    GRAM_ASSIGN_OR_RETURN(Block block, ParseInner(place, {end}));
    node.blocks.push_back(std::move(block));
    return node;
  }

  Result<Node> ParseIf() {
    Node node{.kind = Node::Kind::kIf};
    for (bool has_else = false; TagName() != "endif";) {
      const bool is_else = TagName() == "else";
      if (has_else) return Unsupported("an if goes on behind its else");
      ExpressionParser parser(Tokens().subspan(1));
      if (!is_else) {
        GRAM_ASSIGN_OR_RETURN(ExprPtr condition, parser.Condition());
        node.exprs.push_back(std::move(condition));
      }
      GRAM_RETURN_IF_ERROR(parser.ExpectEnd());
      GRAM_ASSIGN_OR_RETURN(Block block, ParseInner(place_, {"elif", "else", "endif"}));
      node.blocks.push_back(std::move(block));
      has_else = is_else;
    }
    return node;
  }

  // A name that may be given a value.
  static Result<std::string> Variable(ExpressionParser* parser) {
    GRAM_ASSIGN_OR_RETURN(std::string name, parser->Name());
    for (const char* fixed : {"true", "false", "none", "True", "False", "None", "loop"}) {
      if (name == fixed) return Unsupported("it changes '" + name + "'");
    }
    return name;
  }

  Result<Node> ParseFor() {
    Node node{.kind = Node::Kind::kFor};
    ExpressionParser parser(Tokens().subspan(1));
    do {
      GRAM_ASSIGN_OR_RETURN(std::string name, Variable(&parser));
      node.names.push_back(std::move(name));
    } while (parser.Skip(","));
    GRAM_RETURN_IF_ERROR(parser.Expect("in"));
    GRAM_ASSIGN_OR_RETURN(ExprPtr list, parser.Condition());
    ExprPtr filter;
    if (parser.Skip("if")) {
      GRAM_ASSIGN_OR_RETURN(filter, parser.Expression());
    }
    GRAM_RETURN_IF_ERROR(parser.ExpectEnd());
    node.exprs.push_back(std::move(list));
    node.exprs.push_back(std::move(filter));
    GRAM_ASSIGN_OR_RETURN(Block body,
                          ParseInner({.in_loop = true, .local = true}, {"endfor", "else"}));
    node.blocks.push_back(std::move(body));
    if (TagName() == "endfor") return node;
    return ParseWhole(std::move(node), {.in_loop = place_.in_loop, .local = true}, "endfor");
  }

  Result<Node> ParseSet() {
    Node node{.kind = Node::Kind::kSet};
    ExpressionParser parser(Tokens().subspan(1));
    GRAM_ASSIGN_OR_RETURN(std::string name, Variable(&parser));
    node.names.push_back(std::move(name));
    if (parser.Skip(".")) {
      GRAM_ASSIGN_OR_RETURN(node.text, parser.Name());
    }
    if (parser.AtEnd() && node.text.empty()) {
      node.kind = Node::Kind::kCapture;
      return ParseWhole(std::move(node), {.in_loop = false, .local = true}, "endset");
    }
    if (!parser.Skip("=")) return Unsupported("it sets several variables at once");
    GRAM_ASSIGN_OR_RETURN(ExprPtr value, parser.Expression());
    GRAM_RETURN_IF_ERROR(parser.ExpectEnd());
    node.exprs.push_back(std::move(value));
    return node;
  }

  Result<Node> ParseMacro() {
    if (place_.local) return Unsupported("it has a macro within a loop or another macro");
    Node node{.kind = Node::Kind::kMacro};
    ExpressionParser parser(Tokens().subspan(1));
    GRAM_ASSIGN_OR_RETURN(node.text, parser.Name());
    GRAM_RETURN_IF_ERROR(parser.Expect("("));
    while (!parser.Skip(")")) {
      if (!node.names.empty()) GRAM_RETURN_IF_ERROR(parser.Expect(","));
      GRAM_ASSIGN_OR_RETURN(std::string name, Variable(&parser));
      node.names.push_back(std::move(name));
      if (parser.Skip("=")) {
        GRAM_ASSIGN_OR_RETURN(ExprPtr value, parser.Expression());
        node.exprs.push_back(std::move(value));
      } else if (!node.exprs.empty()) {
        return Unsupported("a macro has a parameter without default behind one with a default");
      }
    }
    GRAM_RETURN_IF_ERROR(parser.ExpectEnd());
    return ParseWhole(std::move(node), {.in_loop = false, .local = true}, "endmacro");
  }

  Result<Node> ParseJump() {
    if (!place_.in_loop) return Unsupported("it leaves a loop where there is none");
    if (Tokens().size() != 1) return Unsupported("a tag goes on behind its expression");
    const bool is_break = TagName() == "break";
    return Node{.kind = is_break ? Node::Kind::kBreak : Node::Kind::kContinue};
  }

  std::vector<Item> items_;
  size_t next_ = 0;
  Place place_;
};

}  // namespace

Result<Block> Parse(std::string_view source) {
  GRAM_ASSIGN_OR_RETURN(std::vector<Item> items, Lex(source));
  return Parser(std::move(items)).Run();
}

}  // namespace gram::tokenizer::jinja
