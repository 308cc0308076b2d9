#!/usr/bin/env python3
"""The parts of the bench that reckon and read the outputs of tools. What it measures is no test."""
import json
import os
import tempfile
import time
import unittest
from pathlib import Path
from types import SimpleNamespace

from suite import callgrind, gates, machine, measure, rounds, servers, strace, tables
from suite.clients import Assay, Load, Own
from suite.processes import Child, Failed, cpu_seconds
from suite.rows import cpu, growth, memory, pacing

CORES = os.sched_getaffinity(0)

STRACE = """% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 54.30    0.610123           3    200001           sendto
 40.01    0.449571           2    200040        40 recvfrom
  5.69    0.063944          19      3300           epoll_pwait2
------ ----------- ----------- --------- --------- ----------------
100.00    1.123638           2    403341        40 total
"""

# main calls work twice; work calls malloc three times. The costs after `calls=` are those of the callee.
CALLGRIND = """# callgrind format
version: 1
creator: callgrind-3.19.0
positions: line
events: Ir

ob=(1) /bin/client
fl=(1) client.cc
fn=(1) main
10 5
cfn=(2) work()
calls=2 20
+2 {called}
fe=(2) other.h
+1 7

fn=(2)
20 {work}
cob=(2) libc.so
cfi=(3) malloc.c
cfn=(3) malloc
calls={mallocs} 30
* 90
fn=(4) work()'2
-3 1

fn=(3)
30 {heap}

totals: 0
"""


def moment(served, at, client_s, server_s, own_s, idle, steal=0.0, interrupts=0.0):
    return SimpleNamespace(served=served, at=at, client_s=client_s, server_s=server_s, own_s=own_s,
                           cores=machine.CoreTimes(idle, steal, interrupts))


class StraceSummary(unittest.TestCase):
    def test_counts_are_read_with_and_without_errors_and_without_the_total(self):
        self.assertEqual(strace.parse_summary(STRACE), {"sendto": 200001, "recvfrom": 200040, "epoll_pwait2": 3300})

    def test_nothing_counted_is_an_empty_summary(self):
        self.assertEqual(strace.parse_summary(""), {})


class CallgrindProfile(unittest.TestCase):
    def profile(self, work, mallocs, heap):
        return callgrind.parse_profile(CALLGRIND.format(called=work + heap, work=work, mallocs=mallocs, heap=heap))

    def test_the_cost_of_a_call_belongs_to_the_function_called(self):
        profile = self.profile(work=100, mallocs=3, heap=60)
        self.assertEqual(profile.own, {"main": 12, "work()": 100, "work()'2": 1, "malloc": 60})
        self.assertEqual(profile.instructions, 173)

    def test_calls_of_what_takes_memory_are_counted(self):
        profile = self.profile(work=100, mallocs=3, heap=60)
        self.assertEqual(profile.calls, {"work()": 2, "malloc": 3})
        self.assertEqual(profile.allocations, 3)

    def test_what_both_runs_have_cancels(self):
        short, long = self.profile(work=100, mallocs=3, heap=60), self.profile(work=1100, mallocs=13, heap=260)
        instructions, allocations, functions = callgrind.difference(long, short, 10)
        self.assertEqual((instructions, allocations), (120, 1))
        self.assertEqual(functions, [("work()", 100), ("malloc", 20)])


class Disturbance(unittest.TestCase):
    STAT = "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 100 0 50 800 20 1 29 10 0 0\ncpu1 0 0 0 500 0 0 0 0 0 0\nintr 5\n"

    def test_only_the_cores_in_use_are_read(self):
        ticks = machine.TICKS_PER_S
        times = machine.parse_core_times(self.STAT, {0})
        self.assertEqual((times.idle, times.steal, times.interrupts), (820 / ticks, 10 / ticks, 30 / ticks))
        self.assertEqual(machine.parse_core_times(self.STAT, {0, 1}).idle, 1320 / ticks)

    def test_foreign_is_what_is_neither_idle_nor_known(self):
        before, after = machine.CoreTimes(10, 0, 0), machine.CoreTimes(11, 0, 0.5)
        # 4 s of two cores: 1 s idle, 2.6 s known.
        self.assertAlmostEqual(machine.foreign_share(before, after, 2.6, 2, 2, False), 0.1)
        self.assertEqual(machine.foreign_share(before, after, 2.6, 2, 2, True), 0.0)

    def test_more_than_a_twentieth_of_foreign_or_stolen_time_disturbs(self):
        self.assertFalse(machine.is_disturbed(0.05, 0.0))
        self.assertTrue(machine.is_disturbed(0.051, 0.0))
        self.assertTrue(machine.is_disturbed(0.0, 0.06))

    def test_a_disturbed_measurement_is_made_again_and_the_last_one_counts(self):
        shares = iter([0.3, 0.2, 0.01, 0.4])
        result = measure.undisturbed(lambda: {"foreign": next(shares), "steal": 0.0}, tries=3)
        self.assertEqual(result, {"foreign": 0.01, "steal": 0.0, "disturbed": False, "tries": 3})

    def test_when_every_try_was_disturbed_the_last_one_is_marked(self):
        shares = iter([0.3, 0.2])
        result = measure.undisturbed(lambda: {"foreign": next(shares), "steal": 0.0}, tries=2)
        self.assertEqual(result, {"foreign": 0.2, "steal": 0.0, "disturbed": True, "tries": 2})


