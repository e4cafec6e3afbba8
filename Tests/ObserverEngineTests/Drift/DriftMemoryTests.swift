import Foundation
import Testing

@testable import ObserverEngine

@Suite("Known drift")
struct DriftMemoryTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func app(
        _ paths: [String], of id: String = "/db", kind: AppSummary.Drift.Kind = .changed
    ) -> AppSummary {
        AppSummary(id: id) {
            $0.drift = .init(kind: kind, fields: paths.map { AppChange.Field(path: $0, before: "2", after: "1") })
        }
    }

    /// The differing fields of each announced app.
    private func announced(_ news: DriftMemory.News) -> [String: [String]] {
        Dictionary(uniqueKeysWithValues: news.announced.map { ($0.id, $0.drift?.fields.map(\.path) ?? []) })
    }

    @Test("drift is announced when it begins, gains a field or is of another kind; its time is that of the first")
    func growth() {
        var memory = DriftMemory(pause: .seconds(60))
        func note(_ drifted: [AppSummary], after seconds: Double) -> DriftMemory.News {
            memory.note(drifted, at: now + seconds)
        }
        #expect(announced(note([app(["/mem"])], after: 0)) == ["/db": ["/mem"]])
        #expect(note([app(["/mem"])], after: 1) == .init())
        #expect(announced(note([app(["/cpus", "/mem"])], after: 70)) == ["/db": ["/cpus", "/mem"]])
        #expect(note([app(["/cpus", "/mem"])], after: 71) == .init())
        // The end of one field is not announced, but its return is.
        #expect(note([app(["/cpus"])], after: 140) == .init())
        #expect(announced(note([app(["/cpus", "/mem"])], after: 210)) == ["/db": ["/cpus", "/mem"]])
        #expect(announced(note([app([], kind: .missing)], after: 280)) == ["/db": []])
        #expect(memory.since == ["/db": now])
        #expect(note([], after: 350) == .init(ended: ["/db"]))
        #expect(memory.apps.isEmpty)
    }

    @Test("an app is announced at most once within the pause, and at its end as it is then; others do not wait")
    func pause() {
        var memory = DriftMemory(pause: .seconds(60))
        _ = memory.note([app(["/mem"])], at: now)
        let early = memory.note([app(["/cpus", "/mem"]), app(["/mem"], of: "/web")], at: now + 10)
        #expect(announced(early) == ["/web": ["/mem"]] && early.due == now + 60)
        let other = memory.note([app(["/disk", "/mem"]), app(["/mem"], of: "/web")], at: now + 20)
        #expect(other == .init(due: now + 60))
        let late = memory.note([app(["/disk", "/mem"]), app(["/mem"], of: "/web")], at: now + 60)
        #expect(announced(late) == ["/db": ["/disk", "/mem"]] && late.due == nil)
    }

    @Test("drift that ends and begins again within the pause is announced at its end, if it lasts")
    func flapping() {
        var memory = DriftMemory(pause: .seconds(60))
        _ = memory.note([app(["/mem"])], at: now)
        #expect(memory.note([], at: now + 1) == .init(ended: ["/db"]))
        #expect(memory.note([app(["/mem"])], at: now + 2) == .init(due: now + 60))
        #expect(memory.since == ["/db": now + 2])
        // It was not announced, so its end is not either.
        #expect(memory.note([], at: now + 3) == .init())
        #expect(memory.note([app(["/mem"])], at: now + 4) == .init(due: now + 60))
        #expect(announced(memory.note([app(["/mem"])], at: now + 60)) == ["/db": ["/mem"]])
        #expect(memory.since == ["/db": now + 4])
    }

    @Test("a clock that is set back does not silence an app")
    func clock() {
        var memory = DriftMemory(pause: .seconds(60))
        _ = memory.note([app(["/mem"])], at: now)
        #expect(announced(memory.note([app(["/cpus", "/mem"])], at: now - 3600)) == ["/db": ["/cpus", "/mem"]])
    }

    @Test("a memory that is restored knows what was announced")
    func restored() {
        var memory = DriftMemory(pause: .seconds(60))
        _ = memory.note([app(["/mem"])], at: now)
        var restored = DriftMemory(Array(memory.apps.values), pause: .seconds(60))
        #expect(restored.note([app(["/mem"])], at: now + 600) == .init())
        #expect(restored.since == ["/db": now])
    }
}
