using System.Globalization;
using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Inference;
using MlNetVision.MlNet;

namespace MlNetVision.Tests.MlNet.Workout;

/// <summary>
/// A chain of the catalogs, from a column of paths on, with what the plain API says of the same images. Results are compared as text.
/// </summary>
internal abstract class WorkoutSubject(string name, params string[] transforms)
{
    public string Name => name;

    /// <summary>The methods of the catalogs that it runs.</summary>
    public IReadOnlyList<string> Transforms => transforms;

    /// <summary>The chain, from a column of paths or images on.</summary>
    public required Func<MLContext, string, RowErrors, IEstimator<ITransformer>> Create { get; init; }

    /// <summary>The plain API's result of an image.</summary>
    public required Func<ImageSource, string> Expected { get; init; }

    /// <summary>The result of a row without an image; null: the row throws, whatever the option.</summary>
    public string? Empty { get; init; }

    /// <summary>Whether the column may hold images.</summary>
    public bool TakesImages { get; init; } = true;

    /// <summary>The columns of results that <c>Cache</c> keeps.</summary>
    public required string[] Cached { get; init; }

    /// <summary>The columns of results that <c>Cache</c> leaves out.</summary>
    public string[] NotCached { get; init; } = [];

    public abstract string[] Read(MLContext ml, IDataView rows);

    /// <summary>A prediction engine as a function from paths to results.</summary>
    public abstract Engine CreateEngine(MLContext ml, ITransformer chain);

    public static string Text(IEnumerable<float> numbers) => string.Join(' ', numbers.Select(n => n.ToString("F4", CultureInfo.InvariantCulture)));

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes))[..16];

    /// <summary>An engine and its only owner.</summary>
    internal sealed record Engine(Func<string, string> Predict, IDisposable Owned) : IDisposable
    {
        public void Dispose() => Owned.Dispose();
    }
}

/// <summary>A chain whose results are read into a row class.</summary>
internal sealed class WorkoutSubject<TRow>(string name, Func<TRow, string> text, params string[] transforms) : WorkoutSubject(name, transforms)
    where TRow : class, new()
{
    public override string[] Read(MLContext ml, IDataView rows) =>
        [.. ml.Data.CreateEnumerable<TRow>(rows, reuseRowObject: false).Select(text)];

    public override Engine CreateEngine(MLContext ml, ITransformer chain)
    {
        var engine = ml.Model.CreatePredictionEngine<PathRow, TRow>(chain, new PredictionEngineOptions { OwnsTransformer = false });
        return new(path => text(engine.Predict(new PathRow { ImagePath = path })), engine);
    }
}

/// <summary>A row of data.</summary>
internal sealed class PathRow
{
    [LoadColumn(0)]
    public string ImagePath { get; set; } = "";

    [LoadColumn(1)]
    public float Number { get; set; }
}
