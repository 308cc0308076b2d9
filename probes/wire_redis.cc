#include "probes/wire_redis.h"

#include <charconv>

namespace assay::probes {
namespace {

constexpr int kDeepest = 4;
constexpr std::int64_t kMostItems = 1024, kMostBytes = 64 << 10;

enum class Progress : std::uint8_t { whole, partial, broken };

class RespParser {
 public:
  explicit RespParser(std::string_view text) : text_(text) {}

  std::size_t used() const { return at_; }

  Progress value(RespValue& out, int depth = 0) {
    if (at_ == text_.size()) return Progress::partial;
    const char type = text_[at_];
    std::string_view line;
    if (const Progress progress = read_line(line); progress != Progress::whole) return progress;
    switch (type) {
      case '+':
      case '-':
        out.kind = type == '+' ? RespValue::Kind::simple : RespValue::Kind::error;
        out.text = line;
        return Progress::whole;
      case ':':
        out.kind = RespValue::Kind::integer;
        out.text = line;
        return number(line) ? Progress::whole : Progress::broken;
      case '$':
        return bulk(line, out);
      case '*':
        return array(line, out, depth);
      default:
        return Progress::broken;
    }
  }

 private:
  static std::optional<std::int64_t> number(std::string_view line) {
    std::int64_t value = 0;
    const auto [end, status] = std::from_chars(line.data(), line.data() + line.size(), value);
    if (status != std::errc() || end != line.data() + line.size()) return std::nullopt;
    return value;
  }

  Progress read_line(std::string_view& line) {
    if (std::string_view("+-:$*").find(text_[at_]) == std::string_view::npos) return Progress::broken;
    const std::size_t end = text_.find('\n', at_);
    if (end == std::string_view::npos) return Progress::partial;
    if (text_[end - 1] != '\r') return Progress::broken;
    line = text_.substr(at_ + 1, end - 1 - (at_ + 1));
    at_ = end + 1;
    return Progress::whole;
  }

  Progress bulk(std::string_view line, RespValue& out) {
    const std::optional<std::int64_t> size = number(line);
    if (size == -1) return Progress::whole;
    if (!size || *size < 0 || *size > kMostBytes) return Progress::broken;
    const auto bytes = static_cast<std::size_t>(*size);
    if (text_.size() - at_ < bytes + 2) return Progress::partial;
    if (text_.substr(at_ + bytes, 2) != "\r\n") return Progress::broken;
    out.kind = RespValue::Kind::bulk;
    out.text = text_.substr(at_, bytes);
    at_ += bytes + 2;
    return Progress::whole;
  }

  Progress array(std::string_view line, RespValue& out, int depth) {
    const std::optional<std::int64_t> count = number(line);
    if (count == -1) return Progress::whole;
    if (!count || *count < 0 || *count > kMostItems || depth == kDeepest) return Progress::broken;
    out.kind = RespValue::Kind::array;
    for (std::int64_t i = 0; i < *count; ++i) {
      const Progress progress = value(out.items.emplace_back(), depth + 1);
      if (progress != Progress::whole) return progress;
    }
    return Progress::whole;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

bool RespValue::is_error(std::string_view code) const {
  return kind == Kind::error && text.starts_with(code) &&
         (text.size() == code.size() || text[code.size()] == ' ');
}

std::string resp_command(std::initializer_list<std::string_view> words) {
  std::string command = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string_view word : words)
    command.append("$" + std::to_string(word.size()) + "\r\n").append(word).append("\r\n");
  return command;
}

bool resp_ended(std::string_view heard) {
  RespValue value;
  return RespParser(heard).value(value) != Progress::partial;
}

std::optional<RespValue> parse_resp(std::string_view heard) {
  RespValue value;
  RespParser parser(heard);
  if (parser.value(value) != Progress::whole || parser.used() != heard.size()) return std::nullopt;
  return value;
}

}  // namespace assay::probes
