using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.MlNet;

/// <summary>The chain of a standalone classifier: ML.NET's own transforms only.</summary>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
internal static class StandaloneClassifierChain
{
    private const string Key = StandaloneGraph.Prefix + "Key";

    /// <summary>From <see cref="ChainFile.ImagePath"/> to <c>Score</c> and <c>PredictedLabel</c>.</summary>
    public static IEstimator<ITransformer> Create(MLContext context, ClassificationNetwork network, int times)
    {
        var (transforms, settings) = (context.Transforms, network.Settings);
        return transforms.LoadImages(PipelineColumns.Image, imageFolder: null, ChainFile.ImagePath)
            .Append(transforms.ResizeImages(
                PipelineColumns.Resized, settings.Resize.Width * times, settings.Resize.Height * times, PipelineColumns.Image,
                StandaloneParts.Kind(settings.Resize.Mode)))
            .Append(ChainParts.Apply(
                transforms, PipelineColumns.Resized, StandaloneClassifier.Build(network, times), PixelNormalization.Parse(settings.Preprocess).Bgr,
                outputs: [StandaloneClassifier.Score, StandaloneClassifier.Index]))
            .Append(Name(context, settings.Labels))
            .Append(transforms.CopyColumns("Score", StandaloneClassifier.Score))
            .Append(transforms.DropColumns(
                PipelineColumns.Image, PipelineColumns.Resized, StandaloneClassifier.Pixels, StandaloneClassifier.Score, StandaloneClassifier.Index,
                Key));
    }

    /// <summary>
    /// Maps the index of a class to its name. A network's output is a vector, even of one element, and ML.NET's only transform from a
    /// vector to a scalar is the combined hash of its elements: a table maps each hash to a name.
    /// </summary>
    private static EstimatorChain<ValueMappingTransformer> Name(MLContext context, IReadOnlyList<string> labels)
    {
        var classes = context.Data.LoadFromEnumerable(labels.Select((label, index) => new ClassRow { Index = [index], Label = label }));
        for (var seed = 0u; ; seed++)
        {
            var hash = context.Transforms.Conversion.Hash(
                new HashingEstimator.ColumnOptions(Key, StandaloneClassifier.Index, numberOfBits: 31, seed: seed, combine: true));
            var table = hash.Fit(classes).Transform(classes);
            // A collision among 2³¹ hashes is next to impossible.
            if (table.GetColumn<uint>(Key).Distinct().Count() < labels.Count) continue;
            return hash.Append(
                context.Transforms.Conversion.MapValue("PredictedLabel", table, table.Schema[Key], table.Schema[nameof(ClassRow.Label)], Key));
        }
    }

    private sealed class ClassRow
    {
        [ColumnName(StandaloneClassifier.Index), VectorType(1)]
        public long[] Index { get; set; } = [];

        public string Label { get; set; } = "";
    }
}

/// <summary>The model card in a standalone classifier's <c>.zip</c>.</summary>
internal static class StandaloneClassifierCard
{
    /// <summary>The text of the card.</summary>
    /// <param name="settings">The settings of the chain.</param>
    /// <param name="times">The factor between image and network input.</param>
    public static string Text(ClassificationSettings settings, int times) => string.Create(CultureInfo.InvariantCulture, $"""
        # A standalone image classifier for ML.NET

        `mlContext.Model.Load` reads it with Microsoft.ML, Microsoft.ML.ImageAnalytics, Microsoft.ML.OnnxTransformer and
        Microsoft.ML.OnnxRuntime; nothing of MlNetVision is needed. Extra entries such as this one are ignored.

        From the text column `{ChainFile.ImagePath}` (the path of an image) it makes:

        - `PredictedLabel` (text): the class of the highest score.
        - `Score` (a vector of {settings.Labels.Count} floats): the score of each class, in the order below.

        Images are {Resizing(settings.Resize.Mode)} {settings.Resize.Width * times} × {settings.Resize.Height * times} pixels by
        ML.NET's `ResizeImages`, and the network itself makes them {times} times smaller. EXIF orientation is ignored, and pixels that are see-through come out dark.
        Scores therefore differ a little from those of MlNetVision's own chain; opened by MlNetVision, this model answers as that does.

        Classes: {string.Join(", ", settings.Labels.Select(l => LabelLine(l)))}

        """);

    private static string Resizing(ResizeMode mode) => mode switch
    {
        ResizeMode.Stretch => "stretched (`Fill`) to",
        ResizeMode.Letterbox => "fitted and padded with black (`IsoPad`) to",
        _ => "made to cover and cropped (`IsoCrop`) to",
    };

    private static string LabelLine(string label) => label.ReplaceLineEndings(" ");
}
