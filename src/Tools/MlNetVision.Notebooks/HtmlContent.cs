using System.Text.RegularExpressions;

namespace MlNetVision.Notebooks;

/// <summary>What <c>HTML(...)</c> gives: text that a viewer shows as HTML.</summary>
public sealed partial record HtmlContent(string Html)
{
    /// <summary>As a cell's output. A lone inline image is stored as the image: viewers that drop HTML still show it.</summary>
    internal CellOutput ToOutput() => Image().Match(Html) is { Success: true } image
        ? new CellOutput(image.Groups[1].Value, image.Groups[2].Value)
        : new CellOutput("text/html", Html);

    [GeneratedRegex("""^<img src="data:(image/\w+);base64,([\w+/=]+)" ?/?>$""")]
    private static partial Regex Image();
}
