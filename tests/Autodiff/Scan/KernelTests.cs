using System.Numerics;

namespace Autograd.Tests.Autodiff.Scan;

/// <summary>Every instruction and every kind of write of a kernel against plain arithmetic, for widths around every vector.</summary>
public class KernelTests
{
    const int LargestWidth = 70;

    static readonly int[] RowCounts = [1, 3, 8, 17, 40];

    static readonly (KernelOp Op, Func<double, double, double> Expected)[] Binary =
    [
        (KernelOp.Add, (a, b) => a + b),
        (KernelOp.Subtract, (a, b) => a - b),
        (KernelOp.Multiply, (a, b) => a * b),
        (KernelOp.Divide, (a, b) => a / b),
        (KernelOp.Maximum, Math.Max),
        (KernelOp.Minimum, Math.Min),
        (KernelOp.MaximumNative, Math.Max),
        (KernelOp.MinimumNative, Math.Min),
        (KernelOp.Greater, (a, b) => a > b ? 1 : 0),
    ];

    [Fact]
    public void BinaryInstructionsInSingle() => BinaryInstructions<float>();

    [Fact]
    public void BinaryInstructionsInDouble() => BinaryInstructions<double>();

    [Fact]
    public void OtherInstructionsInSingle() => OtherInstructions<float>();

    [Fact]
    public void OtherInstructionsInDouble() => OtherInstructions<double>();

    [Fact]
    public void LoadsInSingle() => Loads<float>();

    [Fact]
    public void LoadsInDouble() => Loads<double>();

    [Fact]
    public void WritesInSingle() => Writes<float>();

    [Fact]
    public void WritesInDouble() => Writes<double>();

    [Fact]
    public void TightRowsInSingle() => TightRows<float>();

    [Fact]
    public void TightRowsInDouble() => TightRows<double>();

    [Fact]
    public void NoWriteOvertakesARead()
    {
        foreach (var backEnd in (KernelBackEnd[])[KernelBackEnd.Emitted, KernelBackEnd.Interpreted])
            Each((width, rows) =>
            {
                using var run = new KernelRun<double>(width, rows) { BackEnd = backEnd };
                int a = run.Tight(), b = run.Tight();
                double[] before = [.. Elements(a), .. Elements(b)];
                run.Kernel.Write(KernelWrite.Store, a, run.Load(KernelOp.Element, b));
                run.Kernel.Write(KernelWrite.Store, b, run.Load(KernelOp.Element, a));
                run.Run();
                Assert.Equal(before, Elements(b).Concat(Elements(a)));

                IEnumerable<double> Elements(int slot) =>
                    Enumerable.Range(0, width * rows).Select(i => run.At(slot, i / width, i % width));
            });
    }

    [Fact]
    public void MaximumAndMinimumOfNaNAreNaN()
    {
        foreach (var op in (KernelOp[])[KernelOp.Maximum, KernelOp.Minimum])
        {
            using var run = new KernelRun<float>(4, 1);
            int column = 0;
            int a = run.Matrix(_ => column++ % 2 == 0 ? double.NaN : 1), b = run.Matrix(_ => column++ < 6 ? 2 : double.NaN),
                target = run.Matrix();
            run.Kernel.Write(
                KernelWrite.Store, target, run.Apply(op, run.Load(KernelOp.Element, a), run.Load(KernelOp.Element, b)));
            run.Run();
            for (int i = 0; i < 4; i++)
                Assert.Equal(double.IsNaN(run.At(a, 0, i)) || double.IsNaN(run.At(b, 0, i)), double.IsNaN(run.At(target, 0, i)));
        }
    }

    [Fact]
    public void EqualKernelsAreMadeOnce()
    {
        Assert.Same(Make(5, 1), Make(5, 1));
        Assert.NotSame(Make(5, 1), Make(6, 1));
        Assert.NotSame(Make(5, 1), Make(5, 2));

        static KernelMethod Make(int width, double number)
        {
            var kernel = new KernelBuilder(width, isSingle: true);
            int slot = kernel.AddSlot(16);
            kernel.Write(KernelWrite.Store, slot, kernel.Load(KernelOp.Element, slot) + number);
            return KernelBackEnd.Emitted.MethodOf(new(kernel, -1, 16, 1));
        }
    }

