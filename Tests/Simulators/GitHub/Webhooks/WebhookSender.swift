import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore
import NIOHTTP1

/// Delivers events to hooks, as GitHub's Hookshot does, and records the outcome.
struct WebhookSender: Sendable {
    var state: Awaitable<GitHubSimulator.State>
    var timeout: Duration
    private let client: HTTPClient

    init(state: Awaitable<GitHubSimulator.State>, timeout: Duration) {
        self.state = state
        self.timeout = timeout * Slowness.factor
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutdown() async throws {
        try await client.shutdown()
    }

    /// Sends to the hook and records the delivery and the hook's last response.
    func send(_ pending: PendingDelivery) async -> GitHubSimulator.Delivery {
        let body = Self.body(of: pending.payload, as: pending.hook.contentType)
        let headers = headers(for: pending, body: body)
        let started = ContinuousClock.now
        let outcome = await post(body, headers: headers, to: pending.hook.url)
        let took = ContinuousClock.now - started
        return state.change { state in
            let delivery = GitHubSimulator.Delivery(
                id: state.nextID(),
                hookID: pending.hook.id,
                guid: pending.guid,
                event: pending.event,
                action: pending.action,
                isRedelivery: pending.isRedelivery,
                deliveredAt: Date(),
                duration: took / .seconds(1),
                requestHeaders: headers,
                payload: pending.payload,
                outcome: outcome
            )
            state.deliveries.append(delivery)
            if let index = state.hooks.firstIndex(where: { $0.id == pending.hook.id }) {
                state.hooks[index].lastResponse = outcome.lastResponse
            }
            return delivery
        }
    }

    /// Posts a body to the hook's address, or to the destination in the address map.
    func post(_ body: [UInt8], headers: HeaderFields, to url: String) async -> GitHubSimulator.DeliveryOutcome {
        let (address, host) = route(url)
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers = HTTPHeaders(headers.fields.map { ($0.name, $0.value) })
        if let host { request.headers.replaceOrAdd(name: "Host", value: host) }
        request.body = .bytes(body)
        do {
            let deadline = NIODeadline.now() + TimeAmount(timeout)
            let response = try await client.execute(request, deadline: deadline)
            let answer = try await response.body.collect(upTo: 1 << 20)
            return .answered(
                GitHubSimulator.DeliveryAnswer(
                    status: Int(response.status.code),
                    headers: HeaderFields(response.headers.map { ($0.name, $0.value) }),
                    body: Array(answer.readableBytesView)
                ))
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            return .timedOut
        } catch {
            return .connectionFailed
        }
    }

    private func route(_ url: String) -> (url: String, host: String?) {
        guard let components = URLComponents(string: url), let host = components.host else { return (url, nil) }
        let address = "\(host):\(components.port ?? 80)"
        guard let target = state.read({ $0.addressMap[address] }) else { return (url, nil) }
        return ("http://\(target)\(components.percentEncodedPath)", address)
    }

    private func headers(for pending: PendingDelivery, body: [UInt8]) -> HeaderFields {
        let type = pending.hook.contentType == "json" ? "application/json" : "application/x-www-form-urlencoded"
        let headers: HeaderFields = [
            "Accept": "*/*",
            "Content-Type": type,
            "User-Agent": "GitHub-Hookshot/0ff5cb1",
            "X-GitHub-Delivery": pending.guid,
            "X-GitHub-Event": pending.event,
            "X-GitHub-Hook-ID": "\(pending.hook.id)",
            "X-GitHub-Hook-Installation-Target-ID": "\(state.value.repository.id)",
            "X-GitHub-Hook-Installation-Target-Type": "repository",
        ]
        guard let secret = pending.hook.secret, !secret.isEmpty else { return headers }
        return headers.merging(WebhookSignature.headers(of: body, secret: secret))
    }

    private static func body(of payload: JSON, as contentType: String) -> [UInt8] {
        if contentType == "json" { return payload.bytes }
        return Array("payload=\(PercentEncoding.encode(payload.text))".utf8)
    }
}

extension TimeAmount {
    fileprivate init(_ duration: Duration) {
        self = .milliseconds(Int64(duration / .milliseconds(1)))
    }
}

/// A delivery that is about to be sent.
struct PendingDelivery: Sendable {
    var hook: GitHubSimulator.Hook
    var event: String
    var action: String?
    var payload: JSON
    var guid: String
    var isRedelivery = false
}

/// The two signatures of a delivery.
enum WebhookSignature {
    static func headers(of body: [UInt8], secret: String) -> HeaderFields {
        let key = SymmetricKey(data: Array(secret.utf8))
        let old = HMAC<Insecure.SHA1>.authenticationCode(for: body, using: key)
        let new = HMAC<SHA256>.authenticationCode(for: body, using: key)
        return ["X-Hub-Signature": "sha1=\(hex(old))", "X-Hub-Signature-256": "sha256=\(hex(new))"]
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined()
    }
}

extension GitHubSimulator {
    /// The header `X-Hub-Signature-256` of a delivery.
    package static func signature(of body: [UInt8], secret: String) -> String {
        WebhookSignature.headers(of: body, secret: secret)["X-Hub-Signature-256"] ?? ""
    }
}
