using System.Text;
using System.Text.RegularExpressions;

namespace Autograd.Tests;

/// <summary>No link between the pages of the repository leads nowhere, and each page of the site is in a table of contents.</summary>
public partial class LinkTests
{
    public static TheoryData<string> Pages => [.. Files("*.md").Select(file => Path.GetRelativePath(ReadmeTests.Repository, file))];

    [Theory, MemberData(nameof(Pages))]
    public void EveryLinkLeadsSomewhere(string page)
    {
        string path = Path.Combine(ReadmeTests.Repository, page);
        var dead = DeadLinks(path, File.ReadAllText(path));
        Assert.True(dead.Count == 0, string.Join("\n", dead));
    }

    [Theory]
    [InlineData("[x](nowhere.md)", "nowhere.md")]
    [InlineData("[x](README.md#no-such-heading)", "README.md#no-such-heading")]
    [InlineData("![x](docs/no.svg)", "docs/no.svg")]
    [InlineData("[x](README.md#how-fast) and [y](https://example.org) and `[z](code.md)`", null)]
    public void ADeadLinkIsFound(string text, string? dead) =>
        Assert.Equal(dead is null ? [] : [dead], DeadLinks(Path.Combine(ReadmeTests.Repository, "page.md"), text));

    [Theory, InlineData("docs/guides"), InlineData("docs")]
    public void EachPageIsInTheTableOfContents(string folder)
    {
        string contents = Path.Combine(ReadmeTests.Repository, folder, "toc.yml");
        var named = File.ReadLines(contents).Select(line => line.Trim()).Where(line => line.StartsWith("href: ", StringComparison.Ordinal))
            .Select(line => line["href: ".Length..]).ToList();
        Assert.All(named, page => Assert.True(File.Exists(Path.Combine(ReadmeTests.Repository, folder, page)), page));
        var pages = Directory.EnumerateFiles(Path.Combine(ReadmeTests.Repository, folder), "*.md").Select(file => Path.GetFileName(file));
        Assert.Empty(pages.Except(named));
    }

    static List<string> DeadLinks(string page, string text) =>
        [.. Link().Matches(Code().Replace(text, "")).Select(match => match.Groups[1].Value).Where(link => !Leads(page, link))];

    static bool Leads(string page, string link)
    {
        if (link.StartsWith("https://", StringComparison.Ordinal) || link.StartsWith("mailto:", StringComparison.Ordinal)) return true;
        string[] parts = link.Split('#', 2);
        string target = parts[0].Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, parts[0]));
        if (!File.Exists(target)) return false;
        return parts.Length == 1 || File.ReadLines(target).Any(line => line.StartsWith('#') && Anchor(line) == parts[1]);
    }

    // The name that a heading gets: small letters, digits, and hyphens for spaces.
    static string Anchor(string heading)
    {
        var name = new StringBuilder();
        foreach (char letter in heading.TrimStart('#').Trim().ToLowerInvariant())
            if (char.IsLetterOrDigit(letter) || letter is '-' or '_') name.Append(letter);
            else if (letter == ' ') name.Append('-');
        return name.ToString();
    }

    static IEnumerable<string> Files(string pattern) =>
        new DirectoryInfo(ReadmeTests.Repository).EnumerateDirectories()
            .Where(folder => folder.Name is not (".git" or "artifacts"))
            .SelectMany(folder => folder.EnumerateFiles(pattern, SearchOption.AllDirectories))
            .Concat(new DirectoryInfo(ReadmeTests.Repository).EnumerateFiles(pattern))
            .Select(file => file.FullName)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\]\(([^()\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("```.*?```|`[^`\n]*`", RegexOptions.Singleline)]
    private static partial Regex Code();
}
