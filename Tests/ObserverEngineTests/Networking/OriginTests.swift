import ObserverEngine
import Testing

@Suite("Origins")
struct OriginTests {
    @Test(
        "are equal if scheme, host and port are",
        arguments: [
            ("https://api.github.com/x", "https://API.github.com:443/y"), ("http://a", "http://a:80/z?q#f"),
            ("http://[::1]:8080", "http://[::1]:8080/"),
        ])
    func same(one: String, other: String) {
        #expect(HTTPOrigin(url: one) == HTTPOrigin(url: other))
    }

    @Test(
        "differ if scheme, host or port does",
        arguments: [
            ("https://api.github.com", "http://api.github.com"), ("http://a:80", "http://a:81"),
            ("https://api.github.com", "https://codeload.github.com"), ("https://a", "https://a@b"),
            ("https://a", "https://a.b"),
        ])
    func different(one: String, other: String) {
        #expect(HTTPOrigin(url: one) != HTTPOrigin(url: other))
    }

    @Test("path segments and query values are fully percent-encoded")
    func encoding() {
        #expect("../a b?c#d%/é".segmentEncoded == "..%2Fa%20b%3Fc%23d%25%2F%C3%A9")
        #expect("a&b=c+d".queryEncoded == "a%26b%3Dc%2Bd")
        #expect("AZaz09-._~".segmentEncoded == "AZaz09-._~")
    }
}
