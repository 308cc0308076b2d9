#include "demo/request_reader.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>

namespace assay::demo {
namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

namespace {

constexpr std::uint64_t kBodyLimitBytes = 8 << 20;
constexpr std::uint32_t kHeaderLimitBytes = 32 << 10;

std::string_view as_std(string_view text) { return {text.data(), text.size()}; }

// Writes what the parser finds straight into a Request whose strings keep their memory.
class Parser final : public http::basic_parser<true> {
 public:
  explicit Parser(Request& request) : request_(request) {
    eager(true);
    body_limit(kBodyLimitBytes);
    header_limit(kHeaderLimitBytes);
  }

 private:
  void on_request_impl(http::verb, string_view method, string_view target, int, error_code& ec) override {
    ec = {};
    request_.method = as_std(method);
    const std::string_view whole = as_std(target);
    const std::size_t question = whole.find('?');
    request_.path = whole.substr(0, question);
    request_.query = question == std::string_view::npos ? std::string_view{} : whole.substr(question + 1);
  }
  void on_response_impl(int, string_view, int, error_code& ec) override { ec = http::error::bad_version; }
  void on_field_impl(http::field, string_view name, string_view value, error_code& ec) override {
    ec = {};
    request_.fields.append(as_std(name)).append(": ").append(as_std(value)).push_back('\n');
  }
  void on_header_impl(error_code& ec) override { ec = {}; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& ec) override { ec = {}; }
  std::size_t on_body_impl(string_view bytes, error_code& ec) override {
    ec = {};
    request_.body.append(as_std(bytes));
    return bytes.size();
  }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code& ec) override { ec = {}; }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code& ec) override {
    return on_body_impl(bytes, ec);
  }
  void on_finish_impl(error_code& ec) override { ec = {}; }

  Request& request_;
};

}  // namespace

struct RequestReader::Parsing {
  Request request;
  std::optional<Parser> parser;
};

RequestReader::RequestReader() : parsing_(std::make_unique<Parsing>()) { reset(); }
RequestReader::~RequestReader() = default;

RequestReader::Progress RequestReader::read(std::string_view bytes) {
  Parser& parser = *parsing_->parser;
  error_code ec;
  const std::size_t consumed = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), ec);
  if (ec && ec != http::error::need_more) return {State::malformed, consumed};
  if (!parser.is_done()) return {State::need_more, consumed};
  parsing_->request.keep_alive = parser.keep_alive();
  return {State::complete, consumed};
}

void RequestReader::reset() {
  Request& request = parsing_->request;
  request.fields.clear();
  request.body.clear();
  parsing_->parser.emplace(request);  // basic_parser cannot be reset; constructing it allocates nothing
}

const Request& RequestReader::request() const { return parsing_->request; }

}  // namespace assay::demo
