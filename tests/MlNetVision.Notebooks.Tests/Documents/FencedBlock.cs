namespace MlNetVision.Notebooks.Tests.Documents;

/// <summary>A block between fences (<c>```</c>) of a markdown page.</summary>
/// <param name="Language">The word at its first fence, such as <c>csharp</c>.</param>
/// <param name="Line">The number of its first line, from 1.</param>
/// <param name="Text">Its lines, each ended by \n.</param>
/// <param name="FollowsBlock">Whether only blank lines stand between it and the block before.</param>
internal sealed record FencedBlock(string Language, int Line, string Text, bool FollowsBlock)
{
    private const string Fence = "```";

    /// <summary>The blocks of a page, in order.</summary>
    /// <exception cref="InvalidDataException">A block is not closed.</exception>
    public static IReadOnlyList<FencedBlock> Parse(string page)
    {
        var blocks = new List<FencedBlock>();
        var lines = page.ReplaceLineEndings("\n").Split('\n');
        var onlyBlanks = false;
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                onlyBlanks &= lines[i].Length == 0;
                continue;
            }
            var end = Array.IndexOf(lines, Fence, i + 1);
            if (end < 0) throw new InvalidDataException($"line {i + 1}: the block that {lines[i]} opens is not closed: a line {Fence} was expected.");
            blocks.Add(new FencedBlock(lines[i][Fence.Length..], i + 2, string.Concat(lines[(i + 1)..end].Select(line => line + "\n")), onlyBlanks && blocks.Count > 0));
            (i, onlyBlanks) = (end, true);
        }
        return blocks;
    }
}
