namespace Autograd.Scan;

/// <summary>
/// The gradients of a recurrence for many rows at once, each for itself. Weights that all rows share have a gradient for each row, which a
/// plan would add up: there the plan gives the cotangents of the products with them at every step, beside the gradient of the input, and
/// one product over time for each row makes gradients of these.
/// </summary>
/// <param name="recurrence">The recurrence.</param>
/// <param name="isMapped">Which of its operands are mapped.</param>
/// <param name="count">Number of rows.</param>
sealed class RecurrenceRowGradients(Recurrence recurrence, bool[] isMapped, int count)
{
    readonly Recurrence recurrence = recurrence;
    readonly int count = count;

    readonly RecurrenceRows rows = new(recurrence, isMapped, count);

    int FirstLeaf => 1 + recurrence.States + recurrence.Sequences;

    /// <summary>The gradients of some operands, each with a leading axis for the rows, of a run of their own.</summary>
    /// <param name="operands">The recurrence's operands.</param>
    /// <param name="asked">Whose gradients.</param>
    /// <param name="cotangents">Of its results, with a row for each, time before the rows; null is zero.</param>
    public Tensor[] Of(Tensor[] operands, int[] asked, Tensor?[] cotangents)
    {
        var (run, direct) = Prepare(operands, asked);
        Tensor[] own = [];
        var (_, recorded) = Problem.Of(given => run.Weighted(given, direct, cotangents), run.Sources(direct)).Solve(recording =>
        {
            var found = recording.Gradients(recording.IsNested);
            run.IsRecorded = recording.IsNested;
            Tensor[] gradients = [.. Gradients(run, asked, direct, found)];
            if (recording.IsNested) return gradients;
            // Those of shared leaves are large, and nobody else's already.
            own = Array.ConvertAll(gradients, gradient => gradient.Owner is null ? gradient : gradient.Detach());
            return [];
        });
        return recorded.Length > 0 ? recorded : own;
    }

    /// <summary>
    /// Runs forward on a tape that records nothing else, and keeps what <see cref="KeptRun"/> needs to give the gradients afterwards.
    /// </summary>
    /// <param name="tape">The tape at hand.</param>
    /// <param name="operands">The recurrence's operands.</param>
    /// <param name="asked">Whose gradients may be asked for.</param>
    public KeptRun Keep(Tape tape, Tensor[] operands, int[] asked)
    {
        var (run, direct) = Prepare(operands, asked);
        using var recording = new Tape.PauseScope(tape, recording: true);
        var sources = Array.ConvertAll(run.Sources(direct), source => tape.Watch(Functions.Reshape(source, source.Shape.Lengths)));
        int start = tape.Position;
        var results = run.Results(sources, direct);
        return new(results, asked, Sweep);

        Tensor[] Sweep(int[] some, Tensor?[] cotangents)
        {
            int[] given = [.. Enumerable.Range(0, cotangents.Length).Where(i => cotangents[i] is not null)];
            Tensor[] found;
            using (new Tape.PauseScope(tape, recording: true))
                found = tape.Gradients(
                    [.. given.Select(i => results[i])], [.. given.Select(i => cotangents[i]!)], sources, record: false, start..);
            return [.. Gradients(run, some, direct, found)];
        }
    }

    (Perturbed Run, int[] Direct) Prepare(Tensor[] operands, int[] asked)
    {
        int[] shared = [.. asked.Where(i => i >= FirstLeaf && !isMapped[i]).Select(NumberInStep)];
        int[] direct = [.. asked.Where(i => i > 0 && (i < FirstLeaf || isMapped[i]))];
        return (new Perturbed(this, operands, SharedLeaves.Of(recurrence.Step, shared)), direct);
    }

    int NumberInStep(int operand) => recurrence.Step.FirstLeaf + operand - FirstLeaf;

    IEnumerable<Tensor> Gradients(Perturbed run, int[] asked, int[] direct, Tensor[] found)
    {
        run.BeginSweep();
        foreach (int operand in asked)
        {
            int position = Array.IndexOf(direct, operand);
            if (operand == 0) yield return run.OfInput(found[0]);
            else if (position >= 0) yield return found[1 + position];
            else yield return run.OfShared(NumberInStep(operand), found[0], found.AsSpan(1 + direct.Length).ToArray());
        }
    }

