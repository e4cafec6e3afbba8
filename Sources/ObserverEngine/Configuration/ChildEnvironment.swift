extension [String: String] {
    /// The environment that programs inherit which a target runs: without variables that hold a secret, used by the observer
    /// or not. Those of the proxy stay, because the programs may need them as well.
    package func withoutSecrets(_ redactor: Redactor) -> [String: String] {
        let secret = Set(Setting.allCases.filter(\.isSecret).compactMap(\.environmentVariable))
        return filter {
            !secret.contains($0.key)
                && (ProxyRules.variables.contains($0.key) || !redactor.findsSecret(in: $0.value))
        }
    }
}