class Window(unittest.TestCase):
    def test_times_are_divided_by_what_the_server_handled(self):
        found = measure.window(moment(1000, 5.0, 1.0, 2.0, 0.1, 50.0), moment(3000, 7.0, 1.01, 2.03, 0.1, 53.94), 2)
        self.assertEqual((found["steady_requests"], found["per_s"]), (2000, 1000))
        self.assertAlmostEqual(found["steady_us"], 5)
        self.assertAlmostEqual(found["server_us"], 15)
        self.assertAlmostEqual(found["foreign"], 0.02 / 4)

    def test_nothing_handled_is_an_error(self):
        with self.assertRaises(Failed):
            measure.window(moment(1, 0, 0, 0, 0, 0), moment(1, 1, 0, 0, 0, 0), 2)


class Counts(unittest.TestCase):
    def test_a_client_may_forget_what_was_under_way_and_no_more(self):
        self.assertFalse(measure.counts_differ(10_000, 10_064, 64))
        self.assertTrue(measure.counts_differ(10_000, 10_200, 64))
        self.assertTrue(measure.counts_differ(10_200, 10_000, 64))


class Rounds(unittest.TestCase):
    def test_every_client_comes_first_once(self):
        self.assertEqual([rounds.rotated([1, 2, 3], n) for n in range(4)], [[1, 2, 3], [2, 3, 1], [3, 1, 2], [1, 2, 3]])

    def test_a_heavy_client_sits_out_the_later_rounds(self):
        light, heavy = SimpleNamespace(name="light", most_rounds=9), SimpleNamespace(name="heavy", most_rounds=1)
        rows = rounds.run_rounds([light, heavy], 3, lambda client: {"us": len(client.name)})
        self.assertEqual(rows, {"light": [{"us": 5}] * 3, "heavy": [{"us": 5}, None, None]})

    def test_ratios_and_differences_are_formed_within_a_round(self):
        mine, theirs = [{"us": 2}, {"us": 9}, None], [{"us": 4}, {"us": 3}, {"us": 7}]
        self.assertEqual(rounds.ratios(mine, theirs, "us"), [0.5, 3])
        self.assertEqual(rounds.differences(mine, theirs, "us"), [-2, 6])
        self.assertEqual(rounds.ratios(mine, [], "us"), [])

    def test_a_spread_has_a_median_and_both_ends(self):
        self.assertEqual(rounds.spread([3, 1, 10]), {"median": 3, "min": 1, "max": 10})
        self.assertIsNone(rounds.spread([]))


class CpuRow(unittest.TestCase):
    def one(self, us, disturbed=False):
        return {"steady_us": us, "whole_us": us, "user_us": 1, "server_us": 1, "per_s": 1, "disturbed": disturbed,
                "miscounted": False}

    def test_own_layers_are_split_at_the_net_client(self):
        rows = {"assay": [self.one(9), self.one(12)], "net": [self.one(6), self.one(8)],
                "floor": [self.one(5), self.one(6)], "wrk": [self.one(6), self.one(12, disturbed=True)]}
        made = cpu.summary(rows)
        medians = {name: spread["median"] for name, spread in made["own_layers"].items()}
        self.assertEqual(medians, {"net - floor": 1.5, "assay - net": 3.5, "assay - floor": 5})
        self.assertEqual(made["clients"]["assay"]["x_wrk"], {"median": 1.25, "min": 1, "max": 1.5})
        self.assertEqual(cpu.marks(made["clients"]["wrk"]), "disturbed 1 of 2")
        self.assertEqual(cpu.marks(made["clients"]["net"]), "")

    def test_a_client_without_any_measurement_is_left_out(self):
        self.assertEqual(list(cpu.summary({"k6": [None, None], "wrk": [self.one(1)]})["clients"]), ["wrk"])


