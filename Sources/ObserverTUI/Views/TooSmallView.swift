/// What is left to say when nothing else fits.
enum TooSmallView {
    static func draw(into canvas: inout Canvas) {
        let need = "\(Layout.smallest.columns)x\(Layout.smallest.rows)"
        let lines = Text("The terminal is too small: \(need) at least.").wrapped(to: canvas.size.columns)
        for (index, line) in lines.enumerated() { canvas.write(line, in: canvas.bounds.line(index)) }
    }
}
