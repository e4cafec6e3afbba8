/// Everything that a key can ask for.
enum Command: Hashable, Sendable {
    case move(Movement)
    case focus(Pane)
    case nextPane, previousPane
    case open, back, quit, interrupt
    case zoom, filter, nextMatch, previousMatch
    case follow, engineLog, freeze, wrap, times
    case copyID, copyURL, commandLine, mouse
    case help, redraw, suspend
    case register, removeHook, ping, deploy, rollback, replay, pause, cancel
}