class MemoryAndGrowth(unittest.TestCase):
    def test_the_program_itself_cancels(self):
        found = memory.slope(lambda users: (10_000 + 2 * users, 20_000 + 3 * users), 1000, 5000)
        self.assertEqual((found["kib_a_user"], found["peak_kib_a_user"]), (2, 3))

    def test_growth_is_read_at_each_mark(self):
        class Server:
            answers = iter([140, 190, 300, 420])

            def served(self):
                return next(self.answers)
        with Child(["sleep", "60"], CORES) as child:
            found = growth.look(child, Server(), 40, [150, 300])
        self.assertEqual([each["requests"] for each in found], [150, 380])
        self.assertTrue(all(0 < each["rss_kib"] <= each["peak_kib"] for each in found))


class Lateness(unittest.TestCase):
    def test_quantiles_are_the_nearest_rank(self):
        buckets = [(4000, 0, 1), (1000, 200, 98), (9000, 0, 1)]
        self.assertEqual([pacing.quantile_us(buckets, q) for q in (0.5, 0.98, 0.99, 1.0)], [1.1, 1.1, 4.0, 9.0])

    def test_nothing_recorded_has_no_quantile(self):
        self.assertIsNone(pacing.quantile_us([], 0.5))


class Tables(unittest.TestCase):
    def test_words_stand_left_and_numbers_right(self):
        text = tables.table(["client", "us", ""], [["assay", "4.10", "x"], ["a", None, ""]], left=(0, 2))
        self.assertEqual(text, "  client    us\n  assay   4.10  x\n  a          -")

    def test_numbers_are_rounded_and_grouped(self):
        self.assertEqual(tables.number(12345.678, 1), "12,345.7")
        self.assertEqual(tables.span({"median": 1, "min": 0.5, "max": 2}), "1.00 (0.50 .. 2.00)")
        self.assertIsNone(tables.middle(None))


class Calls(unittest.TestCase):
    def test_the_status_page_is_read(self):
        page = ("Active connections: 65 \nserver accepts handled requests\n 70 70 123456 \n"
                "Reading: 0 Writing: 64 Waiting: 1 \n")
        self.assertEqual(servers.parse_status(page), (65, 123456))

    def test_a_gate_with_tls_trusts_the_authority_of_the_bench(self):
        with tempfile.TemporaryDirectory() as folder:
            server = SimpleNamespace(ca="/x/cert.pem", url=lambda tls: "https://127.0.0.1:1/", port=lambda tls: 1)
            command = Assay("assay").command(Load(server, Path(folder), True, 64, requests=1000))
            text = Path(command[2]).read_text()
        self.assertIn("tls: { ca: /x/cert.pem }", text)
        self.assertIn("users: 64, iterations: 1000", text)

    def test_seconds_are_rounded_up_for_those_that_only_know_whole_ones(self):
        server = SimpleNamespace(ca="/x/cert.pem", port=lambda tls: 80)
        command = Own("floor", "floor").command(Load(server, Path("/"), False, 1, seconds=2.5))
        self.assertEqual(command, ["floor", 80, "plain", 1, "seconds", 3])

    def test_the_url_of_a_gate_has_no_path(self):
        self.assertNotIn("//", gates.gate("http://127.0.0.1:1/", None, gates.closed(1, 1)).replace("http://", ""))

    def test_counts_are_read(self):
        self.assertEqual(Own("net", "net").read(json.dumps({"requests": 7, "errors": 1})), (7, 1))


class Processes(unittest.TestCase):
    def test_cpu_time_of_another_process_is_read(self):
        with Child(["sh", "-c", "while :; do :; done"], CORES) as child:
            first = cpu_seconds(child.pid)
            deadline = time.monotonic() + 20
            while cpu_seconds(child.pid) <= first:
                self.assertLess(time.monotonic(), deadline)
                self.assertFalse(child.ended_within(0.01))

    def test_a_status_that_is_not_accepted_is_an_error_with_its_words(self):
        with Child(["sh", "-c", "echo because >&2; exit 3"], CORES) as child:
            with self.assertRaisesRegex(Failed, "ended with 3\nbecause"):
                child.wait(10)

    def test_what_does_not_end_is_an_error(self):
        with Child(["sleep", "60"], CORES) as child:
            with self.assertRaisesRegex(Failed, "still runs"):
                child.wait(0.05)


if __name__ == "__main__":
    unittest.main()
