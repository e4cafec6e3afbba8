import Foundation
import ObserverEngine
import Testing

@testable import observer

@Suite("The output of commands")
struct ReportTests {
    static let now = Date(timeIntervalSince1970: 1_700_000_000)
    let style = TextStyle(now: now)

    static func ago(_ seconds: Double) -> Date { now.addingTimeInterval(-seconds) }

    static let deliveries = DeliveryList(rows: [
        DeliverySummary(id: -1, guid: "g3", event: "push", receivedAt: ago(5), verdict: .rejected) {
            $0.reason = "the signature does not match"
        },
        DeliverySummary(id: 12, guid: "g2", event: "push", receivedAt: ago(130), verdict: .accepted) {
            $0.branch = "dcos"
            $0.commit = String(repeating: "a", count: 40)
            $0.author = "日本 太郎"
            $0.message = "Say \u{1B}[31mhello\u{202E}"
            $0.deployment = 7
        },
        DeliverySummary(id: 9, guid: "g1", event: "ping", receivedAt: ago(90_000), verdict: .ping) {
            $0.author = "Ann"
        },
    ])

    @Test("columns are aligned even with wide characters, and control characters are escaped")
    func deliveries() {
        #expect(
            Self.deliveries.lines(in: style) == [
                #"ID  RECEIVED  EVENT  BRANCH  COMMIT   VERDICT   DEPLOYMENT  AUTHOR     DETAILS"#,
                #"-1  5 s ago   push                    rejected                         the signature does not match"#,
                #"12  2m ago    push   dcos    aaaaaaa  accepted           7  日本 太郎  Say \x1b[31mhello\u202e"#,
                #" 9  25h ago   ping                    ping                  Ann"#,
            ])
    }

    @Test("on a narrow terminal the last column is below its row, and cut where the output is redrawn")
    func narrow() {
        let lines = Self.deliveries.lines(in: TextStyle(width: 90, now: Self.now))
        #expect(
            lines[1...2] == [
                "-1  5 s ago   push                    rejected", "    the signature does not match",
            ])
        let redrawn = Self.deliveries.lines(in: TextStyle(width: 90, isRedrawn: true, now: Self.now))
        #expect(redrawn[1].hasSuffix("  the signature does…") && redrawn[1].count == 90)
        #expect(redrawn.count == 4)
    }

    @Test("text is wrapped between words, and a longer word anywhere")
    func wrapping() {
        #expect(TableCell("abcdefgh ij").wrapped(to: 4).map(\.text) == ["abcd", "efgh", "ij"])
        #expect(TableCell("ab cd ef").wrapped(to: 5).map(\.text) == ["ab cd", "ef"])
        #expect(TableCell("日本").wrapped(to: 1).map(\.text) == ["日", "本"])
    }

    @Test("a line with colors is cut without them")
    func cutLine() {
        #expect("\u{1B}[31mrejected\u{1B}[0m".cutLine(to: 5) == "\u{1B}[31mreje…\u{1B}[0m")
        #expect("\u{1B}[31mrejected\u{1B}[0m".cutLine(to: 8) == "\u{1B}[31mrejected\u{1B}[0m")
        #expect("日本 太郎".cutLine(to: 4) == "日…")
    }

    @Test("colors are optional and do not shift the columns")
    func colors() {
        let colored = Self.deliveries.lines(in: TextStyle(isColored: true, now: Self.now))
        #expect(colored[1].contains("\u{1B}[31mrejected\u{1B}[0m"))
        let plain = colored.map { $0.replacing(#/\u{1B}\[\d+m/#, with: "") }
        #expect(
            plain.map { $0.trimmingCharacters(in: .whitespaces) }
                == Self.deliveries.lines(in: style).map {
                    $0.trimmingCharacters(in: .whitespaces)
                })
    }

    @Test("an empty list is a sentence")
    func empty() {
        #expect(DeliveryList(rows: []).lines(in: style) == ["No deliveries."])
        #expect(DeploymentList(rows: []).lines(in: style) == ["No deployments."])
    }

    @Test("a rejected delivery without a GUID has no empty field")
    func rejectedDelivery() {
        let page = DeliveryPage(
            delivery: DeliveryDetail(
                summary: DeliverySummary(id: -1, guid: "", event: "", receivedAt: Self.ago(5), verdict: .rejected) {
                    $0.reason = "the signature does not match"
                }, headers: [], body: ""))
        #expect(
            page.lines(in: style) == [
                "delivery  -1", "received  2023-11-14T22:13:15Z, 5 s ago",
                "verdict   rejected: the signature does not match",
                "headers   Not kept: the delivery was rejected.",
            ])
    }

    @Test("the doctor prints one line per check, with a remedy")
    func doctor() throws {
        let report = DoctorReport(findings: [
            Finding(.token, .ok, "fine-grained token"),
            Finding(.mesosDNS, .warning, "It does not respond.", remedy: "Set -mesos-dns."),
            Finding(.disk, .failure, "Full.", remedy: "Free some space."),
        ])
        #expect(
            report.lines(in: style) == [
                "ok    token        fine-grained token",
                "warn  mesos-dns    It does not respond. Set -mesos-dns.",
                "fail  disk         Full. Free some space.",
            ])
        let failed = #expect(throws: DoctorReport.Failed.self) { try report.check() }
        #expect(try ExitStatus(of: #require(failed)) == .failure)
    }

    @Test("JSON is the value of the API on one line")
    func json() throws {
        let text = try OutputFormat.json.text(of: DeliveryList(rows: [Self.deliveries.rows[2]]))
        #expect(
            text == #"[{"author":"Ann","event":"ping","guid":"g1","id":9,"receivedAt":"2023-11-13T21:13:20.000Z","#
                + #""verdict":"ping"}]"# + "\n")
        #expect(
            try OutputFormat.json.text(of: ActionResult(ActionAnswer("Done.", deployment: 3)))
                == #"{"deployment":3,"result":"Done."}"# + "\n")
    }
}
