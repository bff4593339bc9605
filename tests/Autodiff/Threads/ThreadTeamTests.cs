using System.Collections.Concurrent;

namespace Autograd.Tests.Autodiff;

/// <summary>Alone, because other teams at work would leave no processor for a helper.</summary>
[Collection(nameof(Alone))]
public class ThreadTeamTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(8, 8)]
    [InlineData(3, 100)]
    public void EveryPartIsDoneOnceInItsPhase(int parts, int threads)
    {
        var work = new Counting(phases: 2000, parts) { Meets = parts > 1 && threads > 1 };
        ThreadTeam.Run(work, threads);
        Assert.Equal(Enumerable.Repeat(2000, parts), work.Done);
        Assert.Equal(0, work.Early);
    }

    [Fact]
    public void ManyTeamsAtOnceDoAllTheirWork()
    {
        Parallel.For(0, 100, i =>
        {
            var work = new Counting(phases: 50, parts: 3);
            ThreadTeam.Run(work, threads: 3);
            Assert.Equal([50, 50, 50], work.Done);
            Assert.Equal(0, work.Early);
        });
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 0)]
    [InlineData(4, 2)]
    public void TheErrorIsThatOfTheFirstPartThatFails(int threads, int part)
    {
        for (int i = 0; i < 200; i++)
        {
            var work = new Failing(phases: 5, parts: 6, phase: 3, part) { Meets = threads > 1 };
            Assert.Same(work.Errors[part], Assert.Throws<FormatException>(() => ThreadTeam.Run(work, threads)));
            // No phase begins after one that failed, and nobody is at work any more.
            Assert.Equal((3, 0), (work.Phase, work.Running));
        }
    }

    [Fact]
    public void AnErrorBetweenPhasesComesOut()
    {
        foreach (int threads in (int[])[1, 4])
        {
            var work = new Failing(phases: 5, parts: 6, phase: 3, part: -1);
            Assert.Same(work.Errors[^1], Assert.Throws<FormatException>(() => ThreadTeam.Run(work, threads)));
            Assert.Equal(0, work.Running);
        }
    }

    [Fact]
    public void HelpersSeeWhatTheCallersCodeSees()
    {
        var local = new AsyncLocal<int> { Value = 7 };
        var seen = new ConcurrentBag<int>();
        ThreadTeam.Run(new Acting(64, _ => seen.Add(local.Value)) { Meets = true }, threads: 8);
        Assert.All(seen, value => Assert.Equal(7, value));
    }

    class Counting(int phases, int parts) : IPhasedWork
    {
        readonly ConcurrentDictionary<int, bool> threads = [];
        int running;

        /// <summary>Whether the phases that count begin when a helper has come. At each phase it is asked for anew.</summary>
        public bool Meets { get; init; }

        public int Phase { get; private set; }

        public int Running => running;

        /// <summary>Parts that were at work when a phase began.</summary>
        public int Early { get; private set; }

        public int[] Done { get; } = new int[parts];

        public int Parts => parts;

        public virtual bool MoveNext()
        {
            Early += running;
            if (Meets && Environment.ProcessorCount > 1 && threads.Count < 2) return true;
            if (Done.Any(done => done != Phase)) Early++;
            return Phase < phases && ++Phase > 0;
        }

        public virtual void Run(int part)
        {
            Interlocked.Increment(ref running);
            try
            {
                Thread.SpinWait(20 * part);
                Act(part);
                if (Phase == 0) Meet();
                else Done[part]++;
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        }

        void Meet()
        {
            threads[Environment.CurrentManagedThreadId] = true;
            Thread.Yield();
        }

        protected virtual void Act(int part)
        {
        }
    }

    /// <summary>In one phase every part from one on fails; without a part, going on from that phase fails.</summary>
    sealed class Failing(int phases, int parts, int phase, int part) : Counting(phases, parts)
    {
        public FormatException[] Errors { get; } = [.. Enumerable.Range(0, parts + 1).Select(i => new FormatException($"{i}"))];

        public override bool MoveNext() => part < 0 && Phase == phase ? throw Errors[^1] : base.MoveNext();

        protected override void Act(int at)
        {
            if (Phase == phase && part >= 0 && at >= part) throw Errors[at];
        }
    }

    sealed class Acting(int parts, Action<int> act) : Counting(1, parts)
    {
        protected override void Act(int part) => act(part);
    }
}
