namespace MlNetVision.Models;

/// <summary>Finds what somebody meant who mistyped a name.</summary>
internal static class NearName
{
    /// <summary>The name that takes the fewest changes, at most a third of its letters; null where none does.</summary>
    public static string? Of(string typed, IReadOnlyCollection<string> names)
    {
        if (names.Count == 0 || typed.Length > 100) return null;
        var (near, changes) = names.Select(n => (n, Changes(typed, n))).MinBy(n => n.Item2);
        return changes <= near.Length / 3 ? near : null;
    }

    /// <summary>Letters put in, left out or exchanged: Levenshtein, "Binary codes capable of correcting deletions, insertions and reversals" (1966).</summary>
    private static int Changes(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 0; i < a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var j = 0; j < b.Length; j++)
                (diagonal, row[j + 1]) = (row[j + 1], Math.Min(Math.Min(row[j], row[j + 1]) + 1, diagonal + (a[i] == b[j] ? 0 : 1)));
        }
        return row[^1];
    }
}
