#include "client/http_transfer.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "client/http_url.h"
#include "client/socket_trouble.h"

namespace assay::client {
namespace {

// Of all header blocks together, interim responses and trailers included: a server could send for ever.
constexpr std::size_t kMostHeaderBytes = 256 << 10;
constexpr std::string_view kRetryMark = "Connection died, retrying a fresh connect";

class List {
 public:
  List() = default;
  ~List() { curl_slist_free_all(list_); }
  List(const List&) = delete;
  List& operator=(const List&) = delete;
  void add(const std::string& line) { list_ = curl_slist_append(list_, line.c_str()); }
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

// libcurl takes "Name:" for "do not send it", so a header without a value is written with a semicolon.
std::string header_line(const Field& field) {
  return field.value.empty() ? field.name + ";" : field.name + ": " + field.value;
}

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && curl_strnequal(a.data(), b.data(), a.size()) != 0;
}

long curl_version_of(HttpAsk::Version version) {
  switch (version) {
    case HttpAsk::Version::automatic:
      return CURL_HTTP_VERSION_2TLS;
    case HttpAsk::Version::http1_0:
      return CURL_HTTP_VERSION_1_0;
    case HttpAsk::Version::http1_1:
      return CURL_HTTP_VERSION_1_1;
    case HttpAsk::Version::http2:
      return CURL_HTTP_VERSION_2_0;
    case HttpAsk::Version::http2_prior_knowledge:
      break;
  }
  return CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
}

std::string version_text(long version) {
  switch (version) {
    case CURL_HTTP_VERSION_1_0:
      return "1.0";
    case CURL_HTTP_VERSION_1_1:
      return "1.1";
    case CURL_HTTP_VERSION_2_0:
      return "2";
    default:
      return "";
  }
}

Trouble trouble_of_errno(int error, Trouble otherwise) { return error == 0 ? otherwise : trouble_of(error); }

Trouble trouble_of(CURLcode code, int error) {
  switch (code) {
    case CURLE_OK:
      return Trouble::none;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Trouble::name;
    case CURLE_COULDNT_CONNECT:
      return trouble_of_errno(error, Trouble::unreachable);
    case CURLE_OPERATION_TIMEDOUT:
      return Trouble::timeout;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return trouble_of_errno(error, Trouble::reset);
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
      return Trouble::closed;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_SHUTDOWN_FAILED:
      return error == ECONNRESET ? Trouble::reset : Trouble::tls;
    case CURLE_OUT_OF_MEMORY:  // what libcurl says of a header line that is too long
      return Trouble::too_large;
    case CURLE_FAILED_INIT:
    case CURLE_NOT_BUILT_IN:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_INTERFACE_FAILED:
      return Trouble::local;
    default:
      return Trouble::protocol;
  }
}

std::string address_text(const char* ip, long port) {
  if (ip == nullptr || *ip == '\0') return "";
  return std::strchr(ip, ':') != nullptr ? fmt::format("[{}]:{}", ip, port) : fmt::format("{}:{}", ip, port);
}

}  // namespace

struct HttpTransfer::State {
  State(const HttpAsk& asked, const Access& reached, MultiHandle carrier)
      : ask(asked), access(reached), multi(carrier), easy(curl_easy_init()) {}

  // ---- setting up
  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(easy, option, value);
  }

