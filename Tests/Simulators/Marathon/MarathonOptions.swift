/// How the simulated Marathon is to start.
package struct MarathonOptions: Sendable {
    package var authentication = Authentication.none
    /// `/service/marathon` as behind Admin Router; empty for none.
    package var pathPrefix = ""
    package var behaviour = MarathonBehaviour.healthy(after: .milliseconds(40))
    package var timing = MarathonTiming()
    package var version = "1.4.11"

    package enum Authentication: Sendable, Hashable {
        case none
        /// `--http_credentials`: Jetty's HTML page for those without.
        case basic(user: String, password: String)
        /// `Authorization: token=…`: Admin Router's HTML page for those without.
        case dcosToken(String)
    }

    package init() {}
}
