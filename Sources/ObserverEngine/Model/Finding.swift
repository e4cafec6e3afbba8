/// The result of one check of the doctor.
package struct Finding: Codable, Equatable, Sendable {
    package enum Check: String, Codable, Sendable, CaseIterable {
        case settings, observer, proxy, authorities, token, expiry, repository, branch, checks, webhook, address,
            certificate
        case mesosDNS = "mesos-dns"
        case marathon, compose, engine, storage, command, clock, disk
    }

    package enum Verdict: String, Codable, Sendable, CaseIterable {
        case ok, warning, failure
    }

    package let check: Check
    package let verdict: Verdict
    package let text: String
    /// How to fix it.
    package let remedy: String?

    package init(_ check: Check, _ verdict: Verdict, _ text: String, remedy: String? = nil) {
        self.check = check
        self.verdict = verdict
        self.text = text
        self.remedy = remedy
    }

    /// With all secrets masked.
    func redacted(by redactor: Redactor) -> Finding {
        Finding(check, verdict, redactor.redact(text), remedy: remedy.map { redactor.redact($0) })
    }
}
