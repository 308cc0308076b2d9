"""The page of a run that goes on: what it shows, who may do what with it, and that no client of it is waited for."""
import re
import signal
import unittest

import live_stage
import support

REQUESTS = re.compile(r'<th[^>]*>candidate</th><td[^>]*>([\d,]+)<')


def requests_in(shown):
    found = REQUESTS.search(shown.get("live-now", ""))
    return int(found[1].replace(",", "")) if found else 0


class Shown(live_stage.LiveRun):
    def test_the_page_and_its_events_show_the_run_until_somebody_stops_it(self):
        process, page = self.watched()
        whole = page.ask("GET", "/")
        self.assertEqual(whole.status, 200)
        self.assertIn("no-store", whole.headers["Cache-Control"])
        self.assertIn("frame-ancestors 'none'", whole.headers["Content-Security-Policy"])
        self.assertEqual(whole.headers["Referrer-Policy"], "no-referrer")
        self.assertIn("watched", whole.body)
        self.assertNotIn(page.token, whole.body)
        version = re.search(r'data-version="([0-9a-f]+-\d+)"', whole.body)[1]
        events = self.events(page, since=version)
        self.assertEqual(events.status, 200)
        shown = events.until(lambda shown: requests_in(shown) > 200 and "<svg" in shown.get("live-latency", ""))
        self.assertIn("RUNNING", shown["live-head"])
        self.assertIn("No verdict yet.", shown["live-head"])
        for word in ("PASS", "FAIL", "INCONCLUSIVE"):
            self.assertNotIn(word, shown["live-head"])
        self.assertIn('<section id="generator"', shown["live-generator"])
        # What does not change is sent once.
        self.assertNotIn("live-hand", events.until(lambda more: requests_in(more) > requests_in(shown)))
        head = page.ask("HEAD", "/")
        self.assertEqual((head.status, head.body), (200, ""))

        run = self.say_stop(process, page)
        while (last := events.next())[0] != "end":
            self.assertEqual(last[0], "fragments")
        self.assertIn("The run is over", last[2])
        self.assert_stopped_by_hand(run)
        self.assertLess(run.result["load"][0]["end_ns"], 150e9)
        self.assertGreater(run.requests(), 200)
        self.assertIn("stopping: somebody who watches has asked for it", run.stderr)

    def test_a_connection_that_comes_back_gets_what_it_missed(self):
        process, page = self.watched()
        events = self.events(page)
        events.until(lambda shown: requests_in(shown) > 0)
        _, seen, _ = events.next()
        events.close()
        again = self.events(page, since=seen)
        self.assertNotIn("live-hand", again.fragments())
        other = self.events(page, since="deadbeef-1")  # of another run at the same address
        self.assertIn("live-hand", other.fragments())
        process.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(process).exit_code, 130)

    def test_extending_is_refused_in_words_where_the_gate_leaves_no_time(self):
        process, page = self.watched()
        self.events(page).until(lambda shown: requests_in(shown) > 0)
        answer = page.by_hand("/extend")
        self.assertEqual(answer.status, 409)
        self.assertIn("the gate file gives no time for it", answer.body)
        self.say_stop(process, page)

    def test_extending_is_noted_where_it_leaves_some(self):
        one, two = self.nginx(), self.nginx()
        process, page = self.watched(f"""version: 1
name: watched
targets:
  candidate: {{ url: "http://127.0.0.1:{one.port}" }}
  baseline: {{ url: "http://127.0.0.1:{two.port}" }}
scenarios: {{ s: {{ steps: [ {{ get: /items }}, {{ pause: 30ms }} ] }} }}
load: {{ shape: constant-vus, users: 2, duration: 60s }}
compare: [ {{ metric: p50(response_time), margin: 10%, floor: 5ms }} ]
verdict: {{ on_inconclusive: extend, max_duration: 300s }}
""")
        self.events(page).until(lambda shown: "The next look is at 1m." in shown["live-head"])
        self.assertEqual(page.by_hand("/extend").status, 202)
        run = self.say_stop(process, page)
        self.assert_stopped_by_hand(run)  # two servers that are alike, and still no pass


