import Testing

@testable import ObserverEngine

@Suite("A webhook that GitHub refuses to register")
struct RegistrationFailureTests {
    private func sentence(_ reason: GitHubError.Reason) -> String {
        GitHubError(
            operation: "register the webhook", repository: RepositoryName(owner: "mhausenblas", name: "s4d"),
            reason: reason, retryAfter: nil
        ).registrationSentence(url: "http://10.0.7.91:8849/dploy")
    }

    private func invalid(_ message: String) -> GitHubError.Reason {
        .invalid([.init(code: "custom", message: message)], message: "Validation Failed")
    }

    @Test("because there are 20 already: the reason, and where to remove one")
    func tooMany() {
        let text = sentence(invalid(#"The "push" event cannot have more than 20 hooks"#))
        #expect(text.contains("already has 20 webhooks for this event"))
        #expect(text.contains("https://github.com/mhausenblas/s4d/settings/hooks"))
    }

    @Test("because its address is not public: the address, and the settings")
    func unreachable() {
        let text = sentence(
            invalid("url is not supported because it isn't reachable over the public Internet (10.0.7.91)"))
        #expect(text.contains("http://10.0.7.91:8849/dploy"))
        #expect(text.contains("DPLOY_PUBLIC_NODE or DPLOY_OBSERVER_PUBLIC_URL"))
    }

    @Test("for an unknown reason: GitHub's words")
    func other() {
        #expect(
            sentence(invalid("url is cursed"))
                == "Can't register the webhook: GitHub rejected the request as invalid: Validation Failed; url is cursed."
        )
    }

    @Test("because the token may not see the webhooks: the permission to grant")
    func notFound() {
        #expect(
            sentence(.notFound).contains(
                "grant admin:repo_hook or repo; fine-grained token: grant webhooks read and write"))
    }

    @Test("because a fine-grained token lacks a permission: its name")
    func permission() {
        #expect(sentence(.forbidden(.missingPermission("repository_hooks=write"))).contains("repository_hooks=write"))
    }
}
