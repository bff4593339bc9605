namespace Autograd.Tests.Autodiff.Kernels;

public class BufferPoolTests
{
    [Fact]
    public void APieceHoldsWhatWasAskedForAndHardlyMore()
    {
        foreach (int elements in Sizes())
        {
            var pool = new BufferPool<float>();
            var piece = pool.Rent(elements);
            Assert.True(pool.AllocatedElements >= Math.Max(elements, 1),
                $"{elements} elements were asked for, {pool.AllocatedElements} given.");
            Assert.True(pool.AllocatedElements <= Math.Max(8, elements * 1.26),
                $"{elements} elements were asked for, {pool.AllocatedElements} given.");
            Assert.True(piece.Start + elements <= piece.Array.Length);
        }
    }

    [Fact]
    public void SizeClassesRiseWithTheSize()
    {
        var pool = new BufferPool<float>();
        long last = 0;
        int lastClass = -1;
        for (int elements = 1; elements < 5000; elements++)
        {
            long before = pool.AllocatedElements;
            int sizeClass = pool.Rent(elements).SizeClass;
            long size = pool.AllocatedElements - before;
            Assert.True(size >= last && sizeClass >= lastClass && sizeClass <= lastClass + 1);
            Assert.Equal(size > last, sizeClass > lastClass);
            (last, lastClass) = (size, sizeClass);
        }
    }

    [Fact]
    public void WhatIsReturnedIsGivenAgain()
    {
        var pool = new BufferPool<double>();
        foreach (int elements in Sizes())
        {
            var piece = pool.Rent(elements);
            long before = pool.AllocatedElements;
            pool.Return(piece);
            Assert.Same(piece, pool.Rent(elements));
            Assert.Equal(before, pool.AllocatedElements);
        }
    }

    [Fact]
    public void PiecesDoNotOverlap()
    {
        var pool = new BufferPool<float>();
        var pieces = Enumerable.Range(0, 3000).Select(i => (Elements: i * 37 % 1100, Piece: pool.Rent(i * 37 % 1100))).ToList();
        for (int i = 0; i < pieces.Count; i++) pieces[i].Piece.Array.AsSpan(pieces[i].Piece.Start, pieces[i].Elements).Fill(i);
        for (int i = 0; i < pieces.Count; i++)
            Assert.True(pieces[i].Piece.Array.AsSpan(pieces[i].Piece.Start, pieces[i].Elements).IndexOfAnyExcept((float)i) < 0);
    }

    [Fact]
    public unsafe void PiecesOfACacheLineOrMoreBeginOnOne()
    {
        foreach (int elements in Sizes().Where(size => size >= 16))
        {
            var pool = new BufferPool<float>();
            pool.Rent(3);
            var piece = pool.Rent(elements);
            fixed (float* start = &piece.Array[piece.Start]) Assert.Equal(0, (long)start % 64);
        }
    }

    [Fact]
    public void PoisonFillsTheWholePiece()
    {
        var pool = new BufferPool<double>();
        var piece = pool.Rent(9);
        piece.Array.AsSpan(piece.Start, 9).Fill(1);
        try
        {
            BufferPoison.IsOn = true;
            pool.Return(piece);
        }
        finally
        {
            BufferPoison.IsOn = false;
        }
        Assert.All(piece.Array.AsSpan(piece.Start, 9).ToArray(), value => Assert.True(double.IsNaN(value)));
    }

    static IEnumerable<int> Sizes() =>
        Enumerable.Range(0, 70)
        .Concat(Enumerable.Range(6, 15).SelectMany(i => new[] { (1 << i) - 1, 1 << i, (1 << i) + 1, 5 << (i - 2), (5 << (i - 2)) + 1 }));
}
