using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>A recurrent net that nobody trained runs a stack machine.</summary>
public sealed class F13StackMachine : Demonstration
{
    const int Symbols = 1000, Deepest = 24, StepsPerSymbol = 3;

    // The units. Q holds the stack; the others last one step each and feed each other in three phases.
    const int Q = 0, P0 = 1, P1 = 2, C0 = 3, C1 = 4, Kept = 5, Top = 6, Filled = 7, Push0 = 8, Push1 = 9, Pop = 10, Same = 11, Wrong0 = 12,
        Wrong1 = 13, Empty = 14, Error = 15, Units = 16;

    /// <inheritdoc/>
    public override string Id => "F13";

    /// <inheritdoc/>
    public override string Title => "Recurrent nets compute: a stack machine with hand-set weights";

    /// <inheritdoc/>
    public override string Claim =>
        "Recurrent nets are Turing complete: with rational weights and the activation σ(x) = min(max(x, 0), 1) they represent " +
            "algorithms (Siegelmann " +
        "and Sontag 1995). Here one net h ← σ(h R + x W + b) of 16 units checks brackets of two kinds, with its stack in one unit; two " +
            "such stacks are a tape.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Of<double[,]>("R", "one weight is 3.75 instead of 4", weights =>
    {
        weights[Kept, Pop] = 3.75;
        return weights;
    });

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var cell = Machine(report);
        int wrongStacks = 0, wrongFlags = 0, symbols = 0, deepest = 0, flagged = 0, runs = report.Seeds;
        for (int run = 0; run < runs; run++)
        {
            int[] brackets = Brackets(report.Key(run), breaks: run % 2 == 1);
            var states = Run(cell, brackets);
            var truth = new List<(double Stack, bool IsWrong, int Depth)>(Truth(brackets));
            for (int i = 0; i < Symbols; i++)
            {
                double[] state = states[i];
                if (!truth[i].IsWrong && state[Q] != truth[i].Stack) wrongStacks++;
                if (state[Error] != (truth[i].IsWrong ? 1 : 0)) wrongFlags++;
                symbols++;
            }
            deepest = Math.Max(deepest, truth.Max(one => one.Depth));
            if (truth[^1].IsWrong) flagged++;
            if (run == 0) report.Chart(Picture(states, truth));
        }
        report.Text($"{runs} strings of {Symbols} brackets ( [ ) ], nested to {deepest}; every second string breaks the rule somewhere " +
            $"({flagged} of {runs} end as wrong).");
        report.Measure($"stacks that are not exact, of {symbols}, in double to the bit", wrongStacks, "0", wrongStacks == 0);
        report.Measure("verdicts on the string so far that are wrong", wrongFlags, "0", wrongFlags == 0);
        int limit = DeepestExact(cell);
        report.Text($"The limit is the number format and not the net: a double has 53 bits and a place of the stack takes two, so that " +
            $"it holds {limit} brackets.");
        report.Measure("deepest nesting that is undone exactly, in double", limit, "26 = ⌊53/2⌋", limit == 26);
    }

    // A stack of bits b_1 (the top), b_2 … is q = Σ (2 b_i + 1)/4^i, so that 4q − 2 tells the top bit, and 4q whether there is one.
    static StateSpaceCell Machine(Report report)
    {
        var (w, r, b) = (new double[4, Units], new double[Units, Units], new double[Units]);
        // First step, with the symbol: remember it, keep q, look at the top.
        for (int symbol = 0; symbol < 4; symbol++) w[symbol, P0 + symbol] = 1;
        (r[Q, Kept], r[Q, Top], b[Top], r[Q, Filled]) = (1, 4, -2, 4);
        // Second step: of the four next stacks all are 0 but the one of this symbol; without a symbol, all.
        (r[Kept, Push0], r[P0, Push0], b[Push0]) = (0.25, 1, 0.25 - 1);
        (r[Kept, Push1], r[P1, Push1], b[Push1]) = (0.25, 1, 0.75 - 1);
        (r[Kept, Pop], r[Top, Pop], r[C0, Pop], r[C1, Pop], b[Pop]) = (4, -2, 4, 4, -5);
        (r[C0, Wrong0], r[Top, Wrong0], b[Wrong0]) = (1, 1, -1);
        (r[C1, Wrong1], r[Top, Wrong1]) = (1, -1);
        (r[C0, Empty], r[C1, Empty], r[Filled, Empty]) = (1, 1, -1);
        // Third step: the next stack, and whether anything was ever wrong.
        foreach (int next in (int[])[Push0, Push1, Pop]) r[next, Q] = 1;
        foreach (int wrong in (int[])[Wrong0, Wrong1, Empty, Error]) r[wrong, Error] = 1;
        var (input, recurrent, bias) = (Tensor.From(w), Tensor.From(report.Part("R", r)), Tensor.From(b));
        return new StateSpaceCell(Units, (x, h) => Clamp(MatMul(h, recurrent) + MatMul(x, input) + bias, 0, 1));
    }

    // The states after each bracket.
    static double[][] Run(StateSpaceCell cell, int[] brackets)
    {
        var x = new double[StepsPerSymbol * brackets.Length, 1, 4];
        for (int i = 0; i < brackets.Length; i++) x[StepsPerSymbol * i, 0, brackets[i]] = 1;
        double[] outputs = Recurrent.Over(cell).Forward(Tensor.From(x)).ToDoubles();
        return [.. Enumerable.Range(1, brackets.Length)
            .Select(i => outputs[((StepsPerSymbol * i - 1) * Units)..(StepsPerSymbol * i * Units)])];
    }

    // Opening 0 and 1, closing 2 and 3. A broken string closes the wrong kind, or too much, at some place.
    static int[] Brackets(RandomKey key, bool breaks)
    {
        var (open, brackets) = (new Stack<int>(), new int[Symbols]);
        int broken = breaks ? Symbols / 2 + key.For("broken").Whole(0, Symbols / 2) : -1;
        for (int i = 0; i < Symbols; i++)
        {
            bool closes = open.Count > 0 && (open.Count == Deepest || key.For("closes").Whole((uint)i, 100) < 47);
            int kind = key.For("kind").Whole((uint)i, 2);
            if (i == broken) brackets[i] = open.Count == 0 ? 2 + kind : 3 - open.Pop();
            else if (closes) brackets[i] = 2 + open.Pop();
            else open.Push(brackets[i] = kind);
        }
        return brackets;
    }

    static IEnumerable<(double Stack, bool IsWrong, int Depth)> Truth(int[] brackets)
    {
        var (open, isWrong) = (new Stack<int>(), false);
        foreach (int bracket in brackets)
        {
            if (bracket < 2) open.Push(bracket);
            else isWrong |= !open.TryPop(out int kind) || kind != bracket - 2;
            double stack = 0;
            foreach (int bit in open.Reverse()) stack = (stack + 2 * bit + 1) / 4;
            yield return (stack, isWrong, open.Count);
        }
    }

    static int DeepestExact(StateSpaceCell cell) => Enumerable.Range(1, 40).TakeWhile(depth =>
    {
        int[] open = [.. Enumerable.Range(0, depth).Select(i => i % 3 % 2)];
        double[][] states = Run(cell, [.. open, .. open.Reverse().Select(kind => kind + 2)]);
        return states[^1][Error] == 0 && states[^1][Q] == 0;
    }).Last();

    static Chart Picture(double[][] states, List<(double Stack, bool IsWrong, int Depth)> truth)
    {
        const int Shown = 200;
        double[] steps = [.. Enumerable.Range(0, Shown).Select(i => (double)i)];
        return new Chart("The unit that holds the stack, and how deep the brackets are nested", "bracket", "unit Q; depth / 24")
            .Line("unit Q", steps, states[..Shown].Select(state => state[Q]))
            .Dashed("depth / 24", steps, truth[..Shown].Select(one => one.Depth / (double)Deepest));
    }
}
