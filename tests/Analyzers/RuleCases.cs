namespace Autograd.Tests.Analyzers;

/// <summary>Programs for each rule: the members of a class.</summary>
static class RuleCases
{
    public static Dictionary<string, string[]> Wrong { get; } = new()
    {
        ["AG0001"] =
        [
            "void M() { var tape = new Tape(); Use(tape.Watch(w)); }",
            "void M() { Tape tape = new(); Use(tape.Watch(w)); }",
            "void M() { new Tape(); }",
            "void M() { _ = new Tape(); }",
            "void M() { Tape tape; tape = new Tape(); tape.Watch(w); }",
            "void M() { for (int i = 0; i < 3; i++) { var tape = new Tape(); tape.Watch(w); } }",
            "void M() { System.Action work = () => { var tape = new Tape(); tape.Watch(w); }; work(); }",
            "void M() { void Inner() { var tape = new Tape(); tape.Watch(w); } Inner(); }",
            "int M() { var tape = new Tape(); return tape.Position; }",
            "int P { get { var tape = new Tape(); return tape.Position; } }",
        ],
        ["AG0002"] =
        [
            "async Task M() { using var tape = new Tape(); await Wait(); }",
            "async Task M() { using (var tape = new Tape()) { await Wait(); } }",
            "async Task M() { using (new Tape()) await Wait(); }",
            "async Task M() { using var tape = new Tape(); if (w.Rank > 0) { await Wait(); } }",
            "async Task M() { using var tape = new Tape(); for (int i = 0; i < 2; i++) await Task.Delay(1); }",
            "async Task<int> M() { using var tape = new Tape(); return await Task.FromResult(1); }",
            "async Task M() { using Tape tape = new(); int x = await Task.FromResult(1); }",
            "async Task M(IAsyncEnumerable<int> all) { using var tape = new Tape(); await foreach (int x in all) tape.Watch(w); }",
            "async Task M(System.IAsyncDisposable one) { using var tape = new Tape(); await using (one) tape.Watch(w); }",
            "Task M() { return Task.Run(async () => { using var tape = new Tape(); await Wait(); }); }",
        ],
        ["AG0003"] =
        [
            "void M() { for (int i = 0; i < 3; i++) Use(Checkpoint.Run(() => w * i)); }",
            "void M(Tensor h) { for (int i = 0; i < 3; i++) h = Checkpoint.Run(() => h * w); }",
            "void M() { int i = 0; while (i < 3) { Use(Checkpoint.Run(() => w * i)); i++; } }",
            "void M() { int i = 0; do { Use(Checkpoint.Run(() => w * i)); i += 1; } while (i < 3); }",
            "void M(int[] all) { int at = 0; foreach (int one in all) { Use(Checkpoint.Run(() => w * at)); at = one; } }",
            "void M() { for (int i = 0; i < 3; i++) Use(Checkpoint.Run(() => new[] { w * i })[0]); }",
            "void M() { for (int i = 0; i < 3; i++) { if (i > 1) { Use(Checkpoint.Run(() => { return w * i; })); } } }",
            "void M() { for (int i = 0; i < 3; i++) for (int j = 0; j < 3; j++) { int k = j; Use(Checkpoint.Run(() => w * (i + k))); } }",
            "void M(Tensor h) { foreach (int i in new[] { 1, 2 }) { int k = i; h = Checkpoint.Run(() => h * k); } }",
            "void M() { double a = 1; for (int i = 0; i < 3; i++) { Set(out a); Use(Checkpoint.Run(() => w * a)); } } "
                + "static void Set(out double x) => x = 2;",
        ],
        ["AG0004"] = [.. new[]
            {
                "count++; return (state, state);",
                "count = count + 1; return (state, state);",
                "this.count += 2; return (state, state);",
                "last = state; return (state, state);",
                "Last = state; return (state, state);",
                "all[0] = state; return (state, state);",
                "total++; return (state, state);",
                "return (state * new System.Random(1).NextDouble(), state);",
                "return (state * System.Random.Shared.NextDouble(), state);",
                "return (state * random.NextDouble(), state);",
                "System.Action hide = () => count++; hide(); return (state, state);",
            }.Select(Cell)],
        ["AG0005"] =
        [
            Layer("Parameter a = new(\"a\", Tensor.Ones([2])); public Tensor F(Tensor x) => x * a;"),
            Layer("readonly Parameter a = new Parameter(\"a\", Tensor.Ones([2])); public Tensor F(Tensor x) => x * a;"),
            Layer("readonly Parameter a; public L() { a = new Parameter(\"a\", Tensor.Ones([2])); }"),
            Layer("readonly Parameter a; public L() { a = new(\"a\", Tensor.Ones([2])); }"),
            Layer("readonly Parameter a; public L() { this.a = new(\"a\", Tensor.Ones([2])); }"),
            Layer("Parameter A { get; } = new(\"a\", Tensor.Ones([2]));"),
            Layer("Parameter A { get; set; } public L() { A = new(\"a\", Tensor.Ones([2])); }"),
            Layer("readonly Parameter a, b; public L() { Parameter(out a, Tensor.Ones([2])); b = new(\"b\", Tensor.Ones([2])); }"),
            Layer("Parameter? a; public void Late() { a = new Parameter(\"a\", Tensor.Ones([2])); }"),
            Layer("readonly Tensor a = new Parameter(\"a\", Tensor.Ones([2]));"),
        ],
        ["AG0006"] =
        [
            "Tensor M(Tensor x) { using var tape = new Tape(); return Functions.Exp(tape.Watch(x)); }",
            "Tensor M(Tensor x) { using var tape = new Tape(); return x * w; }",
            "Tensor M(Tensor x) { using (var tape = new Tape()) { var y = x * w; return y; } }",
            "Tensor[] M(Tensor x) { using var tape = new Tape(); return tape.Gradients(Functions.Sum(x * w), [w]); }",
            "void M(Tensor x) { using var tape = new Tape(); kept = x + w; }",
            "void M(Tensor x) { using var tape = new Tape(); list.Add(Functions.Sum(x)); }",
            "void M(Tensor x) { using var tape = new Tape(); array[0] = -x; }",
            "Tensor M(Tensor x) { Tensor y; using (var tape = new Tape()) { y = x * w; } return y; }",
            "(Tensor, int) M(Tensor x) { using var tape = new Tape(); return (x * w, 1); }",
            "Tensor M(Tensor x) { using var tape = new Tape(); var all = tape.Gradients(Functions.Sum(x * w), [w]); return all[0]; }",
            "void M(Tensor x) { using (new Tape()) kept = rnn.Forward(x); }",
            "void M(Tensor x, ICollection<Tensor> all) { using var tape = new Tape(); all.Add(x * w); }",
            "void M(Tensor x, Queue<Tensor> all) { using var tape = new Tape(); all.Enqueue(x * w); }",
        ],
        ["AG0007"] =
        [
            "Tensor M(Tensor x, int[] n) => rnn.Run(x, n).Outputs[^1];",
            "Tensor M(Tensor x, int[] n) { var run = rnn.Run(x, n); return run.Outputs[^1]; }",
            "Tensor M(Tensor x, int[] n) { var y = rnn.Run(x, n).Outputs; return y[^1]; }",
            "Tensor M(Tensor x, int[] n) => rnn.Forward(x, n)[^1];",
            "Tensor M(Tensor x, int[] n) { var y = rnn.Forward(x, n); return y[^1]; }",
            "Tensor M(Tensor x) => rnn.Run(x, [2, 1]).Outputs[^1];",
            "Tensor M(Tensor x, int[] n) => rnn.Run(x, lengths: n).Outputs[^1];",
            "Tensor M(Tensor x, int[] n) { var run = rnn.Run(x, n); var y = run.Outputs; return y[^1] * 2; }",
            "Tensor M(Bidirectional<Tensor> both, Tensor x, int[] n) => both.Run(x, n).Outputs[^1];",
            "Tensor M(Tensor x, Tensor h, int[] n) => rnn.Run(x, h, n).Outputs[^1];",
            "Tensor M(Sequential all, Tensor x, int[] n) => all.Forward(x, n)[^1];",
        ],
    };

