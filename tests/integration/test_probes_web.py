"""A healthy web site passes every probe, and each planted fault is caught by the probe that should catch it and by no other."""
import concurrent.futures
import json
import threading
import unittest

import probe_stage
import support
import web_site
from web_site import METRICS, SECURITY

READY = {"status": "ready", "checks": {"database": True, "cache": True}}
DIRECTIVES = "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'"


def without(header):
    return "\n".join(line for line in SECURITY.splitlines() if header not in line)


def security(old, new):
    assert old in SECURITY
    return SECURITY.replace(old, new)


def ready(**changed):
    return {**READY, **changed}


# Name of the fault: what is changed on the site, the probe that must find it, and a word that its reason must hold.
FAULTS = {
    # headers
    "hsts missing": ({"security": without("Strict")}, "security headers", "strict-transport-security"),
    "hsts short": ({"security": security("31536000", "15724800")}, "security headers", "max"),
    "hsts off": ({"security": security("31536000", "0")}, "security headers", "max"),
    "hsts twice": ({"security": SECURITY + 'add_header Strict-Transport-Security "max-age=31536000" always;'},
                   "security headers", "strict-transport-security"),
    "hsts not on errors": ({"security": security('includeSubDomains" always', 'includeSubDomains"')},
                           "security headers", "/missing"),
    "frame options missing": ({"security": without("X-Frame")}, "security headers", "x-frame-options"),
    "frame options weak": ({"security": security("DENY", "ALLOWALL")}, "security headers", "x-frame-options"),
    "nosniff missing": ({"security": without("nosniff")}, "security headers", "x-content-type-options"),
    "csp missing": ({"security": without("Content-Security")}, "security headers", "content-security-policy"),
    "csp only reported": ({"security": security("Content-Security-Policy ", "Content-Security-Policy-Report-Only ")},
                          "security headers", "content-security-policy"),
    "headers dropped by a location": ({"in_location": "add_header X-Other 1;"}, "security headers", ""),
    "server version told": ({"server_tokens": "on"}, "nothing to tell", "nginx/"),
    "powered by told": ({"security": SECURITY + "add_header X-Powered-By Express always;"}, "nothing to tell", "x-powered-by"),
    # redirect
    "no redirect": ({"plain": "return 200 'hello';"}, "to https", ""),
    "redirect drops the query": ({"plain": "return 301 https://localhost:{port}$uri;"}, "to https", ""),
    "redirect to the start page": ({"plain": "return 301 https://localhost:{port}/;"}, "to https", ""),
    "redirect to another host": ({"plain": "return 301 https://evil.test/a?b=c;"}, "to https", "evil.test"),
    "redirect in a circle": ({"plain": "return 302 http://localhost:{plain_port}$request_uri;"}, "to https", ""),
    # cors
    "cors reflects any origin": ({"cors": "reflect"}, "cors", ""),
    "cors for no one": ({"cors": "none"}, "cors", ""),
    "cors takes look-alikes": ({"cors": "suffix"}, "cors", "https://app.shop.test"),
    "cors for everyone": ({"cors": "star"}, "cors", ""),
    "cors takes null": ({"cors": "null"}, "cors", "null"),
    "cors without credentials": ({"cors_credentials": False}, "cors", "redentials"),
    # cookies
    "cookie not secure": ({"cookies": ["session=abc; Path=/; HttpOnly; SameSite=Lax"]}, "cookies", "ecure"),
    "cookie for scripts": ({"cookies": ["session=abc; Path=/; Secure; SameSite=Lax"]}, "cookies", "ttp"),
    "cookie same site none": ({"cookies": ["session=abc; Path=/; Secure; HttpOnly; SameSite=None"]}, "cookies", "ame"),
    "cookie never set": ({"cookies": ["other=abc; Secure; HttpOnly; SameSite=Lax"]}, "cookies", "session"),
    # compression
    "gzip off": ({"gzip": "off"}, "compression", "gzip"),
    "gzip for html only": ({"gzip_types": "text/plain"}, "compression", "app.3f2a.js"),
    "images compressed": ({"gzip_types": "text/javascript image/png"}, "compression", "photo.png"),
    # caching
    "page kept for a year": ({"home_cache": "public, max-age=31536000"}, "page is checked again", ""),
    "asset not kept": ({"asset_cache": "no-store"}, "assets are kept", ""),
    "asset kept for an hour": ({"asset_cache": "public, max-age=3600, immutable"}, "assets are kept", "max"),
    "asset not immutable": ({"asset_cache": "public, max-age=31536000"}, "assets are kept", "immutable"),
    # health
    "not alive": ({"live_status": 500}, "live", "500"),
    "database down": ({"ready": ready(status="not ready", checks={"database": False, "cache": True}), "ready_status": 503},
                      "ready", "database"),
    "cache down but 200": ({"ready": ready(checks={"database": True, "cache": False})}, "ready", "cache"),
    "ready is a page": ({"ready": "<html>ok</html>"}, "ready", ""),
    "ready is cut": ({"ready": '{"status":"ready","checks":{"data'}, "ready", ""),
    "clock of yesterday": ({"timestamp": "2020-01-01T00:00:00Z"}, "shape", "timestamp"),
    "timestamp is no time": ({"timestamp": "soon"}, "shape", "timestamp"),
    # metrics
    "metrics are a page": ({"metrics": "<html></html>", "metrics_type": "text/html"}, "metrics", ""),
    "metrics are empty": ({"metrics": ""}, "metrics", ""),
    "metric gone": ({"metrics": METRICS.replace("http_requests_total", "requests_total") % 1}, "metrics", "http_requests_total"),
    "metric of another type": ({"metrics": METRICS.replace("http_requests_total counter", "http_requests_total gauge") % 1},
                               "metrics", "gauge"),
    "label renamed": ({"metrics": METRICS.replace("status_code", "status") % 1}, "metrics", "status"),
    "bucket moved": ({"metrics": METRICS.replace('le="0.5"', 'le="0.25"') % 1}, "metrics", "0.5"),
    "buckets not cumulative": ({"metrics": METRICS.replace('le="1"} 4', 'le="1"} 2') % 1}, "metrics", ""),
    "metrics cut": ({"metrics": (METRICS % 1)[:150] + "http_requests_to"}, "metrics", ""),
    # version
    "old version": ({"version": "1.4.1"}, "version", "1.4.1"),
    "no version": ({"version": ""}, "version", ""),
    # limits
    "uploads half as large": ({"body_size": str(web_site.UPLOAD_LIMIT // 2)}, "upload limit", "413"),
    "uploads not limited": ({"body_size": "0"}, "upload limit", ""),
    "rate not limited": ({"limit": ""}, "rate limit", ""),
    "rate limited too early": ({"limit": "limit_req zone=probe; limit_req_status 429;"}, "rate limit", ""),
    # tls
    "tls 1.1 spoken": ({"protocols": "TLSv1.1 TLSv1.2 TLSv1.3", "ciphers": "ALL:@SECLEVEL=0"}, "tls", "1.1"),
    "tls 1.0 spoken": ({"protocols": "TLSv1 TLSv1.2 TLSv1.3", "ciphers": "ALL:@SECLEVEL=0"}, "tls", "1.0"),
    # home
    "home is broken": ({"home": "<title>error</title>" + web_site.BIG_TEXT}, "home", "shop"),
}


class ProbesOfTheWeb(probe_stage.ProbeTest):
    def setUp(self):
        super().setUp()
        self.authority = support.Authority(self.folder / "ca")
        self.starting = threading.Lock()
        self.certificate = self.authority.issue("DNS:localhost,IP:127.0.0.1")

    def site(self, faults):
        return web_site.Site(self, self.authority, {"certificate": self.certificate, **faults})

    def probe_site(self, site):
        return self.probe(self.gate(web_site.gate(site, self.authority), f"gate{site.port}.yaml"))

    def test_a_healthy_site_passes_every_probe(self):
        site = self.site({})
        probed = self.probe_site(site)
        self.assertEqual(probed.not_passed(), {}, probed.output[-5000:])
        self.assertEqual({state for state in probed.states().values()}, {"pass"}, probed.output[-5000:])
        self.assertEqual(probed.exit_code, 0)

    def probed_with(self, changes):
        with self.starting:  # one after the other, so that no two take the same free port
            site = self.site(changes)
        return self.probe_site(site)

    def test_each_fault_is_caught_by_its_own_probe(self):
        # Most of the time goes by while a rate limit recovers.
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            finished = list(pool.map(self.probed_with, [changes for changes, _, _ in FAULTS.values()]))
        for (fault, (_, culprit, word)), probed in zip(FAULTS.items(), finished):
            with self.subTest(fault):
                self.assert_only(probed, culprit)
                self.assertIn(word, json.dumps(probed.named(culprit)), probed.output[-3000:])
                self.assertEqual(probed.exit_code, 1, probed.output[-3000:])


if __name__ == "__main__":
    unittest.main()
