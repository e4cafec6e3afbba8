import Testing

@testable import ObserverEngine

@Suite("Clients behind proxies")
struct TrustedProxiesTests {
    private func client(
        behind peer: String, _ headers: [String], trusting ranges: [String] = ["10.0.0.0/8", "2001:db8::/32"]
    ) throws -> String? {
        let peer = try #require(IPAddress(peer))
        return TrustedProxies(ranges.compactMap { AddressRange($0) })
            .client(behind: peer, forwardedFor: headers)?.description
    }

    @Test("the header of an untrusted client is ignored")
    func untrustedClient() throws {
        #expect(try client(behind: "203.0.113.9", ["192.30.252.1"]) == "203.0.113.9")
        #expect(try client(behind: "203.0.113.9", ["10.0.0.1"], trusting: []) == "203.0.113.9")
    }

    @Test("the header of a trusted proxy names the client")
    func proxied() throws {
        #expect(try client(behind: "10.0.0.1", ["192.30.252.1"]) == "192.30.252.1")
        #expect(try client(behind: "2001:db8::1", [" 2606:50c0::1 "]) == "2606:50c0::1")
    }

    @Test("behind several proxies, the client is the last untrusted address: earlier entries may be forged")
    func chain() throws {
        #expect(try client(behind: "10.0.0.1", ["192.30.252.1, 203.0.113.9, 10.1.1.1"]) == "203.0.113.9")
        #expect(try client(behind: "10.0.0.1", ["192.30.252.1", "203.0.113.9,10.1.1.1"]) == "203.0.113.9")
    }

    @Test(
        "a port after the address is ignored",
        arguments: [
            ("192.0.2.1:4711", "192.0.2.1"), ("[2606:50c0::1]:4711", "2606:50c0::1"),
            ("[2606:50c0::1]", "2606:50c0::1"),
        ])
    func port(entry: String, address: String) throws {
        #expect(try client(behind: "10.0.0.1", [entry]) == address)
    }

    @Test(
        "a forged entry does not hide the entry that the trusted proxy appends",
        arguments: ["192.30.252.1 \u{600}", "192.30.252.1 \u{110BD}", "192.30.252.1 \u{600},\u{301}"])
    func swallowed(entry: String) throws {
        #expect(try client(behind: "10.0.0.1", ["\(entry), 203.0.113.9"]) == "203.0.113.9")
        #expect(try client(behind: "10.0.0.1", ["\(entry),203.0.113.9"]) == "203.0.113.9")
    }

    @Test("a request of the trusted proxy itself comes from the proxy")
    func bare() throws {
        #expect(try client(behind: "10.0.0.1", []) == "10.0.0.1")
        #expect(try client(behind: "10.0.0.1", ["10.2.2.2"]) == "10.2.2.2")
    }

    @Test(
        "the client is unknown if the trusted proxy does not write an address",
        arguments: [
            "unknown", "_hidden", "1.2.3", " ", "192.0.2.1 x", "192.0.2.1:x", "192.0.2.1:", "192.0.2.1:1:2",
            "192.0.2.1:123456", "[2606:50c0::1]x", "[192.0.2.1", "192.0.2.1\u{0}",
        ])
    func unknown(entry: String) throws {
        #expect(try client(behind: "10.0.0.1", ["192.30.252.1,\(entry),10.1.1.1"]) == nil)
    }
}
