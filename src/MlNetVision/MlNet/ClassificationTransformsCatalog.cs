using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.MlNet;

/// <summary>Classification as an ML.NET pipeline.</summary>
/// <remarks>
/// The pipelines make four columns, the first two named as by ML.NET's multi-class trainers: <c>PredictedLabel</c> (text),
/// <c>Score</c> (a vector of float, one for each class by index), <c>TopLabels</c> and <c>TopScores</c> (vectors of text and of float: the best
/// classes, the best first).
/// </remarks>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
public static class ClassificationTransformsCatalog
{
    private const string Decoded = "MlNetVision.Chain.Decoded";
    private const string Score = "Score";

    /// <summary>
    /// Classifies images: load (upright) where paths are given, resize, extract pixels, apply the network, select the best classes.
    /// </summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The name of a bundled or catalogue model, a file, its bytes, a stream, or a network in memory.</param>
    /// <param name="inputColumnName">
    /// The column of the images: text with their paths, or images (<c>MLImage</c>), which are neither changed nor disposed.
    /// </param>
    /// <param name="options">How the model and the images are read; null: as the model states. ML.NET decides on threads.</param>
    /// <param name="errors">
    /// What happens at a row whose image is missing or cannot be read. Default: its label is empty, its scores are NaN, it has no best classes,
    /// and the column of errors says why.
    /// </param>
    /// <returns>
    /// An estimator that needs no training; the fitted chain can be saved with <c>mlContext.Model.Save</c>, and loaded with
    /// <c>mlContext.Model.Load</c> by any app that has this library.
    /// </returns>
    /// <exception cref="BadModelException">There is no such model, or it is no classification network.</exception>
    public static IEstimator<ITransformer> ClassifyImages(
        this TransformsCatalog transforms, ModelSource model, string inputColumnName = "ImagePath", ImageClassifierOptions? options = null,
        RowErrors errors = RowErrors.Column)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(model);
        options ??= new ImageClassifierOptions();
        var network = ClassificationNetwork.Of(model.Open(options.CheckedOpening()), options);
        return ClassifyImages(transforms, network, new(inputColumnName, "PredictedLabel", errors));
    }

    /// <summary>
    /// Selects the best classes of a vector of scores: the last part of a hand-made chain. It makes <c>PredictedLabel</c>, <c>TopLabels</c>
    /// and <c>TopScores</c>.
    /// </summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="labels">The class names, by class index.</param>
    /// <param name="scoreColumnName">The column of scores: a vector of float, one for each class.</param>
    /// <param name="top">How many classes are named, at least 1. Default: 5.</param>
    /// <returns>
    /// An estimator that needs no training. <c>Fit</c>, or a row where the column has no fixed length, throws <see cref="ArgumentException"/> where
    /// there is not one score for each label.
    /// </returns>
    /// <exception cref="ArgumentException">There are no labels, or the number of classes is below 1.</exception>
    public static IEstimator<ITransformer> ParseScores(
        this TransformsCatalog transforms, IReadOnlyList<string> labels, string scoreColumnName = Score, int top = 5)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count == 0) throw new ArgumentException("There are no labels; expected one for each score.", nameof(labels));
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        // Only scores are read, so the image settings are unused.
        var settings = new ClassificationSettings
        {
            Labels = [.. labels], AddsSoftmax = false, Top = top, OutputsColumn = scoreColumnName, Preprocess = PixelNormalization.Raw.Name,
            Resize = new ResizeOptions { Width = 1, Height = 1 },
        };
        var parser = ChainParts.Parse(
            transforms.CopyColumns(PipelineColumns.Outputs, scoreColumnName), transforms, settings, Mapping(transforms), geometry: null,
            (PipelineColumns.PredictedLabel, "PredictedLabel"), (PipelineColumns.TopLabels, "TopLabels"), (PipelineColumns.TopScores, "TopScores"));
        return new CheckedColumnsEstimator(parser, [new(scoreColumnName, labels.Count, ParseScoresMapping.Content)]);
    }

    /// <summary>Scores encoded image files: decode (upright), resize, extract pixels, apply the network, find the best class.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">The network, which describes its input.</param>
    /// <param name="bytesColumnName">The column of the files' bytes, a vector of byte.</param>
    /// <param name="scoreColumnName">The output column of scores: a vector of float, one per class by index.</param>
    /// <param name="classIndexColumnName">
    /// The output column of the class with the highest score: an unsigned integer from 0; of equal ones the first.
    /// </param>
    /// <returns>An estimator that needs no training; the fitted chain can be saved, and loaded by any app that has this library.</returns>
    /// <remarks>A row whose image cannot be decoded throws <see cref="BadImageException"/>: there is no class index for it.</remarks>
    /// <exception cref="BadModelException">It is no classification network.</exception>
    public static IEstimator<ITransformer> ScoreEncodedImages(
        this TransformsCatalog transforms, OnnxModel model, string bytesColumnName, string scoreColumnName, string classIndexColumnName)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(model);
        var network = ClassificationNetwork.Of(model, new ImageClassifierOptions());
        return transforms.DecodeUprightImages(Decoded, bytesColumnName, RowErrors.Throw)
            .Append(ChainParts.Whole(transforms, new(Decoded, scoreColumnName, RowErrors.Throw), network, marksOutputs: true,
                (chain, _) => FindBest(transforms, chain, scoreColumnName, classIndexColumnName)))
            .Append(transforms.DropColumns(Decoded));
    }

    /// <summary>Scores a column of features, such as <c>FeaturizeImages</c> makes: applies a network to each row, and finds the best class.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="model">A network of one float input N × features and one float output N × classes; it is not changed.</param>
    /// <param name="featureColumnName">The column of features, a vector of float.</param>
    /// <param name="scoreColumnName">The output column of scores: a vector of float, one per class by index.</param>
    /// <param name="classIndexColumnName">
    /// The output column of the class with the highest score: an unsigned integer from 0; of equal ones the first. It is
    /// <see cref="uint.MaxValue"/> where no score is a number, as for the features of a row without an image.
    /// </param>
    /// <returns>An estimator that needs no training; the fitted chain can be saved, and loaded by any app that has this library.</returns>
    public static IEstimator<ITransformer> ScoreFeatures(
        this TransformsCatalog transforms, OnnxModel model, string featureColumnName, string scoreColumnName, string classIndexColumnName)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(model);
        var network = new NetworkEstimator(transforms, [PipelineColumns.Outputs], [featureColumnName], ForOneRow(model.Clone(), featureColumnName));
        return FindBest(transforms, network, scoreColumnName, classIndexColumnName);
    }

    private static EstimatorChain<ColumnSelectingTransformer> FindBest(
        TransformsCatalog transforms, IEstimator<ITransformer> chain, string score, string classIndex) => chain
        .Append(transforms.CustomMapping<BestClassMapping.Input, BestClassMapping.Output>(BestClassMapping.Map, BestClassMapping.Contract))
        .Append(transforms.CopyColumns(classIndex, PipelineColumns.ClassIndex))
        .Append(transforms.CopyColumns(score, PipelineColumns.Outputs))
        .Append(transforms.DropColumns(PipelineColumns.Outputs, PipelineColumns.ClassIndex));

    /// <summary>The network with column names and a flat output: ML.NET runs it row by row and finds columns by the names in the graph.</summary>
    private static OnnxModel ForOneRow(OnnxModel head, string features)
    {
        var input = head.Graph.Input[0];
        foreach (var node in head.Graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                if (node.Input[i] == input.Name) node.Input[i] = features;
            }
        }
        input.Name = features;
        var row = head.Outputs[0];
        head.Graph.Output.Clear();
        var graph = new GraphWriter(head, "MlNetVision.");
        graph.Node("Reshape", PipelineColumns.Outputs, [row.Name, graph.Integers(-1)]);
        graph.Output(PipelineColumns.Outputs, Onnx.Proto.TensorProto.Types.DataType.Float, row.Shape[1]!.Value);
        if (head.GetNames() is { } names && names.Length == row.Shape[1]) SlotNames.Set(head, PipelineColumns.Outputs, names);
        return head;
    }

    internal static IEstimator<ITransformer> ClassifyImages(TransformsCatalog transforms, ClassificationNetwork network, ChainColumns columns) =>
        ChainParts.Whole(transforms, columns, network, marksOutputs: true, (chain, geometry) => ChainParts.Parse(
            chain, transforms, network.Settings, Mapping(transforms), geometry,
            (PipelineColumns.PredictedLabel, "PredictedLabel"), (PipelineColumns.Outputs, Score),
            (PipelineColumns.TopLabels, "TopLabels"), (PipelineColumns.TopScores, "TopScores")));

    private static CustomMappingEstimator<ParseScoresMapping.Input, ParseScoresMapping.Output> Mapping(TransformsCatalog transforms) =>
        transforms.CustomMapping<ParseScoresMapping.Input, ParseScoresMapping.Output>(ParseScoresMapping.Map, ParseScoresMapping.Contract);
}

