using System.Text.RegularExpressions;

namespace MlNetVision.Notebooks;

/// <summary>What <c>HTML(...)</c> gives: text that a viewer shows as HTML.</summary>
public sealed partial record HtmlContent(string Html)
{
    /// <summary>As a cell's output. A lone inline picture is stored as the picture: viewers that drop HTML still show it.</summary>
    internal CellOutput ToOutput() => Picture().Match(Html) is { Success: true } picture
        ? new CellOutput(picture.Groups[1].Value, picture.Groups[2].Value)
        : new CellOutput("text/html", Html);

    [GeneratedRegex("""^<img src="data:(image/\w+);base64,([\w+/=]+)" ?/?>$""")]
    private static partial Regex Picture();
}
