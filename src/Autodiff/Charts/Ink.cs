using System.Globalization;
using System.Text;
using System.Xml;

namespace Autograd.Charts;

/// <summary>SVG elements as text, with places rounded to a tenth of a pixel.</summary>
sealed class Ink
{
    readonly StringBuilder text = new();

    public override string ToString() => text.ToString();

    public static string At(double place) => place.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>
    /// Any text as XML. The norm's double bar is two bars: common fonts draw it as a blot. What XML has no way to write, such as most
    /// control characters and half a surrogate pair, is U+FFFD.
    /// </summary>
    public static string Escape(string words) =>
        System.Security.SecurityElement.Escape(Writable(words).Replace("‖", "||", StringComparison.Ordinal));

    static string Writable(string words)
    {
        var text = new StringBuilder(words.Length);
        // Which gives half a pair as U+FFFD.
        foreach (var rune in words.EnumerateRunes())
            text.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? Rune.ReplacementChar : rune);
        return text.ToString();
    }

    public Ink Raw(string element)
    {
        text.Append(element).Append('\n');
        return this;
    }

    public void Rule(double x1, double y1, double x2, double y2, string colour) =>
        Raw($"<line x1=\"{At(x1)}\" y1=\"{At(y1)}\" x2=\"{At(x2)}\" y2=\"{At(y2)}\" stroke=\"{colour}\"/>");

    public void Words(double x, double y, string words, string anchor = "middle", int size = 12, string style = "") =>
        Raw($"<text x=\"{At(x)}\" y=\"{At(y)}\" text-anchor=\"{anchor}\" font-size=\"{size}\"{style}>{Escape(words)}</text>");

    public void Box(double x, double y, double width, double height, string fill, string style = "") =>
        Raw($"<rect x=\"{At(x)}\" y=\"{At(y)}\" width=\"{At(width)}\" height=\"{At(height)}\" fill=\"{fill}\"{style}/>");
}