    public static Dictionary<string, string[]> Right { get; } = new()
    {
        ["AG0001"] =
        [
            "void M() { using var tape = new Tape(); Use(tape.Watch(w)); }",
            "void M() { using (var tape = new Tape()) Use(tape.Watch(w)); }",
            "void M() { using (new Tape()) Use(w); }",
            "void M() { var tape = new Tape(); try { Use(tape.Watch(w)); } finally { tape.Dispose(); } }",
            "Tape M() { return new Tape(); }",
            "Tape M() => new();",
            "Tape M() { var tape = new Tape(); tape.Watch(w); return tape; }",
            "Tape? tape; void M() { tape = new Tape(); }",
            "void M() { var tape = new Tape(); Take(tape); } void Take(Tape tape) => tape.Dispose();",
            "void M() { var tape = new Tape(); using (tape) Use(tape.Watch(w)); }",
            "void M() { Tape? tape = new Tape(); tape?.Dispose(); }",
        ],
        ["AG0002"] =
        [
            "async Task M() { await Wait(); using var tape = new Tape(); Use(tape.Watch(w)); }",
            "async Task M() { using (var tape = new Tape()) Use(tape.Watch(w)); await Wait(); }",
            "async Task M() { { using var tape = new Tape(); Use(tape.Watch(w)); } await Wait(); }",
            "async Task M() { for (int i = 0; i < 2; i++) { await Wait(); using var tape = new Tape(); Use(tape.Watch(w)); } }",
            "async Task M() { using var other = new System.IO.MemoryStream(); await Wait(); }",
            "Task M() { using var tape = new Tape(); System.Func<Task> later = async () => await Wait(); return Task.CompletedTask; }",
            "Task M() { using var tape = new Tape(); return Later(); async Task Later() { await Wait(); } }",
            "async Task M() { Train(); await Wait(); void Train() { using var tape = new Tape(); Use(tape.Watch(w)); } }",
            "async Task M() { int n = await Task.FromResult(2); using (var tape = new Tape()) { Use(w * n); } }",
            "async Task M() { if (w.Rank > 0) { using var tape = new Tape(); Use(w); } else await Wait(); }",
        ],
        ["AG0003"] =
        [
            "void M() { for (int i = 0; i < 3; i++) { int k = i; Use(Checkpoint.Run(() => w * k)); } }",
            "void M(int[] all) { foreach (int i in all) Use(Checkpoint.Run(() => w * i)); }",
            "void M(Tensor x) => Use(Checkpoint.Run(() => w * x));",
            "void M(Tensor x) { for (int i = 0; i < 3; i++) Use(Checkpoint.Run(() => w * x)); }",
            "void M(Tensor h) { for (int i = 0; i < 3; i++) { var given = h; h = Checkpoint.Run(() => given * w); } }",
            "void M() { for (int i = 0; i < 3; i++) Use(Checkpoint.Run(() => w * 2)); }",
            "void M() { for (int i = 0; i < 3; i++) Use(w * i); Use(Checkpoint.Run(() => w)); }",
            "void M() { for (int i = 0; i < 3; i++) Use(Checkpoint.Run(() => Twice())); "
                + "Tensor Twice() { Tensor s = w; for (int j = 0; j < 2; j++) s *= 2; return s; } }",
            "void M() { const int two = 2; for (int i = 0; i < 3; i++) Use(Checkpoint.Run(() => w * two)); }",
            "void M() { for (int i = 0; i < 3; i++) One(i); void One(int i) => Use(Checkpoint.Run(() => w * i)); }",
        ],
        ["AG0004"] = [.. new[]
            {
                "return (state, state);",
                "var next = state * 2; next += x; return (next, next);",
                "int n = count; n++; return (state * n, state);",
                "var all = new Tensor[2]; all[0] = state; return (all[0], state);",
                "var list = new List<Tensor> { state }; return (list[0], state);",
                "return (state * key.Uniform(state.Shape), state);",
                "using var tape = new System.IO.MemoryStream(); return (state, state);",
                "if (count > 0) return (x, state); return (state, state);",
                "for (int i = 0; i < 2; i++) state = state * 2; return (state, state);",
                "Tensor Twice(Tensor a) { a *= 2; return a; } return (Twice(state), state);",
            }.Select(Cell).Append(Layer("int count; public Tensor Step(Tensor x) { count++; return x; }"))],
        ["AG0005"] =
        [
            Layer("readonly Parameter a; public L() { Parameter(out a, Tensor.Ones([2])); }"),
            Layer("readonly Parameter a; public L(Parameter given) { a = Share(given); }"),
            Layer("readonly Parameter a; public L() { a = new(\"a\", Tensor.Ones([2])); Share(a); }"),
            Layer("public void F() { var local = new Parameter(\"a\", Tensor.Ones([2])); Use(local); }"),
            Layer("public Tensor F(Tensor x) => x * new Parameter(\"a\", Tensor.Ones([2]));"),
            Layer("readonly Tensor a = Tensor.Ones([2]);"),
            Layer("readonly Linear a; public L() { a = Part(new Linear(2, 2, new RandomKey(1)), \"a\"); }"),
            "readonly Parameter outside = new(\"a\", Tensor.Ones([2]));",
            "sealed class Plain { public Parameter A { get; } = new(\"a\", Tensor.Ones([2])); }",
            Layer("Parameter? a; public void Late() { a = null; }"),
        ],
        ["AG0006"] =
        [
            "Tensor M(Tensor x) { using var tape = new Tape(); return (x * w).Detach(); }",
            "double M(Tensor x) { using var tape = new Tape(); return Functions.Sum(x * w).ToScalar(); }",
            "Tensor M(Tensor x) { using (var tape = new Tape()) { Use(x * w); } return x; }",
            "void M(Tensor x) { using var tape = new Tape(); var y = x * w; y = y + 1; Use(y); }",
            "void M(Tensor x) { using var tape = new Tape(); kept = (x + w).Detach(); }",
            "void M(Tensor x) { using var tape = new Tape(); list.Add(Functions.Sum(x).Detach()); }",
            "Tensor M(Tensor x) { using var tape = new Tape(); Use(x * w); return x; }",
            "Tensor M(Tensor x) { using var tape = new Tape(); return Tensor.Zeros(x.Shape); }",
            "void M(Tensor x) { using var tape = new Tape(); var own = new List<Tensor>(); own.Add(x * w); }",
            "void M(Tensor x) { using var tape = new Tape(); Tensor F(Tensor y) { return y * w; } Use(F(x)); }",
            "void M(Tensor x) { using var tape = new Tape(); System.Func<Tensor, Tensor> f = y => { return y * w; }; Use(f(x)); }",
            "Tensor M(Tensor x) => x * w;",
            "void M(Tensor x, GradientSum sum) { using var tape = new Tape(); sum.Add(tape.Gradients(Functions.Sum(x * w), [w])); }",
        ],
        ["AG0007"] =
        [
            "Tensor M(Tensor x) => rnn.Run(x).Outputs[^1];",
            "Tensor M(Tensor x, int[] n) => rnn.Run(x, n).Final;",
            "Tensor M(Tensor x, int[] n) => rnn.Run(x, n).Outputs[0];",
            "Tensor M(Tensor x, int[] n) => rnn.Run(x, n).Outputs[^2];",
            "Tensor M(Tensor x) { var y = rnn.Forward(x); return y[^1]; }",
            "Tensor M(Tensor x) => x[^1];",
            "Tensor M(Tensor x, int[] n) { var run = rnn.Run(x, n); return run.Final; }",
            "int M(int[] n) => n[^1];",
            "Tensor M(Tensor x) => rnn.Forward(x, default)[^1];",
            "Tensor M(Tensor x, int[] n) { var y = rnn.Run(x, n).Outputs; return y[..^1]; }",
        ],
    };

    static string Cell(string step) => $$"""
        sealed class C : Cell<Tensor>
        {
            int count; static int total; Tensor? last; Tensor? Last { get; set; } readonly Tensor[] all = new Tensor[2];
            readonly System.Random random = new(1); readonly RandomKey key = new(1);
            public C() : base(new RandomKey(1)) => (count, total, last) = (0, 0, null);
            public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state) { {{step}} }
        }
        """;

    static string Layer(string members) => $"sealed class L : Module {{ {members} }}";
}
