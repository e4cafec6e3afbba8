import Foundation
import ObserverEngine
import Testing

@testable import observer

@Suite("The output of plan")
struct PlanPageTests {
    private let style = TextStyle()

    @Test("each change has a sign and a word, fields are aligned below it, and the last line is the conclusion")
    func changes() {
        let report = PlanReport(
            running: .init(id: String(repeating: "5", count: 40), message: "Fix typo"),
            commit: .init(id: String(repeating: "a", count: 40), message: "Make the buttons bigger"),
            summary: "2 updated (/web, /new), 1 unchanged",
            changes: [
                AppChange(
                    appID: "/web", kind: .updated,
                    fields: [
                        .init(path: "/env/PASSWORD", before: "********", after: "********"),
                        .init(path: "/mem", before: "32", after: "64"),
                        .init(path: "/user", before: nil, after: "\"a\""),
                    ], restarts: 2, takenOverFrom: "other"),
                AppChange(appID: "/new", kind: .created), AppChange(appID: "/shop/db", kind: .unchanged),
                AppChange(appID: "/g/old", kind: .removed), AppChange(appID: "/left", kind: .orphaned),
            ],
            warnings: ["hidden /x by .gitattributes"], changesAnything: true)
        #expect(
            PlanPage(report: report, isOffline: false).lines(in: style) == [
                "runs now  5555555  Fix typo",
                "plan      aaaaaaa  Make the buttons bigger",
                "",
                "~ /web      updated, 2 tasks restart, taken over from the dploy app other",
                "    /env/PASSWORD  ******** → ********",
                "    /mem           32 → 64",
                "    /user          absent → \"a\"",
                "+ /new      created",
                "= /shop/db  unchanged",
                "- /g/old    removed",
                "? /left     stays, but is in no spec (-prune removes it)",
                "",
                "hidden /x by .gitattributes",
                "Would change: 1 created, 1 updated, 1 removed, 1 unchanged.",
            ])
    }

    @Test("a deployment in progress is named, and its note is not part of the commit message")
    func deploying() {
        var report = PlanReport(running: .init(id: "5555555"), commit: .init(id: "aaaaaaa"), summary: "1 unchanged")
        report.deploying = .init(id: "4bb3cee", message: "Break the worker")
        #expect(
            PlanPage(report: report, isOffline: false).lines(in: style).prefix(3) == [
                "runs now       5555555", "deploying now  4bb3cee  Break the worker (may still fail)",
                "plan           aaaaaaa",
            ])
    }

    @Test("where apps have several commits, none of them is stated as the running one")
    func severalCommits() {
        var report = PlanReport(summary: "no apps")
        report.runningCommits = ["6ccd179", "91b3550"].map { $0 + String(repeating: "0", count: 33) }
        let lines = PlanPage(report: report, isOffline: false).lines(in: style)
        #expect(lines.first == "runs now  apps of several commits: 6ccd179, 91b3550")
        report.runningCommits = (1...7).map { String(repeating: "\($0)", count: 40) }
        #expect(report.runningTitle?.hasSuffix(": 1111111, 2222222, 3333333, 4444444, 5555555 and 2 more") == true)
        #expect(PlanReport(summary: "no apps").runningTitle == nil)
    }

    @Test("problems are shown as FILE:LINE: POINTER: MESSAGE, and are a failure")
    func problems() {
        let report = PlanReport(
            summary: "2 problems",
            problems: [
                .init(file: "specs/web.json", pointer: "/mem", line: 5, message: "must not be negative"),
                .init(file: "dploy.app", message: "missing at the top level of the repository"),
            ])
        #expect(
            PlanPage(report: report, isOffline: true).lines(in: style) == [
                "specs/web.json:5: /mem: must not be negative",
                "dploy.app: missing at the top level of the repository",
            ])
        #expect(ExitStatus(of: PlanPage.Invalid(count: 2)) == .failure)
        #expect(ExitStatus(of: PlanPage.WouldChange()).rawValue == 2)
    }

    @Test("valid files and a plan without changes have a conclusion, too")
    func nothing() {
        let valid = PlanPage(report: PlanReport(summary: "2 valid apps"), isOffline: true)
        #expect(valid.lines(in: style) == ["2 valid apps."])
        let command = PlanReport(summary: "run the deploy command", changesAnything: true)
        #expect(PlanPage(report: command, isOffline: false).lines(in: style) == ["Would run the deploy command."])
        let same = PlanReport(
            summary: "1 unchanged", changes: [AppChange(appID: "/web", kind: .unchanged)])
        #expect(
            PlanPage(report: same, isOffline: false).lines(in: style) == [
                "= /web  unchanged", "", "Nothing would change: 1 unchanged.",
            ])
    }

    @Test("drift that stays is noted in the text and in JSON")
    func drift() throws {
        let note = "note /db differs from its spec: /mem is 48, not 32, and stays so (-drift-ignore)"
        let report = PlanReport(
            summary: "1 unchanged", changes: [AppChange(appID: "/db", kind: .unchanged)], warnings: [note])
        let page = PlanPage(report: report, isOffline: false)
        #expect(page.lines(in: style) == ["= /db  unchanged", "", note, "Nothing would change: 1 unchanged."])
        #expect(try OutputFormat.json.text(of: page).contains("\"warnings\":[\"\(note)\"]"))
    }

    @Test("an existing directory and a path are a directory, everything else is a ref")
    func subjects() throws {
        let directory = FileManager.default.temporaryDirectory.path
        #expect(PlanSubject(nil) == .ref(nil))
        #expect(PlanSubject("v1") == .ref("v1"))
        #expect(PlanSubject(".") == .directory("."))
        #expect(PlanSubject("./missing") == .directory("./missing"))
        #expect(PlanSubject(directory) == .directory(directory))
    }
}
