using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MlNetVision.MlNet;

/// <summary>Detections as columns of ML.NET's own types.</summary>
[RequiresUnreferencedCode(Untrimmed.Reason), RequiresDynamicCode(Untrimmed.Reason)]
public static class DetectionColumnsCatalog
{
    /// <summary>Turns a column of detections into vectors of any length, which ML.NET's transforms and apps without this library's types read.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="boxColumnName">The output column of boxes: floats, four per object (left, top, right, bottom), in pixels of the upright image.</param>
    /// <param name="scoreColumnName">The output column of scores: floats, one per object, 0 to 1, the best first.</param>
    /// <param name="classIndexColumnName">The output column of classes: unsigned integers from 0, one per object.</param>
    /// <param name="inputColumnName">The column of <see cref="DetectionList"/>; it stays.</param>
    /// <returns>An estimator that needs no training; it can be saved, and loaded by any app that has this library.</returns>
    public static IEstimator<ITransformer> ListDetections(
        this TransformsCatalog transforms, string boxColumnName, string scoreColumnName, string classIndexColumnName, string inputColumnName = "Detections")
    {
        ArgumentNullException.ThrowIfNull(transforms);
        return transforms.CopyColumns(PipelineColumns.Detections, inputColumnName)
            .Append(transforms.CustomMapping<ListDetectionsMapping.Input, ListDetectionsMapping.Output>(
                ListDetectionsMapping.Map, ListDetectionsMapping.Contract))
            .Append(transforms.CopyColumns(boxColumnName, ListDetectionsMapping.Boxes))
            .Append(transforms.CopyColumns(scoreColumnName, PipelineColumns.TopScores))
            .Append(transforms.CopyColumns(classIndexColumnName, PipelineColumns.ClassIndex))
            .Append(transforms.DropColumns(
                PipelineColumns.Detections, ListDetectionsMapping.Boxes, PipelineColumns.TopScores, PipelineColumns.ClassIndex));
    }
}

/// <summary>The saved form of <see cref="DetectionColumnsCatalog.ListDetections"/>.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ListDetectionsMapping : CustomMappingFactory<ListDetectionsMapping.Input, ListDetectionsMapping.Output>
{
    internal const string Contract = "MlNetVision.ListDetections/1";
    internal const string Boxes = "MlNetVision.Boxes";

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input input, Output output)
    {
        IReadOnlyList<Detection.Detection> found = input.Detections is { } detections ? detections : [];
        output.Boxes = [.. found.SelectMany(d => (float[])[d.Box.Left, d.Box.Top, d.Box.Right, d.Box.Bottom])];
        output.Scores = [.. found.Select(d => d.Score)];
        output.Classes = [.. found.Select(d => (uint)d.ClassIndex)];
    }

    /// <summary>The columns read.</summary>
    public sealed class Input
    {
        /// <summary>The detections.</summary>
        [ColumnName(PipelineColumns.Detections), DetectionListType]
        public DetectionList? Detections { get; set; }
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>Left, top, right and bottom of each box.</summary>
        [ColumnName(ListDetectionsMapping.Boxes)]
        public float[] Boxes { get; set; } = [];

        /// <summary>The scores.</summary>
        [ColumnName(PipelineColumns.TopScores)]
        public float[] Scores { get; set; } = [];

        /// <summary>The classes, from 0.</summary>
        [ColumnName(PipelineColumns.ClassIndex)]
        public uint[] Classes { get; set; } = [];
    }
}
