extension String {
    /// With a full stop at its end, so that another sentence can follow. The end of a program's output has any form.
    package var asSentence: String {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        guard let last = text.last, !".!?…".contains(last) else { return String(text) }
        return text + "."
    }

    /// A part of a sentence as a sentence of its own.
    package var capitalizedSentence: String { "\(prefix(1).uppercased())\(String(dropFirst()).asSentence)" }
}
