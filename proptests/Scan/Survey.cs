using Autograd.Layers;
namespace Autograd.PropertyTests;
public class Survey
{
    [Fact]
    public void All()
    {
        int count = int.Parse(Environment.GetEnvironmentVariable("SURVEY") ?? "0");
        int start = int.Parse(Environment.GetEnvironmentVariable("SURVEY_START") ?? "0");
        var text = new System.Text.StringBuilder();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        double draws = 0, eager = 0, comp = 0;
        var reasons = new Dictionary<string, int>();
        BufferPoison.IsOn = true;
        int fails = 0;
        for (int seed = start; seed < start + count; seed++)
        {
            string? program = null;
            try
            {
                var t0 = watch.Elapsed.TotalSeconds;
                var trial = ScanTrial.Of(new Draw(seed, 50));
                program = trial.ToString();
                var t1 = watch.Elapsed.TotalSeconds;
                var single = trial.Run(ElementType.Float32, Execution.Eager);
                var e = trial.Run(ElementType.Float64, Execution.Eager);
                var t2 = watch.Elapsed.TotalSeconds;
                var type = trial.IsSingle ? ElementType.Float32 : ElementType.Float64;
                var actual = trial.Run(type, Execution.Compiled);
                var t3 = watch.Elapsed.TotalSeconds;
                draws += t1 - t0; eager += t2 - t1; comp += t3 - t2;
                var r = actual.Path.ToString(); reasons[r] = reasons.GetValueOrDefault(r) + 1;
                RandomCellTests.Compare(trial, e.Values, single.Values, actual.Values, type);
                RandomCellTests.Compare(trial, e.Gradients, single.Gradients, actual.Gradients, type);
                if (seed % 4 == 0)
                {
                    var several = trial.Run(type, Execution.Compiled, 4).All.ToArray(); var one = actual.All.ToArray();
                    for (int i = 0; i < one.Length; i++) Near.SameBits([one[i].Numbers], [several[i].Numbers], $"{one[i].Name} threads");
                }
            }
            catch (Exception error)
            {
                fails++;
                var lines = error.ToString().Split('\n');
                text.AppendLine($"#### {seed} {error.GetType().Name} {string.Concat(error.Message.Take(400))}");
                text.AppendLine(string.Join("\n", lines.Where(l => l.Contains(" at ")).Take(4)));
                text.AppendLine(program is null || program.Length < 5000 ? program : program[..5000]);
            }
        }
        BufferPoison.IsOn = false;
        text.AppendLine($"fails {fails}; draws {draws:F1} eager {eager:F1} compiled {comp:F1}");
        foreach (var (r, n) in reasons.OrderByDescending(p => p.Value)) text.AppendLine($"{n} {r}");
        File.WriteAllText(Environment.GetEnvironmentVariable("SURVEY_OUT") ?? "/tmp/h6-survey.txt", text.ToString());
    }
}
