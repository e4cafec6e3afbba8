import Foundation
import NIOHTTP1

@testable import ObserverEngine

extension FuzzTarget {
    /// Any response from Marathon is decoded or rejected, a plan is made, and errors are readable.
    static let marathon = FuzzTarget(name: "marathon") { input in
        let body = Data(input)
        for status in [400, 401, 404, 409, 422, 500, 503] {
            let answer = JSONResponse(status: status, headers: ["Retry-After": "1"], body: body)
            precondition("\(reader.error(answer))".hasPrefix("Can't apply /web: "))
        }
        guard let json = try? JSONDecoder().decode(JSONValue.self, from: body) else { return }
        let apps = ([json, json["app"]].compactMap(\.self) + (json["apps"]?.array ?? [])).compactMap(MarathonApp.init)
        for app in apps {
            _ = AppReadiness(app, deployments: Set((app.deployments ?? []).prefix(1))).isComplete
            _ = app.lastTaskFailure?.description
            let queue = try? JSONDecoder().decode(LaunchQueue.self, from: body)
            _ = queue?.delay(of: app.id)
        }
        _ = try? JSONDecoder().decode(LaunchQueue.self, from: body).delay(of: "/web")
        let plan = MarathonChanges.make(specs: wanted, actual: apps, name: "s4d", isForced: false, prunes: true)
        precondition(plan.applied.count + plan.unchanged.count == 1, "the app is neither applied nor unchanged")
    }

    private static let reader = MarathonErrorReader(
        operation: "apply /web", url: ServiceURL(host: "marathon.mesos", port: 8080), isRepeatable: true)

    private static let wanted = AppSpecs(
        apps: [
            AppSpec(
                id: "/web", file: "specs/web.json", pointer: "",
                definition: .object(["id": .string("/web"), "env": .object(["A": .string("b")])]))
        ], groups: ["/shop"])

    /// The events do not depend on how the stream is split. The first byte of the input is the chunk size.
    static let events = FuzzTarget(name: "events") { input in
        let stream = input.dropFirst()
        let size = Int(input.first ?? 0) + 1
        var chunks: [ArraySlice<UInt8>] = []
        var rest = stream
        while !rest.isEmpty {
            chunks.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        precondition(events(in: [stream]) == events(in: chunks), "chunks of \(size) bytes produce different events")
    }

    /// Returns nil if a line or an event is too long.
    private static func events(in chunks: [ArraySlice<UInt8>]) -> [ServerSentEvent]? {
        var parser = ServerSentEventParser(limit: 1024)
        return try? chunks.flatMap { try parser.consume($0) }
    }

    /// A response yields a valid port or none.
    static let mesosDNS = FuzzTarget(name: "mesos-dns") { input in
        let answer = JSONResponse(status: 200, headers: HTTPHeaders(), body: Data(input))
        guard let records = try? answer.decode([MesosDNS.ServiceRecord].self) else { return }
        for task in [TaskEnvironment(), TaskEnvironment(host: "10.0.0.1"), TaskEnvironment(hostPort: 31005)] {
            let found = HostPort.among(records, task: task)
            precondition(found.map { (1...65535).contains($0.port) } ?? true)
        }
        for record in records { _ = ServiceURL(host: record.ip, port: 8080).origin }
    }
}
