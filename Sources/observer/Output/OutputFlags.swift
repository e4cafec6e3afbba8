import ArgumentParser
import Foundation

/// How a verb prints.
struct OutputFlags: ParsableArguments {
    @Flag(name: .goStyle("json"), help: "print JSON, for scripts")
    var isJSON = false

    func write(_ report: some Report) throws {
        let format: OutputFormat = isJSON ? .script : .people(.standardOutput(ProcessInfo.processInfo.environment))
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(format.text(of: report).utf8))
        } catch let error as CocoaError where error.code == .fileWriteUnknown || error.isBrokenPipe {
            // Whoever read has seen enough, as `head` does.
            ExitStatus.success.exit()
        }
    }
}

extension CocoaError {
    fileprivate var isBrokenPipe: Bool { (underlying as? POSIXError)?.code == .EPIPE }
}
