import Foundation

/// What libFuzzer, which brings the `main` of this program, gives each input that it makes up. The variable FUZZ says which
/// target gets them.
@_cdecl("LLVMFuzzerTestOneInput")
public func checkInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

private let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["FUZZ"] ?? ""
    guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
        fatalError("FUZZ is '\(name)' and not one of: " + FuzzTarget.all.map(\.name).joined(separator: ", "))
    }
    return target
}()
