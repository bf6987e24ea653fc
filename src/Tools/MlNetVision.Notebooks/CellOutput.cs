namespace MlNetVision.Notebooks;

/// <summary>One output of a cell.</summary>
/// <param name="Mime">Its kind, such as <c>text/plain</c>; <see cref="Console"/> for what was written to the console.</param>
/// <param name="Content">The text, or the base64 of an image.</param>
internal sealed record CellOutput(string Mime, string Content)
{
    public const string Console = "stream";

    /// <summary>Whether a second run must give the same characters. Encoded images may differ with the machine; that there is one, and its kind, may not.</summary>
    public bool Matches(CellOutput other) => Mime == other.Mime && (Content == other.Content || Mime.StartsWith("image/", StringComparison.Ordinal));
}
