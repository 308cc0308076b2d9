"""All the ways to reach a target: IPv6, a unix socket, connect_to, resolve."""
import unittest
import urllib.parse

import support


class Addresses(support.IntegrationTest):
    def passes(self, target_lines):
        run = self.run_gate(self.gate(support.shop_gate(target_lines)))
        self.assert_exit(run, 0)
        self.assertEqual(set(run.outcomes()), {"ok"}, run.output)
        return run

    def test_ipv6(self):
        server = self.nginx(ipv6=True)
        run = self.passes(f'{{ url: "http://[::1]:{server.port}" }}')
        self.assertTrue(any("::1" in address for address in run.result["targets"][0]["addresses"]))

    def test_unix_socket_in_the_url(self):
        server = self.nginx(unix=True)
        self.passes(f'{{ url: "http+unix://{urllib.parse.quote(server.address, safe="")}/" }}')

    def test_connect_to_a_unix_socket(self):
        server = self.nginx(unix=True)
        self.passes(f'{{ url: "http://shop.example.test", connect_to: "unix:{server.address}" }}')

    def test_connect_to_keeps_the_name_for_the_server(self):
        server = self.nginx('server_name shop.example.test; if ($host != "shop.example.test") { return 421; }')
        self.passes(f'{{ url: "http://shop.example.test", connect_to: "127.0.0.1:{server.port}" }}')

    def test_connect_to_verifies_the_name_of_the_url(self):
        authority = support.Authority(self.folder / "ca")
        server = self.nginx(tls=authority.issue("DNS:shop.example.test"))
        self.passes(f'{{ url: "https://shop.example.test", connect_to: "127.0.0.1:{server.port}", '
                    f'tls: {{ ca: "{authority.certificate}" }} }}')

    def test_resolve(self):
        server = self.nginx('server_name shop.example.test; if ($host != "shop.example.test") { return 421; }')
        run = self.passes(f'{{ url: "http://shop.example.test:{server.port}", '
                          f'resolve: {{ shop.example.test: 127.0.0.1 }} }}')
        self.assertEqual(run.result["targets"][0]["addresses"], [f"127.0.0.1:{server.port}"])


if __name__ == "__main__":
    unittest.main()
