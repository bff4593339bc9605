using System.Runtime.CompilerServices;

namespace Autograd.Tests.Autodiff.Tensors;

public class ResultMemoryTests
{
    // Of a class that hardly another test uses.
    const int Elements = 1_300_001;

    [Fact]
    public void MemoryThatNothingCanReachIsUsedAgain()
    {
        var places = new HashSet<nint>();
        for (int i = 0; i < 40; i++)
        {
            places.Add(PlaceOfResult(i));
            Garbage.Collect();
        }
        // Others may take it between.
        Assert.True(places.Count < 20, $"40 results lay in {places.Count} places.");
    }

    [Fact]
    public void ASpanAloneKeepsItsMemory()
    {
        var span = SpanOfResult(7);
        UseOtherMemory();
        Assert.True(span.IndexOfAnyExcept(7f) < 0);
    }

    [Fact]
    public void AViewAloneKeepsItsMemory()
    {
        var view = ViewOfResult(7);
        UseOtherMemory();
        Assert.True(view.ReadSpan<float>().IndexOfAnyExcept(7f) < 0);
    }

    [Fact]
    public void ResultsThatAreInUseLieApart()
    {
        var results = Enumerable.Range(0, 12).Select(i => Result(i)).ToArray();
        for (int i = 0; i < results.Length; i++)
        {
            PlaceOfResult(100);
            Garbage.Collect();
            Assert.True(results[i].ReadSpan<float>().IndexOfAnyExcept((float)i) < 0);
        }
    }

    [Fact]
    public void ThreadsDoNotShareMemory() => Parallel.For(0, 8, thread =>
    {
        for (int i = 0; i < 60; i++)
        {
            var result = Result(thread * 100 + i);
            var other = Result(-1);
            Assert.True(result.ReadSpan<float>().IndexOfAnyExcept(thread * 100f + i) < 0);
            GC.KeepAlive(other);
        }
    });

    /// <summary>What is small is a matter for the runtime's youngest generation.</summary>
    [Fact]
    public void SmallResultsAreTheRuntimes() =>
        Assert.Equal(100, ResultMemory.Take<float>(100).Array.Length);

    [Fact]
    public void LargeResultsBeginOnACacheLine() => Assert.Equal(0, PlaceOfResult(1) % AlignedArray.CacheLine);

    [Fact]
    public void LargeZerosAreZero()
    {
        for (int i = 0; i < 5; i++)
        {
            PlaceOfResult(5);
            Garbage.Collect();
            Assert.True(Tensor.Zeros([Elements]).ReadSpan<float>().IndexOfAnyExcept(0f) < 0);
        }
    }

    static Tensor Result(float value)
    {
        var result = Dispatcher.AllocateUnpooled(ElementType.Float32, [Elements]);
        result.WriteSpan<float>().Fill(value);
        return result;
    }

    // In methods of their own, so that no variable of the test holds the result.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static unsafe nint PlaceOfResult(float value)
    {
        fixed (float* first = Result(value).ReadSpan<float>()) return (nint)first;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static ReadOnlySpan<float> SpanOfResult(float value) => Result(value).ReadSpan<float>();

    [MethodImpl(MethodImplOptions.NoInlining)]
    static Tensor ViewOfResult(float value) => Functions.Slice(Result(value), 0, 1, Elements - 2);

    /// <summary>A finalizer may still read what it holds, and bring it back.</summary>
    [Fact]
    public void WhatAFinalizerBringsBackStaysAsItIs()
    {
        Hold(7);
        Garbage.Collect();
        for (int i = 0; i < 5; i++)
        {
            PlaceOfResult(1);
            Garbage.Collect();
        }
        Assert.True(Holder.Saved!.Tensor.ReadSpan<float>().IndexOfAnyExcept(7f) < 0);
    }

    /// <summary>Other sizes than before find room.</summary>
    [Fact]
    public void OtherSizesFindRoom()
    {
        var many = Enumerable.Range(0, 700).Select(_ => Tensor.Ones([100_000])).ToArray();
        many.AsSpan().Clear();
        Garbage.Collect();
        MemoryThatNothingCanReachIsUsedAgain();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Hold(float value) => _ = new Holder(Result(value));

    static void UseOtherMemory()
    {
        for (int i = 0; i < 10; i++)
        {
            Garbage.Collect();
            PlaceOfResult(i);
        }
    }

    sealed class Holder(Tensor tensor)
    {
        ~Holder() => Saved = this;

        public static Holder? Saved { get; private set; }

        public Tensor Tensor => tensor;
    }
}
