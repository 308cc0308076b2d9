#include "cli/live_terminal.h"

#include <utility>

#include "reports/cells.h"
#include "reports/live_screen.h"

namespace assay::cli {
namespace {

// A screen that changes faster cannot be read.
constexpr Nanos kBetweenDraws = std::chrono::milliseconds(200);

Nanos between_lines(const Context& context) { return std::chrono::seconds(context.in_pipeline() ? 10 : 5); }

}  // namespace

LiveTerminal::LiveTerminal(const Context& context, std::function<TimePoint()> now)
    : context_(context),
      now_(std::move(now)),
      redraws_(context.err_redraws()),
      plain_(context.err, between_lines(context)),
      block_(context.err, context.terminal_reflows()) {}

// On the way out of a mistake too.
LiveTerminal::~LiveTerminal() { LiveTerminal::finish(); }

void LiveTerminal::show(const LiveRun& run, const ResultSoFar&) {
  if (!redraws_) return plain_.show(run.now);
  made_for_ = context_.screen(Stream::err);
  // The last column stays free: at the end of a full line terminals differ in where the cursor is.
  lines_ = reports::live_screen(run, {.columns = made_for_.columns - 1,
                                      .rows = made_for_.rows,
                                      .colour = context_.err_in_colour(),
                                      .utf8 = context_.in_utf8(Stream::err)});
  draw(made_for_);
}

void LiveTerminal::draw(ScreenSize size) {
  if (now_() < next_draw_) return;
  block_.draw(lines_, size.columns);
  next_draw_ = now_() + kBetweenDraws;
}

void LiveTerminal::say(std::string_view news) {
  if (!redraws_) return plain_.say(news);
  const std::string text = reports::printable(news);
  const ScreenSize size = context_.screen(Stream::err);
  block_.write((context_.in_utf8(Stream::err) ? text : reports::ascii_form(text)) + "\n", size.columns);
  if (!lines_.empty() && size == made_for_) draw(size);
}

void LiveTerminal::finish() {
  lines_.clear();
  if (block_.is_drawn()) block_.write("", context_.screen(Stream::err).columns);
}

}  // namespace assay::cli
