using Autograd.Layers;
namespace Autograd.PropertyTests;
public class Probe
{
    [Fact]
    public void One()
    {
        if (Environment.GetEnvironmentVariable("PROBE") is not { } s) return;
        int seed = int.Parse(s);
        BufferPoison.IsOn = true;
        for (int w = seed - int.Parse(Environment.GetEnvironmentVariable("WARM") ?? "0"); w < seed; w++)
        {
            var t = ScanTrial.Of(new Draw(w, 50));
            t.Run(ElementType.Float32, Execution.Eager); t.Run(ElementType.Float64, Execution.Eager);
            t.Run(t.IsSingle ? ElementType.Float32 : ElementType.Float64, Execution.Compiled);
            if (w % 4 == 0) t.Run(t.IsSingle ? ElementType.Float32 : ElementType.Float64, Execution.Compiled, 4);
        }
        var trial = ScanTrial.Of(new Draw(seed, 50));
        var text = new System.Text.StringBuilder(trial.ToString());
        var single = trial.Run(ElementType.Float32, Execution.Eager);
        var e = trial.Run(ElementType.Float64, Execution.Eager);
        var type = trial.IsSingle ? ElementType.Float32 : ElementType.Float64;
        BufferPoison.IsOn = Environment.GetEnvironmentVariable("POISON") == "1"; trial.Run(type, Execution.Eager);
        ScanBlock[] a = [.. trial.Run(type, Execution.Compiled).All], b = [.. trial.Run(type, Execution.Compiled).All], c = [.. trial.Run(type, Execution.Compiled, 4).All];
        if (Environment.GetEnvironmentVariable("REPEAT") is not null)
        {
            var before = a;
            for (int i = 0; i < 60; i++)
            {
                ScanBlock[] now = [.. trial.Run(type, Execution.Compiled, 1 + 3 * (i % 2)).All];
                string different = string.Join(", ", now.Where((n, j) => n.Distance(before[j]) > 0).Select(n => n.Name));
                if (different.Length > 0) text.AppendLine($"{i}: {different}");
                before = now;
            }
            var e1 = e.All.ToArray();
            ScanBlock[] e2 = [.. trial.Run(ElementType.Float64, Execution.Eager).All];
            text.AppendLine("eager " + string.Join(", ", e1.Where((n, j) => n.Distance(e2[j]) > 0).Select(n => n.Name)));
        }
        BufferPoison.IsOn = true;
        ScanBlock[] d = [.. trial.Run(type, Execution.Compiled).All];
        BufferPoison.IsOn = false;
        var ee = e.All.ToArray(); var ss = single.All.ToArray();
        for (int i = 0; i < ee.Length; i++)
        {
            text.AppendLine($"{ee[i].Name} largest {ee[i].Largest:G4} single {ee[i].Distance(ss[i]):G3} compiled {ee[i].Distance(a[i]):G3} again {a[i].Distance(b[i]):G3} threads {a[i].Distance(c[i]):G3} poison {a[i].Distance(d[i]):G3} first {a[i].Numbers.Zip(ee[i].Numbers).TakeWhile(p => Math.Abs(p.First - p.Second) < 1e-9).Count()} of {a[i].Numbers.Length}");
            text.AppendLine("     e " + string.Join(" ", ee[i].Numbers.Take(12).Select(x => x.ToString("G5"))));
            text.AppendLine("     c " + string.Join(" ", a[i].Numbers.Take(12).Select(x => x.ToString("G5"))));
            text.AppendLine("     2 " + string.Join(" ", b[i].Numbers.Take(12).Select(x => x.ToString("G5"))));
        }
        text.AppendLine(Dump(trial, type));
        File.WriteAllText("/tmp/h6-probe.txt", text.ToString());
    }

