#include "demo/target_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <fstream>
#include <future>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include "demo/certificate.h"
#include "demo/connection.h"

namespace assay::demo {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// Accepting fails where file descriptors have run out; trying again at once would only burn the CPU.
constexpr std::chrono::milliseconds kAcceptPause{50};

struct TlsSetup {
  asio::ssl::context context{asio::ssl::context::tls_server};
  std::string ca_pem;
};

std::optional<SystemError> write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.flush();
  if (file) return std::nullopt;
  return system_error("write", path, errno);
}

std::optional<SystemError> use_files(asio::ssl::context& context, const TlsOptions& options) {
  error_code ec;
  context.use_certificate_chain_file(options.certificate, ec);
  if (ec) return SystemError{"use", "certificate " + options.certificate, ec.message(), {}};
  context.use_private_key_file(options.key, asio::ssl::context::pem, ec);
  if (ec) return SystemError{"use", "key " + options.key, ec.message(), "it must belong to the certificate"};
  return std::nullopt;
}

std::optional<SystemError> use_made(TlsSetup& tls, const TlsOptions& options) {
  auto made = make_certificate(options.flaw);
  if (!made) return std::move(made).error();
  error_code ec;
  tls.context.use_certificate_chain(asio::buffer(made->certificate_pem), ec);
  if (!ec) tls.context.use_private_key(asio::buffer(made->key_pem), asio::ssl::context::pem, ec);
  if (ec) return SystemError{"use", "the made certificate", ec.message(), {}};
  tls.ca_pem = std::move(made->ca_pem);
  return options.ca_out.empty() ? std::nullopt : write_file(options.ca_out, tls.ca_pem);
}

std::optional<SystemError> set_up(TlsSetup& tls, const TlsOptions& options) {
  return options.certificate.empty() ? use_made(tls, options) : use_files(tls.context, options);
}

Expected<tcp::endpoint, SystemError> endpoint_of(const TargetOptions& options) {
  error_code ec;
  const auto address = asio::ip::make_address(options.address, ec);
  if (ec)
    return Unexpected(SystemError{"listen on", options.address, "not an IP address", "use 127.0.0.1 or ::1"});
  if (!address.is_loopback() && !options.allow_remote) {
    return Unexpected(SystemError{"listen on", options.address, "it can be reached from other machines",
                                  "allow it explicitly if that is meant"});
  }
  return tcp::endpoint{address, options.port};
}

std::optional<SystemError> listen_at(tcp::acceptor& acceptor, const tcp::endpoint& endpoint) {
  error_code ec;
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
  if (!ec) return std::nullopt;
  const std::string place = endpoint.address().to_string() + " port " + std::to_string(endpoint.port());
  return SystemError{"listen on", place, ec.message(), {}};
}

// Signals are the main thread's: one that this thread took would end the process by its default action. The
// mask is set before the thread exists, because it inherits it.
std::jthread thread_without_signals(auto work) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::jthread thread(std::move(work));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

// What ends with stop(). Members are destroyed from below: first the thread, then connections, then what they
// live on. Destroying the io_context matters: it may hold a socket that was accepted but not yet handed over.
struct Loop {
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  asio::steady_timer accept_timer{io};
  std::unordered_map<Connection*, std::unique_ptr<Connection>> connections;
  std::jthread thread;
};

}  // namespace

struct TargetServer::Running {
  explicit Running(TargetOptions given)
      : options(std::move(given)), site(options), context{site, options.stall, Clock::now(), nullptr, {}} {
    context.ended = [this](Connection* connection) { loop->connections.erase(connection); };
  }

  std::optional<SystemError> open() {
    const auto endpoint = endpoint_of(options);
    if (!endpoint) return endpoint.error();
    if (options.tls) {
      if (auto error = set_up(tls.emplace(), *options.tls)) return error;
    }
    if (auto error = listen_at(loop->acceptor, *endpoint)) return error;
    if (auto error = open_log()) return error;
    error_code ec;
    port = loop->acceptor.local_endpoint(ec).port();
    return std::nullopt;
  }

  std::optional<SystemError> open_log() {
    if (options.log.empty()) return std::nullopt;
    auto opened = RequestLog::open(options.log, site.routes());
    if (!opened) return std::move(opened).error();
    log = std::move(opened).value();
    context.log = log.get();
    return std::nullopt;
  }

  void accept() {
    loop->acceptor.async_accept([this](error_code ec, tcp::socket socket) {
      if (ec) return accept_later();
      serve(std::move(socket));
      accept();
    });
  }

  void accept_later() {
    loop->accept_timer.expires_after(kAcceptPause);
    loop->accept_timer.async_wait([this](error_code) { accept(); });
  }

  void serve(tcp::socket socket) {
    site.connected();
    const std::uint64_t number = site.counters().connections;
    auto connection = tls ? tls_connection(std::move(socket), tls->context, number, context)
                          : plain_connection(std::move(socket), number, context);
    Connection* const key = connection.get();
    loop->connections.emplace(key, std::move(connection));
    key->start();
  }

  TargetOptions options;
  Site site;
  ConnectionContext context;
  std::unique_ptr<RequestLog> log;  // outlives the connections, which log what they still owe
  std::optional<SystemError> log_error;
  std::optional<TlsSetup> tls;
  std::uint16_t port = 0;
  std::unique_ptr<Loop> loop = std::make_unique<Loop>();  // null after stop()
};

Expected<std::unique_ptr<TargetServer>, SystemError> TargetServer::start(TargetOptions options) {
  auto running = std::make_unique<Running>(std::move(options));
  if (auto error = running->open()) return Unexpected(*std::move(error));
  running->accept();
  running->loop->thread = thread_without_signals([io = &running->loop->io] { io->run(); });
  return std::unique_ptr<TargetServer>(new TargetServer(std::move(running)));
}

TargetServer::TargetServer(std::unique_ptr<Running> running) : running_(std::move(running)) {}

TargetServer::~TargetServer() { stop(); }

std::uint16_t TargetServer::port() const { return running_->port; }

std::string TargetServer::url() const {
  const std::string& address = running_->options.address;
  const bool is_v6 = address.find(':') != std::string::npos;
  return std::string(running_->tls ? "https://" : "http://") + (is_v6 ? "[" + address + "]" : address) + ":" +
         std::to_string(port());
}

const std::string& TargetServer::ca_pem() const {
  static const std::string none;
  return running_->tls ? running_->tls->ca_pem : none;
}

TargetCounters TargetServer::counters() const {
  if (!running_->loop) return running_->site.counters();
  // Asked for on the server's own thread, so that the counters need no lock.
  std::promise<TargetCounters> answer;
  auto counted = answer.get_future();
  asio::post(running_->loop->io, [site = &running_->site, answer = std::move(answer)]() mutable {
    answer.set_value(site->counters());
  });
  return counted.get();
}

void TargetServer::stop() {
  if (!running_->loop) return;
  running_->loop->io.stop();
  running_->loop->thread
      .join();  // before reset(): handlers reach the loop through the pointer that it clears
  running_->loop.reset();
  if (running_->log) running_->log_error = running_->log->finish();
}

const std::optional<SystemError>& TargetServer::log_error() const { return running_->log_error; }

}  // namespace assay::demo
