import Foundation
import Simulators
import Testing

extension Disturbance {
    static let ofGitHub: [Disturbance] = gitHubsAPI + limits + archives + changedHooks + deliveries

    private static let gitHubsAPI = effects.flatMap { name, effect in
        [
            Disturbance("GitHub \(name)") { servers, _ in
                servers.gitHub.inject(Fault(.get, "/repos/*", times: 2, effect: effect))
            },
            Disturbance("GitHub's statuses \(name)") { servers, _ in
                servers.gitHub.inject(Fault(.post, "/repos/*", times: 1, effect: effect))
            },
        ]
    }

    private static let limits = [
        Disturbance("secondary limit") { servers, _ in
            servers.gitHub.inject(.secondaryRateLimit(retryAfter: 1))
        },
        Disturbance("429 with a time") { servers, _ in
            servers.gitHub.inject(.secondaryRateLimit(retryAfter: 1, status: 429, times: 3))
        },
        Disturbance("the hour's requests used up") { servers, _ in
            servers.gitHub.setRateLimit(.init(limit: 1_000_000, remaining: 0, reset: Date(timeIntervalSinceNow: 1)))
        },
        Disturbance("token revoked and restored") { servers, pushes in
            servers.gitHub.revokeToken(GitHubSimulator.Token.standard.value)
            try await pushes.push()
            try await Task.sleep(for: .milliseconds(600))
            servers.gitHub.addToken(.standard)
        },
    ]

    private static let archives = effects.map { name, effect in
        Disturbance("archives \(name)") { servers, _ in
            servers.gitHub.codeload.inject(Fault(.get, "/*", times: 1, effect: effect))
        }
    }

    private static let changedHooks =
        [
            Disturbance("hook deleted") { servers, _ in
                for hook in servers.gitHub.hooks() { servers.gitHub.deleteHook(hook.id) }
            }
        ]
        + edits.map { name, edit in
            Disturbance("hook's \(name) changed") { servers, _ in
                for hook in servers.gitHub.hooks() { servers.gitHub.editHook(hook.id, edit) }
            }
        }

    private static let edits: [(String, @Sendable (inout GitHubSimulator.Hook) -> Void)] = [
        ("secret", { $0.secret = "another" }), ("secret away", { $0.secret = nil }),
        ("activity", { $0.isActive = false }), ("address", { $0.url = "http://127.0.0.1:1/dploy" }),
        ("content type", { $0.contentType = "form" }), ("events", { $0.events = ["issues"] }),
        ("events to all", { $0.events = ["*"] }),
    ]

    private static let deliveries = [
        Disturbance("delivered twice") { servers, pushes in
            if let last = pushes.all.last { _ = await servers.gitHub.redeliver(last.guid) }
        },
        Disturbance("an old delivery comes late") { servers, pushes in
            if let first = pushes.all.first {
                _ = await servers.gitHub.deliver(event: "push", payload: first.payload)
            }
        },
        Disturbance("delivered in the other order") { _, pushes in
            let held = try await pushes.push(isTold: false)
            try await pushes.push()
            await pushes.tell(held)
        },
        Disturbance("delivered with delay") { _, pushes in
            let held = try await pushes.push(isTold: false)
            try await Task.sleep(for: .milliseconds(700))
            await pushes.tell(held)
        },
        Disturbance("a forged delivery") { servers, _ in
            let outcome = await servers.gitHub.deliver(event: "push", body: Array("{}".utf8), secret: "guessed")
            #expect(outcome.answer.map { $0.status >= 400 } ?? true)
        },
        Disturbance("an oversized delivery") { servers, _ in
            let body = [UInt8](repeating: UInt8(ascii: " "), count: 25 * 1024 * 1024 + 1)
            let outcome = await servers.gitHub.deliver(
                event: "push", body: body, secret: servers.gitHub.hooks().first?.secret)
            #expect(outcome.answer.map { $0.status >= 400 } ?? true)
        },
    ]
}
