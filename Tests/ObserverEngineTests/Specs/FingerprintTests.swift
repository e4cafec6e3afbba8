import Foundation
import ObserverEngine
import Testing

@Suite("Fingerprints and labels of app specs")
struct FingerprintTests {
    private static let plain = #"{"id":"/web","cmd":"true","cpus":1,"mem":32,"labels":{"a":"b"}}"#

    @Test(
        "equivalent specs have the same fingerprint",
        arguments: [
            #"{"labels":{"a":"b"},"mem":32,"cpus":1,"cmd":"true","id":"/web"}"#,
            #"{ "id" : "/web", "cmd":"true", "cpus":1.0, "mem":3.2e1, "labels":{"a":"b"} }"#,
            #"{"id":"web","cmd":"true","cpus":1,"mem":32,"labels":{"a":"b"}}"#,
            #"{"id":"/web","cmd":"true","cpus":1,"mem":32,"labels":{"a":"b"},"env":null,"args":null}"#,
            #"{"id":"/web","cmd":"\u0074rue","cpus":1,"mem":32,"labels":{"a":"b"}}"#,
            #"{"id":"/web","cmd":"true","cpus":1,"mem":32,"labels":{"a":"b","DPLOY":"x","DPLOY_COMMIT":"y"}}"#,
            #"{"id":"/web","cmd":"true","cpus":1,"mem":32,"labels":{"a":"b"},"dependencies":[]}"#,
        ])
    func same(spec: String) throws {
        #expect(try Self.app(spec).fingerprint == (try Self.app(Self.plain).fingerprint))
    }

    @Test(
        "different specs have different fingerprints",
        arguments: [
            #"{"id":"/web2","cmd":"true","cpus":1,"mem":32,"labels":{"a":"b"}}"#,
            #"{"id":"/web","cmd":"true","cpus":1.5,"mem":32,"labels":{"a":"b"}}"#,
            #"{"id":"/web","cmd":"true","cpus":1,"mem":32,"labels":{"a":"c"}}"#,
            #"{"id":"/web","cmd":"true","cpus":1,"mem":32}"#,
            #"{"id":"/web","cmd":"true","cpus":1,"mem":32,"labels":{"a":"b"},"env":{}}"#,
        ])
    func different(spec: String) throws {
        #expect(try Self.app(spec).fingerprint != (try Self.app(Self.plain).fingerprint))
    }

    @Test("it is 64 hexadecimal digits, the same on every machine and in every version")
    func stable() throws {
        let app = try Self.app(Self.plain)
        #expect(app.definition.canonical == #"{"cmd":"true","cpus":1,"id":"/web","labels":{"a":"b"},"mem":32}"#)
        #expect(app.fingerprint.wholeMatch(of: #/[0-9a-f]{64}/#) != nil)
    }

    @Test("the labels of the observer are added to those of the spec, and win")
    func labels() throws {
        let app = try Self.app(
            #"{"id":"/web","cmd":"true","labels":{"team":"a","DPLOY":"forged","DPLOY_SPEC":"forged"}}"#)
        let commit = try Sample.commit(1)
        #expect(
            app.labelled(app: "s4d", commit: commit)["labels"]
                == .object([
                    "team": .string("a"), "DPLOY": .string("s4d"), "DPLOY_SPEC": .string(app.fingerprint),
                    "DPLOY_COMMIT": .string(commit.description),
                ]))
    }

    private static func app(_ spec: String) throws -> AppSpec { try SpecTree(["s.json": spec]).read().apps[0] }
}
