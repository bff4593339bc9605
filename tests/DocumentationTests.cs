using System.Xml.Linq;

namespace Autograd.Tests;

/// <summary>What editors show of the libraries: no tag without words, for it hides what is inherited.</summary>
public class DocumentationTests
{
    // Those that stand for something by their attributes.
    static readonly string[] wordless = ["see", "seealso", "paramref", "typeparamref", "inheritdoc"];

    [Fact]
    public void NoTagIsEmpty()
    {
        string[] empty = [.. Files.SelectMany(file => Empty(XDocument.Load(file)))];
        Assert.True(empty.Length == 0, string.Join("\n", empty));
    }

    // Those that have a list of what is public are shipped.
    [NeedsFact(Need.Sources)]
    public void EveryLibraryIsLookedAt()
    {
        var shipped = Directory.GetDirectories(Sources.Folder("src"))
            .Where(folder => File.Exists(Path.Combine(folder, "PublicAPI.Shipped.txt")))
            .Select(folder => $"Autograd.{Path.GetFileName(folder)}.xml").ToList();
        Assert.Contains("Autograd.Layers.xml", shipped);
        Assert.Empty(shipped.Except(Files.Select(file => Path.GetFileName(file))));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("<summary>Runs.</summary><param name='x'/>", 1)]
    [InlineData("<summary> <c> </c> </summary><param name='x'></param><returns> </returns>", 3)]
    [InlineData("<summary><see cref='T:A'/></summary><param name='x'>What.</param>", 0)]
    [InlineData("<inheritdoc/>", 0)]
    public void AnEmptyTagIsFound(string tags, int count) =>
        Assert.Equal(count, Empty(XDocument.Parse($"<doc><member name='M:B.C'>{tags}</member></doc>")).Count());

    static string[] Files => Directory.GetFiles(AppContext.BaseDirectory, "Autograd.*.xml");

    static IEnumerable<string> Empty(XDocument document) =>
        from member in document.Descendants("member")
        from tag in member.DescendantsAndSelf()
        where !wordless.Contains(tag.Name.LocalName) && !tag.Nodes().Any(IsSaying)
        select $"{member.Attribute("name")?.Value}: {(tag == member ? "no tags" : tag)}";

    static bool IsSaying(XNode node) => node is XElement || node is XText { Value: var text } && !string.IsNullOrWhiteSpace(text);
}