    static void BinaryInstructions<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Each((width, rows) =>
        {
            using var run = new KernelRun<T>(width, rows);
            int a = run.Matrix(), b = run.Matrix();
            // Equal numbers too.
            int c = run.Matrix(random => random.Next(3) - 1);
            var targets = Array.ConvertAll(Binary, _ => run.Matrix());
            for (int i = 0; i < Binary.Length; i++)
                run.Kernel.Write(
                    KernelWrite.Store, targets[i],
                    run.Apply(Binary[i].Op, run.Load(KernelOp.Element, a), run.Load(KernelOp.Element, i % 2 == 0 ? b : c)));
            run.Run();
            for (int i = 0; i < Binary.Length; i++)
                Check(run, targets[i], width, rows, (row, column) => Binary[i]
                    .Expected(run.At(a, row, column), run.At(i % 2 == 0 ? b : c, row, column)), Binary[i].Op);
        });
    }

    static void OtherInstructions<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Each((width, rows) =>
        {
            using var run = new KernelRun<T>(width, rows);
            int a = run.Matrix(), b = run.Matrix(random => random.NextDouble() + 0.1), mask = run.Matrix(random => random.Next(2));
            int abs = run.Matrix(), sqrt = run.Matrix(), select = run.Matrix(), sum = run.Matrix(), twoProducts = run.Matrix(),
                shared = run.Matrix(), square = run.Matrix();
            EmittedNumber x = run.Load(KernelOp.Element, a), y = run.Load(KernelOp.Element, b), m = run.Load(KernelOp.Element, mask);
            run.Kernel.Write(KernelWrite.Store, abs, EmittedNumber.Abs(x));
            run.Kernel.Write(KernelWrite.Store, sqrt, EmittedNumber.Sqrt(y));
            run.Kernel.Write(KernelWrite.Store, select, EmittedNumber.Select(m, x, y));
            run.Kernel.Write(KernelWrite.Store, sum, x * y + m);
            run.Kernel.Write(KernelWrite.Store, twoProducts, x * m + y * (x + 0.5));
            // A product that two sums use, and a number added to itself.
            var product = y * y;
            run.Kernel.Write(KernelWrite.Store, shared, (product + x) * (product + m));
            run.Kernel.Write(KernelWrite.Store, square, x * x * 0.5 + x * x * 0.5 + (m * 3.0 + m * 3.0));
            run.Run();
            Check(run, abs, width, rows, (row, column) => Math.Abs(run.At(a, row, column)), KernelOp.Abs);
            Check(run, sqrt, width, rows, (row, column) => Math.Sqrt(run.At(b, row, column)), KernelOp.Sqrt);
            Check(run, select, width, rows, (row, column) => run.At(mask, row, column) != 0 ? run.At(a, row, column)
                : run.At(b, row, column), KernelOp.Select);
            Check(run, sum, width, rows, (row, column) => run.At(a, row, column) * run.At(b, row, column) + run.At(mask, row, column),
                KernelOp.Add);
            Check(run, twoProducts, width, rows, (row, column) => run.At(a, row, column) * run.At(mask, row, column)
                + run.At(b, row, column) * (run.At(a, row, column) + 0.5), KernelOp.Add);
            Check(
                run, shared, width, rows,
                (row, column) => Math.Pow(run.At(b, row, column), 2) is var p
                ? (p + run.At(a, row, column)) * (p + run.At(mask, row, column)) : 0, KernelOp.Multiply);
            Check(run, square, width, rows, (row, column) => Math.Pow(run.At(a, row, column), 2) + 6 * run.At(mask, row, column),
                KernelOp.Add);
        });
    }

    // What all rows share, what all columns share, and numbers, with rows outside and inside.
    static void Loads<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (bool hasRowSum in (bool[])[false, true])
            Each((width, rows) =>
            {
                using var run = new KernelRun<T>(width, rows);
                int a = run.Matrix(), column = run.Matrix(), vector = run.Vector(), scalar = run.Vector(), target = run.Matrix(),
                    sums = run.Matrix();
                var value = run.Load(KernelOp.Element, a) * run.Load(KernelOp.Vector, vector)
                    + run.Load(KernelOp.Column, column) * run.Load(KernelOp.Scalar, scalar) - 0.25;
                run.Kernel.Write(KernelWrite.Store, target, value);
                if (hasRowSum) run.Kernel.Write(KernelWrite.RowSum, sums, value);
                run.Run();
                double Expected(int r, int c) =>
                    run.At(a, r, c) * run.At(vector, 0, c) + run.At(column, r, 0) * run.At(scalar, 0, 0) - 0.25;
                Check(run, target, width, rows, Expected, KernelOp.Vector);
                for (int r = 0; hasRowSum && r < rows; r++)
                    Near<T>(Sum(width, c => Expected(r, c)), run.At(sums, r, 0), 10.0 * width, "row sum");
            });
    }

    static void Writes<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (bool hasRowSum in (bool[])[false, true])
            Each((width, rows) =>
            {
                using var run = new KernelRun<T>(width, rows);
                int a = run.Matrix(), total = run.Matrix(), column = run.Sums(), rowSum = run.Matrix();
                double[][] before =
                    [.. Enumerable.Range(0, rows).Select(r => Enumerable.Range(0, width).Select(c => run.At(total, r, c)).ToArray())];
                var value = run.Load(KernelOp.Element, a) * 0.5;
                run.Kernel.Write(KernelWrite.Accumulate, total, value);
                run.Kernel.Write(KernelWrite.ColumnSum, column, value);
                if (hasRowSum) run.Kernel.Write(KernelWrite.RowSum, rowSum, value);
                // Twice, the second time in two parts as two threads would.
                run.Run();
                int half = rows / 16 * 8;
                if (half > 0) run.Run(0, half);
                run.Run(half, rows - half);
                int rowsInLane = run.BlocksInLane * KernelLayout.RowsInBlock;
                for (int r = 0; r < rows; r++)
                    for (int c = 0; c < width; c++) Near<T>(before[r][c] + run.At(a, r, c), run.At(total, r, c), 4, "accumulated");
                for (int lane = 0; lane < run.Lanes; lane++)
                {
                    int first = lane * rowsInLane, count = Math.Min(rowsInLane, rows - first);
                    for (int c = 0; c < width; c++)
                        Near<T>(Sum(count, r => run.At(a, first + r, c)), run.At(column, lane, c), 4.0 * rows, "column sum");
                }
                for (int r = 0; hasRowSum && r < rows; r++)
                    Near<T>(0.5 * Sum(width, c => run.At(a, r, c)), run.At(rowSum, r, 0), 4.0 * width, "row sum");
            });
    }

    // Rows that follow each other without fill: of every width, beside rows that have one, and nothing is written behind the last.
    static void TightRows<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (bool hasRowSum in (bool[])[false, true])
            Each((width, rows) =>
            {
                using var run = new KernelRun<T>(width, rows);
                int a = run.Tight(), b = run.Matrix(), vector = run.Vector(), target = run.Tight(), total = run.Tight(),
                    padded = run.Matrix(), sums = run.Matrix();
                double[][] before =
                    [.. Enumerable.Range(0, rows).Select(r => Enumerable.Range(0, width).Select(c => run.At(total, r, c)).ToArray())];
                var value = run.Load(KernelOp.Element, a) * run.Load(KernelOp.Vector, vector) + run.Load(KernelOp.Element, b);
                run.Kernel.Write(KernelWrite.Store, target, value);
                run.Kernel.Write(KernelWrite.Store, padded, value);
                run.Kernel.Write(KernelWrite.Accumulate, total, value);
                if (hasRowSum) run.Kernel.Write(KernelWrite.RowSum, sums, value);
                int half = rows / 16 * 8;
                if (half > 0) run.Run(0, half);
                run.Run(half, rows - half);
                double Expected(int r, int c) => run.At(a, r, c) * run.At(vector, 0, c) + run.At(b, r, c);
                Check(run, padded, width, rows, Expected, KernelOp.Add);
                for (int r = 0; r < rows; r++)
                    for (int c = 0; c < width; c++)
                    {
                        Near<T>(Expected(r, c), run.At(target, r, c), 8, $"tight row {r} of width {width}");
                        Near<T>(before[r][c] + Expected(r, c), run.At(total, r, c), 8, $"tight row {r} of width {width}, accumulated");
                    }
                foreach (int slot in (int[])[target, total])
                    for (int c = 0; c < width; c++)
                        Assert.True(double.IsNaN(run.At(slot, rows, c)), $"wrote beyond {rows} tight rows of width {width}.");
                for (int r = 0; hasRowSum && r < rows; r++)
                    Near<T>(Sum(width, c => Expected(r, c)), run.At(sums, r, 0), 10.0 * width, "row sum");
            });
    }

    static void Each(Action<int, int> check)
    {
        for (int width = 1; width <= LargestWidth; width++) check(width, RowCounts[width % RowCounts.Length]);
        foreach (int rows in RowCounts) check(19, rows);
    }

    // The numbers, and zeros in the fill.
    static void Check<T>(KernelRun<T> run, int slot, int width, int rows, Func<int, int, double> expected, KernelOp op)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < run.Padded; column++)
                Near<T>(column < width ? expected(row, column) : 0, run.At(slot, row, column), 8,
                $"{op} at {row}, {column} of width {width}");
        for (int column = 0; column < run.Padded; column++)
            Assert.True(double.IsNaN(run.At(slot, rows, column)), $"{op} wrote beyond {rows} rows of width {width}.");
    }

    static void Near<T>(double expected, double actual, double roundings, string what)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double epsilon = typeof(T) == typeof(float) ? 1.2e-7 : 2.3e-16;
        if (expected.Equals(actual)) return;
        Assert.True(Math.Abs(expected - actual) <= roundings * epsilon * Math.Max(4, Math.Abs(expected)),
            $"{what}: {actual:R}, expected {expected:R}.");
    }

    static double Sum(int count, Func<int, double> term) => Enumerable.Range(0, count).Select(term).DefaultIfEmpty().Sum();
}
