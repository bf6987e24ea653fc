using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MlNetVision.Inference;

namespace MlNetVision.MlNet;

/// <summary>What happens at a row whose image is missing or cannot be read, or for which the network gives values that are not numbers.</summary>
public enum RowErrors
{
    /// <summary>
    /// The row has an empty result, and a text column says why; it is empty where all is well. The column is <c>Error</c>. Where the data has one
    /// of that name, it is the name of the result and <c>Error</c>, such as <c>DetectionsError</c>, with a number behind it if need be.
    /// </summary>
    Column,

    /// <summary>
    /// Reading the row throws <see cref="BadImageException"/>, or <see cref="BadModelException"/> where the network's values are not numbers,
    /// which ends the pass over the data. There is no column of errors. Where ML.NET reads rows on several threads, it wraps the exception in an
    /// <see cref="InvalidOperationException"/>.
    /// </summary>
    Throw,
}

/// <summary>The names of the columns of errors.</summary>
internal static class ErrorColumn
{
    /// <summary>The usual name.</summary>
    public const string Name = "Error";

    /// <summary>A name that the data does not have; null where rows throw.</summary>
    /// <param name="errors">What rows do.</param>
    /// <param name="output">The column of results.</param>
    /// <param name="columns">The columns of the data.</param>
    public static string? Of(RowErrors errors, string output, IReadOnlySet<string> columns)
    {
        if (errors == RowErrors.Throw) return null;
        var number = 1;
        var name = Name;
        while (columns.Contains(name) || name == output) name = $"{output}{Name}{(number++ is var n and > 1 ? $"{n}" : "")}";
        return name;
    }

    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public static void Check(RowErrors errors)
    {
        if (!Enum.IsDefined(errors))
            throw new ArgumentOutOfRangeException(nameof(errors), errors, $"Expected {nameof(RowErrors.Column)} or {nameof(RowErrors.Throw)}.");
    }
}

/// <summary>What the mappings of image columns know of their column; it travels as JSON in a saved chain.</summary>
internal sealed record RowSettings
{
    /// <summary>Its form as JSON.</summary>
    public static JsonTypeInfo<RowSettings> Json { get; } = SettingsJson.Form<RowSettings>(RowSettingsJson.Default, []);

    /// <summary>The user's name of the column.</summary>
    public required string Column { get; init; }

    /// <summary>Whether a row without an image throws; see <see cref="RowErrors.Throw"/>.</summary>
    public required bool Throws { get; init; }

    /// <summary>The declared width of its images in pixels; 0: none.</summary>
    public int Width { get; init; }

    /// <summary>The declared height.</summary>
    public int Height { get; init; }

    /// <summary>The settings as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(RowSettings))]
internal sealed partial class RowSettingsJson : JsonSerializerContext;
