/// Marathon's own schemas of apps and groups, to which definitions are held.
package struct MarathonSchema: Sendable {
    private let schemas: JSONSchemaSet

    package init(schemas: JSONSchemaSet) {
        self.schemas = schemas
    }

    package func problems(ofApp app: JSON) -> [String] {
        schemas.problems(of: app, by: "marathon/schema/AppDefinition.json")
    }

    package func problems(ofGroup group: JSON) -> [String] {
        schemas.problems(of: group, by: "marathon/schema/Group.json")
    }
}
