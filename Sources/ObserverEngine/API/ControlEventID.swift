/// The place of an event in the stream of one engine.
struct ControlEventID: Equatable, Sendable, LosslessStringConvertible {
    /// Another one for each run: numbers begin anew with it, and a client's old number means nothing.
    let run: UInt32
    var number: Int

    static func beginning() -> ControlEventID {
        ControlEventID(run: .random(in: .min ... .max), number: 0)
    }

    private init(run: UInt32, number: Int) {
        self.run = run
        self.number = number
    }

    /// Reads `RUN-NUMBER`.
    init?(_ description: String) {
        let parts = description.split(separator: "-")
        guard parts.count == 2, let run = UInt32(parts[0], radix: 16), let number = Int(parts[1]) else { return nil }
        self.init(run: run, number: number)
    }

    var description: String { "\(String(run, radix: 16))-\(number)" }

    func isBefore(orAt other: ControlEventID) -> Bool {
        run == other.run && number <= other.number
    }
}
