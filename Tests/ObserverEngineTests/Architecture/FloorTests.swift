import TestTraits
import Testing

/// A file may use the types of its own folder and of the folders below it. Without cycles, a reader can start at the
/// bottom and never has to know what is above.
@Suite("Folders are floors", .onComputingQueue)
struct FloorTests {
    /// The folders of a module, from the bottom to the top. The empty name is the module's own folder.
    struct House: Sendable, CustomTestStringConvertible {
        let module: String
        let floors: [String]

        var testDescription: String { module }
    }

    static let houses = [
        House(
            module: "ObserverEngine",
            floors: [
                "Support", "Networking", "Model", "Policy", "Configuration", "Logging", "Client", "Status", "Discovery",
                "Server",
                "Marathon", "Specs", "GitHub", "Store", "Source", "Branch", "Deployments", "Drift",
                "Deliveries",
                "Targets/Marathon", "Targets/Compose", "Targets/Command", "Targets", "Webhook", "Doctor", "API", "",
            ]),
        House(
            module: "ObserverTUI",
            floors: [
                "Drawing", "Input", "Model", "State", "Documents", "Updates", "Views", "Terminal", "Runner",
            ]),
        House(module: "observer", floors: ["Connection", "Output", "Help", "Commands", ""]),
    ]

    @Test("a file uses types of its own folder and of lower ones only", arguments: houses)
    func floors(of house: House) throws {
        let sources = try SwiftSource.all(of: house.module)
        let places = Dictionary(grouping: sources.flatMap { source in source.declared.map { ($0, source.folder) } }) {
            $0.0
        }
        .mapValues { Set($0.map(\.1)) }
        for source in sources {
            let floor = try #require(house.floors.firstIndex(of: source.folder), "\(source.path) is on no floor")
            for use in source.uses {
                guard let folders = places[use.type], !folders.contains(source.folder) else { continue }
                let lowest = folders.compactMap { house.floors.firstIndex(of: $0) }.min() ?? 0
                #expect(
                    lowest < floor,
                    "\(source.path):\(use.line) uses \(use.type) of the higher folder \(folders.sorted().joined(separator: ", "))"
                )
            }
        }
    }

    @Test("every floor has files", arguments: houses)
    func nothingStale(house: House) throws {
        let folders = Set(try SwiftSource.all(of: house.module).map(\.folder))
        #expect(Set(house.floors).subtracting(folders) == [])
    }

    @Test("a use of a type is found in code and interpolations, not in comments, texts and members")
    func scanning() {
        let source = SwiftSource(
            path: "M/Upper/File.swift",
            text: #"""
                /// Named by Comment.
                struct Own: Base { // Trailing
                    let text = "Quoted \(Interpolated.value(of: "Inner")) \(Other())" + Outer.Member.name
                    enum Nested { case one(Nested) }
                    /* Block */ let other = """
                        Multiline \(Deep())
                        """
                }
                """#)
        #expect(source.declared == ["Own"])
        #expect(Set(source.uses.map(\.type)) == ["Base", "Interpolated", "Other", "Outer", "Deep"])
        #expect(source.uses.first { $0.type == "Deep" }?.line == 6)
    }
}