/// <summary>The saved form of the selection of classes: the scores of all classes in, the best classes out.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ParseScoresMapping : CustomMappingFactory<ParseScoresMapping.Input, ParseScoresMapping.Output>
{
    internal const string Contract = "MlNetVision.ParseScores/1";
    internal const string Content = "one score for each label";

    private static readonly SettingsCache<ClassificationSettings, ClassificationSettings> Settings =
        new(ClassificationSettings.Json, settings => settings);

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input input, Output output)
    {
        var settings = Settings.Get(input.Settings);
        new ParsedColumn(settings.OutputsColumn ?? PipelineColumns.Outputs, settings.Labels.Count, Content).Check(input.Outputs.Length);
        if (input.Outputs.All(float.IsNaN))
        {
            (output.PredictedLabel, output.TopLabels, output.TopScores) = (default, [], []); // a row without an image
            return;
        }
        var top = TopScores.Of(input.Outputs, settings.Labels, settings.Top);
        output.PredictedLabel = top[0].Label.AsMemory();
        output.TopLabels = [.. top.Select(t => t.Label.AsMemory())];
        output.TopScores = [.. top.Select(t => t.Score)];
    }

    /// <summary>The columns read.</summary>
    public sealed class Input
    {
        /// <summary>A score for each class.</summary>
        [ColumnName(PipelineColumns.Outputs)]
        public float[] Outputs { get; set; } = [];

        /// <summary>The settings as JSON.</summary>
        [ColumnName(PipelineColumns.Settings)]
        public ReadOnlyMemory<char> Settings { get; set; }
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The class of the highest score.</summary>
        [ColumnName(PipelineColumns.PredictedLabel)]
        public ReadOnlyMemory<char> PredictedLabel { get; set; }

        /// <summary>The classes of the highest scores, the highest first.</summary>
        [ColumnName(PipelineColumns.TopLabels)]
        public ReadOnlyMemory<char>[] TopLabels { get; set; } = [];

        /// <summary>Their scores.</summary>
        [ColumnName(PipelineColumns.TopScores)]
        public float[] TopScores { get; set; } = [];
    }
}

/// <summary>The saved form of the step from scores to the index of the best class; of equal ones the first.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class BestClassMapping : CustomMappingFactory<BestClassMapping.Input, BestClassMapping.Output>
{
    internal const string Contract = "MlNetVision.BestClass/1";

    // No class has this index, so that mappings from indices to labels give a missing one.
    private const uint None = uint.MaxValue;

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input input, Output output)
    {
        var scores = input.Scores ?? throw new BadModelException("A row has no scores; expected one number per class.");
        output.Index = scores.All(float.IsNaN) ? None : (uint)Array.IndexOf(scores, scores.Max());
    }

    /// <summary>The columns read.</summary>
    public sealed class Input
    {
        /// <summary>One number per class.</summary>
        [ColumnName(PipelineColumns.Outputs)]
        public float[]? Scores { get; set; }
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The class with the highest, from 0; 4,294,967,295 where no score is a number.</summary>
        [ColumnName(PipelineColumns.ClassIndex)]
        public uint Index { get; set; }
    }
}
