#include "client/guardian.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "client/client.h"

namespace assay::client {
namespace {

constexpr std::size_t kMostBytes = 1 << 20;
constexpr auto kLongestTurn = std::chrono::seconds(1);
constexpr std::string_view kFarewell = "bye";

// ---- bytes: each text after its length
class Packer {
 public:
  void add(std::string_view text) { bytes_ += fmt::format("{}:", text.size()).append(text); }
  void add(const std::vector<Field>& fields) {
    add(std::to_string(fields.size()));
    for (const Field& field : fields) {
      add(field.name);
      add(field.value);
    }
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}

  bool more() const { return !bytes_.empty(); }
  std::string text() {
    const std::size_t colon = bytes_.find(':');
    const std::size_t length = std::stoul("0" + std::string(bytes_.substr(0, colon)));
    std::string text(bytes_.substr(colon + 1, length));
    bytes_.remove_prefix(std::min(bytes_.size(), colon + 1 + length));
    return text;
  }
  std::size_t number() { return std::stoul("0" + text()); }
  std::vector<Field> fields() {
    std::vector<Field> fields(number());
    for (Field& field : fields) {
      field.name = text();
      field.value = text();
    }
    return fields;
  }

 private:
  std::string_view bytes_;
};

void pack(const Access& access, Packer& packer) {
  for (const std::string& text :
       {access.connect_to, access.ca_file, access.certificate_file, access.key_file, access.server_name,
        std::to_string(access.verify ? 1 : 0), std::to_string(access.timeout.count())})
    packer.add(text);
  std::vector<Field> resolve;
  for (const auto& [host, address] : access.resolve) resolve.push_back({host, address});
  packer.add(resolve);
}

Access unpack_access(Unpacker& unpacker) {
  Access access;
  for (std::string* text :
       {&access.connect_to, &access.ca_file, &access.certificate_file, &access.key_file, &access.server_name})
    *text = unpacker.text();
  access.verify = unpacker.number() == 1;
  access.timeout = Nanos(static_cast<std::int64_t>(unpacker.number()));
  for (const Field& field : unpacker.fields()) access.resolve[field.name] = field.value;
  return access;
}

// ---- the other process
std::string read_message(int fd, bool& open) {
  std::array<char, 16> head{};
  std::string message;
  std::size_t got = 0;
  while (got < head.size()) {
    const ssize_t count = ::read(fd, head.data() + got, head.size() - got);
    if (count <= 0) {
      open = count < 0 && errno == EINTR;
      if (!open) return {};
      continue;
    }
    got += static_cast<std::size_t>(count);
  }
  const std::size_t length = std::stoul(std::string(head.data(), head.size()));
  while (message.size() < length) {
    std::array<char, 4096> bytes;  // NOLINT: filled by read
    const ssize_t count = ::read(fd, bytes.data(), std::min(bytes.size(), length - message.size()));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      open = false;
      return {};
    }
    message.append(bytes.data(), static_cast<std::size_t>(count));
  }
  return message;
}

void carry_out(const std::vector<Undo>& undo) {
  const auto client = Client::create();
  if (!client) return;
  for (const Undo& one : undo) {
    (*client)->begin(one.ask, one.access, [&](const Answer& answer) {
      const std::string outcome = answer.ok() ? "done" : answer.problem;
      std::fputs(
          fmt::format("assay: it is gone, so its fault is taken back: {}: {}\n", one.ask.label, outcome)
              .c_str(),
          stderr);
    });
  }
  while ((*client)->under_way() > 0) (*client)->turn(Clock::now() + kLongestTurn);
}

// Its group is its own, so that what ends assay from a terminal does not end it as well.
[[noreturn]] void watch_over(int fd) {
  ::setsid();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) std::signal(signal, SIG_IGN);
  // Whoever reads what assay writes must not wait for this process.
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing >= 0) {
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(nothing, STDOUT_FILENO);
  }
  std::vector<Undo> undo;
  bool open = true;
  while (open) {
    const std::string message = read_message(fd, open);
    if (message == kFarewell) ::_exit(0);
    if (open) undo = unpacked(message);
  }
  if (!undo.empty()) carry_out(undo);
  ::_exit(0);
}

}  // namespace

std::string packed(const std::vector<Undo>& undo) {
  Packer packer;
  for (const auto& [ask, access] : undo) {
    const auto* command = std::get_if<CommandAsk>(&ask.what);
    const auto* http = std::get_if<HttpAsk>(&ask.what);
    if (command == nullptr && http == nullptr) continue;
    packer.add(http != nullptr ? "http" : "command");
    packer.add(ask.label);
    pack(access, packer);
    if (http != nullptr) {
      packer.add(http->method);
      packer.add(http->url);
      packer.add(http->headers);
      packer.add(http->body);
      packer.add(std::to_string(static_cast<int>(http->version)));
      continue;
    }
    std::vector<Field> words;
    for (const std::string& word : command->argv) words.push_back({word, ""});
    packer.add(words);
    packer.add(command->folder);
    packer.add(command->environment);
  }
  return packer.take();
}

std::vector<Undo> unpacked(std::string_view bytes) {
  std::vector<Undo> undo;
  Unpacker unpacker(bytes);
  while (unpacker.more()) {
    const bool is_http = unpacker.text() == "http";
    std::string label = unpacker.text();
    Access access = unpack_access(unpacker);
    if (is_http) {
      HttpAsk http;
      http.method = unpacker.text();
      http.url = unpacker.text();
      http.headers = unpacker.fields();
      http.body = unpacker.text();
      http.version = static_cast<HttpAsk::Version>(unpacker.number());
      undo.push_back({{std::move(label), std::move(http)}, std::move(access)});
      continue;
    }
    CommandAsk command;
    for (const Field& word : unpacker.fields()) command.argv.push_back(word.name);
    command.folder = unpacker.text();
    command.environment = unpacker.fields();
    undo.push_back({{std::move(label), std::move(command)}, std::move(access)});
  }
  return undo;
}

Expected<std::unique_ptr<Guardian>, SystemError> Guardian::start() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Unexpected(system_error("make", "a pipe", errno));
  Descriptor reading(ends[0]), writing(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return Unexpected(system_error("start", "a process that takes faults back", errno));
  if (child == 0) {
    writing.reset();
    watch_over(reading.get());
  }
  return std::unique_ptr<Guardian>(new Guardian(std::move(writing), child));
}

Guardian::~Guardian() {
  send(std::string(kFarewell));
  pipe_.reset();
  while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void Guardian::arm(const std::vector<Undo>& undo) { send(packed(undo)); }

void Guardian::send(const std::string& message) {
  if (message.size() > kMostBytes) return;
  const std::string bytes = fmt::format("{:016}", message.size()) + message;
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = ::write(pipe_.get(), bytes.data() + sent, bytes.size() - sent);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;  // it is gone; nobody can help that
    sent += static_cast<std::size_t>(count);
  }
}

}  // namespace assay::client
