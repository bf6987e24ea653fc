namespace MlNetVision.Onnx;

/// <summary>Finds the names that somebody may have meant.</summary>
internal static class NearNames
{
    private const int Compared = 2000;
    private const int LongestCompared = 120;

    /// <summary>The candidates nearest to a name, nearest first: those that contain it, then by the number of edits (Levenshtein's distance), case ignored.</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> candidates, int count = 5) =>
    [
        .. candidates.Where(c => c.Length is > 0 and <= LongestCompared).Distinct(StringComparer.Ordinal).Take(Compared)
            .OrderBy(c => c.Contains(name, StringComparison.OrdinalIgnoreCase) ? 0 : Edits(name, c)).Take(count),
    ];

    /// <summary>Levenshtein's distance, case ignored.</summary>
    public static int Edits(string a, string b)
    {
        if (a.Length > LongestCompared) a = a[..LongestCompared];
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (diagonal, first) = (row[0], char.ToUpperInvariant(a[i - 1]));
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (first == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
