import Foundation
import ObserverEngine

/// One delivery with what GitHub sent.
struct DeliveryPage: Report {
    let delivery: DeliveryDetail

    func encode(to encoder: any Encoder) throws {
        try delivery.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        let summary = delivery.summary
        var fields = Fields()
        fields.add("delivery", "\(summary.id), \(summary.guid)")
        fields.add("received", "\(summary.receivedAt.rfc3339), \(Age(of: summary.receivedAt, at: style.now).text)")
        fields.add("event", summary.event)
        fields.add("branch", summary.branch)
        fields.add("commit", summary.commit)
        fields.add("author", summary.author)
        fields.add("message", summary.message)
        fields.add(
            "verdict", [summary.verdict.rawValue, summary.reason].compactMap(\.self).joined(separator: ": "),
            summary.verdict.tint)
        fields.add("deployment", summary.deployment.map(String.init))
        let headers = delivery.headers.map { style.paint("\($0.name.printable):", .faint) + " \($0.value.printable)" }
        let body = readableBody.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
        return fields.lines(in: style) + (headers.isEmpty ? [] : [""] + headers)
            + (delivery.body.isEmpty ? [] : [""] + body)
    }

    /// Indented where it is JSON.
    private var readableBody: String {
        guard let value = try? JSONSerialization.jsonObject(with: Data(delivery.body.utf8)),
            let pretty = try? JSONSerialization.data(
                withJSONObject: value, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        else { return delivery.body }
        return String(decoding: pretty, as: UTF8.self)
    }
}
