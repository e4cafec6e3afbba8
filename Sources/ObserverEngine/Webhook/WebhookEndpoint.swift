/// Where GitHub is to deliver, and the secret it is to sign with.
package struct WebhookEndpoint: Sendable {
    private let address: PublicAddress
    private let listening: Latch<Int>
    let secrets: WebhookSecrets

    /// - Parameter listening: The port of the public server, once it listens.
    package init(address: PublicAddress, listening: Latch<Int>, secrets: WebhookSecrets) {
        self.address = address
        self.listening = listening
        self.secrets = secrets
    }

    /// Waits for the server to listen: a webhook must not lead to a closed port.
    /// - Returns: nil without a public address.
    func publicURL() async throws -> ServiceURL? {
        try await address.find(listening: listening.get())
    }
}
