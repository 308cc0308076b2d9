#include "client/guardian.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <type_traits>
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

// ---- asks: those that can be carried out by another process
// A function by its address: the other process is a fork of this one.
template <class Function>
std::string address_of_function(Function* function) {
  const auto bytes = std::bit_cast<std::array<char, sizeof function>>(function);
  return {bytes.data(), bytes.size()};
}
template <class Function>
Function* function_at(const std::string& address) {
  std::array<char, sizeof(Function*)> bytes{};
  if (address.size() == bytes.size()) std::copy(address.begin(), address.end(), bytes.begin());
  return std::bit_cast<Function*>(bytes);
}
using Complete = std::remove_pointer_t<decltype(Hear::complete)>;
using Next = std::remove_pointer_t<decltype(Converse::next)>;

void pack(const HttpAsk& http, Packer& packer) {
  packer.add(http.method);
  packer.add(http.url);
  packer.add(http.headers);
  packer.add(http.body);
  packer.add(std::to_string(static_cast<int>(http.version)));
}
HttpAsk unpack_http(Unpacker& unpacker) {
  HttpAsk http;
  http.method = unpacker.text();
  http.url = unpacker.text();
  http.headers = unpacker.fields();
  http.body = unpacker.text();
  http.version = static_cast<HttpAsk::Version>(unpacker.number());
  return http;
}

void pack(const CommandAsk& command, Packer& packer) {
  std::vector<Field> words;
  for (const std::string& word : command.argv) words.push_back({word, ""});
  packer.add(words);
  packer.add(command.folder);
  packer.add(command.environment);
}
CommandAsk unpack_command(Unpacker& unpacker) {
  CommandAsk command;
  for (const Field& word : unpacker.fields()) command.argv.push_back(word.name);
  command.folder = unpacker.text();
  command.environment = unpacker.fields();
  return command;
}

// Of a Secure only whether it trusts: faults offer what is usual.
void pack(const DialAsk& dialogue, Packer& packer) {
  packer.add(dialogue.host);
  packer.add(std::to_string(dialogue.port));
  packer.add(std::to_string(dialogue.moves.size()));
  for (const Move& move : dialogue.moves) {
    packer.add(std::to_string(move.index()));
    if (const auto* say = std::get_if<Say>(&move)) packer.add(say->bytes);
    if (const auto* hear = std::get_if<Hear>(&move)) packer.add(address_of_function(hear->complete));
    if (const auto* secure = std::get_if<Secure>(&move)) packer.add(secure->trusted_only ? "1" : "0");
    if (const auto* talk = std::get_if<Converse>(&move)) {
      packer.add(address_of_function(talk->next));
      packer.add(talk->script);
    }
  }
}
Move unpack_move(Unpacker& unpacker) {
  switch (unpacker.number()) {
    case 0:
      return Say{unpacker.text()};
    case 1:
      return Hear{.complete = function_at<Complete>(unpacker.text())};
    case 2:
      return Secure{.offer = {}, .trusted_only = unpacker.number() == 1};
    default: {
      Converse talk{.next = function_at<Next>(unpacker.text()), .script = {}};
      talk.script = unpacker.text();
      return talk;
    }
  }
}
DialAsk unpack_dialogue(Unpacker& unpacker) {
  DialAsk dialogue;
  dialogue.host = unpacker.text();
  dialogue.port = static_cast<std::uint16_t>(unpacker.number());
  const std::size_t moves = unpacker.number();
  for (std::size_t i = 0; i < moves && unpacker.more(); ++i) dialogue.moves.push_back(unpack_move(unpacker));
  return dialogue;
}

constexpr std::string_view kHttp = "http", kCommand = "command", kDialogue = "dialogue";

// Empty: it does not go through the pipe.
std::string_view word_of(const Ask& ask) {
  if (std::holds_alternative<HttpAsk>(ask.what)) return kHttp;
  if (std::holds_alternative<CommandAsk>(ask.what)) return kCommand;
  return std::holds_alternative<DialAsk>(ask.what) ? kDialogue : "";
}

}  // namespace

std::string packed(const std::vector<Undo>& undo) {
  Packer packer;
  for (const auto& [ask, access] : undo) {
    const std::string_view word = word_of(ask);
    if (word.empty()) continue;
    packer.add(word);
    packer.add(ask.label);
    pack(access, packer);
    if (const auto* http = std::get_if<HttpAsk>(&ask.what)) pack(*http, packer);
    if (const auto* command = std::get_if<CommandAsk>(&ask.what)) pack(*command, packer);
    if (const auto* dialogue = std::get_if<DialAsk>(&ask.what)) pack(*dialogue, packer);
  }
  return packer.take();
}

std::vector<Undo> unpacked(std::string_view bytes) {
  std::vector<Undo> undo;
  Unpacker unpacker(bytes);
  while (unpacker.more()) {
    const std::string word = unpacker.text();
    Undo one{{unpacker.text(), PauseAsk{}}, unpack_access(unpacker)};
    if (word == kHttp) one.ask.what = unpack_http(unpacker);
    if (word == kCommand) one.ask.what = unpack_command(unpacker);
    if (word == kDialogue) one.ask.what = unpack_dialogue(unpacker);
    undo.push_back(std::move(one));
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
