"""A small web site as a deployment should be: nginx with TLS in front of an application, each part replaceable by a fault."""
import http.server
import json
import pathlib
import threading
import time

import support

BIG_TEXT = "a line of text that compresses well\n" * 400
UPLOAD_LIMIT = 64 * 1024
METRICS = """# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{method="GET",route="/items",status_code="200"} %d
# HELP http_request_duration_seconds Time to answer.
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{route="/items",le="0.1"} 3
http_request_duration_seconds_bucket{route="/items",le="0.5"} 4
http_request_duration_seconds_bucket{route="/items",le="1"} 4
http_request_duration_seconds_bucket{route="/items",le="+Inf"} 4
http_request_duration_seconds_sum{route="/items"} 0.7
http_request_duration_seconds_count{route="/items"} 4
# TYPE app_up gauge
app_up 1
"""


class Application:
    """What stands behind nginx. `faults`: name -> value, read at every request."""

    def __init__(self, faults):
        self.faults, self.served, self.started = faults, 0, time.time()
        application = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status, body, content_type="application/json", headers=()):
                data = body if isinstance(body, bytes) else body.encode()
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(data)))
                for name, value in headers:
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

            def read_body(self):
                if self.headers.get("Transfer-Encoding") == "chunked":
                    while size := int(self.rfile.readline().split(b";")[0], 16):
                        self.rfile.read(size + 2)
                    self.rfile.readline()
                else:
                    self.rfile.read(int(self.headers.get("Content-Length", 0)))

            def do_POST(self):
                self.read_body()
                self.answer(200, "{}")

            def do_OPTIONS(self):
                self.answer(204, "", headers=application.cors(self.headers))

            def do_GET(self):
                application.served += 1
                path = self.path.split("?")[0]
                page = application.pages().get(path)
                if page is None:
                    return self.answer(404, '{"error":"not found"}')
                headers = list(page.get("headers", ()))
                if path == "/api":
                    headers += application.cors(self.headers)
                return self.answer(page.get("status", 200), page["body"], page.get("type", "application/json"), headers)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def cors(self, request):
        origin = request.get("Origin")
        how = self.faults.get("cors", "list")
        allowed = {"list": origin == "https://app.shop.test", "reflect": origin is not None, "none": False,
                   "suffix": bool(origin) and origin.startswith("https://app.shop.test"), "star": True,
                   "null": origin in ("https://app.shop.test", "null")}[how]
        if not allowed or origin is None:
            return []
        headers = [("Access-Control-Allow-Origin", "*" if how == "star" else origin), ("Vary", "Origin"),
                   ("Access-Control-Allow-Methods", "GET, POST"), ("Access-Control-Allow-Headers", "content-type")]
        if self.faults.get("cors_credentials", True):
            headers.append(("Access-Control-Allow-Credentials", "true"))
        return headers

    def pages(self):
        fault = self.faults.get
        ready = fault("ready", {"status": "ready", "checks": {"database": True, "cache": True}})
        return {
            "/": {"body": fault("home", "<!doctype html><title>shop</title>" + BIG_TEXT), "type": "text/html",
                  "headers": [("Cache-Control", fault("home_cache", "no-cache")), ("X-Version", fault("version", "1.4.2"))]},
            "/app.3f2a.js": {"body": BIG_TEXT, "type": "text/javascript",
                             "headers": [("Cache-Control", fault("asset_cache", "public, max-age=31536000, immutable"))]},
            "/health/live": {"body": '{"status":"alive"}', "status": fault("live_status", 200)},
            "/health/ready": {"body": ready if isinstance(ready, str) else json.dumps(ready),
                              "status": fault("ready_status", 200)},
            "/health": {"body": json.dumps({"status": "healthy", "uptime": time.time() - self.started,
                                            "timestamp": fault("timestamp", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))})},
            "/login": {"body": "{}", "headers": [("Set-Cookie", cookie) for cookie in fault(
                "cookies", ["session=abc; Path=/; Secure; HttpOnly; SameSite=Lax", "theme=dark; Path=/; Secure; HttpOnly; SameSite=Strict"])]},
            "/api": {"body": '{"items":[1,2]}'},
            "/items": {"body": '{"items":[1,2]}'},
            "/limited": {"body": "{}"},
            "/metrics": {"body": fault("metrics", METRICS % self.served), "type": fault("metrics_type", "text/plain; version=0.0.4")},
            "/photo.png": {"body": b"\x89PNG" + bytes(range(256)) * 8, "type": "image/png"},
        }

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


SECURITY = """
    add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;
    add_header X-Frame-Options DENY always;
    add_header X-Content-Type-Options nosniff always;
    add_header Referrer-Policy no-referrer always;
    add_header Content-Security-Policy "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'" always;
"""


