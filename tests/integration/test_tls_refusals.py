"""Certificates that must not be trusted: never exit 0, and the reason is in the output."""
import unittest

import support


class TlsRefusals(support.IntegrationTest):
    def setUp(self):
        super().setUp()
        self.authority = support.Authority(self.folder / "ca")

    def refused(self, certificate, *reasons, ca=None, host="localhost"):
        server = self.nginx(tls=certificate)
        trusted = f'ca: "{ca or self.authority.certificate}"'
        run = self.run_gate(self.gate(support.shop_gate(
            f'{{ url: "https://{host}:{server.port}", tls: {{ {trusted} }} }}')))
        self.assert_exit(run, 1, 3)
        self.assertNotIn("ok", run.outcomes(), run.output)
        shown = run.stdout.lower()
        self.assertTrue(any(reason in shown for reason in reasons), run.output)

    def test_expired(self):
        expired = self.authority.issue("DNS:localhost", days=("20200101000000Z", "20200201000000Z"))
        self.refused(expired, "expired")

    def test_not_yet_valid(self):
        future = self.authority.issue("DNS:localhost", days=("20480101000000Z", "20490101000000Z"))
        self.refused(future, "not yet valid")

    def test_unknown_authority(self):
        other = support.Authority(self.folder / "other", name="another authority")
        self.refused(self.authority.issue("DNS:localhost"), "issuer certificate", "unable to get", "self-signed",
                     ca=other.certificate)

    def test_wrong_host_name(self):
        self.refused(self.authority.issue("DNS:shop.example.test"), "host name mismatch")

    def test_wrong_address(self):
        self.refused(self.authority.issue("IP:127.0.0.2"), "host name mismatch", host="127.0.0.1")

    def test_turning_verification_off_is_explicit_and_shown(self):
        expired = self.authority.issue("DNS:localhost", days=("20200101000000Z", "20200201000000Z"))
        server = self.nginx(tls=expired)
        run = self.run_gate(self.gate(support.shop_gate(
            f'{{ url: "https://localhost:{server.port}", tls: {{ verify: false }} }}')))
        self.assert_exit(run, 0)
        self.assertIs(run.result["targets"][0]["verify"], False)
        self.assertIn("verif", run.stdout.lower(), run.output)


if __name__ == "__main__":
    unittest.main()
