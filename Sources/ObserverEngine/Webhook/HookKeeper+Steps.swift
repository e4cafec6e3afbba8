import Logging

/// The steps that the orders are made of.
extension HookKeeper {
    static let nowhere =
        "There is no webhook to register, because nobody says at which address GitHub reaches us. "
        + "Set DPLOY_PUBLIC_NODE or DPLOY_OBSERVER_PUBLIC_URL."

    /// Brings the hook at GitHub to what we want, at the address where we are now; nil where we have none.
    func reconcile(
        until deadline: ContinuousClock.Instant?
    ) async throws -> (HookRegistration.Outcome, DesiredHook)? {
        guard let publicURL = try await address.find(listening: listening.get()) else {
            status.updateHook { $0 = HookState(registration: .unreachable, problem: Self.nowhere) }
            logger.warning("\(Self.nowhere)", metadata: [.observe: "register"])
            return nil
        }
        status.update { $0.publicURL = publicURL.description }
        let desired = DesiredHook(publicURL: publicURL, secret: secrets.current)
        do {
            let outcome = try await Retry(until: deadline, logger: logger) {
                try await noting(desired) { try await registration.register(desired) }
            }
            status.updateHook { $0.note(outcome, desired) }
            return (outcome, desired)
        } catch let error as GitHubError {
            throw OrderRefused.impossible(RegistrationFailure.sentence(for: error, url: desired.url))
        }
    }

    /// Shows why it does not succeed, also where it is tried again.
    private func noting<Value>(_ desired: DesiredHook, _ attempt: () async throws -> Value) async throws -> Value {
        do {
            return try await attempt()
        } catch let error as GitHubError {
            status.updateHook { hook in
                if !error.isTransient { hook.registration = .failed }
                hook.problem = RegistrationFailure.sentence(for: error, url: desired.url)
            }
            throw error
        }
    }

    /// What GitHub could not deliver is a loss only if we can't have it in another way.
    func recover(_ hook: Int, looksAnyway: Bool) async {
        do {
            try await missed.recover(hook: hook, looksAnyway: looksAnyway)
        } catch let error where !(error is CancellationError) {
            logger.warning("Can't look for missed deliveries; the next review tries again: \(error)")
        } catch {
            // Told to stop.
        }
    }

    /// Finds out whether GitHub signs with our secret, and gives it ours where it does not.
    func proveSecret(_ id: Int, _ desired: DesiredHook) async {
        do {
            if try await registration.prove(id, desired) { metrics.countHookRepair() }
        } catch let error where !(error is CancellationError) {
            status.updateHook { $0.note(doubt: "The secret of the webhook #\(id) is not ours. \(error)") }
            logger.warning("\(error)", metadata: [.observe: "register"])
        } catch {
            // Told to stop.
        }
    }

    func registered() throws -> (id: Int, desired: DesiredHook) {
        guard let known else {
            throw OrderRefused.impossible("There is no registered webhook to ping; register it first.")
        }
        return known
    }

    var known: (id: Int, desired: DesiredHook)? {
        guard let id = status.hook.id, let url = status.hook.url else { return nil }
        return (id, DesiredHook(url: url, secret: secrets.current))
    }
}

extension HookState {
    mutating func note(_ outcome: HookRegistration.Outcome, _ desired: DesiredHook) {
        if id != outcome.id { self = HookState() }
        registration = .registered
        (id, url, events, contentType, isSigned) = (outcome.id, desired.url, desired.events, "json", true)
        // What has come to light of the way to us is not settled by the hook being right at GitHub.
        (drift, problem) = ([], doubt)
    }
}
