import ObserverEngine

/// One line for each check.
struct DoctorReport: Report {
    /// Not everything is well.
    struct Failed: Error, CustomStringConvertible {
        let count: Int

        var description: String { count == 1 ? "one check failed." : "\(count) checks failed." }
    }

    let findings: [Finding]

    func encode(to encoder: any Encoder) throws {
        try findings.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        let width = Finding.Check.allCases.map(\.rawValue.count).max() ?? 0
        return findings.map { finding in
            let name = finding.check.rawValue
            let padding = String(repeating: " ", count: width - name.count)
            let text = [finding.text, finding.remedy].compactMap(\.self).joined(separator: " ")
            return "\(style.paint(finding.verdict.sign, finding.verdict.tint))  \(name)\(padding)  \(text.printable)"
        }
    }

    /// - Throws: `Failed`
    func check() throws {
        let count = findings.count { $0.verdict == .failure }
        if count > 0 { throw Failed(count: count) }
    }
}

extension Finding.Verdict {
    /// All of the same width.
    fileprivate var sign: String {
        switch self {
        case .ok: "ok  "
        case .warning: "warn"
        case .failure: "fail"
        }
    }

    fileprivate var tint: Tint {
        switch self {
        case .ok: .good
        case .warning: .caution
        case .failure: .bad
        }
    }
}
