import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Tells hooks about events, as GitHub's Hookshot does, and keeps what came of it.
struct WebhookSender: Sendable {
    var state: Watched<GitHubSimulator.State>
    var repositoryID: Int
    var timeout: Duration
    private let client: HTTPClient

    init(state: Watched<GitHubSimulator.State>, repositoryID: Int, timeout: Duration) {
        self.state = state
        self.repositoryID = repositoryID
        self.timeout = timeout * Slowness.factor
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutdown() async throws {
        try await client.shutdown()
    }

    /// Sends to the hook and records the delivery and the hook's last response.
    func send(_ order: WebhookOrder) async -> GitHubSimulator.Delivery {
        let body = Self.body(of: order.payload, as: order.hook.contentType)
        let headers = headers(for: order, body: body)
        let started = ContinuousClock.now
        let outcome = await post(body, headers: headers, to: order.hook.url)
        let took = ContinuousClock.now - started
        return state.change { state in
            let delivery = GitHubSimulator.Delivery(
                id: state.nextID(),
                hookID: order.hook.id,
                guid: order.guid,
                event: order.event,
                action: order.action,
                isRedelivery: order.isRedelivery,
                deliveredAt: Date(),
                duration: took / .seconds(1),
                requestHeaders: headers,
                payload: order.payload,
                outcome: outcome
            )
            state.deliveries.append(delivery)
            if let index = state.hooks.firstIndex(where: { $0.id == order.hook.id }) {
                state.hooks[index].lastResponse = outcome.lastResponse
            }
            return delivery
        }
    }

    /// Posts a body to the hook's address, or to where the address map says that it leads.
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

    private func headers(for order: WebhookOrder, body: [UInt8]) -> HeaderFields {
        let type = order.hook.contentType == "json" ? "application/json" : "application/x-www-form-urlencoded"
        let headers: HeaderFields = [
            "Accept": "*/*",
            "Content-Type": type,
            "User-Agent": "GitHub-Hookshot/0ff5cb1",
            "X-GitHub-Delivery": order.guid,
            "X-GitHub-Event": order.event,
            "X-GitHub-Hook-ID": "\(order.hook.id)",
            "X-GitHub-Hook-Installation-Target-ID": "\(repositoryID)",
            "X-GitHub-Hook-Installation-Target-Type": "repository",
        ]
        guard let secret = order.hook.secret, !secret.isEmpty else { return headers }
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
