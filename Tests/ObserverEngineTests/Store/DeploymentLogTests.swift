import Foundation
import ObserverEngine
import Testing

@Suite("Deployment log")
struct DeploymentLogTests {
    @Test("lines are numbered per deployment and can be read from any number")
    func numbering() async throws {
        try await withStore { store in
            let first = try await store.enqueue(try Sample.request(1)).id
            let second = try await store.enqueue(try Sample.request(2)).id
            try await store.append(Self.lines(["a", "b"]), to: first)
            try await store.append(Self.lines(["x"]), to: second)
            try await store.append(Self.lines(["c"]), to: first)
            let log = try await store.log(of: first)
            #expect(log.map(\.sequence) == [1, 2, 3])
            #expect(log.map(\.text) == ["a", "b", "c"])
            #expect(try await store.log(of: first, after: 1, limit: 1).map(\.text) == ["b"])
            #expect(try await store.log(of: second).map(\.sequence) == [1])
        }
    }

    @Test("lines above the line limit are dropped")
    func limit() async throws {
        try await withStore { store in
            let id = try await store.enqueue(try Sample.request(1)).id
            let limit = Int(Store.logLimit)
            try await store.append(Self.lines(Array(repeating: "line", count: limit - 1)), to: id)
            try await store.append(Self.lines(["last", "too much", "far too much"]), to: id)
            try await store.append(Self.lines(["nothing"]), to: id)
            let tail = try await store.log(of: id, after: Int64(limit - 2))
            #expect(tail.map(\.text) == ["line", "last"])
        }
    }

    @Test("long lines above the byte limit are dropped, but a short one is still stored")
    func byteLimit() async throws {
        try await withStore { store in
            let ids = [
                try await store.enqueue(try Sample.request(1)).id, try await store.enqueue(try Sample.request(2)).id,
            ]
            let line = String(repeating: "é", count: 2000)
            let fitting = Store.logByteLimit / 4000
            for id in ids {
                for _ in 0..<3 {
                    try await store.append(Self.lines(Array(repeating: line, count: fitting / 2)), to: id)
                }
                try await store.append(Self.lines(["failed"]), to: id)
            }
            for id in ids {
                let log = try await store.log(of: id)
                #expect(log.count == fitting + 1)
                #expect(log.last?.text == "failed")
                #expect(log.map(\.sequence) == Array(1...Int64(fitting + 1)))
            }
            // The limit still applies after another log was written.
            try await store.append(Self.lines([line]), to: ids[0])
            #expect(try await store.log(of: ids[0]).count == fitting + 1)
        }
    }

    private static func lines(_ texts: [String]) -> [LogLine] {
        texts.map { LogLine(sequence: 0, at: Sample.now, verb: "output", text: $0) }
    }
}
