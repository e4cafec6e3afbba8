import Testing

@testable import ObserverEngine

@Suite("Who is behind a proxy")
struct TrustedProxiesTests {
    private func client(
        behind peer: String, _ headers: [String], trusting ranges: [String] = ["10.0.0.0/8", "2001:db8::/32"]
    ) throws -> String? {
        let peer = try #require(IPAddress(peer))
        return TrustedProxies(ranges.compactMap { AddressRange($0) })
            .client(behind: peer, forwardedFor: headers)?.description
    }

    @Test("whoever is no proxy of ours is himself, whatever he writes")
    func stranger() throws {
        #expect(try client(behind: "203.0.113.9", ["192.30.252.1"]) == "203.0.113.9")
        #expect(try client(behind: "203.0.113.9", ["10.0.0.1"], trusting: []) == "203.0.113.9")
    }

    @Test("our proxy says whom it serves")
    func proxied() throws {
        #expect(try client(behind: "10.0.0.1", ["192.30.252.1"]) == "192.30.252.1")
        #expect(try client(behind: "2001:db8::1", [" 2606:50c0::1 "]) == "2606:50c0::1")
    }

    @Test("behind several, it is the last that is none of ours: what stands before it anybody may have written")
    func chain() throws {
        #expect(try client(behind: "10.0.0.1", ["192.30.252.1, 203.0.113.9, 10.1.1.1"]) == "203.0.113.9")
        #expect(try client(behind: "10.0.0.1", ["192.30.252.1", "203.0.113.9,10.1.1.1"]) == "203.0.113.9")
    }

    @Test(
        "a port behind the address is left out",
        arguments: [
            ("192.0.2.1:4711", "192.0.2.1"), ("[2606:50c0::1]:4711", "2606:50c0::1"),
            ("[2606:50c0::1]", "2606:50c0::1"),
        ])
    func port(entry: String, address: String) throws {
        #expect(try client(behind: "10.0.0.1", [entry]) == address)
    }

    @Test(
        "what a stranger writes does not swallow what our proxy appends",
        arguments: ["192.30.252.1 \u{600}", "192.30.252.1 \u{110BD}", "192.30.252.1 \u{600},\u{301}"])
    func swallowed(entry: String) throws {
        #expect(try client(behind: "10.0.0.1", ["\(entry), 203.0.113.9"]) == "203.0.113.9")
        #expect(try client(behind: "10.0.0.1", ["\(entry),203.0.113.9"]) == "203.0.113.9")
    }

    @Test("a request that our proxy makes itself is the proxy's")
    func bare() throws {
        #expect(try client(behind: "10.0.0.1", []) == "10.0.0.1")
        #expect(try client(behind: "10.0.0.1", ["10.2.2.2"]) == "10.2.2.2")
    }

    @Test(
        "where our proxy writes what is no address, nobody can tell",
        arguments: [
            "unknown", "_hidden", "1.2.3", " ", "192.0.2.1 x", "192.0.2.1:x", "192.0.2.1:", "192.0.2.1:1:2",
            "192.0.2.1:123456", "[2606:50c0::1]x", "[192.0.2.1", "192.0.2.1\u{0}",
        ])
    func unknown(entry: String) throws {
        #expect(try client(behind: "10.0.0.1", ["192.30.252.1,\(entry),10.1.1.1"]) == nil)
    }
}
