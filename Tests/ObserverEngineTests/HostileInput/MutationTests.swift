import Foundation
import NIOCore
import ObserverEngine
import Simulators
import TestTraits
import Testing

/// Untrusted input must not crash the observer. A trap would end the whole test run, so it is enough that a test finishes.
@Suite("Mutated input")
struct MutationTests {
    @Test("a mutated delivery with a valid signature is ignored or rejected")
    func deliveries() async throws {
        try await withReceiver { world in
            let good = Array(Payload.push(branch: "other").text.utf8)
            var answers: [Int: Int] = [:]
            for body in Mutation(of: [good], count: 400) {
                let answer = await world.gitHub.deliver(
                    event: "push", body: body, secret: world.configuration.hookSecret.value,
                    url: try await world.hookURL()
                ).answer
                answers[answer?.status ?? 0, default: 0] += 1
            }
            #expect(Set(answers.keys).isSubset(of: [200, 400]), "\(answers)")
            #expect(answers[400, default: 0] > 50)
        }
    }

    @Test("a mutated signature is invalid", .onComputingQueue)
    func signatures() {
        let signature = WebhookSignature(secret: Secret("hush"))
        let body = ByteBuffer(string: "{}")
        let good = "sha256=" + String(repeating: "ab", count: 32)
        for header in Mutation(of: [Array(good.utf8)], count: 20_000) {
            #expect(!signature.isValid(String(decoding: header, as: UTF8.self), of: body))
        }
    }

    @Test("a mutated form does not crash the decoder", .onComputingQueue)
    func forms() throws {
        let good = Array(Payload.form(Payload.push()).utf8)
        let form = try DeliveryBody(contentType: "application/x-www-form-urlencoded")
        for body in Mutation(of: [good], count: 5000) { _ = try? form.payload(of: ByteBuffer(bytes: body)) }
    }

    @Test("a mutated app descriptor does not crash the parser", .onComputingQueue)
    func descriptors() {
        let good = """
            marathon_url: http://localhost:8080
            app_name: s4d
            repo_url: https://github.com/mhausenblas/s4d
            public_node: 52.37.239.156
            trigger_branch: dcos
            """
        for yaml in Mutation(of: [Array(good.utf8)], count: 3000) { _ = try? AppDescriptor(yaml: Data(yaml)) }
    }

    @Test("a mutated app spec is read, or rejected with the name of its file", .onComputingQueue)
    func specs() throws {
        let app = Files.app("web", healthCheck: true, extra: #","env":{"A":"b"},"container":{"type":"DOCKER"}"#)
        let group = #"{"id":"shop","apps":[\#(app)],"groups":[{"id":"deep","dependencies":["/shop/web"]}]}"#
        for json in Mutation(of: [Array(app.utf8), Array(group.utf8)], count: 3000) {
            let tree = try SpecTree(["a.json": String(decoding: json, as: UTF8.self)])
            do {
                _ = try tree.read()
            } catch let failure as SpecFailure {
                #expect("\(failure)".contains("specs/a.json"), "\(failure)")
            }
        }
    }

    @Test("a mutated archive does not crash the reader", .onComputingQueue)
    func archives() throws {
        var archive = TarArchive()
        archive.addPax(TarArchive.record("path", "top/" + String(repeating: "deep/", count: 40)))
        archive.add("top/run.sh", content: Array(repeating: 7, count: 700), mode: "0000755")
        archive.add("top/link", type: "2", target: "run.sh")
        archive.add("././@LongLink", type: "L", content: Array(repeating: 97, count: 200))
        for bytes in Mutation(of: [archive.ended()], count: 3000) {
            var reader = TarReader()
            var rest = bytes[...]
            while !rest.isEmpty, (try? reader.consume(Array(rest.prefix(777)))) != nil { rest = rest.dropFirst(777) }
        }
    }

    @Test("a mutated event stream does not crash the parser", .onComputingQueue)
    func eventStreams() {
        let good =
            "retry: 5\nid: 7\nevent: status_update_event\ndata: {\"appId\":\"/web\"}\n\n: beat\r\n\r\ndata: a\ndata\n\n"
        for bytes in Mutation(of: [Array(good.utf8)], count: 10_000) {
            var parser = ServerSentEventParser(limit: 64 * 1024)
            _ = try? parser.consume(bytes)
        }
    }

    @Test("a mutated response of Mesos-DNS does not crash the lookup")
    func mesosDNS() async throws {
        let good = #"[{"service":"_dploy-observer._tcp.marathon.mesos.","host":"h.","ip":"10.0.0.1","port":"31005"}]"#
        try await withSimulators { simulators in
            try await withEngineHTTP { http in
                let mesosDNS = MesosDNS(http: http, url: try ServiceURL(simulators.mesosDNS.url))
                for body in Mutation(of: [Array(good.utf8)], count: 300) {
                    let text = String(decoding: body, as: UTF8.self)
                    simulators.mesosDNS.inject(Fault(.get, "/v1/*", times: 1, effect: .body(text)))
                    guard let records = try? await mesosDNS.services("_dploy-observer._tcp.marathon.mesos.") else {
                        continue
                    }
                    _ = HostPort.among(records, task: TaskEnvironment(environment: [:]))
                }
            }
        }
    }
}
