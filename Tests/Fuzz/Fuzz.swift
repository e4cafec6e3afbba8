import Foundation

/// The entry point for libFuzzer, which provides `main`. The variable FUZZ selects the target.
@_cdecl("LLVMFuzzerTestOneInput")
public func checkInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

private let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["FUZZ"] ?? ""
    guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
        fatalError("FUZZ is '\(name)', but must be one of: " + FuzzTarget.all.map(\.name).joined(separator: ", "))
    }
    return target
}()

/// A reader of untrusted input, with properties that must hold for every input.
struct FuzzTarget: Sendable {
    static let all = [signature, push, form, descriptor, specs, mesosDNS, marathon, events, archive]

    /// Also the name of its folder in `Corpus`.
    let name: String
    /// Traps if a property does not hold.
    let check: @Sendable ([UInt8]) -> Void
}
