using System.Diagnostics;

namespace Autograd.Hostile;

public class HostileTests
{
    [Fact]
    public void Look()
    {
        var log = new StreamWriter("/tmp/h2sweep.log", false, System.Text.Encoding.UTF8) { AutoFlush = true };
        foreach (var type in Instances.Types.SkipWhile(t => Environment.GetEnvironmentVariable("FROM") is { } f && t.Name != f).Where(t => Environment.GetEnvironmentVariable("ONLY") is not { } only || only.Split(',').Any(o => t.FullName!.Contains(o, StringComparison.Ordinal))))
        {
            if (type.IsEnum || type.IsAssignableTo(typeof(Delegate)) || type.IsAssignableTo(typeof(Exception)) || type.IsByRefLike) continue;
            foreach (var member in Sweep.MembersOf(type))
            {
                var watch = Stopwatch.StartNew();
                log.WriteLine($"? {Sweep.NameOf(member)}");
                var faults = new List<Fault>();
                var thread = new Thread(() => { try { foreach (var f in Sweep.Of(member)) lock (faults) faults.Add(f); } catch (Exception e) { lock (faults) faults.Add(new Fault(Sweep.NameOf(member), "", "BROKEN " + e)); } }, 16 << 20) { IsBackground = true };
                thread.Start();
                if (!thread.Join(8_000)) log.WriteLine($"HANG {Sweep.NameOf(member)}({Sweep.Now})");
                lock (faults)
                foreach (var fault in faults.Take(60)) log.WriteLine($"{fault}");
                if (watch.ElapsedMilliseconds > 3000) log.WriteLine($"SLOW {Sweep.NameOf(member)} {watch.ElapsedMilliseconds}");
            }
        }
    }
}