    /// <summary>A run with perturbations, which are columns of the input behind its own.</summary>
    sealed class Perturbed(RecurrenceRowGradients owner, Tensor[] operands, SharedLeaves shared)
    {
        readonly Recurrence recurrence = owner.recurrence;
        readonly int count = owner.count;
        // Left operands that are no input and no state are given out behind the output.
        readonly int[] extras =
            [.. shared.Products.Where(one => !one.IsBias && one.Left > owner.recurrence.States).Select(one => one.Left).Distinct()];
        readonly int width = owner.recurrence.Step.Values[0].Shape.ElementCount;
        Tensor[] results = [];
        Tensor[] states = [];
        Tensor? input, overTime;
        Dictionary<SharedProduct, Tensor>? formed;

        /// <summary>Whether gradients are recorded, because they may be differentiated again.</summary>
        public bool IsRecorded { get; set; }

        TracedFunction Step => shared.Step;

        int Steps => input!.Shape[0];

        /// <summary>What was made of the cotangents of another sweep over the same run is forgotten.</summary>
        public void BeginSweep() => (formed, overTime) = (null, null);

        /// <summary>What is differentiated by: the input, some operands, and the copies.</summary>
        public Tensor[] Sources(int[] direct) => [Input(), .. direct.Select(i => owner.rows.Given(operands[i], i)), .. Copies()];

        Tensor Input()
        {
            var x = Flat(owner.rows.Given(operands[0], 0), 2);
            int columns = shared.Perturbations.Sum(shape => shape.ElementCount);
            return columns == 0 ? x : Functions.Pad(x, -1, 0, columns);
        }

        IEnumerable<Tensor> Copies() => shared.Copies.Select(leaf =>
        {
            var given = operands[leaf - recurrence.Step.FirstLeaf + owner.FirstLeaf];
            return Functions.BroadcastTo(given, [count, .. given.Shape.Lengths]);
        });

        /// <summary>The sum of all results, weighted with their cotangents.</summary>
        public Tensor Weighted(Tensor[] sources, int[] direct, Tensor?[] cotangents)
        {
            var given = Results(sources, direct);
            Tensor? sum = null;
            for (int i = 0; i < cotangents.Length; i++)
            {
                if (cotangents[i] is not { } cotangent) continue;
                var term = Functions.Sum(given[i] * cotangent);
                sum = sum is null ? term : sum + term;
            }
            return sum!;
        }

        /// <summary>The results of the recurrence, time before the rows.</summary>
        public Tensor[] Results(Tensor[] sources, int[] direct)
        {
            var all = operands.ToArray();
            for (int i = 0; i < direct.Length; i++) all[direct[i]] = sources[1 + i];
            for (int i = 1; i < owner.FirstLeaf; i++)
                if (!direct.Contains(i))
                    all[i] = owner.rows.Given(all[i], i);
            all[0] = input = sources[0];
            states = all[1..(1 + recurrence.States)];
            var sequences = owner.rows.Sequences(all);
            Tensor[] leaves = all[owner.FirstLeaf..], copies = sources[(1 + direct.Length)..];
            results = owner.rows.Run(StepOver(leaves, copies, sequences.Length), input, states, sequences);
            return [Part(results[0], 0, Step.Values[Step.Results[0]].Shape, 2), .. results[1..]];
        }

        public Tensor OfInput(Tensor gradient) => Functions.MoveAxis(Part(gradient, 0, Step.Values[0].Shape, 2), 1, 0);

        /// <summary>The gradient of a leaf that all rows share, by rows.</summary>
        /// <param name="leaf">Its number.</param>
        /// <param name="ofInput">The gradient of the input and the perturbations.</param>
        /// <param name="ofCopies">Those of the copies.</param>
        public Tensor OfShared(int leaf, Tensor ofInput, Tensor[] ofCopies)
        {
            Tensor? sum = Array.IndexOf(shared.Copies, leaf) is >= 0 and var copy ? ofCopies[copy] : null;
            foreach (var product in shared.Products)
            {
                if (product.Leaf != leaf) continue;
                var part = OfProduct(product, ofInput);
                sum = sum is null ? part : sum + part;
            }
            return sum ?? Tensor.Zeros([count, .. Step.Values[leaf].Shape.Lengths], ofInput.ElementType);
        }

        Tensor OfProduct(SharedProduct product, Tensor ofInput)
        {
            var shape = shared.Perturbations[product.Perturbation];
            int start = Start(product.Perturbation), columns = shape[^1];
            if (product.IsBias && IsRow(product)) return Functions.Slice(overTime ??= Functions.Sum(ofInput, 0), -1, start, columns);
            if (IsRow(product) && !IsRecorded) return RowsFormed(ofInput)[product];
            var right = ByRows(Functions.Slice(ofInput, -1, start, shape.ElementCount), columns);
            if (product.IsBias) return Functions.Sum(right, 1);
            var left = ByRows(Left(product.Left), Step.Values[product.Left].Shape[^1]);
            return product.IsTransposed
                ? Functions.MatMul(right, left, transposeLeft: true)
                : Functions.MatMul(left, right, transposeLeft: true);
        }

