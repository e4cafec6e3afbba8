import Foundation
import TestTraits
import Testing

@Suite("Dependencies", .onComputingQueue)
struct DependencyTests {
    struct Rule: Sendable, CustomTestStringConvertible {
        let modules: Set<String>
        /// Paths below Sources; `*` matches anything, including slashes.
        let places: [String]

        var testDescription: String { modules.sorted().joined(separator: ", ") }
    }

    static let rules: [Rule] = [
        Rule(
            modules: ["Hummingbird", "HummingbirdCore"],
            places: [
                "ObserverEngine/Server/*", "ObserverEngine/API/*", "ObserverEngine/Deliveries/DeliveryRoutes.swift",
                "ObserverEngine/Engine.swift",
            ]),
        Rule(
            modules: ["AsyncHTTPClient"],
            places: [
                "ObserverEngine/Networking/*", "ObserverEngine/Client/ControlClient.swift",
                "ObserverEngine/GitHub/GitHubClient.swift", "ObserverEngine/Marathon/MarathonClient.swift",
            ]),
        Rule(
            modules: ["NIOSSL"],
            places: [
                "ObserverEngine/Server/ServerCertificate.swift", "ObserverEngine/Server/ServedConnection.swift",
                "ObserverEngine/Networking/TransportError.swift", "ObserverEngine/Networking/TrustedAuthorities.swift",
            ]),
        Rule(modules: ["GRDB"], places: ["ObserverEngine/Store/*"]),
        Rule(
            modules: ["Yams"],
            places: [
                "ObserverEngine/Configuration/AppDescriptor.swift", "ObserverEngine/Configuration/YAMLDocument.swift",
            ]),
        Rule(
            modules: ["Subprocess"],
            places: ["ObserverEngine/Support/ChildProcess.swift"]),
        Rule(modules: ["CMalloc"], places: ["ObserverEngine/Support/Heap.swift"]),
        Rule(
            modules: ["CZlib"],
            places: ["ObserverEngine/Source/GzipReader.swift", "ObserverEngine/Store/Deflate.swift"]),
        Rule(
            modules: ["Crypto"],
            places: [
                "ObserverEngine/Deliveries/WebhookSignature.swift", "ObserverEngine/Configuration/HookSecret.swift",
                "ObserverEngine/Configuration/ControlToken.swift", "ObserverEngine/Support/Digest.swift",
                "ObserverEngine/Targets/Compose/TreeDigests.swift",
            ]),
        Rule(modules: ["ArgumentParser"], places: ["observer/*"]),
        Rule(modules: ["CNcurses"], places: ["ObserverTUI/Terminal/*"]),
        Rule(modules: ["ObserverTUI"], places: ["observer/*"]),
        Rule(modules: ["ObserverEngine"], places: ["observer/*", "ObserverTUI/*"]),
    ]

    @Test("a module is imported only in its own places", arguments: rules)
    func imports(rule: Rule) throws {
        for file in try SourceFile.all() where !file.imports.isDisjoint(with: rule.modules) {
            #expect(rule.places.contains { file.isAt($0) }, "\(file.path) imports \(rule.testDescription)")
        }
    }

    @Test("every place in the rules exists", arguments: rules.flatMap(\.places).filter { !$0.contains("*") })
    func places(path: String) throws {
        #expect(try SourceFile.all().contains { $0.isAt(path) })
    }

    @Test("the program does not import simulators or Testing")
    func simulators() throws {
        #expect(
            try SourceFile.all().allSatisfy { !$0.imports.contains("Simulators") && !$0.imports.contains("Testing") })
    }

    @Test(
        "the sources contain no public declarations, unchecked concurrency or try!",
        arguments: ["public ", "@unchecked Sendable", "nonisolated(unsafe)", "try!"])
    func forbidden(word: String) throws {
        for file in try SourceFile.all() {
            for line in file.lines where !line.drop(while: \.isWhitespace).hasPrefix("//") {
                let code = line.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
                    .filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
                #expect(!" \(code)".contains(" \(word)"), "\(file.path): \(line)")
            }
        }
    }
}
