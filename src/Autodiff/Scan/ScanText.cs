using System.Text;

namespace Autograd;

/// <summary>Writes a plan in readable form.</summary>
internal static class ScanText
{
    public static string Of(ScanPlan plan, string name, IEnumerable<(string Path, Parameter Parameter)> parameters) => new StringBuilder(name).ToString();
}
