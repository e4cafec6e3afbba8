import Foundation
import ObserverEngine

extension FuzzTarget {
    /// A spec is read, or rejected with its file name. A spec that was read and written is the same app.
    static let specs = FuzzTarget(name: "specs") { input in
        guard let specs = read(Data(input)) else { return }
        for app in specs.apps {
            precondition(
                MarathonPath.flaw(in: app.id) == nil && app.id.hasPrefix("/"), "\(app.id) is not an absolute id")
            let again = read(Data(app.definition.canonical.utf8))?.apps
            precondition(again?.count == 1 && again?[0].id == app.id, "its canonical form can't be read")
            precondition(again?[0].fingerprint == app.fingerprint, "its canonical form has another fingerprint")
        }
    }

    private static let tree: String = {
        let root = FileManager.default.temporaryDirectory.path + "/tree"
        let folder = root + "/specs"
        guard (try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)) != nil
        else {
            fatalError("can't create the folder \(folder)")
        }
        return root
    }()

    private static func read(_ spec: Data) -> AppSpecs? {
        guard FileManager.default.createFile(atPath: tree + "/specs/a.json", contents: spec) else {
            fatalError("can't write to \(tree)")
        }
        do throws(SpecFailure) {
            return try SpecReader.read(in: tree)
        } catch {
            precondition("\(error)".contains("specs/a.json"), "the error does not contain the file name: \(error)")
            return nil
        }
    }

    /// A descriptor has no empty strings, or is rejected with a sentence.
    static let descriptor = FuzzTarget(name: "descriptor") { input in
        do {
            let descriptor = try AppDescriptor(yaml: Data(input))
            let strings = [
                descriptor.marathonURL, descriptor.appName, descriptor.repositoryURL, descriptor.publicNode,
                descriptor.triggerBranch,
            ]
            precondition(strings.allSatisfy { $0 != "" })
            _ = descriptor.repositoryURL.flatMap(RepositoryURL.init(_:))
            _ = descriptor.marathonURL.flatMap { try? ServiceURL($0) }
        } catch {
            precondition("\(error)".hasSuffix("."), "not a sentence: \(error)")
        }
    }
}
