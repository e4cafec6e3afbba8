import Foundation

/// The `Link` header with which GitHub leads from page to page (RFC 8288).
enum PageLink {
    /// The cursor of the next page; nil on the last one.
    static func nextCursor(in header: String) -> String? {
        for link in header.split(separator: ",") where link.contains("rel=\"next\"") {
            guard let start = link.firstIndex(of: "<"), let end = link.firstIndex(of: ">"), start < end else {
                continue
            }
            let url = String(link[link.index(after: start)..<end])
            return URLComponents(string: url)?.queryItems?.first { $0.name == "cursor" }?.value
        }
        return nil
    }
}
