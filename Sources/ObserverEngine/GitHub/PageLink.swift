import Foundation
import NIOHTTP1

/// The `Link` header with which GitHub leads from page to page (RFC 8288).
enum PageLink {
    /// Whether another page follows; nil where nothing is said of pages.
    static func hasNext(in headers: HTTPHeaders) -> Bool? {
        headers.contains(name: "Link") ? next(in: headers) != nil : nil
    }

    /// The cursor of the next page; nil on the last one.
    static func nextCursor(in headers: HTTPHeaders) -> String? {
        next(in: headers).flatMap(URLComponents.init(string:))?.queryItems?.first { $0.name == "cursor" }?.value
    }

    /// A list of links may be in one line or in several.
    private static func next(in headers: HTTPHeaders) -> String? {
        for link in headers["Link"].flatMap({ $0.split(separator: ",") }) where link.leadsToNext {
            guard let start = link.firstIndex(of: "<"), let end = link.firstIndex(of: ">"), start < end else {
                continue
            }
            return String(link[link.index(after: start)..<end])
        }
        return nil
    }
}

extension Substring {
    /// `rel="next"`, also without quotes and beside other relations.
    fileprivate var leadsToNext: Bool {
        split(separator: ";").dropFirst().contains { parameter in
            let parts = parameter.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, parts[0].lowercased() == "rel" else { return false }
            let relations = parts[1].trimmingCharacters(in: CharacterSet(charactersIn: "\""))
            return relations.split(separator: " ").contains { $0.lowercased() == "next" }
        }
    }
}
