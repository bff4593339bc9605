namespace Autograd.Lectures;

/// <summary>
/// The console for demonstrations that run at the same time: the first one that has not ended writes at once, what the others say waits
/// until it is their turn. So the text is the same for any number of them.
/// </summary>
sealed class Turns(Terminal terminal)
{
    readonly Lock gate = new();
    readonly List<Turn> turns = [];
    int first;

    /// <summary>The next demonstration; to be asked for in their order.</summary>
    public Turn Next()
    {
        lock (gate)
        {
            var turn = new Turn(this, turns.Count);
            turns.Add(turn);
            return turn;
        }
    }

    void Write(Turn turn, string line)
    {
        lock (gate)
        {
            if (turn.Number == first) terminal.Line(line);
            else turn.Waiting.Add(line);
        }
    }

    public void Progress(string what, double fraction)
    {
        lock (gate) terminal.Progress(what, fraction);
    }

    void End(Turn turn)
    {
        lock (gate)
        {
            turn.IsOver = true;
            for (; first < turns.Count && turns[first].IsOver; first++) Empty(turns[first]);
            if (first < turns.Count) Empty(turns[first]);
        }
    }

    void Empty(Turn turn)
    {
        foreach (string line in turn.Waiting) terminal.Line(line);
        turn.Waiting.Clear();
    }

    /// <summary>The console of one demonstration.</summary>
    public sealed class Turn(Turns all, int number)
    {
        internal int Number => number;

        internal List<string> Waiting { get; } = [];

        internal bool IsOver { get; set; }

        public void Line(string line = "") => all.Write(this, line);

        public void Progress(string what, double fraction) => all.Progress(what, fraction);

        /// <summary>Nothing more is said.</summary>
        public void End() => all.End(this);
    }
}
