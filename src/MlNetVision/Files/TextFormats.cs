using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MlNetVision.Files;

/// <summary>Writes metrics as JSON.</summary>
public static class JsonText
{
    // Labels and file names are data, not HTML: é stays é.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of one value; letters beyond ASCII are written as they are.</summary>
    /// <param name="write">Writes the value.</param>
    public static string Of(Action<Utf8JsonWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options)) write(json);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Writes a metric; an undefined one as <c>null</c>.</summary>
    public static void WriteMetric(this Utf8JsonWriter json, string name, double? value)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    /// <summary>Writes a list of objects.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="name">The name of the list.</param>
    /// <param name="items">The items, one object each.</param>
    /// <param name="members">Writes the members of one.</param>
    public static void WriteObjects<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> members)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(members);
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            members(json, item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Writes a list of texts.</summary>
    public static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(values);
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}

/// <summary>Comma-separated values (RFC 4180).</summary>
internal static class Csv
{
    /// <summary>A text as a field: in quotes where it holds a comma, a quote or a line break.</summary>
    public static string Field(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