  void set_up() {
    set(CURLOPT_PRIVATE, this);
    set(CURLOPT_ERRORBUFFER, error_text.data());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_HTTP_VERSION, curl_version_of(ask.version));
    set(CURLOPT_DNS_CACHE_TIMEOUT, 1L);
    const long limit = std::max<long>(
        1, static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(access.timeout).count()));
    set(CURLOPT_TIMEOUT_MS, limit);
    set(CURLOPT_CONNECTTIMEOUT_MS, limit);
    set_route();
    set_tls();
    set_request();
    set(CURLOPT_WRITEFUNCTION, &State::on_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_HEADERFUNCTION, &State::on_header);
    set(CURLOPT_HEADERDATA, this);
    if (!ask.reuse) {
      set(CURLOPT_FRESH_CONNECT, 1L);
      set(CURLOPT_FORBID_REUSE, 1L);
      return;
    }
    set(CURLOPT_VERBOSE, 1L);  // the only place where libcurl tells of a retry
    set(CURLOPT_DEBUGFUNCTION, &State::on_debug);
    set(CURLOPT_DEBUGDATA, this);
  }

  void set_route() {
    const HttpRoute route = route_of(ask.url, access);
    set(CURLOPT_URL, route.url.c_str());
    if (!route.host_header.empty()) host_header = route.host_header;
    if (!route.unix_socket.empty()) set(CURLOPT_UNIX_SOCKET_PATH, route.unix_socket.c_str());
    if (route.connect_to.empty()) return;
    connect_to.add(route.connect_to);
    set(CURLOPT_CONNECT_TO, connect_to.get());
  }

  void set_tls() {
    if (!access.ca_file.empty()) {
      set(CURLOPT_CAINFO, access.ca_file.c_str());
      set(CURLOPT_CAPATH, nullptr);
    }
    if (!access.certificate_file.empty()) {
      set(CURLOPT_SSLCERT, access.certificate_file.c_str());
      set(CURLOPT_SSLKEY, access.key_file.c_str());
    }
    set(CURLOPT_SSL_VERIFYPEER, access.verify ? 1L : 0L);
    set(CURLOPT_SSL_VERIFYHOST, access.verify ? 2L : 0L);
  }

  void set_request() {
    set(CURLOPT_CUSTOMREQUEST, ask.method.c_str());
    if (same(ask.method, "HEAD")) set(CURLOPT_NOBODY, 1L);
    if (body_size() > 0) set_body();
    bool named_host = false;
    for (const Field& field : ask.headers) {
      named_host = named_host || same(field.name, "host");
      if (ask.decode && same(field.name, "accept-encoding"))
        set(CURLOPT_ACCEPT_ENCODING, field.value.c_str());
      else
        headers.add(header_line(field));
    }
    if (!host_header.empty() && !named_host) headers.add("Host: " + host_header);
    if (!asked_for("accept")) headers.add("Accept: */*");
    if (!asked_for("user-agent")) headers.add("User-Agent: assay-probe/" ASSAY_VERSION);
    set(CURLOPT_HTTPHEADER, headers.get());
  }

  bool asked_for(std::string_view header) const {
    return std::any_of(ask.headers.begin(), ask.headers.end(),
                       [&](const Field& field) { return same(field.name, header); });
  }

  std::uint64_t body_size() const { return ask.body_zeros > 0 ? ask.body_zeros : ask.body.size(); }

  void set_body() {
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_READFUNCTION, &State::on_read);
    set(CURLOPT_READDATA, this);
    if (ask.framing == HttpAsk::Framing::chunked) {
      headers.add("Transfer-Encoding: chunked");
    } else {
      set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(body_size()));
    }
    headers.add(ask.expect_continue ? "Expect: 100-continue" : "Expect:");
  }

  // ---- while it runs
  static std::size_t on_read(char* into, std::size_t size, std::size_t count, void* self) {
    auto& state = *static_cast<State*>(self);
    const std::uint64_t left = state.body_size() - state.answer.sent_bytes;
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(left, size * count));
    if (state.ask.body_zeros > 0) {
      std::memset(into, 0, taken);
    } else {
      std::memcpy(into, state.ask.body.data() + state.answer.sent_bytes, taken);
    }
    state.answer.sent_bytes += taken;
    return taken;
  }

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& state = *static_cast<State*>(self);
    HttpAnswer& answer = state.answer;
    const std::size_t length = size * count;
    answer.body_bytes += length;
    if (answer.body_bytes > state.ask.most_bytes) return state.too_large("the body", state.ask.most_bytes);
    const std::size_t room = state.ask.keep_bytes - std::min(state.ask.keep_bytes, answer.body.size());
    answer.body.append(data, std::min(room, length));
    return length;
  }

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) {
    auto& state = *static_cast<State*>(self);
    const std::size_t length = size * count;
    state.header_bytes += length;
    if (state.header_bytes > kMostHeaderBytes) return state.too_large("the headers", kMostHeaderBytes);
    state.take_header({data, length});
    return length;
  }

  static int on_debug(CURL* /*easy*/, curl_infotype type, char* data, std::size_t size, void* self) {
    if (type == CURLINFO_TEXT && std::string_view(data, size).find(kRetryMark) != std::string_view::npos)
      static_cast<State*>(self)->answer.stale_retry = true;
    return 0;
  }

  std::size_t too_large(std::string_view what, std::uint64_t limit) {
    over_limit = fmt::format("{} went on after {} bytes", what, limit);
    return 0;  // libcurl then ends the exchange
  }

  void take_header(std::string_view line) {
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with("HTTP/") && !final_block_ended) {
      answer.headers.clear();
      return;
    }
    if (line.empty()) {
      if (info<long>(CURLINFO_RESPONSE_CODE) >= 200) final_block_ended = true;
      return;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    std::string_view value = line.substr(colon + 1);
    const std::size_t begin = value.find_first_not_of(" \t");
    value = begin == std::string_view::npos ? std::string_view() : value.substr(begin);
    while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
    auto& into = final_block_ended ? answer.trailers : answer.headers;
    into.push_back({std::string(line.substr(0, colon)), std::string(value)});
  }

  // ---- the end
  template <class Value>
  Value info(CURLINFO what) const {
    Value value{};
    curl_easy_getinfo(easy, what, &value);
    return value;
  }

  Nanos time(CURLINFO what) const { return std::chrono::microseconds(info<curl_off_t>(what)); }

  Answer finish(CURLcode code) {
    Answer made;
    made.trouble = over_limit.empty() ? trouble_of(code, static_cast<int>(info<long>(CURLINFO_OS_ERRNO)))
                                      : Trouble::too_large;
    if (!over_limit.empty()) {
      made.problem = over_limit;
    } else if (code == CURLE_OUT_OF_MEMORY) {
      made.problem = "a header is longer than libcurl takes";
    } else if (code != CURLE_OK) {
      made.problem = error_text[0] != '\0' ? error_text.data() : curl_easy_strerror(code);
    }
    made.started = started;
    made.started_wall = started_wall;
    made.phases = {time(CURLINFO_NAMELOOKUP_TIME_T), time(CURLINFO_CONNECT_TIME_T),
                   time(CURLINFO_APPCONNECT_TIME_T), time(CURLINFO_STARTTRANSFER_TIME_T),
                   time(CURLINFO_TOTAL_TIME_T)};
    made.address = access.connect_to.starts_with("unix:")
                       ? access.connect_to
                       : address_text(info<char*>(CURLINFO_PRIMARY_IP), info<long>(CURLINFO_PRIMARY_PORT));
    made.local = address_text(info<char*>(CURLINFO_LOCAL_IP), info<long>(CURLINFO_LOCAL_PORT));
    answer.status = static_cast<int>(info<long>(CURLINFO_RESPONSE_CODE));
    answer.version = version_text(info<long>(CURLINFO_HTTP_VERSION));
    answer.wire_bytes = static_cast<std::uint64_t>(info<curl_off_t>(CURLINFO_SIZE_DOWNLOAD_T));
    answer.reused = info<long>(CURLINFO_NUM_CONNECTS) == 0 && made.ok();
    if (made.ok()) refuse_length(made);
    made.what = std::move(answer);
    return made;
  }

  // libcurl reads on to the end of the connection where a length is none, or too large for it.
  void refuse_length(Answer& made) const {
    const auto is_broken = [](const Field& field) {
      std::uint64_t length = 0;
      const char* const end = field.value.data() + field.value.size();
      const auto [stop, error] = std::from_chars(field.value.data(), end, length);
      return same(field.name, "content-length") && (error != std::errc() || stop != end);
    };
    const auto broken = std::find_if(answer.headers.begin(), answer.headers.end(), is_broken);
    if (broken == answer.headers.end()) return;
    made.trouble = Trouble::protocol;
    made.problem = "Content-Length: " + broken->value + " is no length";
  }

  const HttpAsk& ask;
  const Access& access;
  MultiHandle multi;
  CURL* easy;
  List headers, connect_to;
  std::string host_header;
  std::array<char, CURL_ERROR_SIZE> error_text{};
  HttpAnswer answer;
  std::size_t header_bytes = 0;
  bool final_block_ended = false;
  std::string over_limit;
  TimePoint started = Clock::now();
  std::chrono::system_clock::time_point started_wall = std::chrono::system_clock::now();
};

HttpTransfer::HttpTransfer(const HttpAsk& ask, const Access& access, MultiHandle multi)
    : state_(std::make_unique<State>(ask, access, multi)) {
  state_->set_up();
  curl_multi_add_handle(multi, state_->easy);
}

HttpTransfer::~HttpTransfer() {
  curl_multi_remove_handle(state_->multi, state_->easy);
  curl_easy_cleanup(state_->easy);
}

EasyHandle HttpTransfer::handle() const { return state_->easy; }

Answer HttpTransfer::finish(int curl_code) { return state_->finish(static_cast<CURLcode>(curl_code)); }

}  // namespace assay::client
