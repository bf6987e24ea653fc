namespace MlNetVision;

/// <summary>Finds the names that somebody may have meant.</summary>
public static class NearNames
{
    private const int Compared = 2000;
    private const int LongestCompared = 120;
    private const int Shown = 20;

    /// <summary>A sentence with the names that are near enough to be meant, or where none is, the first ones available.</summary>
    /// <param name="given">The name that is not there; empty lists what is.</param>
    /// <param name="available">All names that are there.</param>
    public static string Describe(string given, IReadOnlyList<string> available)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(available);
        var near = Near(given, available).Select(name => $"'{name}'").ToList();
        if (near.Count > 0) return $"Did you mean {string.Join(" or ", near)}?";
        var more = available.Count > Shown ? $", … ({available.Count} in all)" : "";
        return $"It has: {string.Join(", ", available.Take(Shown))}{more}.";
    }

    /// <summary>The candidates of <see cref="Of"/> that are near enough to be meant: a part of the name or the reverse, or few edits away.</summary>
    /// <inheritdoc cref="Of"/>
    public static IReadOnlyList<string> Near(string name, IEnumerable<string> candidates, int count = 5)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
        return [.. Of(name, candidates, count).Where(c => IsPart(name, c) || Edits(name, c) <= Math.Max(1, c.Length / 3))];
    }

    /// <summary>
    /// The candidates nearest to a name, nearest first: those that contain it, then by the number of edits (Levenshtein's distance), case ignored.
    /// </summary>
    /// <param name="name">The name that is not there.</param>
    /// <param name="candidates">The names that are there; of many, the first 2,000 of up to 120 letters are compared.</param>
    /// <param name="count">How many are given at most. Default 5.</param>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> candidates, int count = 5) =>
    [
        .. candidates.Where(c => c.Length is > 0 and <= LongestCompared).Distinct(StringComparer.Ordinal).Take(Compared)
            .OrderBy(c => c.Contains(name, StringComparison.OrdinalIgnoreCase) ? 0 : Edits(name, c)).Take(count),
    ];

    private static bool IsPart(string given, string name) =>
        given.Length > 2 && (name.Contains(given, StringComparison.OrdinalIgnoreCase)
            || (name.Length > 2 && given.Contains(name, StringComparison.OrdinalIgnoreCase)));

    /// <summary>
    /// Letters put in, left out or exchanged, case ignored: Levenshtein, "Binary codes capable of correcting deletions, insertions and
    /// reversals" (1966). Of a long <paramref name="a"/> the first 120 letters are compared.
    /// </summary>
    public static int Edits(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
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