class Site:
    """nginx with TLS on `.port`, without TLS on `.plain_port`; the application behind it."""

    def __init__(self, test, authority, faults):
        self.faults = faults
        self.application = Application(faults)
        test.addCleanup(self.application.stop)
        self.port, self.plain_port = support.free_port(), support.free_port()
        folder = pathlib.Path(test.folder / f"site{self.port}")
        folder.mkdir()
        test.folder.chmod(0o755)
        folder.chmod(0o755)
        certificate, key = faults.get("certificate") or authority.issue("DNS:localhost,IP:127.0.0.1")
        (folder / "nginx.conf").write_text(self._configuration(certificate, key))
        test.start(["nginx", "-p", folder, "-c", "nginx.conf", "-e", "error.log"], ("127.0.0.1", self.port), folder)

    def _plain(self):
        """What stands on the port without TLS; "{port}" and "{plain_port}" are filled in."""
        lines = self.faults.get("plain", "return 308 https://localhost:{port}$request_uri;")
        return lines.replace("{port}", str(self.port)).replace("{plain_port}", str(self.plain_port))

    def _configuration(self, certificate, key):
        fault = self.faults.get
        return f"""
daemon off; master_process off; pid nginx.pid; worker_rlimit_nofile 4096;
events {{ worker_connections 2048; }}
http {{
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  access_log off;
  server_tokens {fault("server_tokens", "off")};
  limit_req_zone $binary_remote_addr zone=probe:1m rate={fault("rate", "60r/m")};
  upstream application {{ server 127.0.0.1:{self.application.port}; keepalive 8; }}
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  gzip {fault("gzip", "on")}; gzip_types {fault("gzip_types", "text/javascript application/json")}; gzip_min_length 256;
  gzip_proxied {fault("gzip_proxied", "any")}; gzip_vary {fault("gzip_vary", "on")};
  server {{
    listen 127.0.0.1:{self.plain_port};
    location / {{ {self._plain()} }}
  }}
  server {{
    listen 127.0.0.1:{self.port} ssl {fault("listen", "http2")};
    server_name {fault("server_name", "_")};
    ssl_certificate {certificate}; ssl_certificate_key {key};
    ssl_protocols {fault("protocols", "TLSv1.2 TLSv1.3")};
    ssl_ciphers {fault("ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305")};
    client_max_body_size {fault("body_size", str(UPLOAD_LIMIT))};
    {fault("security", SECURITY)}
    location / {{ proxy_pass http://application; {fault("in_location", "")} }}
    location = /limited {{ {fault("limit", "limit_req zone=probe burst=4 nodelay; limit_req_status 429;")} proxy_pass http://application; }}
    {fault("more", "")}
  }}
}}
"""


def suite(site, authority):
    """Probes of a healthy site, one for each property; a fault must be caught by its own probe and by no other."""
    return f"""
  - {{ kind: http, name: home, path: /, expect: {{ status: 200, header: {{ content-type: {{ starts_with: text/html }} }}, body: {{ contains: shop }} }} }}
  - {{ kind: health, name: live, live: /health/live }}
  - {{ kind: health, name: ready, ready: /health/ready, dependencies: {{ database: /checks/database, cache: /checks/cache }} }}
  - {{ kind: health, name: shape, path: /health, shape: {{ /status: string, /uptime: number, /timestamp: string }}, timestamp: /timestamp }}
  - {{ kind: tls, name: tls, expect: {{ min_version: "1.2", valid_for: 14d, hostname: true, chain: trusted }} }}
  - {{ kind: headers, name: security headers, paths: [/, /missing, /app.3f2a.js], expect: {{ strict-transport-security: {{ max_age: ">= 365d" }}, x-frame-options: DENY, x-content-type-options: nosniff, content-security-policy: present }} }}
  - {{ kind: headers, name: nothing to tell, path: /, forbid: [server-version, x-powered-by] }}
  - {{ kind: redirect, name: to https, from: "/items?b=c", from_http: true, port: {site.plain_port}, to: "https://localhost:{site.port}/items?b=c" }}
  - {{ kind: cors, name: cors, path: /api, allowed: ["https://app.shop.test"], credentials: true }}
  - {{ kind: cookies, name: cookies, path: /login, expect: {{ session: {{ secure: true, http_only: true, same_site: lax }} }} }}
  - {{ kind: compression, name: compression, paths: [/, /app.3f2a.js], encodings: [gzip], never: [/photo.png] }}
  - {{ kind: caching, name: page is checked again, expect: {{ /: {{ revalidated: true }} }} }}
  - {{ kind: caching, name: assets are kept, expect: {{ /app.3f2a.js: {{ max_age: ">= 30d", immutable: true }} }} }}
  - {{ kind: metrics, name: metrics, path: /metrics, require: [ {{ name: http_requests_total, type: counter, labels: [method, route, status_code] }}, {{ name: http_request_duration_seconds, type: histogram, buckets: [0.1, 0.5, 1] }} ] }}
  - {{ kind: version, name: version, path: /, header: X-Version, expect: "1.4.2", samples: 4 }}
  - {{ kind: body-limit, name: upload limit, path: /upload, limit: {UPLOAD_LIMIT}B, modes: [content-length, chunked], dangerous: [localhost] }}
  - {{ kind: rate-limit, name: rate limit, path: /limited, limit: 1, window: 1s, burst: 4, requests: 30, dangerous: [localhost] }}
"""


def gate(site, authority):
    return f"""version: 1
targets:
  candidate: {{ url: "https://localhost:{site.port}", resolve: {{ localhost: 127.0.0.1 }}, tls: {{ ca: "{authority.certificate}" }} }}
probes:
{suite(site, authority)}
"""
