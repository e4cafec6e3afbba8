/// What Mesos-DNS last said, for when it goes away later or forgets it for a while: neither does the port of a running task
/// change, nor does Marathon move for that.
actor LastFound<Value: Sendable> {
    private(set) var value: Value?

    func note(_ found: Value) {
        value = found
    }
}
