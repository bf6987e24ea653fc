using System.Text;
using System.Text.RegularExpressions;

namespace MlNetVision.Stress.Fuzzing;

/// <summary>Damage to words, numbers, signs and lines of a text; some also to its bytes.</summary>
internal static partial class TextDamage
{
    private static readonly string[] Odd =
    [
        "", "0", "1", "-1", "-0", "2", "0.5", "1.0000001", "NaN", "Infinity", "-Infinity", "1e308", "-1e308", "1e999", "1e-320", "2147483647", "2147483648", "-2147483648",
        "4294967296", "9223372036854775807", "18446744073709551615", "99999999999999999999999", "true", "null", "None", "~x", "[]", "{}", "\"\"", "''", "\\u0000", "\0", "\uFFFD",
        "\uFEFF", "é", "漢字", "\U0001F600", "\r", "\r\n", "\n", "\n\n", "\t", " ", ",", ";", "=", ":", "#", "'", "\"", "[", "]", "{", "}", "<", ">", "/>", "</", "&amp;", "&#0;", "&#x1F600;",
        "&b;", "<![CDATA[", "]]>", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "<?xml version='1.0' encoding='utf-32'?>", "%", "*", "?", "!!", "!!binary", "&a", "*a", "<<", "|", ">-", "---", "...", "@", "\\", "x/y", "dev/zero",
    ];

    public static byte[] Apply(IReadOnlyList<byte[]> seeds, Random random)
    {
        if (random.Next(4) == 0) return ByteDamage.Apply(seeds, random);
        var text = Encoding.UTF8.GetString(seeds[random.Next(seeds.Count)]);
        if (random.Next(10) == 0) text = Splice(text, Encoding.UTF8.GetString(seeds[random.Next(seeds.Count)]), random);
        return Encoding.UTF8.GetBytes(Apply(text, random));
    }

    public static string Apply(string text, Random random)
    {
        var lines = random.Next(4) == 0;
        List<string> parts = [.. (lines ? Lines() : Words()).Matches(text).Select(m => m.Value)];
        for (var changes = 1 + (int)(random.NextDouble() * random.NextDouble() * 6); changes > 0; changes--) Change(parts, random);
        return string.Concat(parts);
    }

    private static void Change(List<string> parts, Random random)
    {
        if (parts.Count == 0)
        {
            parts.Add(Any(random));
            return;
        }
        var (at, other) = (random.Next(parts.Count), random.Next(parts.Count));
        switch (random.Next(9))
        {
            case 0: parts.RemoveAt(at); break;
            case 1: parts.Insert(at, parts[other]); break;
            case 2: (parts[at], parts[other]) = (parts[other], parts[at]); break;
            case 3: parts[at] = parts[other]; break;
            case 4: parts.Insert(at, Any(random)); break;
            case 5: Repeat(parts, at, random); break;
            default: parts[at] = Any(random); break;
        }
    }

    /// <summary>Doubles some parts, or repeats them many times: nesting, long words, long lists.</summary>
    private static void Repeat(List<string> parts, int at, Random random)
    {
        var length = random.Next(1, Math.Min(12, parts.Count - at) + 1);
        var times = random.Next(6) == 0 ? random.Next(2, 2000) : 1;
        var repeated = string.Concat(parts.GetRange(at, length));
        if (repeated.Length * times < 1 << 18) parts.Insert(at, string.Concat(Enumerable.Repeat(repeated, times)));
    }

    private static string Any(Random random) => random.Next(4) == 0
        ? random.NextInt64(-3, 300).ToString(System.Globalization.CultureInfo.InvariantCulture)
        : Odd[random.Next(Odd.Length)];

    private static string Splice(string first, string second, Random random) => first[..random.Next(first.Length + 1)] + second[random.Next(second.Length + 1)..];

    [GeneratedRegex(@"[\p{L}\p{N}_.+-]+|\s+|.", RegexOptions.Singleline)]
    private static partial Regex Words();

    [GeneratedRegex(@"[^\n]*\n|[^\n]+")]
    private static partial Regex Lines();
}
