namespace MlNetVision.Imaging;

/// <summary>Checks values of enumerations, which any number can be cast to.</summary>
internal static class KnownValue
{
    /// <summary>Checks that a value is a member of its enumeration; null passes.</summary>
    /// <param name="value">The value.</param>
    /// <param name="what">What it is, at the beginning of a sentence: "Resize mode".</param>
    /// <exception cref="ArgumentException">It is none; the message lists the members.</exception>
    public static void Require<T>(T? value, string what) where T : struct, Enum
    {
        if (value is { } given && !Enum.IsDefined(given))
            throw new ArgumentException($"{what} {given:D} is unknown; there are {string.Join(", ", Enum.GetNames<T>())}.");
    }
}