    static string Dump(ScanTrial trial, ElementType type)
    {
        using var tape = new Tape();
        if (type == ElementType.Float64)
            foreach (var parameter in trial.Cell.Parameters) tape.Bind(parameter, parameter.Detach().As(type));
        var x = trial.X.As(type); if (trial.TracksInput) tape.Watch(x);
        var states = Array.ConvertAll(trial.States, s => s.As(type)); if (trial.TracksStates) foreach (var s in states) tape.Watch(s);
        trial.Cell.Captured = [.. trial.Captured.Select(c => { var v = c.Value.As(type); if (c.IsTracked) tape.Watch(v); return c.IsComputed ? Functions.Tanh(v) : v; })];
        var (plan, reason) = new Scan().Plan((a, b, c) => { var (o, n) = trial.Cell.Step(a, new LayerStates<Tensor>(b)); return (o, [.. n]); }, x, states, []);
        if (plan is null) return reason!;
        var t = new System.Text.StringBuilder();
        foreach (var v in plan.Graph.Values) t.AppendLine($"  v{v} {(v.IsBackward ? "B" : "F")} ({string.Join(", ", v.Operands.Select(o => o.Number))}) role {v.Role} {v.Index}");
        foreach (var (name, pass) in new[] { ("forward", plan.Forward), ("backward", plan.Backward) })
        {
            t.AppendLine(name);
            foreach (var a in pass.Before) t.AppendLine("  before " + Text(a));
            foreach (var a in pass.Actions) t.AppendLine("  " + Text(a));
            foreach (var a in pass.After) t.AppendLine("  after " + Text(a));
            foreach (var d in pass.Delayed) t.AppendLine($"  delayed {P(d.Left)} -> {string.Join(" ", d.Targets.Select(g => $"{P(g.Right)} leaf {g.Leaf} first {g.IsFirst}"))}");
        }
        t.AppendLine($"states {string.Join(" ", plan.States.Select(P))} output {P(plan.Output)} carry read {string.Join(" ", plan.CarryRead.Select(P))} write {string.Join(" ", plan.CarryWrite.Select(P))} xgrad {(plan.InputGradient is null ? "" : P(plan.InputGradient))} rows {(plan.InputGradientRows is null ? "" : P(plan.InputGradientRows))}");
        foreach (var s in plan.ColumnSums) t.AppendLine($"columns {P(s.Sums)} leaf {s.Leaf} total {s.IsTotal}");
        foreach (var s in plan.MatrixSums) t.AppendLine($"matrix {P(s.Place)} leaf {s.Leaf}");
        t.AppendLine($"state gradients {string.Join(" ", plan.Graph.StateGradients.Select(v => v?.Number))} leaves {string.Join(" ", plan.Graph.LeafGradients.Select(v => v?.Number))} input {plan.Graph.InputGradient?.Number} unsplittable {plan.Unsplittable}");
        return t.ToString();
    }
    static string P(Place p) => $"[{p.Buffer.Number} {p.Buffer.Kind} '{p.Buffer.Name}' s{p.Buffer.RowStride} c{p.Column} w{p.Width}{(p.Later > 0 ? " later" : "")}]";
    static string Text(ScanAction a) => $"{a.Level}: " + a switch
    {
        KernelAction k => $"kernel w{k.Builder.Width} " + string.Join("; ", k.Builder.Writes.Select(w => $"{w.Write} {P(k.Slots[w.Slot])} = i{w.Value}")) + "  WITH " + string.Join(" ", k.Builder.Instructions.ToArray().Select((i, n) => i.Op <= KernelOp.Scalar ? $"i{n}={i.Op}{P(k.Slots[i.First])}" : $"i{n}={i.Op}({i.First},{i.Second},{i.Third},{i.Number})")),
        ProductAction m => $"product {P(m.Left)} · weights {m.Weights.Number} {m.Weights.Rows}x{m.Weights.Columns} {string.Join(",", m.Weights.Parts.Select(w => $"leaf {w.Leaf} t{w.Transposed} at {w.FirstRow},{w.FirstColumn} {w.Rows}x{w.Columns}"))} -> {P(m.Result)} {(m.Accumulates ? "+=" : "=")}",
        OperationAction o => $"operation v{o.Value} ({string.Join(", ", o.Operands.Select(x => x.Number))})",
        CopyAction c => $"copy v{c.Value} {(c.ToTensor ? "<-" : "->")} {P(c.Place)}",
        PadAction c => $"pad {P(c.From)} {P(c.To)}",
        ClearAction c => $"clear {P(c.Place)}",
        AddAction c => $"add v{c.Value} leaf {c.Leaf}",
        _ => "?",
    };
}
