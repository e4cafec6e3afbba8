/// What Mesos-DNS last said: the port of a running task does not change, so that a Mesos-DNS that goes away later, or forgets
/// us for a while, does not move the webhook.
actor LastFoundPort {
    private(set) var port: HostPort?

    func note(_ found: HostPort) {
        port = found
    }
}
