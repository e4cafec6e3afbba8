import ArgumentParser
import Foundation
import ObserverEngine

/// The output of a command: text for people, JSON for scripts.
protocol Report: Encodable {
    func lines(in style: TextStyle) -> [String]
}

enum OutputFormat {
    case text(TextStyle)
    /// One JSON value on one line.
    case json

    func text(of report: some Report) throws -> String {
        switch self {
        case .text(let style): report.lines(in: style).map { $0 + "\n" }.joined()
        case .json: String(decoding: try JSONFormat.encoder.encode(report), as: UTF8.self) + "\n"
        }
    }
}

/// Selects the output format of a command.
struct OutputFlags: ParsableArguments {
    @Flag(name: .goStyle("json"), help: "Print JSON.")
    var isJSON = false

    func write(_ report: some Report) throws {
        let format: OutputFormat = isJSON ? .json : .text(.standardOutput(ProcessInfo.processInfo.environment))
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(format.text(of: report).utf8))
        } catch let error as CocoaError where error.code == .fileWriteUnknown || error.isBrokenPipe {
            // The reader has seen enough, as `head` does.
            throw ExitCode.success
        }
    }
}

extension CocoaError {
    fileprivate var isBrokenPipe: Bool { (underlying as? POSIXError)?.code == .EPIPE }
}
