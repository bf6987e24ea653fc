using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlNetVision.Data;

/// <summary>Base of the readers of values that programs write in several forms; what has none of them is null.</summary>
internal abstract class LooseConverter<T> : JsonConverter<T>
{
    public override bool HandleNull => true;

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => throw new NotSupportedException();

    /// <summary>A number, a text or a truth value that holds one; anything else is passed over.</summary>
    protected static double? NumberAt(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return reader.TryGetDouble(out var number) ? number : null;
            case JsonTokenType.True:
                return 1;
            case JsonTokenType.False:
                return 0;
            case JsonTokenType.String:
                var text = reader.GetString()!;
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var written)) return written;
                return bool.TryParse(text, out var isTrue) ? isTrue ? 1 : 0 : null;
            default:
                reader.Skip();
                return null;
        }
    }
}

/// <summary>An image's size as a file of labels states it.</summary>
internal static class StatedSize
{
    /// <summary>The size in whole pixels; null where a side is missing, or is none.</summary>
    public static (int Width, int Height)? Of(double? width, double? height) =>
        width is >= 1 and <= int.MaxValue && height is >= 1 and <= int.MaxValue ? ((int)width, (int)height) : null;
}

/// <summary>A number, also as text or truth value.</summary>
internal sealed class LooseNumber : LooseConverter<double?>
{
    public override double? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => NumberAt(ref reader);
}

/// <summary>A text, or a number as its text.</summary>
internal sealed class LooseText : LooseConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        return NumberAt(ref reader)?.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>A list of numbers; what is none in it is not-a-number. Anything but a list is null.</summary>
internal sealed class LooseNumbers : LooseConverter<double[]?>
{
    /// <summary>A box has four; a longer list is a mistake, and is not kept.</summary>
    private const int Most = 64;

    public override double[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }
        var numbers = new List<double>(4);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var number = NumberAt(ref reader) ?? double.NaN;
            if (numbers.Count < Most) numbers.Add(number);
        }
        return [.. numbers];
    }
}
