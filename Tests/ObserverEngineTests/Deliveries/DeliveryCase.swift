import Simulators
import Testing

/// A delivery, and the expected response.
struct DeliveryCase: Sendable, CustomTestStringConvertible {
    enum Signing: Sendable {
        case right
        case wrong
        case none
        case header(String)
    }

    let testDescription: String
    var event = "push"
    var body = Payload.push().text
    var contentType = "application/json"
    var signing = Signing.right
    var headers: HeaderFields = [:]
    let status: Int
    let verdict: String
    var reason: String?

    static let all: [DeliveryCase] = accepted + ignored + unsigned + malformed + foreign

    private static let accepted = [
        DeliveryCase(testDescription: "a push", status: 202, verdict: "accepted"),
        DeliveryCase(
            testDescription: "a push as a form", body: Payload.form(Payload.push()),
            contentType: "application/x-www-form-urlencoded", status: 202, verdict: "accepted"),
        DeliveryCase(
            testDescription: "a media type with parameters and capitals",
            contentType: "Application/JSON; charset=utf-8",
            status: 202, verdict: "accepted"),
        DeliveryCase(
            testDescription: "the repository in other capitals", body: Payload.push(repository: "MHausenblas/S4D").text,
            status: 202, verdict: "accepted"),
        DeliveryCase(
            testDescription: "a new branch", body: Payload.push(before: Payload.zeros).text, status: 202,
            verdict: "accepted"),
        DeliveryCase(
            testDescription: "a ping", event: "ping", body: #"{"zen":"Keep it"}"#, status: 200, verdict: "ping"),
    ]

    private static let ignored = [
        DeliveryCase(
            testDescription: "another branch", body: Payload.push(branch: "feature/dcos").text, status: 200,
            verdict: "ignored", reason: "branch feature/dcos is not watched"),
        DeliveryCase(
            testDescription: "a tag", body: Payload.push(ref: "refs/tags/dcos").text, status: 200, verdict: "ignored",
            reason: "the tag dcos is not a branch"),
        DeliveryCase(
            testDescription: "a note", body: Payload.push(ref: "refs/notes/dcos").text, status: 200, verdict: "ignored",
            reason: "refs/notes/dcos is not a branch"),
        DeliveryCase(
            testDescription: "a deletion", body: Payload.push(after: Payload.zeros, deleted: true).text, status: 200,
            verdict: "ignored", reason: "the branch dcos was deleted"),
        DeliveryCase(
            testDescription: "another event", event: "issues", body: #"{"action":"opened"}"#, status: 200,
            verdict: "ignored", reason: "the event 'issues' deploys nothing"),
        DeliveryCase(
            testDescription: "another repository", body: Payload.push(repository: "another/s4d").text, status: 200,
            verdict: "ignored", reason: "another/s4d is not mhausenblas/s4d"),
    ]

    private static let unsigned = [
        DeliveryCase(
            testDescription: "no signature", signing: .none, status: 401, verdict: "rejected",
            reason: "the header X-Hub-Signature-256 is missing"),
        wronglySigned("a wrong secret", .wrong),
        wronglySigned(
            "a signature that is not hexadecimal", .header("sha256=" + String(repeating: "z", count: 64))),
        wronglySigned("a signature that is too short", .header("sha256=ab")),
        wronglySigned("an empty signature", .header("sha256=")),
        wronglySigned("a signature by SHA-1", .header("sha1=" + String(repeating: "0", count: 40))),
        DeliveryCase(
            testDescription: "garbage without a signature", body: "{", signing: .none, status: 401, verdict: "rejected",
            reason: "the header X-Hub-Signature-256 is missing"),
    ]

    private static func wronglySigned(_ description: String, _ signing: Signing) -> DeliveryCase {
        DeliveryCase(
            testDescription: description, signing: signing, status: 401, verdict: "rejected",
            reason: "the signature does not match")
    }

    private static let malformed = [
        refused("an empty body", "", "the body is not a JSON object"),
        refused("half a document", #"{"ref":"refs/heads/dcos""#, "the body is not a JSON object"),
        refused("a list", "[]", "the body is not a JSON object"),
        refused("a ping that is not JSON", "pong", event: "ping", "the body is not a JSON object"),
        refused("an empty push", "{}", "the push event has no usable ref"),
        refused("a malformed ref", Payload.push(ref: "dcos").text, "the push event has no usable ref"),
        refused("a malformed commit", Payload.push(after: "HEAD").text, "the push event has no usable after"),
        refused("a field of the wrong type", #"{"ref":1}"#, "the push event has no usable ref"),
        refused(
            "a repository without its owner", Payload.push(repository: "s4d").text,
            "the push event has no usable repository.full_name"),
        DeliveryCase(
            testDescription: "no event", headers: ["X-GitHub-Event": ""], status: 400, verdict: "rejected",
            reason: "the header X-GitHub-Event is missing"),
        DeliveryCase(
            testDescription: "no GUID", headers: ["X-GitHub-Delivery": ""], status: 400, verdict: "rejected",
            reason: "the header X-GitHub-Delivery is missing"),
        DeliveryCase(
            testDescription: "a form without a payload", body: "a=b&c=d",
            contentType: "application/x-www-form-urlencoded", status: 400, verdict: "rejected",
            reason: "the body is not a JSON object"),
    ]

    private static func refused(
        _ description: String, _ body: String, event: String = "push", _ reason: String
    ) -> DeliveryCase {
        DeliveryCase(
            testDescription: description, event: event, body: body, status: 400, verdict: "rejected", reason: reason)
    }

    private static let foreign = [
        DeliveryCase(
            testDescription: "another media type", contentType: "text/plain", status: 415, verdict: "rejected",
            reason: "the content type text/plain is neither application/json nor application/x-www-form-urlencoded")
    ]
}
