#include "ui/live_server.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/host_name.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "ui/live_connection.h"
#include "ui/secret_token.h"

namespace assay::ui {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kMostConnections = 64, kMostStreams = 8, kMostASecond = 40;
constexpr int kBacklog = 64;
constexpr Nanos kAcceptPause = 50ms;  // where file descriptors have run out
constexpr Nanos kFresh = 2500ms;      // somewhat longer than from one rendering to the next
constexpr Nanos kFarewell = 500ms;

std::string host_name() {
  error_code ec;
  std::string name = asio::ip::host_name(ec);
  return ec ? "localhost" : name;
}

// What reaches the same machine under an address that a person can open.
std::string shown_authority(const ListenPlace& place) {
  error_code ec;
  const auto address = asio::ip::make_address(place.address, ec);
  return !ec && address.is_unspecified() ? host_name() + ":" + std::to_string(place.port) : place.authority();
}

// Any other thread that wants to run comes before this one.
void yield_to_all() {
  const sched_param none{};
  ::sched_setscheduler(0, SCHED_IDLE, &none);
}

struct Refusals {
  std::string stop, extend;
};

Refusals refused_both(const std::string& why) { return {why, why}; }

}  // namespace

// All but start() and the atomics belongs to the server's thread.
class LiveServer::Running final : public LiveHost {
 public:
  explicit Running(const LiveServerOptions& options) : exposed_(options.exposed), place_(options.place) {}
  ~Running() override;

  std::optional<SystemError> open();
  std::string url() const { return "http://" + shown_authority(place_) + "/?token=" + door_.token; }
  void post(auto work) { asio::post(io_, std::move(work)); }

  void begin(LiveRun run);
  void show(LiveRun run, RunRecord so_far);
  void refuse(Refusals refusals) { refusals_ = std::move(refusals); }
  void load_begins();
  void finish_load();

  std::atomic<bool> watched{false}, rendering{false}, stop_asked{false}, extend_asked{false};

 private:
  const LiveDoor& door() const override { return door_; }
  const LiveContent& content() const override { return *content_; }
  bool is_fresh() const override;
  bool may_stream() const override;
  LiveAnswer by_hand(LiveAction action) override;
  void watching_changed() override;
  void ended(const LiveConnection& connection) override;

  std::optional<SystemError> listen();
  void accept();
  void accept_after(Nanos pause);
  void admit(tcp::socket socket);
  void render(reports::LiveStage stage);
  void say_farewell();

  bool exposed_;
  ListenPlace place_;
  LiveDoor door_;
  std::optional<LiveContent> content_;
  LiveRun run_;
  RunRecord so_far_;
  reports::LiveStage stage_ = reports::LiveStage::before_load;
  TimePoint shown_at_{};
  Refusals refusals_ = refused_both("the load has not begun");
  TimePoint window_{};  // in which connections are counted
  std::size_t in_window_ = 0;

  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  asio::steady_timer timer_{io_};  // until the next is accepted; at the end, until nobody is waited for
  std::vector<std::shared_ptr<LiveConnection>> connections_;  // the oldest first
  bool leaving_ = false;
  std::jthread thread_;  // last: everything else outlives it
};

// ---- opening and closing: the main thread

std::optional<SystemError> LiveServer::Running::listen() {
  error_code ec;
  const auto address = asio::ip::make_address(place_.address, ec);
  const tcp::endpoint endpoint{address, place_.port};
  if (!ec) acceptor_.open(endpoint.protocol(), ec);
  if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor_.bind(endpoint, ec);
  if (!ec) acceptor_.listen(kBacklog, ec);
  if (!ec) place_.port = acceptor_.local_endpoint(ec).port();
  if (!ec) return std::nullopt;
  return SystemError{"listen on", place_.authority(), ec.message(), {}};
}

std::optional<SystemError> LiveServer::Running::open() {
  if (!place_.loopback && !exposed_)
    return SystemError{"listen on", place_.authority(), "it can be reached from other machines",
                       "add --ui-exposed if that is meant"};
  auto token = make_token();
  const auto instance = make_token();
  if (!token || !instance) return SystemError{"make", "a token", "the system has no randomness", {}};
  if (auto error = listen()) return error;
  door_ = {names_of(place_), place_.port, *std::move(token), exposed_};
  if (exposed_) door_.names.push_back(host_name() + ":" + std::to_string(place_.port));
  content_.emplace(instance->substr(0, 8));
  render(reports::LiveStage::before_load);
  accept();
  thread_ = std::jthread([this] {
    yield_to_all();
    io_.run();
  });
  return std::nullopt;
}

LiveServer::Running::~Running() {
  if (!thread_.joinable()) return;
  post([this] { say_farewell(); });
  thread_.join();
}

void LiveServer::Running::say_farewell() {
  leaving_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  timer_.expires_after(kFarewell);
  timer_.async_wait([this](const error_code&) { io_.stop(); });
  const std::string event = server_sent(
      "end", {}, "The run is over: its verdict is on standard output, its whole page in its run directory.");
  const auto all = connections_;  // one that ends takes itself out of the list
  for (const auto& connection : all) connection->finish(event);
  if (connections_.empty()) timer_.cancel();
}

