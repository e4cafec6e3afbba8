/// Who commits and pushes.
package struct GitIdentity: Sendable, Hashable {
    package var name: String
    package var email: String
    package var login: String

    package init(name: String, email: String, login: String) {
        self.name = name
        self.email = email
        self.login = login
    }
}
