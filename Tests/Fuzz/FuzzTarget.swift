/// Something that reads what comes from outside, with what must hold of it whatever comes.
struct FuzzTarget: Sendable {
    static let all = [signature, push, form, descriptor, specs, mesosDNS, marathon, events, archive]

    /// Also of its folder in `Corpus`.
    let name: String
    /// Traps where something does not hold.
    let check: @Sendable ([UInt8]) -> Void
}
