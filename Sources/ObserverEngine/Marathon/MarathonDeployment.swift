/// A deployment at Marathon that is still under way: one that has ended is not listed any more, however it ended.
package struct MarathonDeployment: Equatable, Sendable {
    package let id: String
    /// That of the apps that it brings about; nil where Marathon does not tell.
    package let version: String?
    package let step: Int?
    package let steps: Int?

    /// nil where the value has no id.
    package init?(_ json: JSONValue) {
        guard let id = json["id"]?.string else { return nil }
        self.id = id
        version = json["version"]?.string
        step = json["currentStep"]?.wholeNumber
        steps = json["totalSteps"]?.wholeNumber
    }
}
