/// How services are reached.
package struct NetworkSettings: Sendable {
    package var proxies = ProxyRules.none
    package var authorities = TrustedAuthorities.system

    package init() {}
}
