import Testing

@testable import ObserverEngine

@Suite("Proxy variables")
struct ProxyRulesTests {
    private func rules(_ environment: [String: String]) -> (rules: ProxyRules, invalid: [ProxyRules.Invalid]) {
        var invalid: [ProxyRules.Invalid] = []
        let rules = ProxyRules(environment: environment, invalid: &invalid)
        return (rules, invalid)
    }

    @Test("choose the proxy by the scheme of the URL")
    func scheme() {
        let rules = rules(["HTTP_PROXY": "http://one:1", "HTTPS_PROXY": "http://two:2"]).rules
        #expect(rules.proxy(for: "http://a.test/x")?.description == "http://one:1")
        #expect(rules.proxy(for: "https://a.test/x")?.description == "http://two:2")
        #expect(self.rules([:]).rules.proxy(for: "https://a.test") == nil)
    }

    @Test("are read in both spellings, and the lower-case one wins", arguments: ["https_proxy", "HTTPS_PROXY"])
    func spellings(name: String) {
        #expect(rules([name: "proxy:3128"]).rules.proxy(for: "https://a.test")?.description == "http://proxy:3128")
        let both = rules(["https_proxy": "lower:1", "HTTPS_PROXY": "upper:2"]).rules
        #expect(both.proxy(for: "https://a.test")?.host == "lower")
    }

    @Test("ALL_PROXY applies where no other does, and an empty value counts as unset")
    func all() {
        let rules = rules(["ALL_PROXY": "socks5://s", "https_proxy": " ", "HTTPS_PROXY": "h:1"]).rules
        #expect(rules.proxy(for: "http://a.test")?.description == "socks5://s:1080")
        #expect(rules.proxy(for: "https://a.test")?.description == "http://h:1")
    }

    @Test(
        "NO_PROXY names exceptions",
        arguments: [
            ("*", "https://a.test", true), ("a.test", "https://a.test", true), ("a.test", "https://b.a.test", true),
            ("A.Test.", "https://a.test", true), ("a.test", "https://ba.test", false),
            (".a.test", "https://b.a.test", true), (".a.test", "https://a.test", false),
            ("*.a.test", "https://b.a.test", true), ("b.test, a.test", "https://a.test", true),
            ("b.test a.test", "https://a.test", true), ("a.test:443", "https://a.test", true),
            ("a.test:8443", "https://a.test", false), ("10.0.0.0/8", "https://10.1.2.3", true),
            ("10.0.0.0/8", "https://11.1.2.3", false), ("192.0.2.1", "https://192.0.2.1", true),
            ("192.0.2.1:443", "https://192.0.2.1", true), ("2001:db8::/32", "https://[2001:db8::1]", true),
            ("[2001:db8::1]:443", "https://[2001:db8::1]", true), (",, ,", "https://a.test", false),
            ("mesos", "https://leader.mesos", true),
        ])
    func exceptions(list: String, url: String, isException: Bool) {
        let rules = rules(["HTTPS_PROXY": "proxy:1", "no_proxy": list]).rules
        #expect((rules.proxy(for: url) == nil) == isException)
    }

    @Test(
        "never apply to this machine or to sockets",
        arguments: [
            "http://localhost:8080", "http://127.0.0.1", "http://127.1.2.3:80", "http://[::1]:80", "http://a.localhost",
            "http+unix://%2Frun%2Fcontrol.sock/v1/engine", "http://0.0.0.0:80",
        ])
    func loopback(url: String) {
        #expect(rules(["HTTP_PROXY": "proxy:1"]).rules.proxy(for: url) == nil)
    }

    @Test("with user and password are secrets, and are not shown")
    func credentials() {
        let proxy = rules(["HTTPS_PROXY": "http://me:sw%2Frd@proxy:1/"]).rules.proxy(for: "https://a.test")
        #expect(proxy?.credentials?.value == "me:sw/rd")
        #expect(proxy?.description == "http://proxy:1")
        let secrets = Set((proxy?.secrets ?? []).map(\.value))
        #expect(secrets.isSuperset(of: ["sw/rd", "bWU6c3cvcmQ="]))
    }

    @Test(
        "that can't be used are reported without the password",
        arguments: [
            ("https://me:hush@proxy", "unsupported scheme https"), ("http://me:hush@", "is not the URL of a proxy"),
            ("http://me:hush@proxy:99999", "is not the URL of a proxy"), ("http://me:hu/sh@proxy", "percent-encoded"),
            ("socks5://me:hush@proxy", "SOCKS"),
        ])
    func invalid(text: String, reason: String) throws {
        var given = GivenSettings.sufficient
        given.environment["https_proxy"] = text
        let problem = try #require(try given.problems().first)
        #expect(problem.source == "https_proxy")
        #expect(problem.sentence.contains(reason))
        #expect(!problem.sentence.contains("hush"))
    }
}
