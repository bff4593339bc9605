using Autograd.Kernels;

namespace Autograd.Tests.Autodiff.Kernels;

public class TransposedCopyTests
{
    static readonly int[] Lengths = [1, 3, 4, 15, 16, 17, 33, 65, 130];

    // Rows of the target that lie a power of two apart are written by blocks.
    static readonly int[] Steps = [0, 5, 256, 512];

    [Fact]
    public void MovesEveryElementAndWritesNothingElse()
    {
        foreach (int rows in Lengths)
            foreach (int columns in Lengths)
                foreach (int step in Steps)
                {
                    Check<float>(rows, columns, rows + step % 7, Math.Max(columns, step), value => value);
                    Check<double>(rows, columns, rows + step, Math.Max(columns, step), value => value);
                    Check<short>(rows, columns, rows, Math.Max(columns, step), value => (short)value);
                    Check<decimal>(rows, columns, rows, Math.Max(columns, step), value => value);
                }
    }

    static unsafe void Check<T>(int rows, int columns, int stride, int step, Func<int, T> number)
        where T : unmanaged
    {
        T[] source = [.. Enumerable.Range(1, columns * stride).Select(number)];
        T[] target = new T[rows * step], expected = new T[rows * step];
        fixed (T* from = source, to = target) TransposedCopy.Run(from, stride, to, step, rows, columns);
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++) expected[row * step + column] = source[column * stride + row];
        Assert.True(target.AsSpan().SequenceEqual(expected), $"{typeof(T).Name}: {rows} x {columns}, {step} apart");
    }
}