class Guarded(live_stage.LiveRun):
    def test_nobody_but_its_own_page_and_user_moves_the_run(self):
        process, page = self.watched()
        self.events(page).until(lambda shown: requests_in(shown) > 0)
        for expected, answer in (
                (401, page.by_hand("/stop", Authorization=None)),
                (401, page.by_hand("/stop", Authorization="Bearer " + "0" * 32)),
                (401, page.by_hand("/stop?token=" + "0" * 32, Authorization=None)),
                (403, page.by_hand("/stop", Origin="http://evil.example")),
                (403, page.by_hand("/stop", Origin="null")),
                (403, page.by_hand("/stop", Sec_Fetch_Site="cross-site")),
                (403, page.ask("GET", "/events", Sec_Fetch_Site="cross-site")),
                (421, page.by_hand("/stop", Host=f"evil.example:{page.port}", Origin=f"http://evil.example:{page.port}")),
                (421, page.ask("GET", "/", Host="evil.example")),
                (421, page.ask("GET", "/", Host=None)),
                (404, page.ask("GET", "/result.json")),
                (405, page.ask("GET", f"/stop?token={page.token}")),
                (405, page.ask("OPTIONS", "/stop", Origin="http://evil.example")),
                (405, page.by_hand("/")),
                (431, page.ask("GET", "/", X_Long="x" * 9000)),
                (413, page.by_hand("/stop", Content_Length="1000000"))):
            self.assertEqual(answer.status, expected, answer.body)
            self.assertNotIn(page.token, answer.body)
            self.assertNotIn("Access-Control-Allow-Origin", answer.headers)
        garbage = page.send("\x16\x03\x01 this is no HTTP\r\n\r\n")
        self.assertIn(b" 400 ", garbage.recv(1000))
        garbage.close()
        # It goes on all the same, and program or page, who has the token is heard.
        before = self.events(page)
        seen = requests_in(before.until(lambda shown: requests_in(shown) > 0))
        before.until(lambda shown: requests_in(shown) > seen)
        self.assertEqual(page.by_hand("/stop", Origin=None, Sec_Fetch_Site=None).status, 202)
        self.assert_stopped_by_hand(self.finish(process))

    def test_where_others_can_reach_it_reading_takes_the_token_too(self):
        process, page = self.watched(None, "--ui-exposed")
        self.assertEqual(page.ask("GET", "/").status, 401)
        self.assertEqual(page.ask("GET", "/events").status, 401)
        self.assertEqual(page.ask("GET", f"/?token={page.token}").status, 200)
        process.send_signal(signal.SIGINT)
        self.finish(process)

    def test_a_place_that_is_taken_or_open_to_others_is_refused_before_any_load(self):
        server = self.nginx()
        gate = self.gate(live_stage.GATE % server.port)
        taken = self.run_gate(gate, "--ui", f"127.0.0.1:{server.port}")
        self.assertEqual(taken.exit_code, 3, taken.output)
        self.assertIn(f"cannot listen on 127.0.0.1:{server.port}: Address already in use", taken.stderr)
        exposed = self.run_gate(gate, "--ui", "0.0.0.0:0", out="other")
        self.assertEqual(exposed.exit_code, 3, exposed.output)
        self.assertIn("it can be reached from other machines", exposed.stderr)


class Bounded(live_stage.LiveRun):
    def test_whoever_does_not_read_is_dropped_and_nobody_else_notices(self):
        process, page = self.watched()
        slow = page.send(f"GET /events HTTP/1.1\r\nHost: {page.authority}\r\n\r\n", receive_buffer=2048)
        reader = self.events(page)
        reader.until(lambda shown: requests_in(shown) > 0)
        self.assertTrue(live_stage.wait_until_dropped(slow), "still connected")
        slow.close()
        seen = requests_in(reader.until(lambda shown: requests_in(shown) > 0))
        reader.until(lambda shown: requests_in(shown) > seen)
        self.say_stop(process, page)

    def test_half_a_request_has_its_time_and_no_more(self):
        process, page = self.watched()
        half = page.send("GET / HTTP/1.1\r\nHost: ")
        silent = page.connect()
        self.assertTrue(live_stage.wait_until_dropped(half))
        self.assertTrue(live_stage.wait_until_dropped(silent))
        half.close()
        silent.close()
        process.send_signal(signal.SIGINT)
        self.finish(process)

    def test_a_crowd_of_silent_connections_keeps_nobody_out(self):
        process, page = self.watched()
        crowd = [page.connect() for _ in range(100)]
        self.assertEqual(page.ask("GET", "/").status, 200)
        self.events(page).until(lambda shown: requests_in(shown) > 0)
        for client in crowd:
            client.close()
        self.say_stop(process, page)

    def test_only_so_many_streams_are_served(self):
        process, page = self.watched()
        streams = [self.events(page) for _ in range(8)]
        self.assertEqual([stream.status for stream in streams], [200] * 8)
        streams[0].until(lambda shown: requests_in(shown) > 0)
        self.assertEqual(page.ask("GET", "/events").status, 503)
        streams.pop().close()
        # The place becomes free once the server has noticed.
        self.assertTrue(any(self.events(page).status == 200 for _ in range(50)))
        self.say_stop(process, page)


if __name__ == "__main__":
    unittest.main()
