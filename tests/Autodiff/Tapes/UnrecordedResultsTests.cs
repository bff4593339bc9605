using System.Runtime.CompilerServices;
using Autograd.Tests.Autodiff.Tensors;

namespace Autograd.Tests.Autodiff.Tapes;

/// <summary>Large results of a tape's scope that are not recorded end with it, and the next scope has their memory.</summary>
public class UnrecordedResultsTests
{
    // Of a class that hardly another test uses.
    const int Elements = 2_600_001;

    static readonly Tensor Ones = Tensor.Ones([Elements]);

    [Fact]
    public void TheNextScopeHasTheSamePlace()
    {
        var places = new HashSet<nint>();
        for (int i = 0; i < 40; i++)
        {
            using var tape = new Tape();
            using var pause = tape.Pause();
            places.Add(PlaceOf(Ones * i));
        }
        Assert.True(places.Count < 10, $"40 results lay in {places.Count} places.");
    }

    [Fact]
    public void WhatTheScopeStillHasLiesApart()
    {
        using var tape = new Tape();
        var results = Enumerable.Range(0, 12).Select(i => Ones * i).ToArray();
        Garbage.Collect();
        for (int i = 0; i < results.Length; i++) Assert.True(Holds(results[i], i));
    }

    [Fact]
    public void AfterTheScopeThereIsNothingToRead()
    {
        Tensor result;
#pragma warning disable AG0006 // What has ended is what the test is about.
        using (new Tape()) result = Ones * 2;
#pragma warning restore AG0006
        Assert.Throws<ObjectDisposedException>(() => result.ToArray<float>());
        Assert.Null(((Storage<float>)result.Storage!).Array);
    }

    [Fact]
    public void ACopyOutlivesTheScope()
    {
        Tensor copy;
        using (new Tape()) copy = (Ones * 2).Detach();
        using (new Tape()) _ = Ones * 3;
        Assert.True(Holds(copy, 2));
    }

    /// <summary>In a long scope they go before its end, when nothing refers to them.</summary>
    [Fact]
    public void ALongScopeDoesNotKeepThem()
    {
        using var tape = new Tape();
        var places = new HashSet<nint>();
        for (int i = 0; i < 40; i++)
        {
            places.Add(PlaceOf(Ones * i));
            Garbage.Collect();
        }
        Assert.True(places.Count < 20, $"40 results lay in {places.Count} places.");
    }

    [Fact]
    public void ScopesAndOtherResultsShareNothing() => Parallel.For(0, 4, thread =>
    {
        for (int i = 0; i < 40; i++)
        {
            float number = thread * 100 + i;
            var outside = Ones * number;
            Tensor copy;
            using (new Tape())
            {
                var (first, second) = (Ones * (number + 1), Ones * (number + 2));
                copy = second.Detach();
                Assert.True(Holds(first, number + 1) && Holds(second, number + 2));
            }
            if (i % 7 == 0) Garbage.Collect();
            Assert.True(Holds(outside, number) && Holds(copy, number + 2));
        }
    });

    // In a method of its own, so that no variable of the test holds the result.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static unsafe nint PlaceOf(Tensor tensor)
    {
        fixed (float* first = tensor.ReadSpan<float>()) return (nint)first;
    }

    static bool Holds(Tensor tensor, float number) => tensor.ReadSpan<float>().IndexOfAnyExcept(number) < 0;
}
