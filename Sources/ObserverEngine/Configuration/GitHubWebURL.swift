extension ServiceURL {
    /// The website of the GitHub whose API has this address: github.com, a tenant of ghe.com, or a GitHub Enterprise Server.
    package var gitHubWebURL: String {
        if host.lowercased().hasPrefix("api."), path.isEmpty {
            return description.replacing("://api.", with: "://", maxReplacements: 1)
        }
        return path.hasSuffix("/api/v3") ? String(description.dropLast("/api/v3".count)) : description
    }
}
