import ObserverEngine
import Testing

@Suite("Origins")
struct OriginTests {
    @Test(
        "are the same with scheme, host and port",
        arguments: [
            ("https://api.github.com/x", "https://API.github.com:443/y"), ("http://a", "http://a:80/z?q#f"),
            ("http://[::1]:8080", "http://[::1]:8080/"),
        ])
    func same(one: String, other: String) {
        #expect(HTTPOrigin(url: one) == HTTPOrigin(url: other))
    }

    @Test(
        "differ with any of them",
        arguments: [
            ("https://api.github.com", "http://api.github.com"), ("http://a:80", "http://a:81"),
            ("https://api.github.com", "https://codeload.github.com"), ("https://a", "https://a@b"),
            ("https://a", "https://a.b"),
        ])
    func different(one: String, other: String) {
        #expect(HTTPOrigin(url: one) != HTTPOrigin(url: other))
    }

    @Test("segments of a path and values of a query can't leave their place")
    func encoding() {
        #expect("../a b?c#d%/é".segmentEncoded == "..%2Fa%20b%3Fc%23d%25%2F%C3%A9")
        #expect("a&b=c+d".queryEncoded == "a%26b%3Dc%2Bd")
        #expect("AZaz09-._~".segmentEncoded == "AZaz09-._~")
    }
}
