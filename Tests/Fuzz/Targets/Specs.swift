import Foundation
import ObserverEngine

extension FuzzTarget {
    /// A spec is refused with its file's name, or read. What was read, written down again, is the same app.
    static let specs = FuzzTarget(name: "specs") { input in
        guard let specs = read(Data(input)) else { return }
        for app in specs.apps {
            precondition(MarathonPath.flaw(in: app.id) == nil && app.id.hasPrefix("/"), "\(app.id) is no absolute id")
            let again = read(Data(app.definition.canonical.utf8))?.apps
            precondition(again?.count == 1 && again?[0].id == app.id, "what was read can't be read again")
            precondition(again?[0].fingerprint == app.fingerprint, "read again, it has another fingerprint")
        }
    }

    private static let tree: String = {
        let root = FileManager.default.temporaryDirectory.path + "/tree"
        let folder = root + "/specs"
        guard (try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)) != nil
        else {
            fatalError("can't make the folder \(folder)")
        }
        return root
    }()

    private static func read(_ spec: Data) -> AppSpecs? {
        guard FileManager.default.createFile(atPath: tree + "/specs/a.json", contents: spec) else {
            fatalError("can't write below \(tree)")
        }
        do throws(DeploymentFailure) {
            return try SpecReader.read(in: tree)
        } catch {
            precondition("\(error)".contains("specs/a.json"), "the file is not named: \(error)")
            return nil
        }
    }
}
