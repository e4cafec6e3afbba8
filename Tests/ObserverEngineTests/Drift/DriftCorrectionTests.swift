import Foundation
import Testing

@testable import ObserverEngine

@Suite("Correction of drift")
struct DriftCorrectionTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func drifted(_ id: String, _ kind: AppSummary.Drift.Kind = .changed) -> AppSummary {
        AppSummary(id: id) { $0.drift = .init(kind: kind) }
    }

    /// Deployments that corrected apps this long ago.
    private func corrections(of app: String, _ ages: [Double]) throws -> [Deployment] {
        try ages.enumerated().map { index, age in
            var request = try Sample.request(1, trigger: .drift)
            request.corrections = [CorrectedApp(id: app)]
            let date = now.addingTimeInterval(-age)
            var deployment = Deployment(
                id: Int64(index), request: request, queuedAt: date, stage: .succeeded, startedAt: date)
            deployment.changes = [
                AppChange(appID: app, kind: .updated), AppChange(appID: "/other", kind: .unchanged),
            ]
            return deployment
        }
    }

    @Test("an app is corrected three times within an hour; others are not affected, and later it is corrected again")
    func limit() throws {
        let apps = [drifted("/a"), drifted("/other", .missing)]
        let often = try corrections(of: "/a", [10, 20, 3000])
        let correction = DriftCorrection(of: apps, history: often, isPaused: false, at: now)
        #expect(correction.apps == ["/other"])
        #expect(
            correction.refusals == ["/a": "Corrected 3 times within an hour; not again until 2027-01-15T08:10:00Z."])
        let seldom = try corrections(of: "/a", [10, 20, 3700])
        #expect(DriftCorrection(of: apps, history: seldom, isPaused: false, at: now).apps == ["/a", "/other"])
    }

    @Test("a correction that found nothing to change counts, too, so that it is not repeated without end")
    func nothingToChange() throws {
        let history = try corrections(of: "/a", [10, 20, 30]).map { deployment in
            var idle = deployment
            idle.changes = [AppChange(appID: "/a", kind: .unchanged), AppChange(appID: "/other", kind: .unchanged)]
            return idle
        }
        let correction = DriftCorrection(of: [drifted("/a")], history: history, isPaused: false, at: now)
        #expect(correction.apps.isEmpty)
        #expect(correction.refusals["/a"]?.hasPrefix("Corrected 3 times within an hour") == true)
    }

    @Test("a rejected correction is not queued again until the drift is another one, and counts as none")
    func rejected() throws {
        let fields = [AppChange.Field(path: "/mem", before: "64", after: "32")]
        let history = try [30.0, 20, 10].map { age in
            var request = try Sample.request(1, trigger: .drift)
            request.corrections = [CorrectedApp(id: "/a")]
            var deployment = Deployment(id: Int64(age), request: request, queuedAt: now.addingTimeInterval(-age))
            deployment.changes = [AppChange(appID: "/a", kind: .updated, fields: fields)]
            deployment.reject(by: "ann", reason: "wanted", at: now)
            return deployment
        }
        let same = AppSummary(id: "/a") { $0.drift = .init(kind: .changed, fields: fields) }
        let refused = DriftCorrection(of: [same], history: history, isPaused: false, at: now)
        #expect(refused.apps.isEmpty && refused.refusals == ["/a": "Its correction was rejected by ann: wanted."])
        let other = AppSummary(id: "/a") {
            $0.drift = .init(kind: .changed, fields: [AppChange.Field(path: "/cpus", before: "2", after: "1")])
        }
        #expect(DriftCorrection(of: [other], history: history, isPaused: false, at: now).apps == ["/a"])
    }

    @Test("nothing is corrected while deployments are paused, and someone else's app never is")
    func refusals() {
        let paused = DriftCorrection(of: [drifted("/a")], history: [], isPaused: true, at: now)
        #expect(paused.apps.isEmpty && paused.refusals == ["/a": "Deployments are paused."])
        let copied = DriftCorrection(of: [drifted("/a", .copied)], history: [], isPaused: false, at: now)
        #expect(copied.apps.isEmpty && copied.refusals["/a"]?.hasPrefix("Someone else's app") == true)
    }

    @Test("the sentence on drift has both values, unless they are masked")
    func sentence() {
        let drift = AppSummary.Drift(
            kind: .changed,
            fields: [
                .init(path: "/mem", before: "64", after: nil),
                .init(path: "/env/KEY", before: "********", after: "********"),
            ])
        #expect(drift.sentence == "differs from its spec: /mem is 64, not absent, /env/KEY differs")
    }

    @Test("a rejected correction of labels is not queued again, although its plan lists the labels")
    func rejectedLabels() throws {
        var request = try Sample.request(1, trigger: .drift)
        request.corrections = [CorrectedApp(id: "/a")]
        var deployment = Deployment(id: 1, request: request, queuedAt: now.addingTimeInterval(-10))
        let fields = [AppChange.Field(path: "/labels/DPLOY", before: nil, after: "\"s4d\"")]
        deployment.changes = [AppChange(appID: "/a", kind: .updated, fields: fields)]
        deployment.reject(by: "ann", reason: nil, at: now)
        let same = AppSummary(id: "/a") { $0.drift = .init(kind: .changed, fields: fields) }
        #expect(DriftCorrection(of: [same], history: [deployment], isPaused: false, at: now).apps.isEmpty)
    }

    @Test("a notification of a correction has each app with the kind of its drift, its fields and its time")
    func notificationOfCorrection() throws {
        let fields = [AppChange.Field(path: "/mem", before: "64", after: "32")]
        func notified(_ corrections: [CorrectedApp]?) throws -> [DriftedApp]? {
            var request = try Sample.request(1, trigger: .drift)
            request.corrections = corrections
            var ended = Deployment(id: 2, request: request, queuedAt: now, stage: .succeeded, outcome: "x")
            ended.changes = [
                AppChange(appID: "/a", kind: .updated, fields: fields), AppChange(appID: "/b", kind: .created),
                AppChange(appID: "/c", kind: .unchanged),
            ]
            return ObserverEngine.Notification(ended, before: nil)?.apps
        }
        let known = try notified([
            CorrectedApp(id: "/a", kind: .recreated, since: now), CorrectedApp(id: "/b", kind: .missing, since: now),
        ])
        #expect(
            known == [
                DriftedApp(id: "/a", kind: .recreated, since: now, fields: fields),
                DriftedApp(id: "/b", kind: .missing, since: now, fields: []),
            ])
        // Of a deployment from before a version that stores this.
        for corrections in [nil, [CorrectedApp(id: "/a"), CorrectedApp(id: "/b")]] {
            #expect(
                try notified(corrections) == [
                    DriftedApp(id: "/a", kind: .changed, since: nil, fields: fields),
                    DriftedApp(id: "/b", kind: .missing, since: nil, fields: []),
                ])
        }
    }

    @Test("the stored apps of a correction are read again, also as earlier versions stored them")
    func storedApps() throws {
        let apps = [CorrectedApp(id: "/a", kind: .missing, since: now), CorrectedApp(id: "/b")]
        let stored: [CorrectedApp] = try JSONColumn.decode(try JSONColumn.encode(apps))
        #expect(stored == apps)
        let earlier: [CorrectedApp] = try JSONColumn.decode(#"["/a"]"#)
        #expect(earlier == [CorrectedApp(id: "/a")])
    }

    @Test("a notification of drift has no markup in its text, and a limited length")
    func notification() throws {
        let last = Deployment(id: 1, request: try Sample.request(1), queuedAt: now, stage: .succeeded)
        func notification(_ value: String) -> ObserverEngine.Notification {
            let fields = [AppChange.Field(path: "/cmd", before: value, after: "b")]
            let app = AppSummary(id: "/a") { $0.drift = .init(kind: .changed, fields: fields) }
            return ObserverEngine.Notification(drifted: [app], from: last)
        }
        let marked = notification("<!channel>")
        #expect(marked.text.hasSuffix("/a differs from its spec: /cmd is &lt;!channel&gt;, not b."))
        #expect(marked.outcome == "/a differs from its spec: /cmd is <!channel>, not b.")
        #expect(notification(String(repeating: "x", count: 100_000)).text.utf8.count < 5000)
    }
}
