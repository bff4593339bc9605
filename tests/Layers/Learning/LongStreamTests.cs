using Autograd.Layers;
using Autograd.Tests.Layers.Recurrence;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Learning;

/// <summary>Streams so long that their beginning has to be forgotten.</summary>
public class LongStreamTests
{
    static readonly RandomKey Key = new(21);

    /// <summary>Asking for the norms of all steps keeps them all: nothing is forgotten then.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 9)]
    [InlineData(4, 30)]
    [InlineData(7, 3)]
    public void ForgettingChangesNoBit(int k1, int k2)
    {
        Same(() => new LstmCell(2, 3, Key), k1, k2, isTrained: true);
        Same(() => new LstmCell(2, 3, Key), k1, k2, isTrained: false);
        Same(() => Stacked.Of<Tensor>(new GruCell(2, 3, Key), new RnnCell(3, 2, Key.For("upper"))), k1, k2, isTrained: true);
        Same(() => new NestedCell(), k1, k2, isTrained: true);
    }

    static void Same<TState>(Func<Cell<TState>> create, int k1, int k2, bool isTrained)
    {
        var (kept, forgotten) = (Learn(create(), k1, k2, isTrained, keepsAll: true), Learn(create(), k1, k2, isTrained, keepsAll: false));
        Close.Same([.. kept.Gradients], [.. forgotten.Gradients]);
        Close.Same(State.Tensors(kept.Final), State.Tensors(forgotten.Final));
        Close.Same(State.Tensors(kept.Initial), State.Tensors(forgotten.Initial));
        Assert.Equal(kept.Loss, forgotten.Loss);
    }

    static SequenceGradients<TState> Learn<TState>(Cell<TState> cell, int k1, int k2, bool isTrained, bool keepsAll)
    {
        var x = Key.Normal([800, 2, 2]);
        Parameter[] parameters = [.. cell.Parameters];
        BufferPoison.IsOn = true;
        try
        {
            return new BackPropagation<TState>(cell) { ReportsStepNorms = keepsAll }.Truncated(
                x, k1, k2, (y, first) => Sum(Square(y)), window =>
            {
                if (!isTrained) return;
                for (int i = 0; i < parameters.Length; i++)
                    parameters[i].Assign((parameters[i].Detach() - 0.001f * window.Gradients[i]).Detach());
            });
        }
        finally
        {
            BufferPoison.IsOn = false;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MemoryDoesNotGrowWithTheStream(bool isTrained)
    {
        var cell = new LstmCell(2, 8, Key);
        var (entries, bytes) = (new List<int>(), new List<long>());
        BackPropagation.Through(cell).Truncated(Key.Normal([8000, 1, 2]), 2, 20, (y, _) => Sum(Square(y)), window =>
        {
            entries.Add(Tape.Current!.Position);
            bytes.Add(Tape.Current.AllocatedBytes);
            if (!isTrained) return;
            using var change = cell["Bf"].Change<float>();
            foreach (ref float bias in change.Values) bias *= 0.9999f;
        });
        Assert.True(entries.Max() < 5000, $"{entries.Max()} entries");
        Assert.Equal(bytes[bytes.Count / 4], bytes[^1]);
    }

    [Fact]
    public void ChunksWhoseStateIsForgottenNeedNoMoreThanOne()
    {
        var cell = new LstmCell(2, 8, Key);
        int most = 0;
        BackPropagation.Through(cell)
            .InChunks(Key.Normal([6000, 1, 2]), 10, (y, _) => Sum(Square(y)), update: _ => most = Math.Max(most, Tape.Current!.Position));
        Assert.True(most < 4000, $"{most} entries");
    }

    /// <summary>A tensor of the state that never changes comes from long before the window.</summary>
    [Fact]
    public void AStateMayBePassedOnUnchanged()
    {
        var inner = new RnnCell(2, 3, Key);
        var cell = new FunctionCell<(Tensor, Tensor)>(
            (x, s) => inner.Step(x, s.Item1 + 0.1f * s.Item2) is var (y, h) ? (y, (h, s.Item2)) : default, 3, 3);
        var x = Key.Normal([900, 1, 2]);
        var initial = (Tensor.Zeros([1, 3]), Key.Normal([1, 3]));
        var forgotten = BackPropagation.Through(cell, inner.Parameters).Truncated(x, initial, 1, 5, (y, _) => Sum(Square(y)));
        var kept = new BackPropagation<(Tensor, Tensor)>(cell, inner.Parameters) { ReportsStepNorms = true }.Truncated(
            x, initial, 1, 5, (y, _) => Sum(Square(y)));
        Close.Same([.. kept.Gradients], [.. forgotten.Gradients]);
        Close.Same(initial.Item2, forgotten.Final.Item2);
    }

    [Fact]
    public void WhatWasForgottenThrows()
    {
        Tensor? gradient = null, output = null;
        BackPropagation.Through(new RnnCell(2, 3, Key))
            .Truncated(Key.Normal([2000, 1, 2]), 1, 2, (y, first) => Sum(first == 0 ? output = y : y),
            window => gradient ??= window.Gradients[0]);
        Assert.Throws<ObjectDisposedException>(() => gradient!.ToDoubles());
        Assert.Throws<ObjectDisposedException>(() => output!.ToDoubles());
    }
}
