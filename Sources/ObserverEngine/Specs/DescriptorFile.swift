import Foundation

/// The app descriptor of a tree that is deployed: there must be one, and it must name the app.
struct DescriptorFile: Sendable {
    let content: AppDescriptor
    /// The `app_name`: how we know our apps again.
    let name: String

    static func read(in root: String) throws(DeploymentFailure) -> DescriptorFile {
        guard let yaml = FileManager.default.contents(atPath: root + "/" + AppDescriptor.fileName) else {
            throw .descriptorMissing
        }
        let content: AppDescriptor
        do { content = try AppDescriptor(yaml: yaml) } catch { throw .descriptorInvalid(reason: "\(error)") }
        guard let name = content.appName else {
            throw .descriptorInvalid(reason: "app_name is missing.")
        }
        return DescriptorFile(content: content, name: name)
    }
}
