using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>A random cell with a read-out, sequences and targets in double; the loss is a sum over the steps.</summary>
abstract record LearningTrial
{
    public abstract int Time { get; }

    /// <summary>The loss, the gradients of all parameters and those of the initial state.</summary>
    public abstract (double Loss, double[][] Gradients) Learn(LearningRule rule);

    /// <summary>The norm of each step that a rule reports, and that of the gradients which it gives out at the step.</summary>
    public abstract (double[] Reported, double[] Given) StepNorms(LearningRule.Forward rule);

    /// <summary>
    /// The norm of each step that truncated back-propagation reports, and that of the state's gradients by a tape of all steps: the sum
    /// over the windows that reach back to it.
    /// </summary>
    public abstract (double[] Reported, double[] Exact) StateNorms(int k1, int k2);

    public static LearningTrial Of(Draw draw) => draw.Whole(0, 5) switch
    {
        0 => Of(draw, (inputs, hidden, key) => new RnnCell(inputs, hidden, key)),
        1 => Of(draw, (inputs, hidden, key) => new LstmCell(inputs, hidden, key)),
        2 => Of(draw, (inputs, hidden, key) => new PeepholeLstmCell(inputs, hidden, key)),
        3 => Of(draw, (inputs, hidden, key) => new GruCell(inputs, hidden, key)),
        4 => Of<LayerStates<Tensor>>(
        draw, (inputs, hidden, key) => Stacked.Of<Tensor>(new GruCell(inputs, hidden, key), new RnnCell(hidden, 1, key.For("upper")))),
        _ => Of<LayerStates<LstmState>>(
        draw, (inputs, hidden, key) => Stacked.Of<LstmState>(new LstmCell(inputs, hidden, key), new LstmCell(hidden, 2, key.For("upper")))),
    };

    public static LearningTrial Focused(Draw draw) => Of(draw, (inputs, hidden, key) => new FocusedCell(inputs, hidden, key));

    public static LearningTrial<TState> Of<TState>(Draw draw, Func<int, int, RandomKey, Cell<TState>> create)
    {
        int inputs = draw.Whole(1, 3), batch = draw.Whole(1, 3), time = draw.Whole(1, 7);
        var cell = create(inputs, draw.Whole(1, 3), draw.Key());
        int outputs = cell.Step(Tensor.Zeros([1, inputs]), cell.Initial(1, ElementType.Float32)).Output.Shape[1];
        var head = new Linear(outputs, 1, draw.Key());
        if (draw.Flag()) cell.Train(draw.Whole(0, 1000));
        return new LearningTrial<TState>(
            cell, head, draw.Values([time, batch, inputs], Domain.Any), draw.Values([time, batch, 1], Domain.Any));
    }
}

/// <inheritdoc/>
sealed record LearningTrial<TState>(Cell<TState> Cell, Linear Head, Tensor X, Tensor Targets) : LearningTrial
{
    public override int Time => X.Shape[0];

    public override (double Loss, double[][] Gradients) Learn(LearningRule rule)
    {
        var found = rule.Apply(Cell, Head.Parameters, X, Loss);
        return (found.Loss, [.. found.Gradients.Concat(State.Tensors(found.Initial)).Select(gradient => gradient.ToDoubles())]);
    }

    public override (double[] Reported, double[] Given) StepNorms(LearningRule.Forward rule)
    {
        var given = new List<double>();
        var found = rule.Of(Cell, Head.Parameters).Run(X, Loss, step => given.Add(Norm(step.Gradients)));
        return ([.. found.StepNorms], [.. given]);
    }

    public override (double[] Reported, double[] Exact) StateNorms(int k1, int k2)
    {
        var rule = new BackPropagation<TState>(Cell, Head.Parameters) { ReportsStepNorms = true };
        return ([.. rule.Truncated(X, k1, k2, Loss).StepNorms], [.. SumsOverWindows(k1, k2).Select(Norm)]);
    }

    public override string ToString() => $"{Cell.GetType().Name}, {X.Shape}";

