import ObserverEngine
import Testing

@Suite("Plan for the webhook")
struct WebhookPlanTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var desired = "http://52.37.239.156:8849"
        let actual: [GitHubHook]
        var known: Int?
        var claimed: Set<Int> = []
        let step: WebhookPlan.Step
        var foreign: [Int] = []

        var testDescription: String { name }
    }

    private static func hook(
        _ id: Int, _ url: String?, active: Bool = true, events: [String] = ["push"], type: String? = "json",
        ssl: String? = "0", secret: String? = "********", name: String = "web"
    ) -> GitHubHook {
        GitHubHook(
            id: id, name: name, active: active, events: events,
            config: .init(url: url, contentType: type, insecureSsl: ssl, secret: secret))
    }

    private static let here = "http://52.37.239.156:8849/dploy"
    private static let otherPort = "http://52.37.239.156:31005/dploy"
    private static let otherNode = "http://52.37.239.157:8849/dploy"

    static let cases: [Case] = [
        Case(name: "none: create", actual: [], step: .create),
        Case(
            name: "of another program: create", actual: [hook(1, "https://ci.example.com/github")],
            step: .create),
        Case(name: "in the desired state: keep", actual: [hook(1, here)], step: .keep(id: 1)),
        Case(
            name: "the host in capitals: update",
            desired: "http://Node.example.com:8849", actual: [hook(1, "http://node.example.com:8849/dploy")],
            step: .update(id: 1, drift: [.url("http://node.example.com:8849/dploy")])),
        Case(
            name: "the known webhook, wherever it leads: update",
            actual: [hook(1, "http://elsewhere/x"), hook(2, here)],
            known: 1, step: .update(id: 1, drift: [.url("http://elsewhere/x")])),
        Case(
            name: "the known webhook is gone: create", actual: [hook(2, otherNode)], known: 1, step: .create,
            foreign: [2]),
        Case(
            name: "on this node at another port, after a move by Marathon: update", actual: [hook(1, otherPort)],
            step: .update(id: 1, drift: [.url(otherPort)])),
        Case(
            name: "on this node, this port is preferred to another", actual: [hook(1, otherPort), hook(2, here)],
            step: .keep(id: 2)),
        Case(
            name: "on this node, where another observer answers: create", actual: [hook(1, otherPort)], claimed: [1],
            step: .create, foreign: [1]),
        Case(
            name: "one of two on this node belongs to another observer: update the other",
            actual: [hook(1, otherPort), hook(2, "http://52.37.239.156:31006/dploy")], claimed: [1],
            step: .update(id: 2, drift: [.url("http://52.37.239.156:31006/dploy")]), foreign: [1]),
        Case(name: "on another node: ignore it", actual: [hook(1, otherNode)], step: .create, foreign: [1]),
        Case(name: "with a path below this one: not an observer's", actual: [hook(1, here + "/x")], step: .create),
        Case(name: "without an address: not an observer's", actual: [hook(1, nil), hook(2, "")], step: .create),
        Case(
            name: "a service that is not a webhook: not an observer's", actual: [hook(1, here, name: "email")],
            step: .create),
        Case(
            name: "not active: update", actual: [hook(1, here, active: false)], step: .update(id: 1, drift: [.inactive])
        ),
        Case(
            name: "other events: update", actual: [hook(1, here, events: ["push", "release"])],
            step: .update(id: 1, drift: [.events(["push", "release"])])),
        Case(
            name: "all events: update", actual: [hook(1, here, events: ["*"])],
            step: .update(id: 1, drift: [.events(["*"])])),
        Case(
            name: "as a form, as the first version created it: update", actual: [hook(1, here, type: "form")],
            step: .update(id: 1, drift: [.contentType("form")])),
        Case(
            name: "without a content type: update", actual: [hook(1, here, type: nil)],
            step: .update(id: 1, drift: [.contentType(nil)])),
        Case(name: "unsigned: update", actual: [hook(1, here, secret: nil)], step: .update(id: 1, drift: [.unsigned])),
        Case(
            name: "with an empty secret: update", actual: [hook(1, here, secret: "")],
            step: .update(id: 1, drift: [.unsigned])),
        Case(
            name: "without verification: update", actual: [hook(1, here, ssl: "1")],
            step: .update(id: 1, drift: [.insecureSSL])),
        Case(name: "with unknown verification: keep", actual: [hook(1, here, ssl: nil)], step: .keep(id: 1)),
        Case(
            name: "wrong in every way: a single update",
            actual: [hook(1, otherPort, active: false, events: [], type: "form", ssl: "1", secret: nil)],
            step: .update(
                id: 1,
                drift: [.inactive, .url(otherPort), .contentType("form"), .events([]), .insecureSSL, .unsigned])),
        Case(
            name: "behind a proxy with a path: keep", desired: "https://proxy.example.com/observer",
            actual: [hook(1, "https://proxy.example.com/observer/dploy")], step: .keep(id: 1)),
        Case(
            name: "behind the same proxy at another path: another observer's",
            desired: "https://proxy.example.com/observer",
            actual: [hook(1, "https://proxy.example.com/dploy")], step: .create, foreign: [1]),
    ]

    @Test("the plan follows from the actual and the desired state", arguments: cases)
    func reconcile(of given: Case) {
        let desired = DesiredWebhook(publicURL: publicURL(given.desired), secret: Secret("hush"))
        let plan = WebhookPlan.reconcile(
            desired: desired, actual: given.actual, known: given.known, claimed: given.claimed)
        #expect(plan.step == given.step)
        #expect(plan.foreign.map(\.id) == given.foreign)
    }

    @Test("credentials in the address of a webhook are masked")
    func credentials() {
        let drift = WebhookDrift.url("https://ann:hush@node.example.com/dploy?token=hush")
        #expect(drift.description == "its URL is https://********@node.example.com/dploy?********")
    }

    @Test("only webhooks at other ports of this node are queried for another observer")
    func candidates() {
        let desired = DesiredWebhook(publicURL: publicURL("http://52.37.239.156:8849"), secret: Secret("hush"))
        let hooks = [
            Self.hook(1, Self.otherPort), Self.hook(2, Self.here), Self.hook(3, Self.otherNode),
            Self.hook(4, "http://52.37.239.156:1/other"), Self.hook(5, "http://52.37.239.156:2/dploy"),
        ]
        #expect(WebhookPlan.candidates(desired: desired, actual: hooks).map(\.id) == [1, 5])
    }
}