// ---- connections

void LiveServer::Running::accept() {
  acceptor_.async_accept([this](const error_code& ec, tcp::socket socket) {
    if (leaving_) return;
    if (ec) return accept_after(kAcceptPause);
    admit(std::move(socket));
    const TimePoint now = Clock::now();
    if (now - window_ >= 1s) {
      window_ = now;
      in_window_ = 0;
    }
    ++in_window_ < kMostASecond ? accept() : accept_after(window_ + 1s - now);
  });
}

void LiveServer::Running::accept_after(Nanos pause) {
  timer_.expires_after(pause);
  timer_.async_wait([this](const error_code&) {
    if (!leaving_) accept();
  });
}

// Where there are too many, the one that has been without a word for longest makes room.
void LiveServer::Running::admit(tcp::socket socket) {
  if (connections_.size() >= kMostConnections) {
    const auto idle =
        std::ranges::find_if(connections_, [](const auto& one) { return !one->is_streaming(); });
    if (idle == connections_.end()) return;
    const auto oldest = *idle;
    oldest->drop();
  }
  connections_.push_back(std::make_shared<LiveConnection>(std::move(socket), *this));
  connections_.back()->start();
}

void LiveServer::Running::ended(const LiveConnection& connection) {
  std::erase_if(connections_, [&](const auto& one) { return one.get() == &connection; });
  if (leaving_ && connections_.empty()) timer_.cancel();
}

void LiveServer::Running::watching_changed() {
  watched = std::ranges::any_of(connections_, [](const auto& one) { return one->is_watching(); });
}

bool LiveServer::Running::may_stream() const {
  const auto streams =
      std::ranges::count_if(connections_, [](const auto& one) { return one->is_streaming(); });
  return static_cast<std::size_t>(streams) < kMostStreams;
}

// ---- content

bool LiveServer::Running::is_fresh() const {
  return stage_ != reports::LiveStage::load || Clock::now() - shown_at_ < kFresh;
}

void LiveServer::Running::render(reports::LiveStage stage) {
  stage_ = stage;
  content_->update(run_, reports::live_fragments(run_, so_far_, stage));
  shown_at_ = Clock::now();
  const auto all = connections_;
  for (const auto& connection : all) connection->content_changed();
}

void LiveServer::Running::begin(LiveRun run) {
  run_ = std::move(run);
  so_far_.result.name = run_.gate;
  render(reports::LiveStage::before_load);
}

void LiveServer::Running::show(LiveRun run, RunRecord so_far) {
  run_ = std::move(run);
  so_far_ = std::move(so_far);
  render(reports::LiveStage::load);
  rendering = false;
}

// Nothing is known of it yet: whoever asks waits for the first that is.
void LiveServer::Running::load_begins() {
  stage_ = reports::LiveStage::load;
  shown_at_ = {};
}

void LiveServer::Running::finish_load() {
  refusals_ = refused_both("the load is over already");
  render(reports::LiveStage::after_load);
}

LiveAnswer LiveServer::Running::by_hand(LiveAction action) {
  const bool stop = action == LiveAction::stop;
  const std::string& refused = stop ? refusals_.stop : refusals_.extend;
  const auto said = [](unsigned status, const std::string& words) {
    return LiveAnswer{.status = status, .body = words + "\n"};
  };
  if (!refused.empty()) return said(409, "Refused: " + refused + ".");
  (stop ? stop_asked : extend_asked) = true;
  if (stop) return said(202, "Asked: the load ends within a second or two, then the run is judged.");
  return said(202, "Asked: it is not given up while it may go on.");
}

// ---- what the main thread sees

Expected<std::unique_ptr<LiveServer>, SystemError> LiveServer::start(const LiveServerOptions& options) {
  auto running = std::make_unique<Running>(options);
  if (auto error = running->open()) return Unexpected(*std::move(error));
  return std::unique_ptr<LiveServer>(new LiveServer(std::move(running)));
}

LiveServer::LiveServer(std::unique_ptr<Running> running) : running_(std::move(running)) {}
LiveServer::~LiveServer() = default;

std::string LiveServer::url() const { return running_->url(); }

void LiveServer::begin(const LiveRun& run) {
  running_->post([at = running_.get(), known = run]() mutable { at->begin(std::move(known)); });
}

void LiveServer::load_begins() {
  running_->post([at = running_.get()] { at->load_begins(); });
}

bool LiveServer::wants_more() const { return running_->watched && !running_->rendering; }

void LiveServer::show(LiveRun run, RunRecord so_far) {
  running_->rendering = true;
  running_->post([at = running_.get(), run = std::move(run), so_far = std::move(so_far)]() mutable {
    at->show(std::move(run), std::move(so_far));
  });
}

void LiveServer::refuse(const std::string& stop, const std::string& extend) {
  running_->post([at = running_.get(), refusals = Refusals{stop, extend}]() mutable {
    at->refuse(std::move(refusals));
  });
}

void LiveServer::finish() {
  running_->post([at = running_.get()] { at->finish_load(); });
}

bool LiveServer::stop_asked() const { return running_->stop_asked; }
bool LiveServer::extend_asked() const { return running_->extend_asked; }

}  // namespace assay::ui
