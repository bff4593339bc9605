using System.Globalization;
using Autograd;
using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

// Half of three, as the culture writes it, and then all kinds of text that the library makes, which no culture may change.
CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.DefaultThreadCurrentCulture = new CultureInfo(args[0]);
string folder = args[1];
Console.WriteLine((3 / 2.0).ToString(CultureInfo.CurrentCulture));

var w = new Parameter("Iıİi", Tensor.From([1.5, -2.25]));
Console.WriteLine(w);
Console.WriteLine(GradientCheck.Run(given => Sum(given[0] * given[0]), [Tensor.From([1234.5, -0.125])]));
Console.WriteLine(PostMortem.Of(() => Sum(Log(w * 1234.5)), [w]));
Console.WriteLine(PostMortem.Of(() => Sum(Log(w * 1234.5)), [w]).ToHtml());
Console.WriteLine(new Chart("1.5", "x", "y") { LogY = true }.Band("I", [-1.5, 2e7], [0.25, 1e5], [0.2, 1e4], [0.3, 1e6]).ToSvg());
Console.WriteLine(Pictures.GradientsByTime("t", [[1e-3, 2.5, 1e4]]).ToSvg());

var loop = new TrainingLoop(new Adam([w], new WarmUp(0.0125, 3)), batch => Sum(Square(w - 1234.5 * batch)))
{
    Validation = () => Sum(Square(w)).ToScalar(),
    ValidateEvery = 2,
    Stopping = new EarlyStopping(1, 0.125),
};
var run = new RunRecord("run", ("rate", "0.0125"));
string lines = Path.Combine(folder, "log.jsonl");
using (var log = new JsonLinesLog(lines))
{
    var clock = TrainingProgress.To(at => log.Report(at with { Elapsed = TimeSpan.FromSeconds(1.5) }));
    var console = TrainingProgress.To(at => Console.WriteLine(at with { Elapsed = TimeSpan.FromSeconds(1.5) }));
    Console.WriteLine(loop.Run(6, TrainingProgress.To(run, clock, console)));
}
Console.WriteLine(File.ReadAllText(lines));
run.Finish([w]);
run.Save(folder);
Console.WriteLine(File.ReadAllText(Path.Combine(folder, "run.json")));
Console.WriteLine(run.ToHtml());
run.ThrowIfUnlike(RunRecord.Load(Path.Combine(folder, "run.json")));
Console.WriteLine($"{loop.Best} {loop.Stopping} {loop.Optimizer}");

// Once to write the file, once to read it.
var sweep = new Sweep<double>([("a", 1.5), ("b", -1.5)], 3, sweep =>
{
    sweep.Report(1000, sweep.Setting);
    return sweep.Setting < 0 ? throw new ArithmeticException("no") : sweep.Setting + 1000.25 * sweep.Seed;
})
{ File = Path.Combine(folder, "sweep.jsonl") };
sweep.Run();
var table = sweep.Run();
foreach (string text in (string[])[table.ToString(), table.ToHtml(), table.ToCsv()])
    Console.WriteLine(string.Join('\n', text.Split('\n').Select(line => WithoutTime(line))));

foreach (var error in (Action[])[
    () => new Adam([w], -1.5), () => new EarlyStopping(1, -0.5), () => PostMortem.Of(() => w, [w], -0.5),
    () => new TrainingLoop(new Sgd([w], 1.5), _ => w).Run(-1), () => throw new NonFiniteLossException(1, double.PositiveInfinity),
    () => throw new ExplodingGradientException(1, 1234.5, 0.5), () => _ = w + Tensor.Zeros([3], ElementType.Float64)])
{
    try
    {
        error();
    }
    catch (Exception thrown) when (thrown is ArgumentException or ArithmeticException or ShapeException)
    {
        // What the framework adds to a message (the actual value) is not ours.
        Console.WriteLine(thrown.Message.Split('\n')[0]);
    }
}

// Seconds differ from run to run, and stand in the last column but one of lines, or the last.
static string WithoutTime(string line) => System.Text.RegularExpressions.Regex.Replace(line, @"\b\d\.\d(\d\d)?(?=(,|$|<))", "T");
