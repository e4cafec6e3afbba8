/// The maximum age and total size of deliveries, deployments and logs; the stricter limit applies.
package struct Retention: Equatable, Sendable, CustomStringConvertible {
    package static let standard = Retention(days: 30, mebibytes: 512)
    /// SQLite needs some space itself.
    private static let minimumMebibytes = 8

    package let days: Int
    package let mebibytes: Int

    package init(days: Int, mebibytes: Int) {
        self.days = days
        self.mebibytes = mebibytes
    }

    /// Parses `30d,512MiB`; either part may be omitted.
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
        let (age, size) = (days ?? Self.standard.days, mebibytes ?? Self.standard.mebibytes)
        guard (1...3650).contains(age), (Self.minimumMebibytes...1_048_576).contains(size) else { return nil }
        self.init(days: age, mebibytes: size)
    }

    package var description: String { "\(days)d,\(mebibytes)MiB" }
    package var bytes: Int { mebibytes * 1024 * 1024 }
    package var age: Duration { .seconds(days * 86_400) }
}
