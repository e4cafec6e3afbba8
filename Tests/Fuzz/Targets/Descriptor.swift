import Foundation
import ObserverEngine

extension FuzzTarget {
    /// A descriptor has texts that say something, or is refused with a sentence.
    static let descriptor = FuzzTarget(name: "descriptor") { input in
        do {
            let descriptor = try AppDescriptor(yaml: Data(input))
            let texts = [
                descriptor.marathonURL, descriptor.appName, descriptor.repositoryURL, descriptor.publicNode,
                descriptor.triggerBranch,
            ]
            precondition(texts.allSatisfy { $0 != "" })
            _ = descriptor.repositoryURL.flatMap(RepositoryName.init(url:))
            _ = descriptor.marathonURL.flatMap { try? ServiceURL($0) }
        } catch {
            precondition("\(error)".hasSuffix("."), "no sentence: \(error)")
        }
    }
}