    Tensor Loss(Tensor y, int first) =>
        Functions.Sum(Functions.Square(Functions.Tanh(Head.Forward(y)) - Functions.Tanh(Targets[first..(first + y.Shape[0])])));

    // For each step the gradients of the tensors of the state after it.
    Tensor[][] SumsOverWindows(int k1, int k2)
    {
        using var tape = new Tape();
        foreach (var parameter in Cell.Parameters.Concat(Head.Parameters))
            tape.Bind(parameter, parameter.Detach().As(ElementType.Float64));
        var state = Cell.Initial(X.Shape[1], ElementType.Float64);
        var (outputs, states, sums) = (new List<Tensor>(), new List<Tensor[]>(), new List<Tensor[]>());
        for (int t = 0; t < Time; t++)
        {
            (var output, state) = Cell.Step(X[t], state);
            outputs.Add(output);
            states.Add(State.Tensors(state));
            sums.Add([.. states[t].Select(tensor => Tensor.Zeros(tensor.Shape, tensor.ElementType))]);
            if ((t + 1) % k1 != 0 && t + 1 < Time) continue;
            int first = t - t % k1;
            var loss = Loss(Functions.Stack([.. outputs[first..]]), first);
            for (int s = Math.Max(0, t + 1 - k2); s <= t; s++)
                sums[s] = [.. sums[s].Zip(tape.Gradients(loss, states[s]), (sum, gradient) => (sum + gradient).Detach())];
        }
        return [.. sums];
    }

    static double Norm(IEnumerable<Tensor> tensors) =>
        Math.Sqrt(tensors.Sum(tensor => tensor.ToDoubles().Sum(element => element * element)));
}

/// <summary>A learning rule for cells of any state.</summary>
abstract record LearningRule
{
    public abstract SequenceGradients<TState> Apply<TState>(Cell<TState> cell, IEnumerable<Parameter> readOut, Tensor x, StepLoss loss);

    public sealed record Whole : LearningRule
    {
        public override SequenceGradients<TState> Apply<TState>(
            Cell<TState> cell, IEnumerable<Parameter> readOut, Tensor x, StepLoss loss) =>
            BackPropagation.Through(cell, readOut).ThroughTime(x, y => loss(y, 0));
    }

    public sealed record Truncated(int K1, int K2) : LearningRule
    {
        public override SequenceGradients<TState> Apply<TState>(
            Cell<TState> cell, IEnumerable<Parameter> readOut, Tensor x, StepLoss loss) =>
            BackPropagation.Through(cell, readOut).Truncated(x, K1, K2, loss);
    }

    public sealed record Chunks(int Length, ChunkState State) : LearningRule
    {
        public override SequenceGradients<TState> Apply<TState>(
            Cell<TState> cell, IEnumerable<Parameter> readOut, Tensor x, StepLoss loss) =>
            BackPropagation.Through(cell, readOut).InChunks(x, Length, loss, State);
    }

    /// <summary>A rule that runs forward in time.</summary>
    public abstract record Forward : LearningRule
    {
        public abstract ForwardLearning<TState> Of<TState>(Cell<TState> cell, IEnumerable<Parameter> readOut);

        public override SequenceGradients<TState> Apply<TState>(
            Cell<TState> cell, IEnumerable<Parameter> readOut, Tensor x, StepLoss loss) => Of(cell, readOut).Run(x, loss);
    }

    public sealed record RealTime(int? Reach = null) : Forward
    {
        public override ForwardLearning<TState> Of<TState>(Cell<TState> cell, IEnumerable<Parameter> readOut) =>
            RealTimeLearning.Of(cell, readOut, Reach);
    }

    public sealed record Focused : Forward
    {
        public override ForwardLearning<TState> Of<TState>(Cell<TState> cell, IEnumerable<Parameter> readOut) =>
            (ForwardLearning<TState>)(object)new FocusedBackPropagation((Cell<Tensor>)(object)cell, readOut);
    }
}
