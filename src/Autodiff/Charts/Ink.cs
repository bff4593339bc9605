using System.Globalization;
using System.Text;

namespace Autograd.Charts;

/// <summary>SVG elements as text, with places rounded to a tenth of a pixel.</summary>
sealed class Ink
{
    readonly StringBuilder text = new();

    public override string ToString() => text.ToString();

    public static string At(double place) => place.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Text as XML. The norm's double bar is two bars: common fonts draw it as a blot.</summary>
    public static string Escape(string words) => System.Security.SecurityElement.Escape(words.Replace("‖", "||", StringComparison.Ordinal));

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
