// As much of RFC 5321 as a sender of notifications needs: EHLO, MAIL, RCPT, DATA, RSET, NOOP, QUIT.
#include <algorithm>
#include <cctype>

#include "client/inbox.h"

namespace assay::client {
namespace {

constexpr std::size_t kLongestLine = 64 << 10;
constexpr std::size_t kMostRecipients = 100;

std::string upper(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return made;
}

// "RCPT TO:<a@example.com> NOTIFY=..." -> "a@example.com"
std::string address_in(std::string_view line) {
  const std::size_t open = line.find('<'), close = line.find('>');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return {};
  return std::string(line.substr(open + 1, close - open - 1));
}

class SmtpTalk final : public InboxTalk {
 public:
  std::string greeting() const override { return "220 assay ESMTP\r\n"; }

  std::string hear(std::string_view bytes, std::vector<Message>& messages) override {
    unread_ += bytes;
    std::string answer;
    for (std::size_t end = unread_.find('\n'); end != std::string::npos && !over_; end = unread_.find('\n')) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      answer += in_data_ ? data_line(line, messages) : command(line);
    }
    if (unread_.size() > kLongestLine) {
      over_ = true;
      answer += "500 the line is too long\r\n";
    }
    return answer;
  }

  bool over() const override { return over_; }

 private:
  std::string command(const std::string& line) {
    const std::string word = upper(std::string_view(line).substr(0, 4));
    if (word == "EHLO") return "250-assay\r\n250-8BITMIME\r\n250 SIZE 1048576\r\n";
    if (word == "HELO" || word == "NOOP") return "250 ok\r\n";
    if (word == "MAIL" || word == "RSET") {
      mail_ = {};
      recipients_ = 0;
      return "250 ok\r\n";
    }
    if (word == "RCPT") return recipient(address_in(line));
    if (word == "DATA") return begin_data();
    if (word == "QUIT") {
      over_ = true;
      return "221 bye\r\n";
    }
    return "502 this is not spoken here\r\n";
  }

  std::string recipient(const std::string& address) {
    if (address.empty()) return "501 write it like RCPT TO:<a@example.com>\r\n";
    if (++recipients_ > kMostRecipients) return "452 too many recipients\r\n";
    mail_.place += (mail_.place.empty() ? "" : ",") + address;
    return "250 ok\r\n";
  }

  std::string begin_data() {
    if (recipients_ == 0) return "503 to whom?\r\n";
    in_data_ = true;
    return "354 go on, and end with a dot\r\n";
  }

  std::string data_line(const std::string& line, std::vector<Message>& messages) {
    if (line != ".") {
      const std::string_view text = line.starts_with('.') ? std::string_view(line).substr(1) : line;
      if (mail_.body.size() + text.size() < kMostMessageBytes) mail_.body.append(text).append("\n");
      return {};
    }
    in_data_ = false;
    mail_.method = "MAIL";
    messages.push_back(std::move(mail_));
    mail_ = {};
    recipients_ = 0;
    return "250 taken\r\n";
  }

  std::string unread_;
  Message mail_;
  std::size_t recipients_ = 0;
  bool in_data_ = false, over_ = false;
};

}  // namespace

std::unique_ptr<InboxTalk> smtp_talk() { return std::make_unique<SmtpTalk>(); }

}  // namespace assay::client
