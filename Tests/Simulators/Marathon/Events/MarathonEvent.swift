/// One event of the stream.
struct MarathonEvent: Sendable {
    var type: String
    var members: JSON
    var timestamp: String

    /// As Marathon frames it: CRLF line ends, the data on one line, no id.
    var frame: [UInt8] {
        let document = members.merging(["eventType": .string(type), "timestamp": .string(timestamp)])
        return Array("event: \(type)\r\ndata: \(document.text)\r\n\r\n".utf8)
    }
}
