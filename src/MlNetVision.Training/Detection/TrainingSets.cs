using MlNetVision.Data;

namespace MlNetVision.Training.Detection;

/// <summary>The images that a detector is trained on, and those by which it is judged while it trains.</summary>
/// <param name="Train">The training images.</param>
/// <param name="Validation">The validation images.</param>
public sealed record TrainingSets(DetectionDataSet Train, DetectionDataSet Validation)
{
    private const double DefaultPart = 0.8;

    private static readonly string[] ValidationNames = ["val", "valid", "validation"];

    /// <summary>
    /// Opens a data set. Where it has a split <c>train</c>, that is what is trained on, and its split <c>val</c>, <c>valid</c> or <c>validation</c> judges, if
    /// nothing else is given; otherwise a part of the images is held out.
    /// </summary>
    /// <param name="path">The data set, as <see cref="DetectionDataSet.Open"/> takes it.</param>
    /// <param name="options">How it is opened; its split is overridden. Null: the defaults.</param>
    /// <param name="validation">Another data set, or part of one, for validation; null: as above.</param>
    /// <param name="part">The part of the images for training where some are held out, above 0 and below 1; null: 0.8, and only where there is no split.</param>
    /// <param name="seed">The random seed of that part.</param>
    /// <exception cref="BadDataSetException">A data set cannot be used, or that for validation has other classes.</exception>
    /// <exception cref="ArgumentException">Both <paramref name="validation"/> and <paramref name="part"/> are given.</exception>
    public static TrainingSets Open(string path, DetectionDataSetOptions? options = null, string? validation = null, double? part = null, int seed = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (validation is not null && part is not null) throw new ArgumentException("A data set for validation and a part for it exclude each other.");
        options ??= new();
        var split = TryOpen(path, options, "train");
        var hasSplits = split is not null;
        var train = split ?? DetectionDataSet.Open(path, options with { Split = null });
        // Indices of classes are those of the training images.
        var others = options with { ClassNames = train.ClassNames };
        if (validation is not null) return new(train, OpenFirst(validation, others) ?? DetectionDataSet.Open(validation, others with { Split = null }));
        if (hasSplits && part is null && OpenFirst(path, others) is { } own) return new(train, own);
        var (first, second) = train.Split(part ?? DefaultPart, seed);
        return new(first, second);
    }

    /// <summary>Opens the split <c>train</c> of a data set, or all of it where it has none.</summary>
    /// <param name="path">The data set, as <see cref="DetectionDataSet.Open"/> takes it.</param>
    /// <param name="options">How it is opened; its split is overridden. Null: the defaults.</param>
    /// <exception cref="BadDataSetException">The data set cannot be used.</exception>
    public static DetectionDataSet OpenTrain(string path, DetectionDataSetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        return TryOpen(path, options, "train") ?? DetectionDataSet.Open(path, options with { Split = null });
    }

    private static DetectionDataSet? OpenFirst(string path, DetectionDataSetOptions options) =>
        ValidationNames.Select(name => TryOpen(path, options, name)).FirstOrDefault(set => set is not null);

    /// <summary>A split by name; null where there is none of that name.</summary>
    private static DetectionDataSet? TryOpen(string path, DetectionDataSetOptions options, string split)
    {
        if (File.Exists(path) && Path.GetExtension(path).ToLowerInvariant() is not (".yaml" or ".yml" or ".data")) return null;
        try
        {
            return DetectionDataSet.Open(path, options with { Split = split });
        }
        catch (MissingSplitException)
        {
            return null;
        }
    }
}
