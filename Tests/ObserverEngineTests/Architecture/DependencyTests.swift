import Foundation
import Testing

@Suite("One dependency, one place")
struct DependencyTests {
    struct Rule: Sendable, CustomTestStringConvertible {
        let modules: Set<String>
        /// Paths below Sources; `*` stands for anything, slashes too.
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
                "ObserverEngine/Networking/*", "ObserverEngine/Client/*", "ObserverEngine/Doctor/*",
                "ObserverEngine/Engine.swift", "ObserverEngine/BranchObserver.swift",
                "ObserverEngine/GitHub/GitHubClient.swift",
                "ObserverEngine/Marathon/MarathonClient.swift",
                "ObserverEngine/Discovery/MesosDNS.swift", "observer/*",
                // These only pass the engine's client on to one that they create.
                "ObserverEngine/Webhook/OtherObservers.swift",
                "ObserverEngine/Targets/Marathon/MarathonTarget.swift",
                "ObserverEngine/Deployments/Notifier.swift",
            ]),
        Rule(
            modules: ["NIOSSL"],
            places: [
                "ObserverEngine/Server/ServerCertificate.swift", "ObserverEngine/Server/ServedConnection.swift",
                "ObserverEngine/Networking/TransportError.swift",
            ]),
        Rule(modules: ["GRDB"], places: ["ObserverEngine/Store/*"]),
        Rule(modules: ["Yams"], places: ["ObserverEngine/Configuration/AppDescriptor.swift"]),
        Rule(
            modules: ["Subprocess"],
            places: [
                "ObserverEngine/Source/SourceFetch.swift",
                "ObserverEngine/Targets/Command/CommandTarget.swift",
            ]),
        Rule(
            modules: ["Crypto"],
            places: [
                "ObserverEngine/Deliveries/WebhookSecrets.swift", "ObserverEngine/Configuration/HookSecret.swift",
                "ObserverEngine/Specs/AppSpec.swift", "ObserverEngine/API/AdminGate.swift",
            ]),
        Rule(modules: ["ArgumentParser"], places: ["observer/*"]),
        Rule(modules: ["CNcurses"], places: ["ObserverTUI/Terminal/*"]),
        Rule(modules: ["ObserverTUI"], places: ["observer/*"]),
        Rule(modules: ["ObserverEngine"], places: ["observer/*", "ObserverTUI/*"]),
    ]

    @Test("a module is imported where it belongs, and nowhere else", arguments: rules)
    func imports(rule: Rule) throws {
        for file in try SourceFile.all() where !file.imports.isDisjoint(with: rule.modules) {
            #expect(rule.places.contains { file.isAt($0) }, "\(file.path) imports \(rule.testDescription)")
        }
    }

    @Test("a place that the rules name is there", arguments: rules.flatMap(\.places).filter { !$0.contains("*") })
    func places(path: String) throws {
        #expect(try SourceFile.all().contains { $0.isAt(path) })
    }

    @Test("simulators are for tests, and never linked into the program")
    func simulators() throws {
        #expect(
            try SourceFile.all().allSatisfy { !$0.imports.contains("Simulators") && !$0.imports.contains("Testing") })
    }

    @Test(
        "nothing is public, unchecked or forced into being safe",
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
