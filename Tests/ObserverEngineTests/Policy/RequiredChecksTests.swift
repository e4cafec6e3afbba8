import Foundation
import Testing

@testable import ObserverEngine

@Suite("Required checks")
struct RequiredChecksTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private static func check(
        _ name: String, _ state: CheckReport.State, after seconds: Double = 0, url: String? = nil
    ) -> CheckReport {
        CheckReport(name: name, state: state, at: start + seconds, url: url)
    }

    private static func verdict(
        _ required: RequiredChecks, _ reports: [CheckReport], protected: [String]? = nil, waited: TimeInterval = 10,
        timeout: Duration = .seconds(1800)
    ) -> CheckVerdict {
        CheckVerdict(required, .read(reports, protected: protected), waited: waited, timeout: timeout)
    }

    @Test("no checks yet is not a pass, and the first one has at least a minute")
    func none() {
        #expect(Self.verdict(.all, []) == .waiting("no check has reported yet"))
        #expect(Self.verdict(.all, [], waited: 59, timeout: .seconds(1)) == .waiting("no check has reported yet"))
        #expect(
            Self.verdict(.all, [], waited: 60, timeout: .seconds(1))
                == .failed("No check reported within 1 minute.", .late))
        #expect(Self.verdict(.all, [], waited: 1801) == .failed("No check reported within 30 minutes.", .late))
        #expect(Self.verdict(.off, []) == .passed)
    }

    @Test("the checks that are still running are counted and named")
    func waiting() {
        let reports = [
            Self.check("build", .passed), Self.check("lint", .passed), Self.check("test", .passed),
            Self.check("e2e", .pending), Self.check("load", .pending),
        ]
        #expect(Self.verdict(.all, reports) == .waiting("3 of 5 checks passed, waiting for e2e, load"))
        #expect(Self.verdict(.named(["e2e"]), reports) == .waiting("check e2e has not passed yet"))
        #expect(Self.verdict(.named(["build", "lint"]), reports) == .passed)
        #expect(
            Self.verdict(.named(["build", "a", "b", "c", "d"]), reports)
                == .waiting("1 of 5 checks passed, waiting for a, b, c and 1 more"))
        #expect(Self.verdict(.required, reports, protected: ["build", "test"]) == .passed)
    }

    @Test("of each name, the newest report counts, whatever the order")
    func newest() {
        let reports = [Self.check("e2e", .failed("failure")), Self.check("e2e", .passed, after: 5)]
        #expect(Self.verdict(.all, reports) == .passed)
        #expect(Self.verdict(.all, reports.reversed()) == .passed)
        let again = [Self.check("e2e", .passed), Self.check("e2e", .pending, after: 5)]
        #expect(Self.verdict(.all, again.reversed()) == .waiting("check e2e has not passed yet"))
    }

    @Test("a failed check fails, with its link, and the observer's own status never counts")
    func failed() {
        let url = "https://ci/7"
        #expect(
            Self.verdict(.all, [Self.check("e2e", .failed("failure"), url: url), Self.check("a", .pending)])
                == .failed("Check e2e failed (https://ci/7).", .failed))
        #expect(
            Self.verdict(.all, [Self.check("e2e", .failed("timed_out"))]) == .failed("Check e2e timed out.", .failed))
        let other = [Self.check("a", .passed), Self.check("e2e", .failed("failure"))]
        #expect(Self.verdict(.named(["a"]), other) == .passed)
        let own = Self.check("dploy/observer", .failed("failure"))
        #expect(Self.verdict(.all, [own, Self.check("a", .passed)]) == .passed)
        #expect(Self.verdict(.all, [own]) == .waiting("no check has reported yet"))
    }

    @Test("a check that never reports, or never completes, is named when the time is over")
    func timeouts() {
        let reports = [Self.check("build", .passed), Self.check("slow", .pending)]
        #expect(
            Self.verdict(.named(["build", "e2e"]), reports, waited: 1800)
                == .failed("Check e2e did not report within 30 minutes.", .late))
        #expect(
            Self.verdict(.all, reports, waited: 1800)
                == .failed("Check slow did not complete within 30 minutes.", .late))
        let named = RequiredChecks.named(["test", "build", "e2e"])
        for (seconds, words) in [(60, "1 minute"), (90, "90 seconds"), (3600, "1 hour"), (3661, "1h 1m")] {
            #expect(
                Self.verdict(named, reports, waited: 9000, timeout: .seconds(seconds))
                    == .failed("Checks test and e2e did not report within \(words).", .late))
        }
        #expect(
            Self.verdict(.named(["a", "b", "c", "d"]), reports, waited: 1800)
                == .failed("Checks a, b, c and 1 more did not report within 30 minutes.", .late))
        #expect(Self.verdict(.named(["build"]), reports, waited: 99_999) == .passed)
    }

    @Test("a branch without required checks deploys nothing with 'required'")
    func unprotected() {
        for protected in [nil, []] as [[String]?] {
            guard case .failed(let sentence, .unrequired) = Self.verdict(.required, [], protected: protected) else {
                Issue.record("not failed")
                continue
            }
            #expect(sentence.hasPrefix("The branch requires no checks"))
        }
    }

    @Test("checks that can't be read are waited for, and then fail")
    func unreadable() {
        let facts = CheckFacts.unreadable("Can't read the check runs.")
        let before = CheckVerdict(.all, facts, waited: 10, timeout: .seconds(60))
        #expect(before == .waiting("the checks can't be read. Can't read the check runs."))
        let after = CheckVerdict(.all, facts, waited: 60, timeout: .seconds(60))
        #expect(after == .failed("The checks could not be read within 1 minute. Can't read the check runs.", .unread))
    }

    @Test("the checks that a commit had to pass are named, and counted where they are many")
    func names() {
        let reports = (10...26).map { Self.check("check \($0)", .passed) }
        let facts = CheckFacts.read(reports, protected: ["test"])
        #expect(
            CheckVerdict.names(of: .all, in: facts)
                == "check 10, check 11, check 12, check 13, check 14 and 12 more")
        #expect(CheckVerdict.names(of: .named(["build", "e2e"]), in: facts) == "build, e2e")
        #expect(CheckVerdict.names(of: .required, in: facts) == "test")
        #expect(CheckVerdict.names(of: .off, in: facts) == nil)
        #expect(CheckVerdict.names(of: .all, in: .unreadable("Status 502.")) == nil)
    }

    @Test(
        "the setting",
        arguments: [
            ("off", .off), ("ALL", .all), ("required", .required), ("test, e2e", .named(["test", "e2e"])), ("", nil),
            (",", nil), ("a, ,b", nil), ("all,test", nil), ("test, Required", nil),
        ] as [(String, RequiredChecks?)])
    func parses(text: String, expected: RequiredChecks?) {
        #expect(RequiredChecks(text) == expected)
    }
}
