#include "reports/probe_junit.h"

#include <doctest/doctest.h>

#include "reports/xml_text.h"
#include "tests/support/sample_run.h"
#include "tests/unit/reports/golden.h"

using namespace assay;
using namespace assay::reports;

TEST_CASE("probe junit: one case for each probe, failures and errors apart, nothing breaks out of the XML") {
  const std::string text = probe_junit("invoices-canary", test_support::sample_probes());
  CHECK(text == test_support::read_golden("reports/probes-junit.xml", text));
}

TEST_CASE("xml text: markup and control characters are inert") {
  CHECK(xml_text("<b>&\"]]>\x1b[31m\n") == "&lt;b&gt;&amp;&quot;]]&gt;?[31m\n");
}
