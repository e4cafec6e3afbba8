/// How long deliveries, deployments and logs are kept, and in how much room: what comes first.
package struct Retention: Equatable, Sendable, CustomStringConvertible {
    package static let standard = Retention(days: 30, mebibytes: 512)
    /// SQLite needs some room for itself.
    private static let leastMebibytes = 8

    package let days: Int
    package let mebibytes: Int

    package init(days: Int, mebibytes: Int) {
        self.days = days
        self.mebibytes = mebibytes
    }

    /// `30d,512MiB`; either part may be left out.
    package init?(_ text: String) {
        var (days, mebibytes): (Int?, Int?)
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let part = part.filter { $0 != " " }
            if part.hasSuffix("MiB"), mebibytes == nil, let number = Int(part.dropLast(3)) {
                mebibytes = number
            } else if part.hasSuffix("d"), days == nil, let number = Int(part.dropLast()) {
                days = number
            } else {
                return nil
            }
        }
        let (keptDays, room) = (days ?? Self.standard.days, mebibytes ?? Self.standard.mebibytes)
        guard (1...3650).contains(keptDays), (Self.leastMebibytes...1_048_576).contains(room) else { return nil }
        self.init(days: keptDays, mebibytes: room)
    }

    package var description: String { "\(days)d,\(mebibytes)MiB" }
    package var bytes: Int { mebibytes * 1024 * 1024 }
    package var age: Duration { .seconds(days * 86_400) }
}
