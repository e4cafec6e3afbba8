import ObserverEngine
import Testing

@Suite("Address ranges")
struct AddressRangeTests {
    @Test(
        "contain the addresses with the same prefix",
        arguments: [
            ("192.30.252.0/22", "192.30.252.0"), ("192.30.252.0/22", "192.30.255.255"), ("0.0.0.0/0", "203.0.113.9"),
            ("192.0.2.1", "192.0.2.1"), ("192.0.2.1/32", "192.0.2.1"), ("10.255.0.1/8", "10.0.0.1"),
            ("2606:50c0::/32", "2606:50c0:8000::153"), ("2001:db8::1", "2001:db8:0::1"), ("::/0", "2001:db8::1"),
            ("192.0.2.0/25", "192.0.2.127"), ("192.0.2.0/24", "::ffff:192.0.2.9"),
        ])
    func inside(range: String, address: String) throws {
        #expect(try #require(AddressRange(range)).contains(try #require(IPAddress(address))))
    }

    @Test(
        "do not contain other addresses or addresses of the other family",
        arguments: [
            ("192.30.252.0/22", "192.31.0.0"), ("192.30.252.0/22", "192.30.251.255"), ("192.0.2.1", "192.0.2.2"),
            ("2606:50c0::/32", "2606:50c1::1"), ("0.0.0.0/0", "2001:db8::1"), ("::/0", "192.0.2.1"),
            ("192.0.2.0/25", "192.0.2.128"),
        ])
    func outside(range: String, address: String) throws {
        #expect(try !#require(AddressRange(range)).contains(try #require(IPAddress(address))))
    }

    @Test(
        "reject other strings",
        arguments: [
            "", "/", "/8", "github.com", "192.0.2", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/", "192.0.2.0/8/8",
            "2001:db8::/129", "::1%lo", "192.0.2.0/ 8", "1.2.3.4.5", "\u{0}",
        ])
    func wrong(text: String) {
        #expect(AddressRange(text) == nil)
    }
}
