#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

#include "client/inbox.h"

namespace assay::client {
namespace {

namespace http = boost::beast::http;

constexpr std::uint32_t kMostHeaderBytes = 64 << 10;
// What Slack says; the others only look at the status.
constexpr std::string_view kThanks =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok";

std::string refusal(std::string_view status) {
  return "HTTP/1.1 " + std::string(status) + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
}

class HttpTalk final : public InboxTalk {
 public:
  std::string hear(std::string_view bytes, std::vector<Message>& messages) override {
    unread_ += bytes;
    std::string answer;
    while (!unread_.empty() && !over_) {
      if (!parser_) begin();
      boost::system::error_code error;
      const std::size_t read = parser_->put(boost::asio::buffer(unread_), error);
      unread_.erase(0, read);
      if (error == http::error::need_more) return answer + continuation();
      if (error) {
        over_ = true;
        return answer +
               refusal(error == http::error::body_limit ? "413 Payload Too Large" : "400 Bad Request");
      }
      if (!parser_->is_done()) continue;
      messages.push_back(message());
      over_ = !parser_->get().keep_alive();
      answer += kThanks;
      parser_.reset();
    }
    return answer;
  }

  bool over() const override { return over_; }

 private:
  void begin() {
    parser_.emplace();
    parser_->eager(true);
    parser_->header_limit(kMostHeaderBytes);
    parser_->body_limit(kMostMessageBytes);
    told_to_go_on_ = false;
  }

  // For a sender that waits for leave to send its body.
  std::string continuation() {
    if (told_to_go_on_ || !parser_->is_header_done()) return {};
    told_to_go_on_ = true;
    return parser_->get()[http::field::expect] == "100-continue" ? "HTTP/1.1 100 Continue\r\n\r\n" : "";
  }

  Message message() const {
    const auto& request = parser_->get();
    Message made;
    made.method = std::string(request.method_string());
    made.place = std::string(request.target());
    made.body = request.body();
    return made;
  }

  std::string unread_;
  std::optional<http::request_parser<http::string_body>> parser_;
  bool told_to_go_on_ = false, over_ = false;
};

}  // namespace

std::unique_ptr<InboxTalk> http_talk() { return std::make_unique<HttpTalk>(); }

}  // namespace assay::client
