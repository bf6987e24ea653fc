namespace MlNetVision.Detection;

/// <summary>Says which names a mistaken one may have meant.</summary>
internal static class NearNames
{
    private const int Shown = 20;

    /// <summary>A sentence with the nearest names, or where none is near, the first ones available.</summary>
    public static string Describe(string given, IReadOnlyList<string> available)
    {
        var near = available.Select(name => (name, distance: Distance(given, name)))
            .Where(x => x.distance <= Math.Max(1, x.name.Length / 3) || IsPart(given, x.name))
            .OrderBy(x => x.distance).Take(5).Select(x => $"'{x.name}'").ToList();
        if (near.Count > 0) return $"Did you mean {string.Join(" or ", near)}?";
        var more = available.Count > Shown ? $", … ({available.Count} in all)" : "";
        return $"It has: {string.Join(", ", available.Take(Shown))}{more}.";
    }

    private static bool IsPart(string given, string name) =>
        given.Length > 2 && (name.Contains(given, StringComparison.OrdinalIgnoreCase) || (name.Length > 2 && given.Contains(name, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Levenshtein's distance, case ignored.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                var next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1));
                (diagonal, row[j]) = (row[j], next);
            }
        }
        return row[b.Length];
    }
}