        // All that are products of single rows, where nothing is recorded.
        Dictionary<SharedProduct, Tensor> RowsFormed(Tensor ofInput)
        {
            if (formed is not null) return formed;
            SharedProduct[] single = [.. shared.Products.Where(product => !product.IsBias && IsRow(product)).Distinct()];
            int[] numbers = [.. single.Select(product => product.Left).Distinct()];
            var all = new RowProducts(ofInput, Array.ConvertAll(numbers, ColumnsOf));
            formed = single.ToDictionary(product => product, product => all.Add(
                Array.IndexOf(numbers, product.Left), Start(product.Perturbation), shared.Perturbations[product.Perturbation][^1],
                product.IsTransposed));
            all.Form();
            return formed;
        }

        bool IsRow(SharedProduct product) => shared.Perturbations[product.Perturbation] is var shape && shape.ElementCount == shape[^1];

        // A left operand at all steps, where it lies.
        StepColumns ColumnsOf(int number)
        {
            int width = Step.Values[number].Shape.ElementCount;
            if (number == 0) return new(input!, 0, width, null);
            return number > recurrence.States
                ? new(results[0], ExtraStart(number), width, null)
                : new(results[recurrence.States + number], 0, width, states[number - 1]);
        }

        // [time, rows, …] as a matrix for each row, of all of its time and leading axes.
        Tensor ByRows(Tensor x, int columns) =>
            Functions.Reshape(Functions.MoveAxis(x, 0, 1), count, x.ElementCount / Math.Max(1, count * columns), columns);

        // A left operand at all steps.
        Tensor Left(int number)
        {
            var shape = Step.Values[number].Shape;
            if (number == 0) return Part(input!, 0, shape, 2);
            if (number > recurrence.States) return Part(results[0], ExtraStart(number), shape, 2);
            var (first, after) = (states[number - 1], results[recurrence.States + number]);
            return Functions.Concatenate(0, Functions.Reshape(first, [1, .. first.Shape.Lengths]), Functions.Slice(after, 0, 0, Steps - 1));
        }

        StepFunction StepOver(Tensor[] leaves, Tensor[] copies, int sequences)
        {
            var step = Step with { Results = [.. Step.Results, .. extras] };
            bool[] moreMapped = [.. Enumerable.Repeat(true, shared.Perturbations.Length + copies.Length)];
            return (columns, before, given) =>
            {
                var x = Part(columns, 0, Step.Values[0].Shape, 1);
                var perturbations = shared.Perturbations.Select((shape, i) => Part(columns, Start(i), shape, 1));
                var inner = owner.rows.Over(step, [.. leaves, .. perturbations, .. copies], sequences, moreMapped);
                var (output, next) = inner(x, before, given);
                return extras.Length == 0
                    ? (Flat(output, 1), next)
                    : (Functions.Concatenate(-1, [Flat(output, 1), .. next[recurrence.States..].Select(one => Flat(one, 1))]),
                        next[..recurrence.States]);
            };
        }

        int Start(int perturbation) => width + shared.Perturbations[..perturbation].Sum(shape => shape.ElementCount);

        int ExtraStart(int number) => Step.Values[Step.Results[0]].Shape.ElementCount
            + extras[..Array.IndexOf(extras, number)].Sum(extra => Step.Values[extra].Shape.ElementCount);

        // Some columns, behind leading axes, as rows of a shape.
        static Tensor Part(Tensor columns, int start, Shape shape, int leading) => Functions.Reshape(
            Functions.Slice(columns, -1, start, shape.ElementCount), [.. columns.Shape.Lengths[..leading], .. shape.Lengths]);

        static Tensor Flat(Tensor x, int leading) =>
            Functions.Reshape(x, [.. x.Shape.Lengths[..leading], x.Shape.Product(leading, x.Rank)]);
    }
}

/// <summary>A forward run whose gradients are asked for later.</summary>
/// <param name="Results">The results of the recurrence, time before the rows.</param>
/// <param name="Asked">Operands whose gradients can be asked for.</param>
/// <param name="Sweep">From the operands whose gradients are wanted, and the cotangents, to the gradients.</param>
sealed record KeptRun(Tensor[] Results, int[] Asked, Func<int[], Tensor?[], Tensor[]> Sweep);
