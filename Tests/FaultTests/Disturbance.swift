import Simulators

/// Something that goes wrong around the observer.
struct Disturbance: Sendable {
    let name: String
    let happen: @Sendable (Simulators, PushStream) async throws -> Void

    init(_ name: String, _ happen: @escaping @Sendable (Simulators, PushStream) async throws -> Void) {
        self.name = name
        self.happen = happen
    }

    private static let garbage = "<html><body>It works!</body></html>"

    /// The ways in which any server may fail one request.
    private static let effects: [(String, Fault.Effect)] = [
        ("500", .status(500)), ("502 of a proxy", .status(502, body: garbage)), ("503", .status(503)),
        ("slow", .delay(.seconds(1))), ("reset", .reset), ("answer lost", .loseAnswer), ("reset midway", .resetMidway),
        ("truncated", .truncate), ("a page instead", .body(garbage, type: "text/html")), ("corrupt", .body(#"{"id":"#)),
    ]

    static let ofGitHub: [Disturbance] =
        effects.flatMap { name, effect in
            [
                Disturbance("GitHub \(name)") { servers, _ in
                    servers.gitHub.inject(Fault(.get, "/repos/*", times: 2, effect: effect))
                },
                Disturbance("GitHub's statuses \(name)") { servers, _ in
                    servers.gitHub.inject(Fault(.post, "/repos/*", times: 1, effect: effect))
                },
            ]
        } + [
            Disturbance("secondary limit") { servers, _ in
                servers.gitHub.inject(.secondaryRateLimit(retryAfter: 1))
            },
            Disturbance("hook deleted") { servers, _ in
                for hook in servers.gitHub.hooks() { servers.gitHub.deleteHook(hook.id) }
            },
            Disturbance("hook's secret changed") { servers, _ in
                for hook in servers.gitHub.hooks() { servers.gitHub.editHook(hook.id) { $0.secret = "another" } }
            },
            Disturbance("hook deactivated") { servers, _ in
                for hook in servers.gitHub.hooks() { servers.gitHub.editHook(hook.id) { $0.isActive = false } }
            },
            Disturbance("delivered twice") { servers, pushes in
                if let last = pushes.all.last { _ = await servers.gitHub.redeliver(last.guid) }
            },
            Disturbance("an old delivery comes late") { servers, pushes in
                if let first = pushes.all.first {
                    _ = await servers.gitHub.deliver(event: "push", payload: first.payload)
                }
            },
            Disturbance("a forged delivery") { servers, _ in
                _ = await servers.gitHub.deliver(event: "push", body: Array("{}".utf8), secret: "guessed")
            },
        ]

    static let ofMarathon: [Disturbance] =
        effects.flatMap { name, effect in
            [
                Disturbance("Marathon's answers \(name)") { servers, _ in
                    servers.marathon.inject(Fault(.get, "/v2/*", times: 3, effect: effect))
                },
                Disturbance("Marathon's changes \(name)") { servers, _ in
                    servers.marathon.inject(Fault(.put, "/v2/*", times: 1, effect: effect))
                },
            ]
        } + [
            Disturbance("no leader") { servers, _ in
                servers.marathon.setLeaderless(true)
                try await Task.sleep(for: .milliseconds(800))
                servers.marathon.setLeaderless(false)
            },
            Disturbance("Marathon restarts") { servers, _ in
                try await servers.marathon.stop()
                try await servers.marathon.start()
            },
            Disturbance("apps locked") { servers, _ in
                let lock = servers.marathon.lock("/hello")
                try await Task.sleep(for: .milliseconds(800))
                servers.marathon.unlock(lock)
            },
            Disturbance("events cut") { servers, _ in servers.marathon.dropEventStreams() },
            Disturbance("events stalled") { servers, _ in servers.marathon.stallEvents() },
            Disturbance("garbage for events") { servers, _ in
                servers.marathon.sendRaw(toEventStreams: "data: {\n\n:\u{0}\nevent\r\rdata: \u{1b}[2J\n\n")
            },
            Disturbance("the launch queue hangs") { servers, _ in
                servers.marathon.inject(Fault(.get, "/v2/queue", times: 1, effect: .hang))
            },
        ]
}
